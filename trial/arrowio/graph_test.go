package arrowio

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/features"
	"eahas/features/graph"
	"eahas/internal/fixture"
	"eahas/trial"
)

// graphsOf reads one file with a graph in several columns.
func graphsOf(t *testing.T, file, content string, g trial.GraphColumns) ([]string, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	m := trial.Mapping{Path: trial.Strings{file}, Layout: trial.Wide, Graphs: map[string]trial.GraphColumns{"cell": g},
		Time: &trial.TimeColumn{Column: "s", Unit: "s", Shape: trial.Total}}
	res, err := Ingest(context.Background(), []trial.Mapping{m}, dir, Options{Axes: []string{"cell"}})
	if err != nil {
		return nil, err
	}
	s := graph.Spec{Form: graph.Nodes, Operations: []string{"conv", "pool"}, Vertices: 5,
		Names: map[string]string{"0": "conv", "1": "pool"}}
	var out []string
	for _, x := range res.Trials {
		text, _ := x.Config.Get("cell").Str()
		got, err := s.Read(text)
		if err != nil {
			return nil, err
		}
		out = append(out, s.Text(got))
	}
	return out, nil
}

func TestGraphsOfColumns(t *testing.T) {
	const want = "conv~0/pool~0+1/output~2 output~0"
	for _, c := range []struct{ file, content, matrix, ops string }{
		{"a.jsonl",
			`{"adj":[[0,1,1,0],[0,0,1,0],[0,0,0,1],[0,0,0,0]],"ops":["input","conv","pool","output"],"s":1}` + "\n" +
				`{"adj":[[0,1],[0,0]],"ops":["input","output"],"s":2}`, "adj", "ops"},
		{"b.csv",
			"module_adjacency,module_operations,s\n\"[[0, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]\"," +
				"\"['input', 'conv', 'pool', 'output']\",1\n\"[[0, 1], [0, 0]]\",\"['input', 'output']\",2\n",
			"module_adjacency", "module_operations"},
		{"c.csv", "m,o,s\n0110001000010000,\"input,conv,pool,output\",1\n0100,\"input,output\",2\n", "m", "o"},
		{"d.csv", "e01,e02,e03,e12,e13,e23,op1,op2,s\nTrue,True,False,True,False,True,conv,pool,1\n" +
			"False,False,True,False,False,False,none,none,2\n", "e{i}{j}", "op{i}"},
		{"e.csv", "g.0.0.1,g.0.0.2,g.0.1.2,g.0.2.3,g.0.0.0,g.0.1.1,g.1.0,g.1.1,g.1.2,g.1.3,s\n" +
			"1,1,1,1,0,0,-1,0,1,-2,1\n1,,,,0,0,-1,-2,,,2\n", "g.0.{i}.{j}", "g.1.{i}"},
	} {
		got, err := graphsOf(t, c.file, c.content, trial.GraphColumns{Matrix: c.matrix, Operations: c.ops})
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %v, %v; want %s", c.file, got, err, want)
		}
	}
	for _, c := range []struct{ matrix, ops, want string }{
		{"m", "", "matrix and operations are needed"},
		{"m", "no{i}", `"m + no{i}" (graphs.cell)`},
		{"m{j}", "o", "want {i} once"},
	} {
		_, err := graphsOf(t, "x.csv", "m,o,s\n0100,\"input,output\",2\n", trial.GraphColumns{Matrix: c.matrix,
			Operations: c.ops})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s + %s: %v, want %s", c.matrix, c.ops, err, c.want)
		}
	}
}

// The cells of EC-NAS-Bench: NAS-Bench-101's representatives are the canonical forms, and the parameters that its
// trainings logged are those that are counted, on every row.
func TestECNASCells(t *testing.T) {
	fixture.Data(t, "ecnas.parquet")
	m := trial.Mapping{Path: trial.Strings{"ecnas.parquet"}, Layout: trial.Wide, ID: "run_id",
		Params: trial.Columns{"params": "trainable_params", "arch": "arch"},
		Graphs: map[string]trial.GraphColumns{"cell": {Matrix: "edge_{i}{j}", Operations: "op{i}"}},
		Time:   &trial.TimeColumn{Column: "total_time_s", Unit: "s", Shape: trial.Total}}
	res, err := Ingest(context.Background(), []trial.Mapping{m}, fixture.Dir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := graph.Spec{Form: graph.Nodes, Operations: []string{"conv3x3", "conv1x1", "maxpool3x3"}, Vertices: 5,
		Network: "nasbench101"}
	archs, cells := map[features.Value]string{}, map[string]features.Value{}
	for _, x := range res.Trials {
		text, _ := x.Config.Get("cell").Str()
		g, err := s.Read(text)
		if err != nil {
			t.Fatalf("%s: %v", x.ID, err)
		}
		if want, _ := x.Config.Get("params").Float(); s.Count(g).Params != want {
			t.Fatalf("%s: %s has %g parameters, logged are %g", x.ID, s.Text(g), s.Count(g).Params, want)
		}
		arch, cell := x.Config.Get("arch"), s.Text(g)
		if was, seen := archs[arch]; seen && was != cell {
			t.Fatalf("%v is %s and %s", arch, was, cell)
		}
		if was, seen := cells[cell]; seen && was != arch {
			t.Fatalf("%s is %v and %v", cell, was, arch)
		}
		archs[arch], cells[cell] = cell, arch
	}
	if len(res.Trials) != 2805 || len(cells) != 2532 {
		t.Errorf("%d trials of %d cells; want 2805 of 2532", len(res.Trials), len(cells))
	}
}
