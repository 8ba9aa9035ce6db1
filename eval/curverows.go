package eval

import (
	"fmt"
	"math"

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
// The metrics are avg_r2, avg_tau, final_r2, final_tau, rmse, mae and impossible.
//
// Epochs are matched by value. At each epoch of a group with at least Options.MinTrials trials, R2 and tau-b are taken
// over its trials; avg_* is the mean over those epochs, final_* is over the trials' own last epochs. Where the truth
// is the same for all trials the metric is undefined and left out (Details count it). A group's rmse and mae pool
// all its points. For "all" each metric is the mean over the groups where it is defined, so every group weighs the
// same however many or long its curves are; impossible counts trials with any impossible value. Non-finite values
// make every metric of their group and of "all" NaN.
//
// Intervals: percentile bootstrap over clusters of trials, exact for final_*, rmse and mae. For avg_* the width is
// estimated on chosen epochs of each group (Details.IntervalEpochs at most, dense at the start of the curve, each weighted
// by the epochs that it stands for) and centred on the exact value.
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
		rows = append(rows, Row{variant, target.Curve, name, MetricImpossible, float64(impossible.Trials), math.NaN(), math.NaN(), n})
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
		d.Warnings = append(d.Warnings, fmt.Sprintf("%d trials have no curve point from epoch %g on and were not scored", d.Empty, o.FromEpoch))
	}
	if d.SkippedEpochs > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("%d (group, epoch) pairs have fewer than %d trials and have no part in avg_r2 and avg_tau", d.SkippedEpochs, o.MinTrials))
	}
	if d.UndefinedR2 > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("%d (group, epoch) pairs have the same true value for all trials; R2 and tau are undefined there and left out of the averages", d.UndefinedR2))
	}
	if d.Impossible.Trials > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("%d of %d predicted curves hold impossible values: %s", d.Impossible.Trials, d.Trials, d.Impossible))
	}
}
