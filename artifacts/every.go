package artifacts

import "slices"

// thin keeps every n-th epoch of the series (the n-th, the 2n-th, ...) and the last; n below 2 keeps all. Totals stay.
func (a *Answer) thin(n int) {
	if n < 2 {
		return
	}
	series := []*[]float64{&a.Epochs, &a.Curve, &a.Energy, &a.Time}
	if v := a.Intervals; v != nil {
		series = append(series, &v.CurveLow, &v.CurveHigh)
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
