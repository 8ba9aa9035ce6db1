package adapted

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"eahas/internal/stream"
)

// Errors.
var (
	// ErrInput is returned when the runs, the view and the base do not fit together.
	ErrInput = errors.New("adapted: input")
	// ErrNumeric is returned when the covariance of the runs cannot be factorised: inputs or targets of absurd size.
	ErrNumeric = errors.New("adapted: covariance matrix is not positive definite")
)

// MaxRuns is how many runs are learnt from; of more, evenly spaced ones.
const MaxRuns = 300

const (
	draws   = 3   // training sets drawn from each category that is left out
	checked = 100 // rows of it that are answered each time
	likeRun = 10  // runs that the categories left out count as, beside the runs themselves
)

// Adaptation is what is to be learnt.
type Adaptation struct {
	Model  *Model // what there is: see New
	Column int    // of the row: 1 for the new category

	Rows []float64 // n x p: the runs; n may be 0, then the answer is the mean over the known categories
	Y    []float64 // n: what was measured, on the scale of the base's output; the base then has one output
	Unit float64   // of Y: the size of a usual difference; 1 for logarithms
	// the standard deviation of a run around the base's answer for a known category, in the unit of Y
	Noise float64
	Peers []float64 // N x p: rows of known categories, to see how these differ
}

// Fitted says how sure the answers for the new category are.
type Fitted struct {
	Runs    int       // that were learnt from
	Errors  []float64 // absolute, of answers for known categories that were left out; nil with fewer than two
	LeftOut []float64 // n: each run less its answer without it
	Weights []float64 // of the known categories
	Offset  float64
}

// setting are the priors; see the package.
type setting struct {
	offset   float64 // o, in units
	likeness float64 // s
	rest     float64 // t, in units
	length   float64 // of the distance
	noise    float64 // as a share of Adaptation.Noise
}

// Fit learns the new category, and returns a model that has it, too.
func Fit(ctx context.Context, a Adaptation, seed uint64) (*Model, Fitted, error) {
	if err := a.check(); err != nil {
		return nil, Fitted{}, err
	}
	m := &Model{inputs: a.Model.inputs, base: a.Model.base, view: a.Model.view, known: a.Model.known}
	c := category{column: a.Column, weights: equal(m.d()), offset: make([]float64, m.Outputs()),
		smooth: smooth{length: 1}}
	out := Fitted{Weights: c.weights}
	if len(a.Y) == 0 {
		m.added = append(slices.Clone(a.Model.added), c)
		return m, out, nil
	}
	columns := m.others()
	runs := m.ask(thin(a.Rows, m.inputs, MaxRuns), columns)
	runs.y = thin(a.Y, 1, MaxRuns)
	best, errs, err := m.choose(ctx, a, runs, columns, seed)
	if err != nil {
		return nil, out, err
	}
	f, err := fit(runs, best, a.Unit, a.Noise)
	if err != nil {
		return nil, out, err
	}
	if before := m.MeanErrors(a.Rows, a.Y); rootMeanSquare(f.leftOut) >= rootMeanSquare(before) {
		f = fitted{weights: c.weights, smooth: make([]float64, len(runs.y)), leftOut: before} // nothing to be learnt
	}
	c.weights, c.offset[0] = f.weights, f.offset
	c.smooth = smooth{columns: columns, length: best.length, rows: runs.x, coefficient: f.smooth}
	c.spread = rootMeanSquare(errs)
	m.added = append(slices.Clone(a.Model.added), c)
	return m, Fitted{Runs: len(runs.y), Errors: errs, LeftOut: f.leftOut, Weights: c.weights, Offset: f.offset}, nil
}

func (a *Adaptation) check() error {
	p := a.Model.inputs
	if len(a.Rows) != len(a.Y)*p || len(a.Peers)%p != 0 || a.Column < 0 || a.Column >= p ||
		len(a.Y) > 0 && (a.Model.Outputs() != 1 || !(a.Unit > 0)) {
		return fmt.Errorf("%w: %d runs with %d numbers of %d columns, %d outputs, unit %g", ErrInput, len(a.Y),
			len(a.Rows), p, a.Model.Outputs(), a.Unit)
	}
	return nil
}

func equal(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1 / float64(n)
	}
	return out
}

// thin returns at most most evenly spaced rows.
func thin(rows []float64, width, most int) []float64 {
	n := len(rows) / width
	if n <= most {
		return rows
	}
	var out []float64
	for k := range most {
		i := k * n / most
		out = append(out, rows[i*width:(i+1)*width]...)
	}
	return out
}

