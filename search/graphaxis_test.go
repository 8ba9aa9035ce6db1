package search

import (
	"math"
	"math/rand/v2"
	"testing"

	"eahas/features"
	"eahas/features/graph"
)

func graphSpace() features.Space {
	return features.Space{Name: "cells", Params: []features.Param{
		{Name: "lr", Kind: features.Log, Low: 0.01, High: 1},
		{Name: "cell", Kind: features.Graph, Graph: &graph.Spec{Form: graph.Nodes, Vertices: 5, Edges: 9,
			Operations: []string{"conv3x3", "conv1x1", "maxpool3x3"}}},
	}}
}

func TestGraphsOfASpace(t *testing.T) {
	space := graphSpace()
	d, err := NewDomain(space, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Axes()) != 1+3+10 {
		t.Fatalf("%d axes, want the learning rate, 3 operations and 10 edges", len(d.Axes()))
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		c := d.Sample(rng)
		near := d.Neighbours(rng, c)
		for _, n := range append(near, d.Mutate(rng, c)) {
			if err := space.Check(n); err != nil || n.Key() == c.Key() || n["lr"] != c["lr"] && n["cell"] != c["cell"] {
				t.Fatalf("%s beside %s: %v", n.Key(), c.Key(), err)
			}
		}
		u := d.Unit(nil, c)
		if back, ok := d.Place(u); !ok || back["cell"] != c["cell"] {
			t.Fatalf("%s at %v is %s", c.Key(), u, back.Key())
		}
		for j := range u {
			if j > 0 && u[j] == u[j] {
				u[j] = 0
			}
		}
		if _, ok := d.Place(u); ok {
			t.Fatalf("no edge at all at %v is a graph", u)
		}
	}
}

func TestGraphsOfATable(t *testing.T) {
	space := graphSpace()
	space.Params = space.Params[1:]
	sampler, rng := space.NewSampler(), rand.New(rand.NewPCG(3, 4))
	var rows []TableRow
	for i := range 300 {
		c, err := sampler.Sample(rng)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, TableRow{Config: c, Epochs: []float64{1}, Values: []float64{float64(i)},
			Joules: []float64{1}})
	}
	task, _, err := NewTable(rows, TableOptions{Name: "cells"}) // the graphs are found in the texts
	if err != nil {
		t.Fatal(err)
	}
	d := task.Domain()
	spec := space.Params[0].Graph
	for range 50 {
		c := d.Sample(rng)
		text, _ := c["cell"].Str()
		g, err := spec.Read(text)
		if err != nil {
			t.Fatal(err)
		}
		near := map[string]bool{}
		for _, n := range spec.Neighbours(g) {
			near[spec.Text(n)] = true
		}
		measured := 0
		for _, other := range d.(Finite).Configs() {
			if v, _ := other["cell"].Str(); near[v] {
				measured++
			}
		}
		m := d.Mutate(rng, c)
		if v, _ := m["cell"].Str(); measured > 0 && !near[v] {
			t.Errorf("%s mutates to %s, though %d neighbours were measured", text, v, measured)
		}
		for _, x := range d.Unit(nil, c) {
			if !math.IsNaN(x) && x < 0 {
				t.Errorf("%s lies at %g", text, x)
			}
		}
	}
}
