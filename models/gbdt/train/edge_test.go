package train

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"eahas/features"
	"eahas/internal/synthtask"
	"eahas/models"
)

// frame makes a frame of numeric columns from rows.
func frame(rows ...[]float64) features.Frame {
	f := features.Frame{N: len(rows)}
	for c := range rows[0] {
		f.Columns = append(f.Columns, features.Column{Name: string(rune('a' + c)), Group: -1})
	}
	for _, r := range rows {
		f.Data = append(f.Data, r...)
	}
	return f
}

// modes are the ways to train that share little code.
var modes = map[string]Params{
	"boosting": {Rounds: 40, MinChildCount: 1},
	"extra":    {Rounds: 80, MinChildCount: 1, ExtraTrees: true},
	"multi":    {Rounds: 40, MinChildCount: 1, MultiOutput: true},
	"absolute": {Rounds: 40, MinChildCount: 1, Loss: Loss{Kind: Absolute}},
	"forest":   {Rounds: 40, Forest: true},
	"trees":    {Rounds: 40, Forest: true, ExtraTrees: true},
}

func TestConstantTargetsGiveTheConstant(t *testing.T) {
	for name, p := range modes {
		d := models.Data{X: frame([]float64{1, 2}, []float64{3, 4}, []float64{5, math.NaN()}),
			Y: []float64{7.5, 7.5, 7.5}, K: 1}
		m := mustTrain(t, d, p)
		if got := m.Predict(nil, []float64{2, 9})[0]; got != 7.5 {
			t.Errorf("%s: %v, want 7.5", name, got)
		}
		for i := range m.Trees() {
			if len(m.Trees()[i].Nodes) > 0 {
				t.Errorf("%s: tree %d splits constant targets", name, i)
				break
			}
		}
	}
}

func TestOneRow(t *testing.T) {
	for name, p := range modes {
		m := mustTrain(t, models.Data{X: frame([]float64{math.NaN()}), Y: []float64{-3}, K: 1}, p)
		if got := m.Predict(nil, []float64{1})[0]; got != -3 {
			t.Errorf("%s: %v, want -3", name, got)
		}
	}
}

// A column without values cannot be split on; the other column must still be found.
func TestAllMissingColumn(t *testing.T) {
	var rows [][]float64
	var y []float64
	for i := range 60 {
		rows = append(rows, []float64{math.NaN(), float64(i)})
		y = append(y, float64(i/30))
	}
	for name, p := range modes {
		m := mustTrain(t, models.Data{X: frame(rows...), Y: y, K: 1}, p)
		if g := m.Importance(); g[0] != 0 || g[1] <= 0 {
			t.Errorf("%s: importance %v", name, g)
		}
		lo, hi := m.Predict(nil, []float64{math.NaN(), 5})[0], m.Predict(nil, []float64{7, 50})[0]
		if lo > 0.1 || hi < 0.9 {
			t.Errorf("%s: %v and %v, want about 0 and 1", name, lo, hi)
		}
	}
}

// Missing values carry the signal: both directions must be learnt.
func TestMissingDirectionIsLearnt(t *testing.T) {
	for _, missing := range []float64{0, 1} {
		var rows [][]float64
		var y []float64
		for i := range 90 {
			x, v := float64(i%3), 0.0
			if i%3 == 2 {
				v = 1
			}
			if i%5 == 0 {
				x, v = math.NaN(), missing
			}
			rows, y = append(rows, []float64{x}), append(y, v)
		}
		for name, p := range modes {
			m := mustTrain(t, models.Data{X: frame(rows...), Y: y, K: 1}, p)
			for _, c := range [][2]float64{{0, 0}, {1, 0}, {2, 1}, {math.NaN(), missing}} {
				if got := m.Predict(nil, c[:1])[0]; math.Abs(got-c[1]) > 0.1 {
					t.Errorf("%s, missing means %v: at %v got %v, want %v", name, missing, c[0], got, c[1])
				}
			}
		}
	}
}

func TestInfinitiesAreOrdinaryValues(t *testing.T) {
	inf := math.Inf(1)
	var rows [][]float64
	var y []float64
	for i := range 60 {
		x := []float64{-inf, 0, 1, inf}[i%4]
		rows, y = append(rows, []float64{x}), append(y, float64(i%4))
	}
	for name, p := range modes {
		m := mustTrain(t, models.Data{X: frame(rows...), Y: y, K: 1}, p)
		c := m.Compile()
		for want, x := range []float64{-inf, 0, 1, inf} {
			if got := c.Predict(nil, []float64{x})[0]; math.Abs(got-float64(want)) > 0.15 {
				t.Errorf("%s: at %v got %v, want %v", name, x, got, want)
			}
		}
	}
}

