package physical

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/optimize"

	"eahas/models"
	"eahas/models/internal/lbfgs"
	"eahas/models/internal/problem"
)

// The loss of a residual r is residual^2/... up to about its width and grows like |r| beyond it.
const (
	residual   = 0.1 // a logarithm off by this much counts as one
	width      = 2   // residuals above this many count by their size, not their square
	iterations = 300
)

// Ridge penalties of the slopes, relative to the trainer's Ridge; intercepts are all but free.
const (
	ofIntercept = 1e-4
	ofColumn    = 1
	ofPair      = 4
)

// ridge says how much each inner parameter may depend on the context: what the law says for all runs alike is shrunk
// most.
var ridge = map[Law][inner]float64{
	Time:  {1, 1, 50, 50},
	Power: {10, 10, 1, 50},
}

// fitting is the problem of one output.
type fitting struct {
	law     Law
	rows    []sparse // n
	at      []place  // n
	y       []float64
	weight  []float64
	terms   int
	start   []float64
	penalty []float64
}

// sparse are the terms of a row that are not 0.
type sparse struct {
	term  []int
	value []float64
}

// size returns the length of the parameter vector: per inner parameter the intercept and a slope a term, then the
// shared ones.
func size(terms int) int { return inner*(1+terms) + shared }

// value is the objective at p; with grad given (length of p) it writes the gradient.
func (f *fitting) value(p, grad []float64) float64 {
	sh := [shared]float64(p[len(p)-shared:])
	sum := 0.0
	var din [inner]float64
	var dsh [shared]float64
	stride := 1 + f.terms
	for i := range f.rows {
		in := innerOf(p, stride, &f.rows[i])
		r := (f.law.at(&in, &sh, f.at[i], &din, &dsh) - f.y[i]) / residual
		root := math.Sqrt(1 + r*r/(width*width))
		sum += f.weight[i] * width * width * (root - 1)
		if grad == nil {
			continue
		}
		slope := f.weight[i] * r / root / residual
		for j, d := range din {
			g := grad[j*stride : (j+1)*stride]
			g[0] += slope * d
			for m, t := range f.rows[i].term {
				g[1+t] += slope * d * f.rows[i].value[m]
			}
		}
		for j, d := range dsh {
			grad[len(p)-shared+j] += slope * d
		}
	}
	for j, v := range p {
		d := v - f.start[j]
		sum += f.penalty[j] * d * d / 2
		if grad != nil {
			grad[j] += f.penalty[j] * d
		}
	}
	return sum
}

// innerOf returns the inner parameters of a row; stride is 1 + terms.
func innerOf(p []float64, stride int, row *sparse) (in [inner]float64) {
	for j := range in {
		w := p[j*stride : (j+1)*stride]
		in[j] = w[0]
		for m, t := range row.term {
			in[j] += float64(w[1+t] * row.value[m])
		}
	}
	return in
}

// minimise returns the best parameters seen. A failed line search is no error.
func (f *fitting) minimise(ctx context.Context) ([]float64, error) {
	settings := optimize.Settings{MajorIterations: iterations, FuncEvaluations: 3 * iterations,
		Converger: &optimize.FunctionConverge{Relative: 1e-9, Iterations: 10}}
	best, least, err := lbfgs.Minimise(ctx, f.start, settings, &optimize.LBFGS{Store: 20},
		func(grad, x []float64) float64 {
			v := f.value(x, grad)
			if math.IsNaN(v) {
				v = math.Inf(1)
			}
			return v
		})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if math.IsInf(least, 1) {
		return nil, errors.Join(errors.New("physical: the law cannot be fitted"), err)
	}
	return best, nil
}

// newFitting puts the problem of output k together.
func newFitting(law Law, strength float64, m *Model, d *models.Data, k int) *fitting {
	f := &fitting{law: law, terms: len(m.terms)}
	mean, batch, limit, total := 0.0, 0.0, 0.0, 0.0
	for i := range d.X.N {
		x := d.X.Row(i)
		var row sparse
		for t, one := range m.terms {
			if v := one.value(x); v != 0 {
				row.term, row.value = append(row.term, t), append(row.value, v)
			}
		}
		at, w := m.place(x), problem.Weight(d, i)
		f.rows, f.at, f.weight = append(f.rows, row), append(f.at, at), append(f.weight, w)
		f.y = append(f.y, d.Y[i*d.K+k])
		total += w // running means
		mean += w / total * (f.y[i] - mean)
		batch += w / total * (at.batch - batch)
		limit += w / total * (at.limit - limit)
	}
	f.start = make([]float64, size(f.terms))
	half := mean - math.Ln2 // two parts of equal size
	at := [inner]float64{half + batch, half, limit, 0}
	sh := [shared]float64{0, math.Log(8)}
	if law == Power {
		at, sh = [inner]float64{half, half, batch, 0}, [shared]float64{math.Log(8), 0}
	}
	for j, v := range at {
		f.start[j*(1+f.terms)] = v
		f.penalty = append(f.penalty, strength*ridge[law][j]*ofIntercept)
		for _, t := range m.terms {
			of := float64(ofColumn)
			if t.b >= 0 {
				of = ofPair
			}
			f.penalty = append(f.penalty, strength*ridge[law][j]*of)
		}
	}
	copy(f.start[len(f.start)-shared:], sh[:])
	for range shared {
		f.penalty = append(f.penalty, 1)
	}
	return f
}
