package lightgbm

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/dmitryikh/leaves"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/gbdt"
	gbdttrain "eahas/models/gbdt/train"
)

// data is a problem with missing values, a one-hot group and a column of category codes.
func data(n int) models.Data {
	rng := stream.New(7, "lightgbm")
	d := models.Data{K: 2, X: features.Frame{N: n}}
	for i, name := range []string{"lr", "width", "opt=sgd", "opt=adam", "code"} {
		g := -1
		if i == 2 || i == 3 {
			g = 0
		}
		d.X.Columns = append(d.X.Columns, features.Column{Name: name, Group: g})
	}
	for range n {
		lr, width, opt, code := rng.Float64(), float64(rng.IntN(9))/8, rng.IntN(2), float64(rng.IntN(40))
		y := 60 + 20*lr - 9*width + 5*float64(opt) + math.Mod(code*7, 11)
		if rng.IntN(6) == 0 {
			lr = math.NaN()
			y -= 15
		}
		hot := []float64{0, 0}
		hot[opt] = 1
		d.X.Data = append(d.X.Data, lr, width, hot[0], hot[1], code)
		d.Y = append(d.Y, y, 1e3*y*y)
	}
	return d
}

func train(t *testing.T, p gbdttrain.Params) (*gbdt.Model, models.Data) {
	t.Helper()
	d := data(800)
	m, err := gbdttrain.Trainer{Params: p}.Train(context.Background(), d, models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return m.(*gbdt.Model), d
}

func names(d models.Data) []string {
	var out []string
	for _, c := range d.X.Columns {
		out = append(out, c.Name)
	}
	return out
}

// TestLeavesReads loads the v3 form with a reader that shares no code with ours and compares all predictions.
func TestLeavesReads(t *testing.T) {
	for name, p := range map[string]gbdttrain.Params{
		"boosted":    {Rounds: 60},
		"vector":     {Rounds: 60, MultiOutput: true},
		"categories": {Rounds: 60, Categorical: []int{4}},
		"extra":      {Rounds: 10, Forest: true, ExtraTrees: true, MultiOutput: true},
		"forest":     {Rounds: 10, Forest: true},
		"stump":      {Rounds: 1, Leaves: 1},
	} {
		t.Run(name, func(t *testing.T) {
			m, d := train(t, p)
			for k := range 2 {
				b, err := Model{Version: V3, Names: names(d), Trees: m, Output: k}.Bytes()
				if err != nil {
					t.Fatal(err)
				}
				e, err := leaves.LGEnsembleFromReader(bufio.NewReader(bytes.NewReader(b)), false)
				if err != nil {
					t.Fatal(err)
				}
				for i := range d.X.N {
					want := m.Predict(nil, d.X.Row(i))[k]
					if got := e.PredictSingle(d.X.Row(i), 0); got != want {
						t.Fatalf("output %d, row %d: leaves says %v, we say %v", k, i, got, want)
					}
				}
			}
		})
	}
}

// TestTreeSizes holds tree_sizes against the blocks: a reader jumps by them.
func TestTreeSizes(t *testing.T) {
	m, d := train(t, gbdttrain.Params{Rounds: 3})
	b, err := Model{Names: names(d), Trees: m}.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(string(b), "\n\n")
	var sizes []int
	for line := range strings.Lines(head + "\n") {
		if rest, ok := strings.CutPrefix(line, "tree_sizes="); ok {
			for _, f := range strings.Fields(rest) {
				var n int
				fmt.Sscan(f, &n)
				sizes = append(sizes, n)
			}
		}
	}
	for i, n := range sizes {
		if want := fmt.Sprintf("Tree=%d\n", i); !strings.HasPrefix(body, want) {
			t.Fatalf("tree %d begins with %.20q", i, body)
		}
		body = body[n:]
	}
	if len(sizes) != 3 || !strings.HasPrefix(body, "end of trees\n") {
		t.Errorf("%d sizes, then %.40q", len(sizes), body)
	}
	if !strings.HasPrefix(head, "tree\nversion=v4\n") || !strings.Contains(head,
		"feature_names=lr width opt_sgd opt_adam code\n") {
		t.Errorf("header %s", head)
	}
}

func TestHostileNames(t *testing.T) {
	got := Names([]string{"a b", "a\tb", "a_b", "", "Tree=0\n", "x=1", `"[{:,}]\`, "größe", "lr=0.1", "lr=0.1"})
	want := []string{"a_b", "a_b_2", "a_b_3", "column_3", "Tree_0_", "x_1", "________", "größe", "lr_0.1", "lr_0.1_2"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, wanted %q", got, want)
	}
}
