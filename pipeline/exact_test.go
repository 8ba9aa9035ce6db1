package pipeline

import (
	"strings"
	"testing"

	"eahas/internal/fixture"
)

// A Gaussian process on a log without any noise becomes a bundle that the Python client and the second reader open: its
// answers do not hang on the order in which they are summed.
func TestExactLogsOpenElsewhere(t *testing.T) {
	t.Parallel()
	python := fixture.Tool(t, "EAHAS_PYTHON")
	_, rest, _ := strings.Cut(ownConfig, "variants:")
	config := strings.Replace(ownConfig, rest,
		` [{name: process, base: bezier+gbdt, cost: {kind: gp, gp: {kernel: rbf}}}]`+"\n", 1)
	out := pythonSays(t, python, `import sys, eahas
b = eahas.Benchmark(sys.argv[1])
print(b.query({"depth": 4, "width": 24}).targets["margin"])`, ranOn(t, config, ownLog()).Out)
	if got := strings.TrimSpace(string(out)); !strings.HasPrefix(got, "-1.00") && !strings.HasPrefix(got, "-0.99") {
		t.Errorf("the margin of depth 4 is %s, want -1", got)
	}
}
