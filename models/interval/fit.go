package interval

import (
	"context"
	"fmt"
	"math"
	"slices"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/gbdt"
)

// MinTrials is the smallest number of trials that bounds are made from.
const MinTrials = 20

// Trial is what is known about one held-out trial. Slices may be shared; Fit changes nothing.
type Trial struct {
	X        []float64 // encoded row, length p
	Guess    []float64 // the prediction at each knot
	Time     []float64 // m normalised times, increasing, in 0..1
	Residual []float64 // m: truth less prediction, finite
	Group    int       // repeats of one configuration share it
	Fold     int       // the part of the trials that was held out together with this one
}

// Settings choose the form of a Model.
type Settings struct {
	Levels []float64 // default 0.5, 0.8, 0.95
	Knots  []float64 // default CurveKnots
}

// CurveKnots are the knots for learning curves: dense at the start, where curves are steep.
var CurveKnots = []float64{0, 0.03, 0.08, 0.18, 0.35, 0.6, 1}

// CostKnots are the knots for a single number.
var CostKnots = []float64{0}

// DefaultLevels are the levels that are calibrated when nobody asks for others.
var DefaultLevels = []float64{0.5, 0.8, 0.95}

// maxParts bounds how many models the scores are cross-fitted with.
const maxParts = 5

// Fit learns bounds and noise from held-out residuals. The result depends on the trials and o.Seed alone.
// Errors: ErrFew, and ctx.Err().
func Fit(ctx context.Context, trials []Trial, s Settings, o models.Options) (*Model, error) {
	if s.Levels == nil {
		s.Levels = DefaultLevels
	}
	if s.Knots == nil {
		s.Knots = CurveKnots
	}
	parts, count := partsOf(trials)
	if len(trials) < MinTrials || count < 2 {
		return nil, fmt.Errorf("%w: %d trials in %d folds, wanted %d in 2", ErrFew, len(trials), count, MinTrials)
	}
	m := &Model{levels: s.Levels, knots: s.Knots, columns: len(trials[0].X)}
	sizes := segmentSizes(trials, s.Knots)
	scores := make([][]float64, len(trials))
	for part := range count {
		var in, out []int
		for i := range trials {
			if parts[i] == part {
				out = append(out, i)
			} else {
				in = append(in, i)
			}
		}
		scale, err := fitScale(ctx, trials, sizes, in, len(s.Knots), withSeed(o, "part", part))
		if err != nil {
			return nil, err
		}
		half := &Model{knots: s.Knots, scale: scale, columns: m.columns}
		for _, i := range out {
			scores[i] = half.standardise(&trials[i], trials[i].Residual)
		}
	}
	all := make([]int, len(trials))
	for i := range all {
		all[i] = i
	}
	var err error
	if m.scale, err = fitScale(ctx, trials, sizes, all, len(s.Knots), withSeed(o, "all", 0)); err != nil {
		return nil, err
	}
	m.quantiles(trials, scores)
	m.noise = m.fitNoise(trials, scores)
	return m, nil
}

func withSeed(o models.Options, name string, k int) models.Options {
	o.Seed, o.Progress = stream.Seed(o.Seed, "interval", name, fmt.Sprint(k)), nil
	return o
}

// partsOf deals the folds, in order, to at most maxParts parts for cross-fitting. It returns each trial's part and the
// number of parts.
func partsOf(trials []Trial) (part []int, parts int) {
	var folds []int
	for i := range trials {
		folds = append(folds, trials[i].Fold)
	}
	slices.Sort(folds)
	folds = slices.Compact(folds)
	parts = min(maxParts, len(folds))
	part = make([]int, len(trials))
	for i := range trials {
		k, _ := slices.BinarySearch(folds, trials[i].Fold)
		part[i] = k % parts
	}
	return part, parts
}

// segmentSizes returns, for every trial and knot (row-major), the mean absolute residual of the points nearest to that
// knot; NaN where the trial has no such point.
func segmentSizes(trials []Trial, knots []float64) []float64 {
	n := len(knots)
	out := make([]float64, len(trials)*n)
	count := make([]float64, n)
	for i := range trials {
		row := out[i*n : (i+1)*n]
		clear(count)
		for j, u := range trials[i].Time {
			k := nearest(knots, u)
			row[k] += math.Abs(trials[i].Residual[j])
			count[k]++
		}
		for k := range row {
			row[k] /= count[k] // 0/0: no point
		}
	}
	return out
}

// floorShare is the part of the median residual that is added before taking logarithms, so that a lucky prediction does
// not count as an infinitely small residual.
const floorShare = 0.25

// fitScale learns the logarithm of the residuals' size at each knot from row and guess.
func fitScale(ctx context.Context, trials []Trial, sizes []float64, rows []int, knots int, o models.Options) (*gbdt.Compiled, error) {
	d := models.Data{K: knots, Y: make([]float64, len(rows)*knots)}
	for k := range knots {
		logSizes(d.Y, sizes, rows, knots, k)
	}
	p := len(trials[rows[0]].X)
	d.X = features.Frame{N: len(rows), Columns: make([]features.Column, p+knots)}
	for j := range d.X.Columns {
		d.X.Columns[j] = features.Column{Name: fmt.Sprintf("x%d", j), Group: -1}
	}
	for _, i := range rows {
		d.X.Data = append(append(d.X.Data, trials[i].X...), trials[i].Guess...)
		d.Groups = append(d.Groups, trials[i].Group)
	}
	trainer := gbdt.Trainer{Params: gbdt.Params{Rounds: 100, Rate: 0.07, Leaves: 8, MinChildCount: 10, ExtraTrees: true, MultiOutput: true, Bins: 63}}
	pred, err := trainer.Train(ctx, d, o)
	if err != nil {
		return nil, err
	}
	frozen, err := pred.(models.Freezer).Freeze()
	if err != nil {
		return nil, err
	}
	return frozen.(*gbdt.Compiled), nil
}

// logSizes writes the targets of knot k. A trial without a point there takes the median of the others.
func logSizes(y, sizes []float64, rows []int, knots, k int) {
	var known []float64
	for _, i := range rows {
		if s := sizes[i*knots+k]; !math.IsNaN(s) {
			known = append(known, s)
		}
	}
	median := 0.0
	if len(known) > 0 {
		slices.Sort(known)
		median = known[len(known)/2]
	}
	floor := floorShare*median + tiny
	for j, i := range rows {
		s := sizes[i*knots+k]
		if math.IsNaN(s) {
			s = median
		}
		y[j*knots+k] = math.Log(s + floor)
	}
}

// tiny keeps logarithms finite where every residual is zero.
const tiny = 1e-12

// standardise divides a trial's deviations (at its times) by the local scale.
func (m *Model) standardise(t *Trial, deviations []float64) []float64 {
	l := m.At(t.X, t.Guess)
	out := make([]float64, len(deviations))
	for j, r := range deviations {
		i, w := place(m.knots, t.Time[j])
		out[j] = r / l.scale(i, w)
	}
	return out
}
