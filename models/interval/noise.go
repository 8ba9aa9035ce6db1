package interval

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Noise says how repeats of one configuration differ from each other, in units of the local scale. The deviation at the
// points of a curve is spread(u) times z, where z has variance 1 and the correlation
// common + (1-common) follow^d between points that are d steps apart.
type Noise struct {
	Spread  []float64 // K: standard deviation at each knot
	Common  float64   // 0..1: the part that is the same along the whole curve
	Follow  float64   // 0..1: correlation of neighbouring points of the rest
	Repeats int       // deviations come from so many repeated runs; 0: from held-out residuals, which are larger
}

// minRepeats is the smallest number of repeated runs that the noise is learnt from.
const minRepeats = 20

// winsor bounds scores at this multiple of their median size, so that a few failed runs do not set the noise of all.
const winsor = 6

func (m *Model) fitNoise(trials []Trial, scores [][]float64) Noise {
	deviations, repeats := m.repeatScores(trials)
	from := trials
	if repeats < minRepeats {
		deviations, repeats = scores, 0
	} else {
		from = nil
		kept := deviations[:0:0]
		for i, z := range deviations {
			if z != nil {
				from, kept = append(from, trials[i]), append(kept, z)
			}
		}
		deviations = kept
	}
	n := Noise{Repeats: repeats, Spread: m.spread(from, deviations)}
	n.Common, n.Follow = m.correlation(from, deviations, n.Spread)
	return n
}

// repeatScores returns the deviation of every repeated run from the mean of its configuration, divided by the local
// scale and corrected for the lost degree of freedom; nil for a run without a repeat at the same times.
func (m *Model) repeatScores(trials []Trial) (scores [][]float64, repeats int) {
	groups := map[int][]int{}
	for i := range trials {
		groups[trials[i].Group] = append(groups[trials[i].Group], i)
	}
	scores = make([][]float64, len(trials))
	for i := range trials {
		var same []int
		for _, j := range groups[trials[i].Group] {
			if slices.Equal(trials[i].Time, trials[j].Time) {
				same = append(same, j)
			}
		}
		if len(same) < 2 {
			continue
		}
		size := float64(len(same))
		d := slices.Clone(trials[i].Residual)
		for k := range d {
			mean := 0.0
			for _, j := range same {
				mean += trials[j].Residual[k] / size
			}
			d[k] = (d[k] - mean) * math.Sqrt(size/(size-1))
		}
		scores[i] = m.At(trials[i].X, trials[i].Guess, trials[i].Spread).standardise(trials[i].Time, d)
		repeats++
	}
	return scores, repeats
}

// spread returns the root mean square of winsorised scores in each segment.
func (m *Model) spread(trials []Trial, scores [][]float64) []float64 {
	n := len(m.knots)
	bySegment := make([][]float64, n)
	for i := range trials {
		for j, u := range trials[i].Time {
			k := nearest(m.knots, u)
			bySegment[k] = append(bySegment[k], math.Abs(scores[i][j]))
		}
	}
	out, filled := make([]float64, n), make([]int, n)
	for k, s := range bySegment {
		if len(s) == 0 {
			continue
		}
		slices.Sort(s)
		limit := winsor * s[len(s)/2]
		if limit == 0 {
			limit = math.Inf(1)
		}
		sum := 0.0
		for _, x := range s {
			x = min(x, limit)
			sum += x * x
		}
		out[k], filled[k] = math.Sqrt(sum/float64(len(s))), len(s)
	}
	fillEmpty(out, filled)
	return out
}

// correlation estimates Common from points half a curve apart and Follow from neighbours.
func (m *Model) correlation(trials []Trial, scores [][]float64, spread []float64) (common, follow float64) {
	var near, far, nearN, farN float64
	for i := range trials {
		z := make([]float64, len(scores[i]))
		for j, s := range scores[i] {
			k, w := place(m.knots, trials[i].Time[j])
			if sd := between(spread, k, w); sd > 0 {
				z[j] = max(-3, min(3, s/sd))
			}
		}
		half := len(z) / 2
		for j := 1; j < len(z); j++ {
			near += z[j] * z[j-1]
			nearN += (z[j]*z[j] + z[j-1]*z[j-1]) / 2
		}
		for j := half; half > 1 && j < len(z); j++ {
			far += z[j] * z[j-half]
			farN += (z[j]*z[j] + z[j-half]*z[j-half]) / 2
		}
	}
	if farN > 0 {
		common = max(0, min(0.98, far/farN))
	}
	if nearN > 0 {
		follow = max(0, min(0.999, (near/nearN-common)/(1-common)))
	}
	return common, follow
}

// Sample writes a plausible deviation from the prediction at each of the normalised times (increasing) into dst (nil
// allocates), in the unit of the residuals.
func (l Local) Sample(dst, times []float64, r *rand.Rand) []float64 {
	if dst == nil {
		dst = make([]float64, len(times))
	}
	n := l.model.noise
	shared := math.Sqrt(n.Common) * r.NormFloat64()
	own := math.Sqrt(1 - n.Common)
	step := math.Sqrt(1 - n.Follow*n.Follow)
	z := r.NormFloat64()
	for j, u := range times {
		if j > 0 {
			z = n.Follow*z + step*r.NormFloat64()
		}
		i, w := place(l.model.knots, u)
		dst[j] = scale(l.size, i, w) * between(n.Spread, i, w) * (shared + own*z)
	}
	return dst
}
