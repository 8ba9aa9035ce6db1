package guess

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/features"
	"eahas/features/graph"
)

// lookAt guesses the log of one file.
func lookAt(t *testing.T, file, content string) *Guess {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	g, err := Look(context.Background(), "x", []Log{{Paths: []string{file}}}, dir, Options{})
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return g
}

func TestGraphsAreFound(t *testing.T) {
	var nb101, nb201, darts, columns strings.Builder
	columns.WriteString("id,edge_01,edge_02,edge_12,op1,val_accuracy,energy_kwh\n")
	nb201.WriteString("arch_str,val_accuracy,energy_kwh\n")
	darts.WriteString("genotype,val_accuracy,energy_kwh\n")
	ops := []string{"conv3x3-bn-relu", "maxpool3x3"}
	for i := range 40 {
		fmt.Fprintf(&nb101, `{"module_hash":"h%d","module_adjacency":[[0,1,%d],[0,0,1],[0,0,0]],"module_operations":`+
			`["input","%s","output"],"val_accuracy":%g,"energy_kwh":%d}`+"\n", i, i%2, ops[i/2%2], 0.5+0.01*float64(i),
			i+1)
		fmt.Fprintf(&nb201, "|skip_connect~0|+|%s~0|none~1|+|none~0|none~1|nor_conv_3x3~%d|,%g,%d\n",
			[]string{"none", "avg_pool_3x3"}[i%2], 1+i/2%2, 0.5+0.01*float64(i), i+1)
		fmt.Fprintf(&darts,
			"\"Genotype(normal=[('sep', 0), ('skip', %d)], normal_concat=[2], reduce=[('skip', 0), ('%s', 1)], "+
				"reduce_concat=[2])\",%g,%d\n", i%2, []string{"sep", "skip"}[i/2%2], 0.5+0.01*float64(i), i+1)
		fmt.Fprintf(&columns, "r%d,1,%d,1,%s,%g,%d\n", i, i%2, ops[i/2%2], 0.5+0.01*float64(i), i+1)
	}
	for _, c := range []struct {
		file, content, axis string
		form                graph.Form
		operations          int
	}{
		{"a.jsonl", nb101.String(), "cell", graph.Nodes, 2},
		{"b.csv", nb201.String(), "arch_str", graph.Edges, 4},
		{"c.csv", darts.String(), "genotype", graph.Genotype, 2},
		{"d.csv", columns.String(), "cell", graph.Nodes, 2},
	} {
		g := lookAt(t, c.file, c.content)
		p := g.Space.Param(c.axis)
		if p == nil || p.Kind != features.Graph || p.Graph.Form != c.form || len(p.Graph.Operations) != c.operations {
			t.Errorf("%s: axis %s: %+v; columns %s", c.file, c.axis, p, g.inWords())
			continue
		}
		if len(g.Space.Params) != 1 {
			t.Errorf("%s: %d axes, want the graph alone: %s", c.file, len(g.Space.Params), g.inWords())
		}
		b, err := g.YAML("x", []Log{{}}, "auto", "unlike members")
		if err != nil || !strings.Contains(string(b), "kind: graph") {
			t.Errorf("%s: %v\n%s", c.file, err, b)
		}
	}
}