// others are the places in the view that do not tell the category.
func (m *Model) others() (out []int) {
	for j := range m.view {
		if !slices.Contains(m.known, j) {
			out = append(out, j)
		}
	}
	return out
}

// asked is what the base answers for some rows.
type asked struct {
	x     []float64 // n x m: the other columns' places
	f     []float64 // n x D: the base's answer as each known category
	own   []int     // n: the known category of the row itself, -1 for none
	y     []float64 // n: what is to be answered
	width int       // m
	d     int       // D
}

// ask asks the base for rows as each known category.
func (m *Model) ask(rows []float64, columns []int) asked {
	out := asked{width: len(columns), d: m.d()}
	u := make([]float64, len(m.view))
	var y [1]float64
	for ; len(rows) > 0; rows = rows[m.inputs:] {
		m.look(u, rows[:m.inputs])
		out.own = append(out.own, slices.IndexFunc(m.known, func(j int) bool { return u[j] > 0.5 }))
		for _, j := range columns {
			out.x = append(out.x, place(u[j]))
		}
		for d := range out.d {
			m.as(u, d)
			out.f = append(out.f, m.base.Predict(y[:], u)[0])
		}
	}
	return out
}

// choose finds the setting with which known categories that are left out are answered best from as many rows each as
// there are runs, and the runs each from the others: by the mean absolute error, in which the former count as likeRun
// runs. It returns the errors of the answers for the former.
func (m *Model) choose(ctx context.Context, a Adaptation, runs asked, columns []int, seed uint64) (setting, []float64,
	error) {
	n := len(runs.y)
	// the distance of rows that differ in everything grows with the root of the number of columns
	wide := math.Sqrt(float64(max(1, len(columns))))
	best := setting{1, 0.5, 0.2, 0.3 * wide, 1}
	peers := m.ask(a.Peers, columns)
	var trials []leftOut
	r := stream.New(seed, "adapted", "leave a category out")
	for d := range peers.d {
		for range draws {
			if t, ok := peers.without(d, n, r); ok {
				trials = append(trials, t)
			}
		}
	}
	var errs []float64
	least := math.Inf(1)
	for s := range settings(wide) {
		if err := ctx.Err(); err != nil {
			return best, nil, err
		}
		all, err := errorsOf(trials, s, a.Unit, a.Noise)
		if err != nil {
			return best, nil, err
		}
		f, err := fit(runs, s, a.Unit, a.Noise)
		if err != nil {
			return best, nil, err
		}
		score := 0.0
		for _, e := range f.leftOut {
			score += math.Abs(e)
		}
		if len(all) > 0 {
			score += likeRun * meanOf(all)
		}
		if score < least && len(all) > 0 {
			best, least, errs = s, score, all
		}
	}
	return best, errs, nil
}

// settings are those that are tried.
func settings(wide float64) iter.Seq[setting] {
	return func(yield func(setting) bool) {
		for _, offset := range []float64{1, 0.2, 0.02} {
			for _, rest := range []float64{0.02, 0.1, 0.3} {
				for _, likeness := range []float64{0, 0.5, 1} {
					for _, length := range []float64{0.15, 0.3, 0.6} {
						for _, noise := range []float64{1, 0.3} {
							if !yield(setting{offset, likeness, rest, length * wide, noise}) {
								return
							}
						}
					}
				}
			}
		}
	}
}

// leftOut is one known category that is answered from the others and n of its own rows.
type leftOut struct{ train, test asked }

// without draws n rows of a category as its runs, and others of it to be answered. ok is false where there are no
// other categories, or too few rows.
func (p *asked) without(d, n int, r *rand.Rand) (leftOut, bool) {
	var rows []int
	for i, own := range p.own {
		if own == d {
			rows = append(rows, i)
		}
	}
	if p.d < 2 || len(rows) < 10 {
		return leftOut{}, false
	}
	r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	n = min(n, len(rows)/2)
	return leftOut{p.pick(rows[:n], d), p.pick(rows[n:min(len(rows), n+checked)], d)}, true
}

// pick returns some rows, to be answered as category d without the base's answers for it.
func (p *asked) pick(rows []int, d int) asked {
	out := asked{width: p.width, d: p.d - 1}
	for _, i := range rows {
		out.x = append(out.x, p.x[i*p.width:(i+1)*p.width]...)
		f := p.f[i*p.d : (i+1)*p.d]
		out.f = append(append(out.f, f[:d]...), f[d+1:]...)
		out.y = append(out.y, f[d])
	}
	return out
}

