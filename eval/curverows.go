package eval

import (
	"fmt"
	"math"
	"slices"

	"eahas/trial/target"
)

// Details says what the rows of one variant and target rest on, and holds the metrics along the epochs.
type Details struct {
	Trials            int // scored
	Points            int // curve points scored; 0 for costs
	Clusters          int // independent configurations among the trials; intervals resample these
	Empty             int // trials without a point to score
	SkippedEpochs     int // (group, epoch) pairs with fewer than Options.MinTrials trials
	UndefinedR2       int // (group, epoch) pairs without R2, because all trials have the same true value
	UndefinedTau      int // likewise without tau
	FewGroups         int // pools of few runs that were made one for place_* and end_*
	FewRuns           int // their runs
	AloneRuns         int // those of them that have no part in place_* and end_*, for even together they are too few
	EqualPlaces       int // (pool, place) pairs that have no part in place_*, for all runs have the same true value
	IntervalEpochs    int // epochs of a group, at most, that the intervals of avg_r2 and avg_tau were estimated on
	IntervalResamples int
	Impossible        Impossible
	ByEpoch           []EpochMetrics // by group, then epoch
	Warnings          []string
}

// EpochMetrics are the metrics of one epoch of one group.
type EpochMetrics struct {
	Group string
	Epoch float64
	N     int // trials
	R2    float64
	Tau   float64
	RMSE  float64
	MAE   float64
	Bias  float64 // mean of prediction less truth
}

// curveMetrics is the order of a group's statistics.
var curveMetrics = []string{MetricAvgR2, MetricAvgTau, MetricFinalR2, MetricFinalTau, MetricRMSE, MetricMAE}

// CurveRows scores predicted learning curves: rows for every group, ascending by name, and for all groups ("all").
// The metrics are avg_r2, avg_tau, final_r2, final_tau, rmse, mae, place_r2, place_tau, end_r2, end_tau, run_rmse and
// impossible.
//
// Epochs are matched by value. At each epoch of a group with at least Options.MinTrials trials, R2 and tau-b are taken
// over its trials; avg_* is the mean over those epochs, final_* is over the trials' own last epochs. Where the truth
// is the same for all trials the metric is undefined and left out (Details count it). A group's rmse and mae pool
// all its points. For "all" each metric is the mean over the groups where it is defined, so every group weighs the
// same however many or long its curves are; impossible counts trials with any impossible value. Non-finite values
// make every metric of their group and of "all" NaN.
//
// The place metrics take the runs of a group as one pool, and those of "all" as one pool for each CurveTrial.Pool,
// where pools of fewer than 10 runs are joined to one (left out if that has fewer than MinTrials; Details count both).
// Where all runs of a pool have the same epochs these are the places; else the places are 0, 1/20, ... 1 of each run's
// length, values interpolated. place_r2 is 1 - the sum of squared errors / the sum of squared deviations from the mean
// of the pool at the place, over all pools and places, each pool's places weighing 1 together for each run; place_tau
// is the mean of tau-b over pools and places, weighted by runs; end_* are the same at the last points alone. Places at
// which all runs of a pool have the same truth have no part in them. run_rmse is the root of the mean, over all runs,
// of each run's mean squared error over its places.
//
// Note: avg_r2 averages ratios without lower bound, so one epoch at which the runs hardly differ can decide it. Let
// every run be answered with the mean of its pool's runs in the other folds, and let no fold hold more than a share q
// of a pool's runs: then place_r2 and end_r2 are at least 1 - 1/(1-q)^2, whatever the data; -.5625 for a fifth.
//
// Intervals: percentile bootstrap over clusters of trials, exact for final_*, rmse and mae. For avg_* the width is
// estimated on chosen epochs of each group (Details.IntervalEpochs at most, dense at the start of the curve, each
// weighted by the epochs that it stands for) and centred on the exact value; place_r2 and place_tau likewise. The place
// metrics have intervals for "all" only.
func CurveRows(variant string, d CurveData, o Options) ([]Row, Details) {
	o = o.withDefaults()
	s := newCurveScore(d, o)
	samples := s.bootstrap(o)
	details := s.details
	details.IntervalResamples = len(samples)

	var rows []Row
	width := len(curveMetrics)
	for g := range len(s.groups) + 1 {
		name, n, impossible := GroupAll, details.Trials, details.Impossible
		if g < len(s.groups) {
			name, n, impossible = s.groups[g].name, len(s.groups[g].trials), s.impossible[g]
		}
		for m, metric := range curveMetrics {
			r := Row{variant, target.Curve, name, metric, s.values[g*width+m], math.NaN(), math.NaN(), n}
			if len(samples) > 0 {
				j := g*width + m
				r.CILow, r.CIHigh = interval(samples, j, o.Level, s.values[j]-s.subset[j])
				if metric != MetricRMSE && metric != MetricMAE {
					r.CIHigh = min(r.CIHigh, 1)
				}
			}
			rows = append(rows, r)
		}
		for m, x := range s.placeValues[g] {
			r := Row{variant, target.Curve, name, placeMetrics[m], x, math.NaN(), math.NaN(), n}
			if name == GroupAll && len(samples) > 0 && !math.IsNaN(x) {
				r.CILow, r.CIHigh = interval(samples, len(s.values)+m, o.Level, x-s.placeSubset[m])
				if r.Metric != MetricRunRMSE {
					r.CIHigh = min(r.CIHigh, 1)
				}
			}
			rows = append(rows, r)
		}
		rows = append(rows, Row{variant, target.Curve, name, MetricImpossible, float64(impossible.Trials), math.NaN(),
			math.NaN(), n})
	}
	return rows, details
}