// Rows of weight 0 count as absent: the bytes are those of a training without them. Equal weights change nothing
// either.
func TestZeroWeights(t *testing.T) {
	d := one(synthtask.Make(300, 1), 7)
	without := selectRows(d, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 100,
		101, 102, 103, 104, 105})
	d.Weights = make([]float64, d.X.N)
	for _, i := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 100, 101, 102,
		103, 104, 105} {
		d.Weights[i] = 1
	}
	for name, p := range modes {
		p.MinChildCount = 2
		if !bytes.Equal(encode(t, mustTrain(t, d, p)), encode(t, mustTrain(t, without, p))) {
			t.Errorf("%s: rows of weight 0 have changed the model", name)
		}
	}
	clear(d.Weights)
	if _, err := Fit(context.Background(), d, Params{}, models.Options{}); !errors.Is(err, models.ErrNoRows) {
		t.Errorf("all weights 0: error %v, want ErrNoRows", err)
	}
}

// A row of weight 2 pulls like two rows.
func TestWeightsAreRepeats(t *testing.T) {
	d := one(synthtask.Make(200, 1), 7)
	w := d
	w.Weights = make([]float64, d.X.N)
	var twice []int
	for i := range w.Weights {
		w.Weights[i] = float64(1 + i%2)
		for range 1 + i%2 {
			twice = append(twice, i)
		}
	}
	// No count limit, and no ties between candidates that only the row order decides.
	p := Params{Rounds: 10, MinChildCount: 1, MinChildWeight: 20}
	a, b := mustTrain(t, w, p), mustTrain(t, selectRows(d, twice), p)
	for i := range d.X.N {
		x, y := a.Predict(nil, d.X.Row(i))[0], b.Predict(nil, d.X.Row(i))[0]
		if math.Abs(x-y) > 1e-4 { // unit cells keep about 22 bits of each residual of order 10
			t.Fatalf("row %d: weighted %v, repeated %v", i, x, y)
		}
	}
}

func TestDuplicateRowsGetTheirMean(t *testing.T) {
	rows, y := [][]float64{}, []float64{}
	for i := range 50 {
		rows, y = append(rows, []float64{1, 2}), append(y, float64(i%2))
	}
	for name, p := range modes {
		if name == "absolute" {
			continue // the median
		}
		m := mustTrain(t, models.Data{X: frame(rows...), Y: y, K: 1}, p)
		// a bootstrap mean of 50 rows errs by .07/sqrt(40)
		if got := m.Predict(nil, []float64{1, 2})[0]; math.Abs(got-0.5) > 0.1 {
			t.Errorf("%s: %v, want 0.5", name, got)
		}
	}
}

// 10,000 categories: the frequent ones have a bin each, the rare ones share one and go right.
func TestManyCategories(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var rows [][]float64
	var y []float64
	for i := range 20_000 {
		c := float64(i % 10_000)
		if i >= 10_000 {
			c = float64(rng.IntN(100)) // frequent
		}
		v := 0.0
		if c < 100 {
			v = float64(int(c) % 2)
		}
		rows, y = append(rows, []float64{c}), append(y, v)
	}
	for name, p := range modes {
		p.Categorical, p.MinChildCount, p.Leaves, p.Rounds = []int{0}, 20, 200, 10
		p.Rate = 0.5
		m := mustTrain(t, models.Data{X: frame(rows...), Y: y, K: 1}, p)
		c := m.Compile()
		if name == "absolute" || name == "extra" {
			continue // medians of a majority of zeros
		}
		for _, x := range []float64{3, 4, 51, 90, 7777} {
			want := 0.0
			if x < 100 {
				want = float64(int(x) % 2)
			}
			if got := c.Predict(nil, []float64{x})[0]; math.Abs(got-want) > 0.3 {
				t.Errorf("%s: category %v got %v, want %v", name, x, got, want)
			}
		}
		if a, b := c.Predict(nil, []float64{123456})[0], c.Predict(nil, []float64{math.NaN()})[0]; a != b {
			t.Errorf("%s: unseen category %v, missing %v: both go right", name, a, b)
		}
	}
}

