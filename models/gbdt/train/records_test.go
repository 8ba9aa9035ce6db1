package train

import (
	"cmp"
	"math"
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
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

// Boosting on records in any number of shards and on row numbers must give the same trees. The rows are sorted by a
// column that is split on, so that shards of neighbours would be unlike.
func TestRecordsAgreeWithRowNumbers(t *testing.T) {
	d := one(synthtask.Make(5*shared, 1), 7)
	order := make([]int, d.X.N)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(d.X.Row(a)[0], d.X.Row(b)[0]) })
	d = selectRows(d, order)
	p, err := Params{Rounds: 25, Rate: 0.5}.resolve(synthtask.Columns)
	if err != nil {
		t.Fatal(err)
	}
	fs, err := newFeatures(&d.X, &p, 1)
	if err != nil {
		t.Fatal(err)
	}
	m := newMatrix(&d.X, fs, 1)
	var trees [4][]gbdt.Tree
	var spare sync.Pool
	for i, workers := range []int{0, 1, 2, 5} {
		b := &booster{p: &p, m: m, ys: d.Y, outputs: 1, spare: &spare, workers: workers, byIndex: workers == 0,
			tick: func() {}}
		if trees[i], err = b.run(t.Context(), make([]float64, m.n)); err != nil {
			t.Fatal(err)
		}
		if (b.grow.records == nil) != b.byIndex {
			t.Fatal("the other way was taken")
		}
		if workers > 0 && len(b.grow.records.shards) != workers {
			t.Fatalf("%d shards for %d workers", len(b.grow.records.shards), workers)
		}
		for r := range trees[0] {
			if !reflect.DeepEqual(trees[0][r], trees[i][r]) {
				t.Fatalf("%d workers: tree %d differs:\n%+v\n%+v", workers, r, trees[0][r], trees[i][r])
			}
		}
	}
}

// The sum of absolute residuals is exact but for its last bit, also where one row outweighs all others, and so is the
// same for any order.
func TestSumAbsDoesNotDependOnOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, largest := range []float64{0, 1e-300, 1, 3e40, 1e150, math.Inf(1)} {
		s := &records{shards: make([]shard, 3)}
		exact := new(big.Float).SetPrec(4000)
		for i := range 3000 {
			r := record{res: rng.NormFloat64() * min(largest, 1e150) * 1e-9}
			if i == 1234 {
				r.res = -largest
			}
			sh := &s.shards[rng.IntN(3)]
			sh.rows[0] = append(sh.rows[0], r)
			exact.Add(exact, new(big.Float).SetFloat64(math.Abs(r.res)))
		}
		got := s.sumAbs()
		if want, _ := exact.Float64(); math.Abs(got-want) > 1e-15*want || math.IsInf(got, 1) != math.IsInf(largest, 1) {
			t.Errorf("largest %v: sum %v, want %v", largest, got, want)
		}
		slices.Reverse(s.shards)
		for k := range s.shards {
			slices.Reverse(s.shards[k].rows[0])
		}
		if again := s.sumAbs(); again != got {
			t.Errorf("largest %v: sum %v, in another order %v", largest, got, again)
		}
	}
}
