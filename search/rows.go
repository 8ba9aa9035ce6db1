package search

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"eahas/features"
)

// rowsDomain is a list of n configurations.
type rowsDomain struct {
	encoder *features.Encoder
	axes    []Axis
	genes   []gene
	configs []features.Config
	index   map[string]int
	units   []float64 // n x d
	// per gene: configurations that agree on all other genes, by those; of a graph empty: its neighbours are asked for
	alike []map[string][]int
}

func newRowsDomain(space features.Space, configs []features.Config, fixed features.Config) (*rowsDomain, error) {
	encoder, err := features.NewEncoder(space)
	if err != nil {
		return nil, err
	}
	d := &rowsDomain{encoder: encoder, configs: configs, index: map[string]int{}}
	for i, c := range configs {
		d.index[c.Key()] = i
	}
	for i := range space.Params {
		p := &space.Params[i]
		if _, is := fixed[p.Name]; !is && varies(configs, p.Name) {
			d.axes, d.genes = appendAxes(d.axes, d.genes, p)
		}
	}
	if len(d.axes) == 0 {
		return nil, fmt.Errorf("%w: all configurations are the same", ErrTask)
	}
	n := len(d.axes)
	d.units = make([]float64, len(configs)*n)
	d.alike = make([]map[string][]int, len(d.genes))
	for j := range d.genes {
		d.alike[j] = map[string][]int{}
	}
	for i, c := range configs {
		d.Unit(d.units[i*n:(i+1)*n], c)
		for j := range d.genes {
			if d.genes[j].graph == nil {
				k := d.others(c, j)
				d.alike[j][k] = append(d.alike[j][k], i)
			}
		}
	}
	return d, nil
}

func varies(configs []features.Config, name string) bool {
	for _, c := range configs {
		if c[name] != configs[0][name] {
			return true
		}
	}
	return false
}

// others is a text of all genes of c but number j.
func (d *rowsDomain) others(c features.Config, j int) string {
	var b strings.Builder
	for k := range d.genes {
		if k != j {
			b.WriteString(c[d.genes[k].name].String())
		}
		b.WriteByte('|')
	}
	return b.String()
}

// Axes implements Domain.
func (d *rowsDomain) Axes() []Axis { return d.axes }

// Configs implements Finite.
func (d *rowsDomain) Configs() []features.Config { return d.configs }

// Columns implements Domain.
func (d *rowsDomain) Columns() []features.Column { return d.encoder.Columns() }

// Encode implements Domain.
func (d *rowsDomain) Encode(dst []float64, c features.Config) []float64 {
	row, err := d.encoder.Encode(dst, c)
	if err != nil {
		panic("search: a configuration of the table does not encode")
	}
	return row
}

// Sample implements Domain: each row is as likely as any other.
func (d *rowsDomain) Sample(rng *rand.Rand) features.Config {
	return d.configs[rng.IntN(len(d.configs))]
}

// nearestRows is how many rows count as mutants where none differs on the chosen axis alone.
const nearestRows = 10

// Mutate implements Domain. Where no row differs from c on the chosen axis alone, it is one of the nearest that differ
// on it: as little else changes as the table allows.
func (d *rowsDomain) Mutate(rng *rand.Rand, c features.Config) features.Config {
	for _, j := range rng.Perm(len(d.genes)) {
		rows := d.differing(d.alone(j, c), j, c)
		if len(rows) == 0 {
			rows = d.nearestDiffering(j, c, nearestRows)
		}
		if len(rows) > 0 {
			return d.configs[rows[rng.IntN(len(rows))]]
		}
	}
	return c
}

// alone returns the rows that agree with c on all genes but number j; of a graph those of its neighbours.
func (d *rowsDomain) alone(j int, c features.Config) []int {
	g := &d.genes[j]
	if g.graph == nil {
		return d.alike[j][d.others(c, j)]
	}
	out := []int{d.index[c.Key()]}
	near := maps.Clone(c)
	for _, v := range g.graph.neighbours(c[g.name]) {
		near[g.name] = v
		if i, measured := d.index[near.Key()]; measured {
			out = append(out, i)
		}
	}
	return out
}

// differing returns those of the rows that have another value of gene j.
func (d *rowsDomain) differing(rows []int, j int, c features.Config) []int {
	return slices.DeleteFunc(slices.Clone(rows),
		func(i int) bool { return d.configs[i][d.genes[j].name] == c[d.genes[j].name] })
}

// nearestDiffering returns the n rows nearest to c among those that have another value on axis j.
func (d *rowsDomain) nearestDiffering(j int, c features.Config, n int) []int {
	return first(d.differing(d.nearest(d.Unit(nil, c), len(d.configs)), j, c), n)
}

func first[T any](v []T, n int) []T { return v[:min(n, len(v))] }

// Neighbours implements Domain. On an axis of many values the rows nearest to two steps are taken; on one on which no
// row differs alone, the two nearest that differ on it.
func (d *rowsDomain) Neighbours(rng *rand.Rand, c features.Config) []features.Config {
	here := d.index[c.Key()]
	var out []int
	add := func(i int) {
		if i != here && !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	for j := range d.genes {
		at := d.genes[j].first
		a := &d.axes[at]
		rows := d.alone(j, c)
		if len(rows) == 1 { // c itself
			rows = d.nearestDiffering(j, c, 2)
		}
		if !a.Ordered || len(rows) <= 3 {
			for _, i := range rows {
				add(i)
			}
			continue
		}
		u := a.Unit(c[a.Name])
		for range 2 {
			want := u + neighbourStep*rng.NormFloat64()
			best := rows[0]
			for _, i := range rows {
				if math.Abs(d.units[i*len(d.axes)+at]-want) < math.Abs(d.units[best*len(d.axes)+at]-want) {
					best = i
				}
			}
			add(best)
		}
	}
	rng.Shuffle(len(out), func(i, k int) { out[i], out[k] = out[k], out[i] })
	configs := make([]features.Config, len(out))
	for k, i := range out {
		configs[k] = d.configs[i]
	}
	return configs
}

// nearest returns the n rows nearest to u: differences of ordered axes in squares, 1 for different values of an
// unordered axis or a missing one.
func (d *rowsDomain) nearest(u []float64, n int) []int {
	dist := make([]float64, len(d.configs))
	for i := range dist {
		dist[i] = d.distance(u, d.units[i*len(d.axes):(i+1)*len(d.axes)])
	}
	if n == 1 {
		best := 0
		for i, v := range dist {
			if v < dist[best] {
				best = i
			}
		}
		return []int{best}
	}
	return first(ascending(dist), n)
}

func (d *rowsDomain) distance(u, v []float64) float64 {
	sum := 0.0
	for j := range d.axes {
		switch {
		case u[j] == v[j] || u[j] != u[j] && v[j] != v[j]:
		case !d.axes[j].Ordered || u[j] != u[j] || v[j] != v[j]:
			sum++
		default:
			sum += (u[j] - v[j]) * (u[j] - v[j])
		}
	}
	return sum
}

// Place implements Domain: the nearest row.
func (d *rowsDomain) Place(u []float64) (features.Config, bool) {
	return d.configs[d.nearest(u, 1)[0]], true
}

// Unit implements Domain.
func (d *rowsDomain) Unit(dst []float64, c features.Config) []float64 {
	return unitOf(dst, d.axes, d.genes, c)
}
