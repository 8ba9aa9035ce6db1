package gbdt

import (
	"fmt"

	"eahas/internal/par"
	"eahas/models"
)

// Compiled is the serving form of one or several models over the same columns. It bins a row once for all of them and
// finds leaves without branching on the data. Its outputs are the models' outputs in order, bit for bit those of
// Model.Predict. It is immutable and safe for concurrent use.
type Compiled struct {
	columns int
	outputs int
	base    []float64
	link    []Link
	linked  bool // some link is not Identity
	binner  binner
	runs    []treeRun
	models  []*Model // walked for rows that the bins cannot tell apart
}

var _ models.Predictor = (*Compiled)(nil)

// treeRun is a sequence of trees that are evaluated in one way: one of its fields is set. Runs are evaluated in order,
// so that each output's sum is taken in the order of Model.Predict. It is no interface, because then scratch would
// escape.
type treeRun struct {
	masks *maskRun
	walk  *walkRun
	trees []Tree // of masks
}

// add adds the trees' values for the row x with the given bins (see binner) to dst; scratch holds maxBlock words.
func (r *treeRun) add(dst, x []float64, bins []int32, scratch []uint64) {
	if r.masks != nil {
		r.masks.add(dst, bins, scratch)
		return
	}
	r.walk.add(dst, x)
}

// Compile makes the serving form of m.
func (m *Model) Compile() *Compiled {
	c, err := CompileAll(m)
	if err != nil {
		panic(err) // one model agrees with itself
	}
	return c
}

// CompileAll makes one serving form of several models, whose outputs follow each other.
// It returns an error that wraps ErrMismatch when there is no model or they differ in the number of columns.
func CompileAll(ms ...*Model) (*Compiled, error) {
	if len(ms) == 0 {
		return nil, fmt.Errorf("%w: no model to compile", ErrMismatch)
	}
	c := &Compiled{columns: ms[0].columns, models: ms}
	for i, m := range ms {
		if m.columns != c.columns {
			return nil, fmt.Errorf("%w: model %d has %d columns, model 0 has %d", ErrMismatch, i, m.columns, c.columns)
		}
	}
	c.binner = newBinner(ms, c.columns)
	for _, m := range ms {
		c.runs = append(c.runs, compileRuns(m, &c.binner, c.outputs)...)
		c.base = append(c.base, m.base...)
		c.link = append(c.link, m.link...)
		c.outputs += m.outputs
	}
	share(c.runs, &c.binner)
	for _, l := range c.link {
		c.linked = c.linked || l != Identity
	}
	return c, nil
}

// Models returns the models that c was compiled from, for exporters. Callers must not change them.
func (c *Compiled) Models() []*Model { return c.models }

// Columns returns p, the length of the rows that Predict takes.
func (c *Compiled) Columns() int { return c.columns }

// Outputs returns k, the sum of the models' outputs.
func (c *Compiled) Outputs() int { return c.outputs }

// Predict writes the k predictions for the row x (length p, NaN = missing) into dst and returns it; a nil dst is
// allocated. It panics when x or a non-nil dst has the wrong length.
func (c *Compiled) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, c.outputs)
	}
	if len(x) != c.columns || len(dst) != c.outputs {
		panic("gbdt: Predict: wrong length of x or dst")
	}
	var bins [maxInline]int32
	var scratch [maxBlock]uint64
	return c.predict(dst, x, bins[:c.binner.len()], scratch[:])
}

// maxInline is the largest number of binned features: their bins live on the stack.
const maxInline = 512

func (c *Compiled) predict(dst, x []float64, bins []int32, scratch []uint64) []float64 {
	if !c.binner.bin(bins, x) {
		return c.plain(dst, x)
	}
	copy(dst, c.base)
	for i := range c.runs {
		c.runs[i].add(dst, x, bins, scratch)
	}
	if c.linked {
		for k := range dst {
			dst[k] = c.link[k].Apply(dst[k])
		}
	}
	return dst
}

// plain answers by the plain walk.
func (c *Compiled) plain(dst, x []float64) []float64 {
	at := 0
	for _, m := range c.models {
		m.Predict(dst[at:at+m.outputs:at+m.outputs], x)
		at += m.outputs
	}
	return dst
}

// PredictBatch answers for n rows: x is n x p, dst n x k (nil allocates), both row-major. Workers <= 0 means all cores.
// It panics when a length is wrong.
func (c *Compiled) PredictBatch(dst, x []float64, workers int) []float64 {
	n := len(x) / max(1, c.columns)
	if dst == nil {
		dst = make([]float64, n*c.outputs)
	}
	if len(x) != n*c.columns || len(dst) != n*c.outputs {
		panic("gbdt: PredictBatch: wrong length of x or dst")
	}
	const block = 256
	par.For((n+block-1)/block, workers, func(b int) { c.block(dst, x, b*block, min(n, (b+1)*block)) })
	return dst
}

// block answers for rows first..last-1, run by run, so that a run's tables stay in the cache.
func (c *Compiled) block(dst, x []float64, first, last int) {
	nf, p, k := c.binner.len(), c.columns, c.outputs
	bins := make([]int32, (last-first)*nf)
	hard := make([]bool, last-first)
	scratch := make([]uint64, maxBlock)
	for i := first; i < last; i++ {
		hard[i-first] = !c.binner.bin(bins[(i-first)*nf:(i-first+1)*nf], x[i*p:(i+1)*p])
		copy(dst[i*k:(i+1)*k], c.base)
	}
	for j := range c.runs {
		r := &c.runs[j]
		for i := first; i < last; i++ {
			if !hard[i-first] {
				r.add(dst[i*k:(i+1)*k], x[i*p:(i+1)*p], bins[(i-first)*nf:(i-first+1)*nf], scratch)
			}
		}
	}
	for i := first; i < last; i++ {
		row := dst[i*k : (i+1)*k]
		if hard[i-first] {
			c.plain(row, x[i*p:(i+1)*p])
			continue
		}
		if c.linked {
			for j := range row {
				row[j] = c.link[j].Apply(row[j])
			}
		}
	}
}
