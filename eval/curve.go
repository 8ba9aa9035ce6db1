package eval

import (
	"maps"
	"math"
	"slices"
)

// CurveTrial is one trial's true and predicted learning curve. All three slices have length m >= 0 and epochs increase
// strictly; a trial without points counts for nothing. Values are in the curve's own unit (percent for accuracies).
type CurveTrial struct {
	ID      string // for reading only
	Group   string // metrics are computed inside groups
	Pool    string // place_* and end_* of all groups compare runs of one pool; empty: those without a name are one
	Cluster string // repeats of one configuration share it and are resampled together; empty: this trial alone
	Epochs  []float64
	Truth   []float64
	Pred    []float64
}

// CurveData is the predictions of one variant.
type CurveData struct {
	Trials []CurveTrial
	// Values outside Low..High cannot occur (0..100 for accuracy in percent); infinities mean no bound,
	// and Low = High = 0 means no bounds at all.
	Low, High float64
}

// cell is what was seen at one epoch of one group: the trials (indices into the data) and their values.
type cell struct {
	epoch       float64
	trials      []int
	truth, pred []float64
}

// curveGroup is one group's trials, ready for metrics.
type curveGroup struct {
	name    string
	trials  []int  // with at least one kept point
	cells   []cell // by epoch, ascending; those with too few trials left out
	final   cell   // every trial at its own last epoch
	points  int
	skipped int // epochs with too few trials
}

// kept returns the trial with the points before from left out.
func (t CurveTrial) kept(from float64) CurveTrial {
	if len(t.Truth) != len(t.Epochs) || len(t.Pred) != len(t.Epochs) {
		panic("eval: curve with different numbers of epochs, truths and predictions")
	}
	i, _ := slices.BinarySearch(t.Epochs, from)
	t.Epochs, t.Truth, t.Pred = t.Epochs[i:], t.Truth[i:], t.Pred[i:]
	return t
}

// groupCurves sorts the points of all trials into cells. Groups come in ascending order of name.
func groupCurves(d CurveData, o Options) (groups []curveGroup, kept []CurveTrial) {
	kept = make([]CurveTrial, len(d.Trials))
	members := map[string][]int{}
	for i, t := range d.Trials {
		kept[i] = t.kept(o.FromEpoch)
		if len(kept[i].Epochs) > 0 {
			members[t.Group] = append(members[t.Group], i)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		groups = append(groups, newCurveGroup(name, members[name], kept, o.MinTrials))
	}
	return groups, kept
}

func newCurveGroup(name string, trials []int, kept []CurveTrial, minTrials int) curveGroup {
	g := curveGroup{name: name, trials: trials, final: cell{epoch: math.NaN()}}
	byEpoch := cellsFor(trials, kept)
	g.final.grow(len(trials))
	for _, i := range trials {
		t := kept[i]
		for k, e := range t.Epochs {
			c := byEpoch[e]
			c.add(i, t.Truth[k], t.Pred[k])
		}
		last := len(t.Epochs) - 1
		g.final.add(i, t.Truth[last], t.Pred[last])
		g.points += len(t.Epochs)
	}
	for _, e := range slices.Sorted(maps.Keys(byEpoch)) {
		if c := byEpoch[e]; len(c.trials) >= minTrials {
			g.cells = append(g.cells, *c)
		} else {
			g.skipped++
		}
	}
	return g
}

// cellsFor are empty cells, with room for what will be seen: there are as many values as points.
func cellsFor(trials []int, kept []CurveTrial) map[float64]*cell {
	count := map[float64]int{}
	for _, i := range trials {
		for _, e := range kept[i].Epochs {
			count[e]++
		}
	}
	out := make(map[float64]*cell, len(count))
	for e, n := range count {
		out[e] = &cell{epoch: e}
		out[e].grow(n)
	}
	return out
}

func (c *cell) grow(n int) {
	c.trials, c.truth, c.pred = make([]int, 0, n), make([]float64, 0, n), make([]float64, 0, n)
}

func (c *cell) add(trial int, truth, pred float64) {
	c.trials = append(c.trials, trial)
	c.truth = append(c.truth, truth)
	c.pred = append(c.pred, pred)
}

// errorSums are the sums that rmse and mae are made of, of one trial or many.
type errorSums struct{ squared, absolute, points float64 }

func (s *errorSums) add(o errorSums, weight float64) {
	s.squared += weight * o.squared
	s.absolute += weight * o.absolute
	s.points += weight * o.points
}

func (s errorSums) rmse() float64 { return math.Sqrt(s.squared / s.points) }
func (s errorSums) mae() float64  { return s.absolute / s.points }

func (t CurveTrial) errorSums() (s errorSums) {
	for k, y := range t.Truth {
		d := y - t.Pred[k]
		s.squared += d * d
		s.absolute += math.Abs(d)
	}
	s.points = float64(len(t.Truth))
	return s
}
