package eval

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"eahas/trial/target"
)

// CostData is the predictions of one variant for one target that has a number a trial. Truth and Pred have length n;
// Groups and Clusters have length n or are nil. A trial whose truth is NaN is unknown and left out.
type CostData struct {
	Scale       target.Scale // empty means Log: an energy (J) or a duration (s)
	Low, High   float64      // with Bounded
	Truth, Pred []float64
	Groups      []string // slices to report beside "all"; nil for none
	Clusters    []string // repeats of one configuration are resampled together; "" or nil: each trial alone
}

// costMetrics is the order of a group's statistics.
var costMetrics = []string{MetricR2, MetricLogR2, MetricTau, MetricSpearman, MetricRMSE, MetricMAE, MetricMAPE,
	MetricMedianAPE}

// relativeMetrics mean nothing where a truth may be 0 or below.
var relativeMetrics = []string{MetricLogR2, MetricMAPE, MetricMedianAPE}

// has reports whether a metric means something on the data's scale.
func (d *CostData) has(metric string) bool {
	return d.Scale == "" || d.Scale == target.Log || !slices.Contains(relativeMetrics, metric)
}

// impossible says what is wrong with a prediction.
func (d *CostData) impossible(pred float64) Impossible {
	if d.Scale == "" || d.Scale == target.Log {
		return ImpossibleCost(pred)
	}
	return ImpossibleCurve([]float64{pred}, d.Low, d.High)
}

// CostRows scores the predictions of a target that has a number a trial: rows for every group, ascending by name (when
// there is more than one), and for all trials pooled ("all"). The metrics are r2, log_r2, tau, spearman, rmse, mae (in
// the target's unit), mape, medape (fractions) and impossible (predictions that are not finite, not above zero, or out
// of bounds); log_r2, mape and medape only on a logarithmic scale.
// Intervals are percentile bootstrap intervals over clusters.
func CostRows(variant string, of target.Target, d CostData, o Options) ([]Row, Details) {
	o = o.withDefaults()
	groups, details := groupCosts(d)
	var rows []Row
	for _, g := range groups {
		var impossible Impossible
		for _, p := range g.pred {
			impossible = impossible.Add(d.impossible(p))
		}
		if g.name == GroupAll {
			details.Impossible = impossible
		}
		values := g.values()
		samples, clusters := g.bootstrap(o)
		if g.name == GroupAll {
			details.Clusters, details.IntervalResamples = clusters, len(samples)
		}
		for m, metric := range costMetrics {
			if !d.has(metric) {
				continue
			}
			r := Row{variant, of, g.name, metric, values[m], math.NaN(), math.NaN(), len(g.truth)}
			if len(samples) > 0 && !math.IsNaN(r.Value) && !math.IsInf(r.Value, 0) {
				r.CILow, r.CIHigh = interval(samples, m, o.Level, 0)
			}
			rows = append(rows, r)
		}
		rows = append(rows, Row{variant, of, g.name, MetricImpossible, float64(impossible.Trials), math.NaN(),
			math.NaN(), len(g.truth)})
	}
	details.warnCosts(of)
	return rows, details
}

func (d *Details) warnCosts(of target.Target) {
	if d.Empty > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("%d trials have no known %s and were not scored", d.Empty, of))
	}
	if d.Impossible.Trials > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("%d of %d predictions of %s are impossible: %s",
			d.Impossible.Trials, d.Trials, of, d.Impossible))
	}
}

type costGroup struct {
	name        string
	truth, pred []float64
	clusters    []string
}

// groupCosts returns the groups by name and "all" last; a single group is the same as "all" and is not repeated.
func groupCosts(d CostData) ([]costGroup, Details) {
	mustMatch(d.Truth, d.Pred)
	if d.Groups != nil && len(d.Groups) != len(d.Truth) || d.Clusters != nil && len(d.Clusters) != len(d.Truth) {
		panic(badLengths)
	}
	var details Details
	all := costGroup{name: GroupAll}
	byName := map[string]*costGroup{}
	for i, y := range d.Truth {
		if math.IsNaN(y) {
			details.Empty++
			continue
		}
		cluster, name := "", ""
		if d.Clusters != nil {
			cluster = d.Clusters[i]
		}
		all.add(y, d.Pred[i], cluster)
		if d.Groups != nil {
			name = d.Groups[i]
		}
		if byName[name] == nil {
			byName[name] = &costGroup{name: name}
		}
		byName[name].add(y, d.Pred[i], cluster)
	}
	details.Trials = len(all.truth)
	var groups []costGroup
	if len(byName) > 1 {
		for _, name := range slices.Sorted(maps.Keys(byName)) {
			groups = append(groups, *byName[name])
		}
	}
	return append(groups, all), details
}

func (g *costGroup) add(truth, pred float64, cluster string) {
	g.truth = append(g.truth, truth)
	g.pred = append(g.pred, pred)
	g.clusters = append(g.clusters, cluster)
}

// values returns the statistics in the order of costMetrics.
func (g *costGroup) values() []float64 {
	y, p := g.truth, g.pred
	return []float64{R2(y, p), LogR2(y, p), rankScore(KendallTauB, y, p), rankScore(Spearman, y, p),
		RMSE(y, p), MAE(y, p), MAPE(y, p), MedianAPE(y, p)}
}
