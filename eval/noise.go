package eval

import (
	"maps"
	"math"
	"slices"
)

// Noise is the spread between repeats of the same configuration: no model that sees only the configuration can do
// better, for it must give all repeats one answer.
type Noise struct {
	Configurations int     // with at least two repeats
	Trials         int     // their repeats together
	FinalSD        float64 // pooled standard deviation of the last value: sqrt(sum SS / sum (n-1))
	CurveSD        float64 // the same over all points at epochs that two or more repeats share
	FinalSDLow     float64 // smallest and largest standard deviation of one configuration's last value
	FinalSDHigh    float64
	// BestFinalR2 is the R2 of the last value that a perfect model would reach, group by group and then averaged:
	// 1 - FinalSD^2 / (variance of the last value over all trials of the group). NaN when no group has a variance.
	BestFinalR2 float64
	// BestRMSE is the root mean squared error over all curve points that a perfect model would reach: CurveSD.
	BestRMSE float64
}

// NoiseFloor estimates the noise from the trials that share a Cluster inside a Group; predictions are not looked at.
// The noise of the repeated configurations is taken to be that of all. Without repeats the counts are 0 and all else
// NaN.
func NoiseFloor(d CurveData, fromEpoch float64) Noise {
	type key struct{ group, cluster string }
	repeats := map[key][]CurveTrial{}
	finals := map[string][]float64{}
	for _, t := range d.Trials {
		t = t.kept(fromEpoch)
		if len(t.Truth) == 0 {
			continue
		}
		finals[t.Group] = append(finals[t.Group], t.Truth[len(t.Truth)-1])
		if t.Cluster != "" {
			k := key{t.Group, t.Cluster}
			repeats[k] = append(repeats[k], t)
		}
	}
	n := Noise{FinalSDLow: math.NaN(), FinalSDHigh: math.NaN()}
	keys := slices.SortedFunc(maps.Keys(repeats), func(a, b key) int {
		return slices.Compare([]string{a.group, a.cluster}, []string{b.group, b.cluster})
	})
	var final, curve pooledVariance
	for _, k := range keys {
		trials := repeats[k]
		if len(trials) < 2 {
			continue
		}
		n.Configurations++
		n.Trials += len(trials)
		last := make([]float64, len(trials))
		byEpoch := map[float64][]float64{}
		for i, t := range trials {
			last[i] = t.Truth[len(t.Truth)-1]
			for j, e := range t.Epochs {
				byEpoch[e] = append(byEpoch[e], t.Truth[j])
			}
		}
		sd := final.add(last)
		if !(n.FinalSDLow <= sd) {
			n.FinalSDLow = sd
		}
		if !(n.FinalSDHigh >= sd) {
			n.FinalSDHigh = sd
		}
		for _, e := range slices.Sorted(maps.Keys(byEpoch)) {
			curve.add(byEpoch[e])
		}
	}
	n.FinalSD, n.CurveSD = final.sd(), curve.sd()
	n.BestRMSE = n.CurveSD
	var best []float64
	for _, g := range slices.Sorted(maps.Keys(finals)) {
		var v pooledVariance
		if sd := v.add(finals[g]); sd > 0 {
			best = append(best, 1-n.FinalSD*n.FinalSD/(sd*sd))
		}
	}
	n.BestFinalR2, _ = meanDefined(best)
	return n
}

// pooledVariance adds up squared deviations from each sample's own mean, and their degrees of freedom.
type pooledVariance struct{ squares, freedom float64 }

// add adds one sample and returns its own standard deviation; a sample of one adds nothing and gives NaN.
func (v *pooledVariance) add(xs []float64) float64 {
	mean, _ := meanDefined(xs)
	var squares float64
	for _, x := range xs {
		squares += (x - mean) * (x - mean)
	}
	v.squares += squares
	v.freedom += float64(len(xs) - 1)
	if len(xs) < 2 {
		return math.NaN()
	}
	return math.Sqrt(squares / float64(len(xs)-1))
}

func (v pooledVariance) sd() float64 { return math.Sqrt(v.squares / v.freedom) }
