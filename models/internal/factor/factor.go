// Package factor keeps factors of covariances small: a factor F (s x k, row-major) stands for the covariance FᵀF of k
// numbers, see models.Spreader.
package factor

import "math"

// negligible is the share of its own variance below which what earlier rows leave of a number counts as rounding.
const negligible = 1e-12

// Append appends to dst a factor of at most k rows with the covariance of rows (s x k, row-major, k >= 1): the rows
// themselves when s <= k, else the Cholesky factor of their k x k covariance without its zero rows. Where all rows are
// 0 and s > 0, one row of zeros stands for them. Rows are not changed. It panics when the length of rows is no multiple
// of k.
//
// Source: N. Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 10.3 (semidefinite matrices).
func Append(dst, rows []float64, k int) []float64 {
	if k < 1 || len(rows)%k != 0 {
		panic("factor: wrong length")
	}
	if len(rows) <= k*k {
		return append(dst, rows...)
	}
	return cholesky(dst, covariance(rows, k), k)
}

// covariance returns the upper half of rowsᵀ rows.
func covariance(rows []float64, k int) []float64 {
	c := make([]float64, k*k)
	for ; len(rows) > 0; rows = rows[k:] {
		row := rows[:k]
		for i, v := range row {
			if v == 0 {
				continue
			}
			to := c[i*k+i : (i+1)*k]
			for j, w := range row[i:] {
				to[j] += float64(v * w)
			}
		}
	}
	return c
}

// cholesky appends the rows of the upper triangular factor of c (upper half, k x k, overwritten).
func cholesky(dst, c []float64, k int) []float64 {
	start := len(dst)
	smallest := make([]float64, k)
	for i := range smallest {
		smallest[i] = c[i*k+i] * negligible
	}
	for i := range k {
		own := c[i*k : (i+1)*k]
		if !(own[i] > smallest[i]) {
			continue // this number follows from those before it
		}
		root := math.Sqrt(own[i])
		at := len(dst)
		for j, v := range own {
			if j < i {
				v = 0
			}
			dst = append(dst, v/root)
		}
		row := dst[at:]
		for a := i + 1; a < k; a++ {
			for b := a; b < k; b++ {
				c[a*k+b] -= float64(row[a] * row[b])
			}
		}
	}
	if len(dst) == start {
		dst = append(dst, make([]float64, k)...)
	}
	return dst
}

// Diagonal appends k rows with the standard deviations on the diagonal: numbers that vary independently.
func Diagonal(dst, deviations []float64) []float64 {
	for i, v := range deviations {
		at := len(dst)
		dst = append(dst, make([]float64, len(deviations))...)
		dst[at+i] = v
	}
	return dst
}
