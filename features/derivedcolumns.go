package features

import (
	"fmt"
	"math"
)

// derivedColumns encodes the derived quantities: log10 of params, flops, acts and of the stages' widths, and the
// stages' depths, each scaled to 0..1 by the range that it takes over the declared space (found on a grid, widened by
// 5 % of the span, or the constraint's where one is tighter) and clamped to it. Stages that a network lacks are NaN.
type derivedColumns struct {
	spec    RegNetSpec
	columns []Column
	stages  int         // stages that have columns
	scale   []scaleSpan // one per column
}

type scaleSpan struct{ low, span float64 }

// maxStageColumns bounds how many stages get columns of their own.
const maxStageColumns = 4

func newDerivedColumns(s *Space) *derivedColumns {
	d := &derivedColumns{spec: s.regNet()}
	low, high := make([]float64, 0, 16), make([]float64, 0, 16)
	raw := make([]float64, 3+2*maxStageColumns)
	for range raw {
		low, high = append(low, math.Inf(1)), append(high, math.Inf(-1))
	}
	keep := func(q *Quantities) {
		d.stages = max(d.stages, min(q.Network.Stages, maxStageColumns))
		rawDerived(raw, q)
		for i, x := range raw {
			if !math.IsNaN(x) {
				low[i], high[i] = min(low[i], x), max(high[i], x)
			}
		}
	}
	s.scanDerived(&d.spec, keep)
	for _, k := range s.Constraints {
		for i, name := range [...]string{"params", "flops", "acts"} {
			if k.Quantity != name {
				continue
			}
			if k.Low > 0 {
				low[i] = max(low[i], math.Log10(k.Low))
			}
			if k.High > 0 {
				high[i] = min(high[i], math.Log10(k.High))
			}
		}
		if k.Quantity == "stages" {
			d.stages = int(min(float64(d.stages), max(k.High, 0)))
		}
	}
	names := []string{"log_params", "log_flops", "log_acts"}
	for i := range d.stages {
		names = append(names, fmt.Sprintf("log_width_%d", i+1), fmt.Sprintf("depth_%d", i+1))
	}
	for i, name := range names {
		d.columns = append(d.columns, Column{Name: name, Group: -1})
		span := high[i] - low[i]
		if !(span > 0) {
			span = 1
		}
		d.scale = append(d.scale, scaleSpan{low[i] - 0.05*span, 1.1 * span})
	}
	return d
}

// scanDerived calls keep for the networks on a grid of at most five points an axis.
func (s *Space) scanDerived(spec *RegNetSpec, keep func(*Quantities)) {
	var grid [5][]float64
	for i, name := range spec.axes() {
		grid[i] = s.Param(name).spread(5)
	}
	var x [5]float64
	var walk func(int)
	walk = func(i int) {
		if i == len(grid) {
			if q, err := spec.derive(x); err == nil {
				keep(&q)
			}
			return
		}
		for _, x[i] = range grid[i] {
			walk(i + 1)
		}
	}
	walk(0)
}

// spread returns at most n allowed numbers of a numeric axis, the ends among them.
func (p *Param) spread(n int) []float64 {
	if !p.Numeric() {
		out := make([]float64, 0, n)
		m := min(n, len(p.Choices))
		for k := range m {
			out = append(out, p.Choices[k*(len(p.Choices)-1)/max(m-1, 1)].num)
		}
		return out
	}
	out := make([]float64, n)
	for k := range out {
		if m := p.points(); m > 0 {
			out[k] = p.gridPoint(k * (m - 1) / (n - 1))
		} else {
			out[k] = p.Low + (p.High-p.Low)*float64(k)/float64(n-1)
		}
	}
	return out
}

// rawDerived fills dst (3 + 2 per stage column) with the unscaled quantities.
func rawDerived(dst []float64, q *Quantities) {
	dst[0], dst[1], dst[2] = math.Log10(q.Complexity.Params), math.Log10(q.Complexity.FLOPs),
		math.Log10(q.Complexity.Acts)
	for i := 3; i+1 < len(dst); i += 2 {
		dst[i], dst[i+1] = math.NaN(), math.NaN()
		if k := (i - 3) / 2; k < q.Network.Stages {
			dst[i], dst[i+1] = math.Log10(float64(q.Network.Stage[k].Width)), float64(q.Network.Stage[k].Depth)
		}
	}
}

// encode fills dst; all NaN when c gives no network.
func (d *derivedColumns) encode(dst []float64, c Config) {
	x, _, ok := d.spec.read(c)
	var q Quantities
	var err error
	if ok {
		q, err = d.spec.derive(x)
	}
	if !ok || err != nil {
		for i := range dst {
			dst[i] = math.NaN()
		}
		return
	}
	rawDerived(dst, &q)
	for i, s := range d.scale {
		if !math.IsNaN(dst[i]) {
			dst[i] = min(1, max(0, (dst[i]-s.low)/s.span))
		}
	}
}
