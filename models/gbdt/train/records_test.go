package train

import (
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"

	"eahas/internal/synthtask"
	"eahas/models/gbdt"
)

func TestRecordKernelsOfEveryWidth(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for bundles := 1; bundles <= 8; bundles++ {
		const n, scale = 50, 16
		recs, rows, q, idx := make([]record, n), make([]uint64, n), make([]int32, n), make([]int32, n)
		for i := range n {
			recs[i] = record{rng.Uint64(), rng.NormFloat64() * 1000}
			rows[i], q[i], idx[i] = recs[i].bins, fixed(recs[i].res*scale), int32(i)
		}
		got, want := [wordCells]int64{}, make([]int64, wordCells)
		recordKernels[bundles-1](&got, recs, scale)
		unitFill(want, rows, 1, bundles, q, idx)
		if i := firstDiff(got[:], want); i >= 0 {
			t.Fatalf("%d bundles: cell %d is %d, want %d", bundles, i, got[i], want[i])
		}
	}
}

// Boosting on records and on row numbers must give the same trees.
func TestRecordsAgreeWithRowNumbers(t *testing.T) {
	d := one(synthtask.Make(3000, 1), 7)
	p, err := Params{Rounds: 40, Rate: 0.5}.resolve(synthtask.Columns)
	if err != nil {
		t.Fatal(err)
	}
	fs, err := newFeatures(&d.X, &p, 1)
	if err != nil {
		t.Fatal(err)
	}
	m := newMatrix(&d.X, fs, 1)
	var trees [2][]gbdt.Tree
	var spare sync.Pool
	for i := range trees {
		b := &booster{p: &p, m: m, ys: d.Y, outputs: 1, spare: &spare, byIndex: i == 1, tick: func() {}}
		if trees[i], err = b.run(t.Context(), make([]float64, m.n)); err != nil {
			t.Fatal(err)
		}
		if (b.grow.records == nil) != b.byIndex {
			t.Fatal("the other way was taken")
		}
	}
	for r := range trees[0] {
		if !reflect.DeepEqual(trees[0][r], trees[1][r]) {
			t.Fatalf("tree %d differs:\n%+v\n%+v", r, trees[0][r], trees[1][r])
		}
	}
}
