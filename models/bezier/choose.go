package bezier

import (
	"math"
	"slices"

	"eahas/models"
	"eahas/models/internal/curve"
)

const (
	folds         = 3    // interior points are left out in turn: point i in fold i mod 3
	maxCurves     = 300  // curves looked at, spread evenly over the given ones
	tolerance     = 0.01 // the smallest degree within 1 % of a curve's range of the smallest error wins
	unknownDegree = 4    // without a usable curve
	maxChosenWarp = 8    // degrees of Warp and Whitened that are tried: 3..8
)

// Score is the held-out error of one degree.
type Score struct {
	Degree int
	Error  float64 // mean over curves of min(1, RMSE at left-out points / typical range of a curve)
}

// ChooseDegree cross-validates the degree on the curves' own points: of every curve with at least 8 points, one third
// of the interior points is left out in turn, the codec is fitted to the rest and judged where it was not fitted. A
// curve's root mean squared error is divided by the median range (max - min) of the non-constant curves and cut at 1,
// so that a curve that blew up counts as one failure and no more. The smallest degree whose mean error is within 0.01
// (one per cent of a typical range) of the smallest one is chosen. Without a usable curve it is 4 and scores is nil.
//
// Note: taking the smallest error itself (degree 6 to 8 on the deepobs logs) makes the surrogate worse. Every control
// point more is a target more that the regressor gets wrong, by about a tenth of the range; one per cent does not show
// beside that.
func (f Fitter) ChooseDegree(curves []models.Curve) (degree int, scores []Score, err error) {
	if f.Warp == 0 {
		f.Warp = DefaultWarp
	}
	top := min(f.Parameters.maxDegree(), maxChosenWarp)
	usable, scale := usableCurves(curves)
	if len(usable) == 0 {
		return unknownDegree, nil, nil
	}
	least := math.Inf(1)
	for n := minDegree; n <= top; n++ {
		c, err := New(f.Parameters, n, f.Warp)
		if err != nil {
			return 0, nil, err
		}
		e := 0.0
		for _, u := range usable {
			rmse, err := heldOut(c, u)
			if err != nil {
				return 0, nil, err
			}
			e += min(1, rmse/scale)
		}
		e /= float64(len(usable))
		scores = append(scores, Score{Degree: n, Error: e})
		least = min(least, e)
	}
	for _, s := range scores {
		if s.Error <= least+tolerance {
			return s.Degree, scores, nil
		}
	}
	panic("bezier: no degree has the smallest error")
}

// usableCurves returns at most maxCurves curves of 8 points or more that are not constant, evenly spread, and the
// median of the ranges.
func usableCurves(curves []models.Curve) ([]models.Curve, float64) {
	var usable []models.Curve
	for _, c := range curves {
		if len(c.Epochs) >= 8 && slices.Max(c.Values) > slices.Min(c.Values) {
			usable = append(usable, c)
		}
	}
	if total := len(usable); total > maxCurves {
		for i := range maxCurves {
			usable[i] = usable[i*total/maxCurves]
		}
		usable = usable[:maxCurves]
	}
	ranges := make([]float64, len(usable))
	for i, c := range usable {
		ranges[i] = curve.Range(c.Values)
	}
	if len(ranges) == 0 {
		return nil, 0
	}
	slices.Sort(ranges)
	return usable, ranges[len(ranges)/2]
}

// heldOut returns the root mean squared error at the interior points, each predicted by a fit that did not see it.
func heldOut(c *Codec, u models.Curve) (float64, error) {
	m := len(u.Epochs)
	var square, count float64
	for fold := range folds {
		var epochs, values, at, want []float64
		for i := range m {
			if i > 0 && i < m-1 && i%folds == fold {
				at, want = append(at, u.Epochs[i]), append(want, u.Values[i])
				continue
			}
			epochs, values = append(epochs, u.Epochs[i]), append(values, u.Values[i])
		}
		v, err := c.Encode(nil, epochs, values)
		if err != nil {
			return 0, err
		}
		got := c.Decode(nil, v, at, u.Epochs[0], u.Epochs[m-1])
		for i, w := range want {
			square += (got[i] - w) * (got[i] - w)
			count++
		}
	}
	return math.Sqrt(square / count), nil
}