// curveScore holds the exact statistics of a set of curves. Statistic m of group g stands at g*len(curveMetrics)+m;
// the group after the last is "all".
type curveScore struct {
	groups     []curveGroup
	sums       []errorSums // per trial
	clusters   []string    // per trial
	impossible []Impossible
	values     []float64         // exact
	subset     []float64         // the same with avg_* over the epochs that the bootstrap uses
	chosen     [][]weightedEpoch // per group: those epochs
	details    Details

	places      placeSet    // of all groups
	placeValues [][]float64 // per group, then "all": exact, in the order of placeMetrics
	placeSubset []float64   // of "all", with place_* over the places that the bootstrap uses
}

func newCurveScore(d CurveData, o Options) *curveScore {
	groups, kept := groupCurves(d, o)
	s := &curveScore{groups: groups, sums: make([]errorSums, len(kept)), clusters: make([]string, len(kept))}
	for i, t := range kept {
		s.sums[i], s.clusters[i] = t.errorSums(), t.Cluster
		if len(t.Epochs) == 0 {
			s.details.Empty++
		}
	}
	for _, g := range groups {
		var c Impossible
		for _, i := range g.trials {
			c = c.Add(ImpossibleCurve(kept[i].Pred, d.Low, d.High))
		}
		s.impossible = append(s.impossible, c)
		s.details.Impossible = s.details.Impossible.Add(c)
		s.details.Trials += len(g.trials)
		s.details.Points += g.points
		s.details.SkippedEpochs += g.skipped
	}
	s.chooseEpochs(o)
	s.score()
	s.scorePlaces(kept, o)
	s.warn(o)
	return s
}

// score fills values, subset and the epochs' metrics.
func (s *curveScore) score() {
	width := len(curveMetrics)
	s.values = make([]float64, (len(s.groups)+1)*width)
	s.subset = make([]float64, len(s.values))
	broken := false
	for g, group := range s.groups {
		first := len(s.details.ByEpoch)
		for _, c := range group.cells {
			e := c.metrics(group.name)
			if math.IsNaN(e.R2) {
				s.details.UndefinedR2++
			}
			if math.IsNaN(e.Tau) {
				s.details.UndefinedTau++
			}
			s.details.ByEpoch = append(s.details.ByEpoch, e)
		}
		epochs := s.details.ByEpoch[first:]
		var sums errorSums
		for _, i := range group.trials {
			sums.add(s.sums[i], 1)
		}
		v := s.values[g*width : (g+1)*width]
		v[0], v[1] = averageEpochs(epochs, spread(len(epochs), len(epochs)))
		v[2], v[3] = group.final.r2(), group.final.tau()
		v[4], v[5] = sums.rmse(), sums.mae()
		sub := s.subset[g*width : (g+1)*width]
		copy(sub, v)
		sub[0], sub[1] = averageEpochs(epochs, s.chosen[g])
		if nonFinite(sums) {
			fillNaN(v)
			broken = true
		}
	}
	overGroups(s.values, width)
	overGroups(s.subset, width)
	if broken {
		fillNaN(s.values[len(s.values)-width:])
	}
}

