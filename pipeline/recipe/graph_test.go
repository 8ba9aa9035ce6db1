package recipe

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
)

// graphTask is a problem with a number and a graph of three columns, the answer is the sum of them all.
func graphTask() (Task, models.Data) {
	d := models.Data{K: 1, X: features.Frame{N: 60, Columns: []features.Column{{Name: "lr", Group: -1},
		{Name: "cell.edge.0-1", Group: -1}, {Name: "cell.flow.in.a", Group: -1}, {Name: "cell.edges", Group: -1}}}}
	r := stream.New(1, "graphs")
	for range d.X.N {
		sum := 0.0
		for range d.X.Columns {
			x := r.Float64()
			d.X.Data, sum = append(d.X.Data, x), sum+x
		}
		d.Y = append(d.Y, sum)
	}
	return Task{Ways: map[string]string{"cell.edge.0-1": "edges", "cell.flow.in.a": "flow", "cell.edges": "shape"}}, d
}

func TestRegressorsSeeSomeOfAGraph(t *testing.T) {
	task, d := graphTask()
	for _, c := range []struct {
		graph []string
		want  []int
	}{{nil, nil}, {[]string{"edges"}, []int{0, 1}}, {[]string{"shape", "flow"}, []int{0, 2, 3}},
		{[]string{"edges", "shape", "flow"}, nil}, {[]string{"network"}, []int{0}}} {
		r := Regressor{Kind: "gp", Graph: c.graph}
		if got, err := r.Sees(d.X.Columns, task); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, %v; wanted %v", c.graph, got, err, c.want)
		}
	}
	r := Regressor{Kind: "gp", Graph: []string{"paths"}}
	if _, err := r.Sees(d.X.Columns[1:], task); !errors.Is(err, ErrNoColumn) {
		t.Errorf("%v", err)
	}
}

// A member of a stack answers by what it sees, whatever stands in the other columns.
func TestMembersSeeSomeOfAGraph(t *testing.T) {
	task, d := graphTask()
	v, err := parseVariant(t, `{name: a, base: bezier+gbdt, cost: {kind: stack, stack: {members: [`+
		`{base: gbdt, regressor: {graph: [edges], gbdt: {min_child_count: 2}}}, `+
		`{base: extratrees, regressor: {graph: [edges]}}]}}}`)
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := v.Cost.Trainer(task, nil, d)
	if err != nil {
		t.Fatal(err)
	}
	before := slices.Clone(d.X.Data)
	m, err := trainer.Train(context.Background(), d, models.Options{Seed: 1})
	if err != nil || !slices.Equal(before, d.X.Data) {
		t.Fatalf("%v, or the rows changed", err)
	}
	x := []float64{0.3, 0.4, 0.5, 0.6}
	want := m.Predict(nil, x)[0]
	for j, moves := range []bool{true, true, false, false} {
		other := slices.Clone(x)
		other[j] = 0.95
		if got := m.Predict(nil, other)[0]; (got != want) != moves || math.IsNaN(got) {
			t.Errorf("%s moves the answer from %v to %v", d.X.Columns[j].Name, want, got)
		}
	}
}

func TestBadChoicesOfColumnsAreRefused(t *testing.T) {
	for variant, want := range map[string]string{
		"{name: a, base: bezier+gbdt, regressor: {graph: [edge]}}":              `"edge"`,
		"{name: a, base: bezier+gbdt, cost: {kind: gp, graph: [edges, edges]}}": "each once",
		"{name: a, base: bezier+gbdt, cost: {kind: powertime, graph: [edges]}}": "not for powertime",
		"{name: a, base: bezier+gbdt, cost: {kind: stack, stack: {members: " +
			"[{base: gp, regressor: {graph: [edges]}}]}}}": "only trees",
	} {
		if _, err := parseVariant(t, variant); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, wanted %q", variant, err, want)
		}
	}
	for _, variant := range []string{"{name: a, base: bezier+gbdt, regressor: {kind: gp, graph: [edges]}, " +
		"cost: {kind: gp, graph: [shape, flow]}}",
		"{name: a, base: bezier+gbdt, targets: {top1: {kind: auto, graph: [counts]}}}"} {
		if _, err := parseVariant(t, variant); err != nil {
			t.Errorf("%s: %v", variant, err)
		}
	}
}
