package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/models"
	"eahas/models/linear"
	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/report"
)

const peersConfig = `name: peers
seed: 6
simulate: {trials: 60, repeats: 2, repeat_every: 3}
space: {builtin: eahas-cifar10}
evaluate: {folds: 3, bootstrap: 40}
variants:
  - {name: ours, base: grid+linear, representation: {points: 5}, cost: linear}
`

// ridge solves a problem with the linear model of the variant above.
func ridge(ctx context.Context, p *experiment.Problem) ([]float64, error) {
	columns := make([]features.Column, p.P)
	d := models.Data{X: features.Frame{N: p.N, Columns: columns, Data: p.X}, Y: p.Y, K: p.K}
	m, err := linear.Trainer{}.Train(ctx, d, models.Options{})
	if err != nil {
		return nil, err
	}
	var out []float64
	for i := range p.M {
		out = append(out, m.Predict(nil, p.Test[i*p.P:(i+1)*p.P])...)
	}
	return out, nil
}

func grid5(t *testing.T) recipe.Representation {
	t.Helper()
	p, err := recipe.ParseRepresentation("grid5")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestAPeerMeetsWhatAVariantMeets: the same regressor scores the same figures, inside and as a peer.
func TestAPeerMeetsWhatAVariantMeets(t *testing.T) {
	c, err := Parse("peers.yaml", []byte(peersConfig))
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	res, err := Beside(t.Context(), c, Options{Out: out}, []experiment.Peer{{Name: "theirs", Representation: grid5(t),
		Regressor: "ridge", Solve: ridge}})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, want := range res.Rows {
		if want.Variant != "ours" {
			continue
		}
		got, ok := eval.Find(res.Rows, "theirs", want.Target, want.Group, want.Metric)
		if got.Variant = "ours"; !ok || fmt.Sprint(got) != fmt.Sprint(want) { // NaN equals NaN
			t.Errorf("%+v, as a peer %+v", want, got)
		}
		n++
	}
	if n < 20 || len(c.Variants) != 1 {
		t.Errorf("%d rows; the caller's config holds %d variants", n, len(c.Variants))
	}
	if _, err := Beside(t.Context(), c, Options{Out: out}, nil); !errors.Is(err, artifacts.ErrExists) {
		t.Errorf("over an old report: %v", err)
	}
	rep, err := report.Read(filepath.Join(out, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	if !rep.Variants[1].Baseline || rep.Variants[1].Regressor != "ridge" || len(rep.Diffs) == 0 {
		t.Errorf("%+v, %d differences", rep.Variants, len(rep.Diffs))
	}
	for _, d := range rep.Diffs {
		if d.A != "ours" || d.B != "theirs" || d.Difference != 0 && !math.IsNaN(d.Difference) {
			t.Errorf("%+v", d)
		}
	}
}

// TestCompareWithPeers: a peer has figures, differences and a place in the verdict, and is not recommended, though it
// is as good; one that breaks is a warning.
func TestCompareWithPeers(t *testing.T) {
	c, err := Parse("peers.yaml", []byte(peersConfig))
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	broken := func(context.Context, *experiment.Problem) ([]float64, error) { return nil, errors.New("no licence") }
	res, err := Compare(t.Context(), c, Options{Out: out}, []experiment.Peer{
		{Name: "broken", Representation: grid5(t), Regressor: "x", Solve: broken},
		{Name: "theirs", Representation: grid5(t), Regressor: "ridge 1.0", Solve: ridge}})
	if err != nil {
		t.Fatal(err)
	}
	rep, err := report.Read(filepath.Join(out, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	against, rows := 0, 0
	for _, d := range rep.Against {
		if d.A == "theirs" && d.B == "ours" && d.Difference == 0 {
			against++
		}
	}
	for _, r := range rep.Rows {
		if r.Variant == "theirs" {
			rows++
		}
	}
	if against < 3 || rows < 20 || rep.Recommended.Variant != "ours" {
		t.Errorf("%d differences of errors, %d rows, recommended %+v", against, rows, rep.Recommended)
	}
	if w := strings.Join(rep.Warnings, "\n"); !strings.Contains(w, "no licence") {
		t.Errorf("warnings:\n%s", w)
	}
	if text := strings.Join(res.Summary, "\n"); !strings.Contains(text, "ours against theirs, curve:") ||
		strings.Contains(text, "against broken") {
		t.Errorf("summary:\n%s", text)
	}
}

func TestPeersWithoutAnAnswerAreRefused(t *testing.T) {
	broken := errors.New("broken")
	for name, p := range map[string]struct {
		peer experiment.Peer
		want error
	}{
		"too few": {experiment.Peer{Name: "x", Solve: func(context.Context, *experiment.Problem) ([]float64,
			error) {
			return []float64{1}, nil
		}}, experiment.ErrPeer},
		"not numbers": {experiment.Peer{Name: "x", Solve: func(_ context.Context, p *experiment.Problem) ([]float64,
			error) {
			return slices.Repeat([]float64{math.NaN()}, p.M*p.K), nil
		}}, experiment.ErrPeer},
		"broken": {experiment.Peer{Name: "x", Solve: func(context.Context, *experiment.Problem) ([]float64,
			error) {
			return nil, broken
		}}, broken},
		"same name": {experiment.Peer{Name: "ours", Solve: ridge}, experiment.ErrPeer},
	} {
		c, err := Parse("peers.yaml", []byte(peersConfig))
		if err != nil {
			t.Fatal(err)
		}
		p.peer.Representation = grid5(t)
		if _, err := Beside(t.Context(), c, Options{Out: filepath.Join(t.TempDir(), "out")},
			[]experiment.Peer{p.peer}); !errors.Is(err, p.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
