package bezier

// order projects x onto the nearest vector (Euclidean distance) with 0 <= x1 <= x2 ... <= 1: isotonic regression by
// pooling adjacent violators, then clipping. (Barlow et al., "Statistical Inference under Order
// Restrictions", 1972.) Clipping afterwards gives the bounded projection. Vectors in order stay as they are.
// With x0 = 0 and xn = 1 around it the derivative of x(t) has no negative control point and one that is positive, so
// x(t) increases strictly on 0..1.
func order(x []float64) {
	var mean row
	var count [maxDegree + 1]int
	top := 0
	for _, v := range x {
		mean[top], count[top] = v, 1
		top++
		for top > 1 && mean[top-2] > mean[top-1] {
			a, b := count[top-2], count[top-1]
			mean[top-2] = (mean[top-2]*float64(a) + mean[top-1]*float64(b)) / float64(a+b)
			count[top-2] = a + b
			top--
		}
	}
	i := 0
	for p := 0; p < top; p++ {
		v := min(max(mean[p], 0), 1)
		for range count[p] {
			x[i] = v
			i++
		}
	}
}
