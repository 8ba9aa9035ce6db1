package eval

import (
	"fmt"
	"math"
	"slices"

	"eahas/trial/target"
)

// PairedRunErrors compares two variants' curves by run_rmse alone, with the figures and draws of PairedCurves, at
// little cost.
func PairedRunErrors(nameA string, a CurveData, nameB string, b CurveData, o Options) (Diff, error) {
	if err := sameCurves(a, b); err != nil {
		return Diff{}, err
	}
	o = o.withDefaults()
	sa, sb := errorSet(a, o), errorSet(b, o)
	clusters, every := make([]string, len(a.Trials)), make([]int32, len(a.Trials))
	for i, t := range a.Trials {
		clusters[i], every[i] = t.Cluster, 1
	}
	d := newDiff(target.Curve, GroupAll, MetricRunRMSE, nameA, nameB, sa.resampledRMSE(every), sb.resampledRMSE(every),
		len(sa.trials))
	used := func(i int) bool { return len(a.Trials[i].kept(o.FromEpoch).Epochs) > 0 }
	d.resample(newResampler(clusters, used, o.Seed), o, o.Resamples, func(counts []int32) float64 {
		return sb.resampledRMSE(counts) - sa.resampledRMSE(counts)
	})
	return d, nil
}

// errorSet is the places of all runs with a point, for their errors alone.
func errorSet(d CurveData, o Options) placeSet {
	kept, trials := make([]CurveTrial, len(d.Trials)), []int{}
	for i, t := range d.Trials {
		if kept[i] = t.kept(o.FromEpoch); len(kept[i].Epochs) > 0 {
			trials = append(trials, i)
		}
	}
	return newPlaceSet(trials, kept, func(i int) string { return kept[i].Pool }, o.MinTrials)
}

// PairedErrors compares two variants' predictions by mape alone, over all trials, or by mae where the scale is not
// logarithmic; see PairedCosts.
func PairedErrors(of target.Target, nameA string, a CostData, nameB string, b CostData, o Options) (Diff,
	error) {
	if !slices.EqualFunc(a.Truth, b.Truth, equalOrNaN) || !slices.Equal(a.Clusters, b.Clusters) {
		return Diff{}, fmt.Errorf("%w: %s of %s and %s", ErrDifferentTrials, of, nameA, nameB)
	}
	o = o.withDefaults()
	a.Groups, b.Groups = nil, nil
	groupsA, _ := groupCosts(a)
	groupsB, _ := groupCosts(b)
	ga, gb := groupsA[0], groupsB[0]
	more := make([]float64, len(ga.truth))
	metric, figure, per := MetricMAPE, MAPE, func(y float64) float64 { return y }
	if !a.has(metric) {
		metric, figure, per = MetricMAE, MAE, func(float64) float64 { return 1 }
	}
	for i, y := range ga.truth {
		if by := per(y); by != 0 {
			more[i] = math.Abs((y-gb.pred[i])/by) - math.Abs((y-ga.pred[i])/by)
		}
	}
	d := newDiff(of, GroupAll, metric, nameA, nameB, figure(ga.truth, ga.pred), figure(gb.truth, gb.pred),
		len(ga.truth))
	d.resample(newResampler(ga.clusters, nil, o.Seed), o, costResamples(o, len(ga.truth)),
		func(counts []int32) float64 {
			var sum, n float64
			for i, y := range ga.truth {
				if c := float64(counts[i]); per(y) != 0 && c > 0 {
					sum += c * more[i]
					n += c
				}
			}
			return sum / n
		})
	return d, nil
}

// resample sets the interval from the difference in n resamples.
func (d *Diff) resample(r resampler, o Options, n int, difference func(counts []int32) float64) {
	if n == 0 || r.clusters < 2 {
		return
	}
	d.setInterval(r.resample(n, 1, o.Workers, func(dst []float64, counts []int32,
		_ *scratch) {
		dst[0] = difference(counts)
	}), 0, o.Level, 0)
}