// errorsOf answers all that was left out, and returns the absolute errors.
func errorsOf(trials []leftOut, s setting, unit, noise float64) ([]float64, error) {
	var out []float64
	for _, t := range trials {
		f, err := fit(t.train, s, unit, noise)
		if err != nil {
			return nil, err
		}
		g := smooth{length: s.length, rows: t.train.x, coefficient: f.smooth}
		for j := range t.train.width {
			g.columns = append(g.columns, j)
		}
		for i, y := range t.test.y {
			answer := f.offset + g.at(t.test.x[i*t.test.width:(i+1)*t.test.width])
			for d, w := range f.weights {
				answer += float64(w * t.test.f[i*t.test.d+d])
			}
			out = append(out, math.Abs(y-answer))
		}
	}
	return out, nil
}

// fitted is the posterior mean in the form in which it is stored.
type fitted struct {
	weights []float64 // D
	offset  float64
	smooth  []float64 // n
	leftOut []float64 // n
}

// fit conditions the process on the runs.
func fit(runs asked, s setting, unit, noise float64) (fitted, error) {
	n, d := len(runs.y), runs.d
	noise *= s.noise
	mean, apart := make([]float64, n), make([]float64, n*d) // m(x), f_d(x) - m(x)
	residual := mat.NewVecDense(n, nil)
	for i := range n {
		f := runs.f[i*d : (i+1)*d]
		mean[i] = meanOf(f)
		for j, v := range f {
			apart[i*d+j] = v - mean[i]
		}
		residual.SetVec(i, runs.y[i]-mean[i])
	}
	likeness := s.likeness * s.likeness / float64(max(1, d-1))
	rest, shift := s.rest*s.rest*unit*unit, s.offset*s.offset*unit*unit
	k := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			v := shift + float64(likeness*dot(apart[i*d:(i+1)*d], apart[j*d:(j+1)*d])) +
				float64(rest*matern(distance(runs.row(i), runs.row(j))/s.length))
			if i == j {
				v += max(noise*noise, 1e-6*unit*unit)
			}
			k.SetSym(i, j, v)
		}
	}
	var c mat.Cholesky
	if !c.Factorize(k) {
		return fitted{}, ErrNumeric
	}
	var alpha mat.VecDense
	if err := c.SolveVecTo(&alpha, residual); err != nil {
		return fitted{}, fmt.Errorf("%w: %w", ErrNumeric, err)
	}
	var inverse mat.SymDense
	if err := c.InverseTo(&inverse); err != nil {
		return fitted{}, fmt.Errorf("%w: %w", ErrNumeric, err)
	}
	out := fitted{weights: equal(d), smooth: make([]float64, n), leftOut: make([]float64, n)}
	like := make([]float64, d) // c_d
	for i := range n {
		a := alpha.AtVec(i)
		out.offset += float64(shift * a)
		out.smooth[i] = rest * a
		out.leftOut[i] = a / inverse.At(i, i)
		for j := range d {
			like[j] += float64(likeness * a * apart[i*d+j])
		}
	}
	centre := meanOf(like)
	for j := range d {
		out.weights[j] += like[j] - centre
	}
	return out, nil
}

func (p *asked) row(i int) []float64 { return p.x[i*p.width : (i+1)*p.width] }

func distance(a, b []float64) float64 {
	sum := 0.0
	for j := range a {
		d := a[j] - b[j]
		sum += float64(d * d)
	}
	return math.Sqrt(sum)
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for j := range a {
		sum += float64(a[j] * b[j])
	}
	return sum
}

func meanOf(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

func rootMeanSquare(xs []float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	return math.Sqrt(dot(xs, xs) / float64(len(xs)))
}

// MeanErrors returns, for each of some rows (n x p), y less the mean over the known categories: what is to be learnt.
func (m *Model) MeanErrors(rows, y []float64) []float64 {
	a := m.ask(rows, nil)
	out := make([]float64, len(y))
	for i := range out {
		out[i] = y[i] - meanOf(a.f[i*a.d:(i+1)*a.d])
	}
	return out
}

// Deviation returns the standard deviation of the base's answers for some rows (n x p) of known categories; 1 where it
// is 0 or there are none.
func (m *Model) Deviation(rows []float64) float64 {
	a := m.ask(rows, nil)
	mean, sum := meanOf(a.f), 0.0
	for _, f := range a.f {
		sum += float64((f - mean) * (f - mean))
	}
	if sd := math.Sqrt(sum / float64(len(a.f))); sd > 0 {
		return sd
	}
	return 1
}