// scorePlaces fills placeValues and placeSubset.
func (s *curveScore) scorePlaces(kept []CurveTrial, o Options) {
	var all []int
	for _, g := range s.groups {
		one := newPlaceSet(g.trials, kept, func(int) string { return "" }, o.MinTrials)
		s.placeValues = append(s.placeValues, one.values(false))
		all = append(all, g.trials...)
	}
	slices.Sort(all)
	s.places = newPlaceSet(all, kept, func(i int) string { return kept[i].Pool }, o.MinTrials)
	s.places.choose(s.intervalLimit(o))
	s.placeValues = append(s.placeValues, s.places.values(false))
	s.placeSubset = s.places.values(true)
	s.details.FewGroups, s.details.FewRuns, s.details.AloneRuns = s.places.few, s.places.joined, s.places.alone
	s.details.EqualPlaces = s.places.equal
}

// overGroups fills the last group, "all", with the means over the groups before it where they are defined.
func overGroups(v []float64, width int) {
	all := v[len(v)-width:]
	for m := range all {
		var mean runningMean
		for j := m; j < len(v)-width; j += width {
			mean.add(v[j], 1)
		}
		all[m] = mean.mean()
	}
}

func nonFinite(s errorSums) bool { return math.IsNaN(s.squared) || math.IsInf(s.squared, 0) }

func fillNaN(xs []float64) {
	for i := range xs {
		xs[i] = math.NaN()
	}
}

func (c *cell) r2() float64  { return R2(c.truth, c.pred) }
func (c *cell) tau() float64 { return rankScore(KendallTauB, c.truth, c.pred) }

func (c *cell) metrics(group string) EpochMetrics {
	var bias float64
	for i, p := range c.pred {
		bias += p - c.truth[i]
	}
	return EpochMetrics{Group: group, Epoch: c.epoch, N: len(c.trials), R2: c.r2(), Tau: c.tau(),
		RMSE: RMSE(c.truth, c.pred), MAE: MAE(c.truth, c.pred), Bias: bias / float64(len(c.pred))}
}

// averageEpochs returns the weighted means of R2 and tau over the chosen epochs where they are defined.
func averageEpochs(epochs []EpochMetrics, chosen []weightedEpoch) (r2, tau float64) {
	var r2s, taus runningMean
	for _, c := range chosen {
		r2s.add(epochs[c.cell].R2, c.weight)
		taus.add(epochs[c.cell].Tau, c.weight)
	}
	return r2s.mean(), taus.mean()
}

func (s *curveScore) warn(o Options) {
	d := &s.details
	if d.Empty > 0 {
		d.Warnings = append(d.Warnings,
			fmt.Sprintf("%d trials have no curve point from epoch %g on and were not scored", d.Empty, o.FromEpoch))
	}
	if d.SkippedEpochs > 0 {
		d.Warnings = append(d.Warnings,
			fmt.Sprintf("%d (group, epoch) pairs have fewer than %d trials and have no part in avg_r2 and avg_tau",
				d.SkippedEpochs, o.MinTrials))
	}
	if d.UndefinedR2 > 0 {
		d.Warnings = append(d.Warnings,
			fmt.Sprintf("%d (group, epoch) pairs have the same true value for all trials; R2 and tau are undefined "+
				"there and left out of the averages", d.UndefinedR2))
	}
	d.Warnings = append(d.Warnings, s.places.say()...)
	if d.Impossible.Trials > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("%d of %d predicted curves hold impossible values: %s",
			d.Impossible.Trials, d.Trials, d.Impossible))
	}
}
