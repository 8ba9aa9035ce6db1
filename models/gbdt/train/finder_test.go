package train

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"eahas/features"
)

// The finder must agree with the search by halves, also for skewed and infinite cuts and for values beside them.
func TestFinderAgreesWithSearch(t *testing.T) {
	value := rapid.OneOf(
		rapid.Float64(),
		rapid.Float64Range(-1, 1),
		rapid.SampledFrom([]float64{0, math.Inf(1), math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64}),
	)
	rapid.Check(t, func(t *rapid.T) {
		f := feature{kind: numeric, columns: []int{0}, cuts: rapid.SliceOfN(value, 0, 254).Draw(t, "cuts")}
		if rapid.Bool().Draw(t, "from -Inf") {
			f.cuts = append(f.cuts, math.Inf(-1))
		}
		f.cuts = slices.DeleteFunc(f.cuts, func(v float64) bool { return math.IsInf(v, 1) })
		slices.Sort(f.cuts)
		f.cuts = slices.Compact(f.cuts)
		f.cuts = f.cuts[:min(len(f.cuts), 254)]
		f.close(len(f.cuts)+1, false, true)
		d := newFinder(&f)
		test := append([]float64{math.NaN(), math.Inf(1), math.Inf(-1)}, rapid.SliceOf(value).Draw(t, "values")...)
		for _, c := range f.cuts {
			test = append(test, c, math.Nextafter(c, math.Inf(1)), math.Nextafter(c, math.Inf(-1)))
		}
		x := features.Frame{N: len(test), Columns: make([]features.Column, 1), Data: test}
		bins := make([]uint8, len(test))
		d.column(&x, 0, bins)
		for i, v := range test {
			if want := f.bin(v); int(bins[i]) != want {
				t.Fatalf("%v is in bin %d, want %d; cuts %v", v, bins[i], want, f.cuts)
			}
		}
	})
}

// Counting by hash must agree with counting by sorting, up to and beyond the size of the table.
func TestColumnValuesAgreeWithSorting(t *testing.T) {
	for _, different := range []int{1, 2, 300, 2048, 2049, 5000} {
		x := features.Frame{N: 20000, Columns: make([]features.Column, 1)}
		for i := range x.N {
			v := float64(i*7919%different) - float64(different/2)
			switch {
			case i%11 == 3:
				v = math.NaN()
			case v == 0 && i%2 == 0:
				v = math.Copysign(0, -1)
			}
			x.Data = append(x.Data, v)
		}
		got, gotCounts := columnValues(&x, 0)
		want, wantCounts := sortedValues(&x, 0, 1)
		if !slices.Equal(got, want) || !slices.Equal(gotCounts, wantCounts) {
			t.Errorf("%d different values: got %d", different, len(got))
		}
	}
}
