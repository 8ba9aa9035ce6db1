package artifacts

import "slices"

// thin keeps every n-th epoch of the series (the n-th, the 2n-th, ...) and the last; n below 2 keeps all. Totals stay.
func (a *Answer) thin(n int) {
	if n < 2 {
		return
	}
	series := []*[]float64{&a.Epochs, &a.Curve, &a.Energy, &a.Time}
	for i := range a.Curves {
		series = append(series, &a.Curves[i].Values)
	}
	if v := a.Intervals; v != nil {
		series = append(series, &v.CurveLow, &v.CurveHigh)
		for i := range v.Curves {
			series = append(series, &v.Curves[i].Low, &v.Curves[i].High)
		}
	}
	for _, s := range series {
		kept := 0
		for i, x := range *s {
			if (i+1)%n == 0 || i == len(*s)-1 {
				(*s)[kept] = x
				kept++
			}
		}
		*s = slices.Delete(*s, kept, len(*s))
	}
}
