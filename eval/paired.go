package eval

import (
	"fmt"
	"math"
	"slices"

	"eahas/trial/target"
)

// Diff is the difference of one metric between two variants, B less A, on the same trials.
type Diff struct {
	Target         target.Target
	Group, Metric  string
	A, B           string  // the variants
	ValueA, ValueB float64 // exact
	Difference     float64
	CILow, CIHigh  float64  // of the difference
	N              int      // trials
	Seeds          *SeedGap // over the training seeds of both; nil with one seed
}

// Real reports whether the interval leaves out zero and the training seeds, if there are several, agree. It is false
// when there is no interval.
func (d Diff) Real() bool { return (d.CILow > 0 || d.CIHigh < 0) && d.Apart() }

// Apart reports whether no choice of training seeds turns the difference around. It is true with one seed.
func (d Diff) Apart() bool { return d.Seeds == nil || d.Seeds.Apart() }

// PairedCurves compares two variants' curves: every metric of CurveRows but impossible, for every group and "all" (the
// place metrics for "all" only). Both are resampled by the same draws, so what is hard for both cancels. It returns
// ErrDifferentTrials (wrapped) when the trials, their groups, clusters, epochs or truths differ; both must be in the
// same order.
func PairedCurves(nameA string, a CurveData, nameB string, b CurveData, o Options) ([]Diff, error) {
	if err := sameCurves(a, b); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	sa, sb := newCurveScore(a, o), newCurveScore(b, o)
	samples := subtract(sb.bootstrap(o), sa.bootstrap(o))
	var out []Diff
	width := len(curveMetrics)
	for g := range len(sa.groups) + 1 {
		name, n := GroupAll, sa.details.Trials
		if g < len(sa.groups) {
			name, n = sa.groups[g].name, len(sa.groups[g].trials)
		}
		for m, metric := range curveMetrics {
			j := g*width + m
			d := newDiff(target.Curve, name, metric, nameA, nameB, sa.values[j], sb.values[j], n)
			d.setInterval(samples, j, o.Level, d.Difference-(sb.subset[j]-sa.subset[j]))
			out = append(out, d)
		}
		if name != GroupAll {
			continue
		}
		for m, metric := range placeMetrics {
			va, vb := sa.placeValues[g][m], sb.placeValues[g][m]
			d := newDiff(target.Curve, name, metric, nameA, nameB, va, vb, n)
			d.setInterval(samples, len(sa.values)+m, o.Level, d.Difference-(sb.placeSubset[m]-sa.placeSubset[m]))
			out = append(out, d)
		}
	}
	return out, nil
}

// PairedCosts is PairedCurves for CostRows. Trials with an unknown truth are left out on both sides.
func PairedCosts(of target.Target, nameA string, a CostData, nameB string, b CostData, o Options) ([]Diff, error) {
	if !slices.EqualFunc(a.Truth, b.Truth, equalOrNaN) || !slices.Equal(a.Groups, b.Groups) ||
		!slices.Equal(a.Clusters, b.Clusters) {
		return nil, fmt.Errorf("%w: %s of %s and %s", ErrDifferentTrials, of, nameA, nameB)
	}
	o = o.withDefaults()
	groupsA, _ := groupCosts(a)
	groupsB, _ := groupCosts(b)
	var out []Diff
	for g := range groupsA {
		ga, gb := &groupsA[g], &groupsB[g]
		bootA, _ := ga.bootstrap(o)
		bootB, _ := gb.bootstrap(o)
		samples := subtract(bootB, bootA)
		va, vb := ga.values(), gb.values()
		for m, metric := range costMetrics {
			if !a.has(metric) {
				continue
			}
			d := newDiff(of, ga.name, metric, nameA, nameB, va[m], vb[m], len(ga.truth))
			d.setInterval(samples, m, o.Level, 0)
			out = append(out, d)
		}
	}
	return out, nil
}

func newDiff(of target.Target, group, metric, a, b string, va, vb float64, n int) Diff {
	return Diff{of, group, metric, a, b, va, vb, vb - va, math.NaN(), math.NaN(), n, nil}
}

func (d *Diff) setInterval(samples [][]float64, j int, level, shift float64) {
	if len(samples) > 0 {
		d.CILow, d.CIHigh = interval(samples, j, level, shift)
	}
}

// subtract returns a - b, element by element, in the memory of a.
func subtract(a, b [][]float64) [][]float64 {
	for i := range a {
		for j := range a[i] {
			a[i][j] -= b[i][j]
		}
	}
	return a
}

func sameCurves(a, b CurveData) error {
	if len(a.Trials) != len(b.Trials) {
		return fmt.Errorf("%w: %d and %d trials", ErrDifferentTrials, len(a.Trials), len(b.Trials))
	}
	for i, t := range a.Trials {
		u := b.Trials[i]
		if t.Group != u.Group || t.Cluster != u.Cluster || !slices.Equal(t.Epochs, u.Epochs) ||
			!slices.EqualFunc(t.Truth, u.Truth, equalOrNaN) {
			return fmt.Errorf("%w: trial %d (%q and %q)", ErrDifferentTrials, i, t.ID, u.ID)
		}
	}
	return nil
}

func equalOrNaN(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
