package peers

import (
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"eahas/eval"
	"eahas/internal/fixture"
	"eahas/internal/stream"
	"eahas/pipeline/experiment"
	"eahas/trial/target"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// oneThread keeps the libraries from spinning in threads of their own: the problems of these tests are small.
func oneThread(t *testing.T) {
	t.Helper()
	for _, v := range []string{"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"} {
		t.Setenv(v, "1")
	}
}

func TestPeersThatCannotBe(t *testing.T) {
	for name, want := range map[string]string{
		"lightgbm":             "want representation+library",
		"grid+catboost":        "want representation+library",
		"curve+lightgbm":       `representation "curve"`,
		"grid6+log-log-knn":    "want representation+library",
		"grid6+randomforest":   "no-such-python", // the name is good
		"grid6+log-extratrees": "no-such-python",
	} {
		if _, _, err := New("no-such-python", name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestProcessesThatFailAreNamed: what a broken Python says comes back.
func TestProcessesThatFailAreNamed(t *testing.T) {
	script := t.TempDir() + "/python"
	for body, want := range map[string]string{
		"echo 'no module named lightgbm' >&2; exit 1": "no module named lightgbm",
		"echo nonsense": "invalid character",
		`echo '{"error": "no licence"}'; exec sleep 0`:     "no licence",
		`echo '{"about": "x 1"}'; exec cat >/dev/null <&0`: "",
	} {
		write(t, script, "#!/bin/sh\n"+body+"\n")
		if err := os.Chmod(script, 0o755); err != nil {
			t.Fatal(err)
		}
		_, end, err := New(script, "grid+knn")
		switch {
		case want == "" && err != nil, want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v", body, err)
		case err == nil:
			if err := end(); err != nil {
				t.Errorf("%s: %v", body, err)
			}
		}
	}
}

// TestEveryLibraryLearns: each library learns two planted targets of three columns, one with gaps, and tells its
// version.
func TestEveryLibraryLearns(t *testing.T) {
	python := fixture.Tool(t, "EAHAS_PYTHON")
	oneThread(t)
	const n, m, p, k = 300, 100, 3, 2
	r := stream.New(3, "planted")
	var x, y []float64
	for range n + m {
		a, b, c := r.Float64(), r.Float64(), r.Float64()
		y = append(y, math.Exp(2*a+b*b), 5+10*a-3*b)
		if c < 0.1 {
			c = math.NaN()
		}
		x = append(x, a, b, c)
	}
	q := &experiment.Problem{Target: target.Curve, N: n, P: p, K: k, M: m, X: x[:n*p], Y: y[:n*k], Test: x[n*p:],
		Seed: 1}
	for _, library := range append([]string{"log-extratrees", "small-lightgbm", "small-xgboost",
		"small-mlp", "small-knn"},
		libraries...) {
		peer, end, err := New(python, "grid2+"+library)
		if err != nil {
			t.Fatal(err)
		}
		got, err := peer.Solve(t.Context(), q)
		if err != nil {
			t.Fatalf("%s: %v", library, err)
		}
		for j := range k {
			var truth, pred []float64
			for i := range m {
				truth, pred = append(truth, y[(n+i)*k+j]), append(pred, got[i*k+j])
			}
			if r2 := eval.R2(truth, pred); !(r2 > 0.8) {
				t.Errorf("%s, target %d: R2 %.3f", library, j, r2)
			}
		}
		if !strings.ContainsAny(peer.Regressor, "0123456789") {
			t.Errorf("%s has no version: %q", library, peer.Regressor)
		}
		one := *q
		one.N, one.X, one.Y = 1, q.X[:p], q.Y[:k]
		if got, err := peer.Solve(t.Context(), &one); err != nil ||
			math.Abs(got[k*(m-1)]-y[0]) > 1e-9 || math.Abs(got[k*m-1]-y[1]) > 1e-9 {
			t.Errorf("%s of one row: %v, want its numbers", library, err)
		}
		if library == "log-extratrees" {
			bad := *q
			bad.Y = slices.Clone(q.Y)
			bad.Y[7] = 0
			if _, err := peer.Solve(t.Context(), &bad); err == nil ||
				!strings.Contains(err.Error(), "log: a target is 0") {
				t.Errorf("the logarithm of 0: %v", err)
			}
			bad.Target = target.TimePerEpoch // logarithms already
			if _, err := peer.Solve(t.Context(), &bad); err != nil {
				t.Error(err)
			}
		}
		if err := end(); err != nil {
			t.Errorf("%s: %v", library, err)
		}
	}
}
