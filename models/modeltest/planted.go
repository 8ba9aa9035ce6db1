package modeltest

import (
	"slices"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
)

// planted returns n rows of a problem with a known answer: columns "a", "b", "c" uniform in 0..1 and a one-hot group
// of three, "kind". The outputs (k of them) are
//
//	y0 = 20 a - 12 b + {0, 6, -9}[kind]
//	y1 = 0.5 + a, from 5 on where c > 0.5
//
// and, beyond the second, the sum and difference of these two in turn, so that outputs have unlike scales.
// Rows that differ in salt are independent draws.
func planted(n, k int, salt string) models.Data {
	rng := stream.New(20, "modeltest", salt)
	d := models.Data{X: features.Frame{Columns: plantedColumns(), N: n}, K: k}
	for range n {
		a, b, c, kind := rng.Float64(), rng.Float64(), rng.Float64(), rng.IntN(3)
		hot := [3]float64{}
		hot[kind] = 1
		d.X.Data = append(d.X.Data, a, b, c, hot[0], hot[1], hot[2])

		y0 := 20*a - 12*b + [3]float64{0, 6, -9}[kind]
		y1 := 0.5 + a
		if c > 0.5 {
			y1 += 5
		}
		for j := range k {
			d.Y = append(d.Y, [4]float64{y0, y1, y0 + y1, y0 - y1}[j%4])
		}
	}
	return d
}

func plantedColumns() []features.Column {
	return []features.Column{
		{Name: "a", Param: "a", Group: -1},
		{Name: "b", Param: "b", Group: -1},
		{Name: "c", Param: "c", Group: -1},
		{Name: "kind=x", Param: "kind", Category: "x", Group: 0},
		{Name: "kind=y", Param: "kind", Category: "y", Group: 0},
		{Name: "kind=z", Param: "kind", Category: "z", Group: 0},
	}
}

// clone returns a deep copy.
func clone(d models.Data) models.Data {
	d.X.Columns = slices.Clone(d.X.Columns)
	d.X.Data = slices.Clone(d.X.Data)
	d.Y = slices.Clone(d.Y)
	d.Weights = slices.Clone(d.Weights)
	d.Groups = slices.Clone(d.Groups)
	return d
}

// keep returns the rows for which in is true, without weights or groups.
func keep(d models.Data, in func(row int) bool) models.Data {
	var rows []int
	var y []float64
	for i := range d.X.N {
		if in(i) {
			rows = append(rows, i)
			y = append(y, d.Y[i*d.K:(i+1)*d.K]...)
		}
	}
	return models.Data{X: d.X.Select(rows), Y: y, K: d.K}
}

// probeRow returns one unseen row.
func probeRow() []float64 {
	d := planted(1, 2, "probe")
	return d.X.Row(0)
}