// A planted tree of four leaves is found again with its thresholds.
func TestPlantedTree(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var rows [][]float64
	var y []float64
	for range 2000 {
		a, b, c := rng.Float64(), rng.Float64(), rng.Float64()
		v := 0.0
		switch {
		case a <= 0.3 && b <= 0.5:
			v = 1
		case a <= 0.3:
			v = 5
		case c <= 0.8:
			v = 10
		default:
			v = 12
		}
		rows, y = append(rows, []float64{a, b, c}), append(y, v)
	}
	m := mustTrain(t, models.Data{X: frame(rows...), Y: y, K: 1}, Params{Rounds: 1, Leaves: 4, Rate: 1})
	want := map[int]float64{0: 0.3, 1: 0.5, 2: 0.8}
	for _, n := range m.Trees()[0].Nodes { // 255 bins of 2000 uniform values: a bin is .004 wide
		if math.Abs(n.Threshold-want[n.Column]) > 0.004 {
			t.Errorf("column %d cut at %v, planted %v", n.Column, n.Threshold, want[n.Column])
		}
	}
	if n := m.Trees()[0].Nodes; len(n) != 3 || n[0].Column != 0 {
		t.Errorf("nodes %+v", n)
	}
}

func TestMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := plain(t, rapid.IntRange(2, 80).Draw(t, "n"), 2)
		dir := int8(1 - 2*rapid.IntRange(0, 1).Draw(t, "down"))
		p := Params{Rounds: 15, MinChildCount: 1, Monotone: []int8{dir, 0}, Rate: 0.5}
		p.Loss.Kind = rapid.SampledFrom([]LossKind{Squared, Absolute, Huber}).Draw(t, "loss")
		p.ExtraTrees = rapid.Bool().Draw(t, "extra")
		m, err := Fit(t.Context(), d, p, models.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range []float64{-6, -1.1, 0, 2.3, math.NaN()} {
			last := math.Inf(-1)
			for x := -6.0; x <= 6; x += 0.125 {
				f := m.Predict(nil, []float64{x, other})[0] * float64(dir)
				if f < last-1e-9 { // leaf values are summed in floating point
					t.Fatalf("direction %d violated at %v: %v after %v", dir, x, f, last)
				}
				last = f
			}
		}
	})
}

func TestSameBytesForAnyWorkers(t *testing.T) {
	d := synthtask.Make(400, 1)
	for name, p := range modes {
		p.Rounds, p.RowSample, p.ColSample = 7, 0.8, 0.7
		var want []byte
		for _, workers := range []int{1, 2, 5} {
			m, err := Fit(context.Background(), d, p, models.Options{Seed: 3, Workers: workers})
			if err != nil {
				t.Fatal(err)
			}
			got := encode(t, m)
			if want == nil {
				want = got
			} else if !bytes.Equal(got, want) {
				t.Errorf("%s: %d workers give other bytes", name, workers)
			}
		}
	}
}

// Outputs that are fewer than workers share them, each on all its rows.
func TestSameBytesWhenOutputsShareWorkers(t *testing.T) {
	d := synthtask.Make(3*shared, 1)
	y := make([]float64, 0, 3*d.X.N)
	for i := range d.X.N {
		y = append(y, d.Y[i*d.K:i*d.K+3]...)
	}
	d.Y, d.K = y, 3
	var want []byte
	for _, workers := range []int{1, 2, 3, 8} {
		m, err := Fit(context.Background(), d, Params{Rounds: 8, ExtraTrees: true},
			models.Options{Seed: 3, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		got := encode(t, m)
		if want == nil {
			want = got
		} else if !bytes.Equal(got, want) {
			t.Errorf("%d workers give other bytes", workers)
		}
	}
}

func TestCancelSoon(t *testing.T) {
	d := synthtask.Make(20_000, 1)
	for name, p := range modes {
		p.Rounds, p.Leaves = 100_000, 500
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		go func() {
			_, err := Fit(ctx, d, p, models.Options{})
			done <- err
		}()
		time.Sleep(150 * time.Millisecond)
		cancel()
		t0 := time.Now()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v, want context.Canceled", name, err)
		}
		// 100 ms alone on a machine, hours if it went on; tests share theirs
		if dt := time.Since(t0); dt > 20*time.Second {
			t.Errorf("%s: it took %v to stop", name, dt)
		}
	}
}

func TestProgressCountsEveryTree(t *testing.T) {
	d := synthtask.Make(60, 1)
	for name, p := range modes {
		var calls []int
		total := 0
		_, err := Fit(context.Background(), d, p, models.Options{Progress: func(done, all int) {
			calls,
				total = append(calls, done), all
		}})
		if err != nil {
			t.Fatal(err)
		}
		if len(calls) != total || !slices.IsSorted(calls) || calls[total-1] != total {
			t.Errorf("%s: %d calls for a total of %d", name, len(calls), total)
		}
	}
}
