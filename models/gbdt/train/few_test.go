package train

import (
	"math"
	"reflect"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"eahas/features"
	"eahas/models"
	"eahas/models/gbdt"
)

// wide returns n rows of numeric columns, some with missing values, and one-hot groups.
func wide(t *rapid.T, n int) models.Data {
	d := models.Data{X: features.Frame{N: n}, K: 1}
	numbers, groups := rapid.IntRange(1, 12).Draw(t, "numbers"), rapid.IntRange(0, 3).Draw(t, "groups")
	few := rapid.SampledFrom([]int{3, 40, 1 << 20}).Draw(t, "values")
	missing := rapid.IntRange(0, 2).Draw(t, "missing")
	for range numbers {
		d.X.Columns = append(d.X.Columns, features.Column{Name: "x", Group: -1})
	}
	for g := range groups {
		for range g + 2 {
			d.X.Columns = append(d.X.Columns, features.Column{Name: "h", Group: g})
		}
	}
	for i := range n {
		for c := range numbers {
			v := float64(rapid.IntRange(0, few).Draw(t, "x"))
			if c < missing && rapid.IntRange(0, 5).Draw(t, "gap") == 0 {
				v = math.NaN()
			}
			d.X.Data = append(d.X.Data, v)
		}
		for g := range groups {
			hot := make([]float64, g+2)
			hot[rapid.IntRange(0, g+1).Draw(t, "hot")] = 1
			d.X.Data = append(d.X.Data, hot...)
		}
		_, noise := math.Modf(float64(i) * math.Phi)
		d.Y = append(d.Y, rapid.Float64Range(-100, 100).Draw(t, "y")+10*noise)
	}
	return d
}

// Leaves that are searched by their rows must give the trees of those that are searched by histograms, whether the rows
// are records or row numbers.
func TestFewRowsAgreeWithHistograms(t *testing.T) {
	direct := 0
	rapid.Check(t, func(t *rapid.T) {
		d := wide(t, rapid.IntRange(2, 120).Draw(t, "n"))
		p, err := Params{Rounds: 6, Rate: 0.5, ExtraTrees: rapid.Bool().Draw(t, "random"),
			MinChildCount: rapid.IntRange(1, 4).Draw(t, "min"),
			ColSample:     rapid.SampledFrom([]float64{0.5, 1}).Draw(t, "columns")}.resolve(d.X.P())
		if err != nil {
			t.Fatal(err)
		}
		fs, err := newFeatures(&d.X, &p, 1)
		if err != nil {
			t.Fatal(err)
		}
		m := newMatrix(&d.X, fs, 1)
		if len(m.features) == 0 {
			t.Skip("constant columns")
		}
		var want []gbdt.Tree
		for _, byIndex := range []bool{false, true} {
			for _, byBins := range []bool{true, false} {
				b := &booster{p: &p, m: m, ys: d.Y, outputs: 1, spare: new(sync.Pool), workers: 1, byIndex: byIndex,
					byBins: byBins, seed: 3, tick: func() {}}
				got, err := b.run(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				if want == nil {
					want = got
				}
				if !byBins && b.grow.few.fits(&b.grow.leaves[0]) {
					direct++
				}
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("row numbers %v, histograms %v:\n%+v\n%+v", byIndex, byBins, got, want)
				}
			}
		}
	})
	if direct == 0 {
		t.Error("no leaf was searched by its rows")
	}
}
