package train

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"eahas/features"
	"eahas/internal/par"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/gbdt"
)

// Trainer trains with its parameters; see Fit.
type Trainer struct {
	Params Params
}

var _ models.Trainer = Trainer{}

// Train implements models.Trainer: it returns a *gbdt.Model, which is a models.Freezer.
func (t Trainer) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	m, err := Fit(ctx, d, t.Params, o)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// Fit trains a model. Errors wrap ErrParams, ErrData or models.ErrNoRows, or are ctx.Err().
// The model depends on d, p and o.Seed alone. Rows of weight 0 count as absent.
func Fit(ctx context.Context, d models.Data, p Params, o models.Options) (*gbdt.Model, error) {
	return train(ctx, nil, d, nil, p, o)
}

// FitValid is Fit with a validation set for early stopping (p.EarlyStop.Rounds > 0), which does not train.
func FitValid(ctx context.Context, d, valid models.Data, p Params, o models.Options) (*gbdt.Model, error) {
	return train(ctx, nil, d, &valid, p, o)
}

// Continue boosts p.Rounds further trees per output onto m and returns the longer model; m stays as it is.
// The outputs, the columns and the link of p.Loss must be those of m, and m must not be a forest.
func Continue(ctx context.Context, m *gbdt.Model, d models.Data, p Params, o models.Options) (*gbdt.Model, error) {
	if p.Forest {
		return nil, fmt.Errorf("%w: a forest cannot be continued", ErrParams)
	}
	if m.Columns() != d.X.P() || m.Outputs() != d.K {
		return nil, fmt.Errorf("%w: the model has %d columns and %d outputs, the data %d and %d", gbdt.ErrMismatch,
			m.Columns(), m.Outputs(), d.X.P(), d.K)
	}
	for k := range m.Outputs() {
		if m.Link(k) != p.Loss.link() {
			return nil, fmt.Errorf("%w: loss %q does not fit output %d", gbdt.ErrMismatch, p.Loss.resolve().Kind, k)
		}
	}
	return train(ctx, m, d, nil, p, o)
}

func (l Loss) link() gbdt.Link {
	if l.Kind == Logistic {
		return gbdt.Sigmoid
	}
	return gbdt.Identity
}

// run is one training.
type run struct {
	p       Params
	o       models.Options
	workers int
	d       models.Data
	valid   *models.Data
	from    *gbdt.Model
	m       *matrix
	done    int
	total   int
	mu      sync.Mutex
}

// FitLosses trains a model for each of the losses, which take the place of p.Loss: those of Fit. Columns are put into
// bins once for all of them.
func FitLosses(ctx context.Context, d models.Data, p Params, losses []Loss, o models.Options) ([]*gbdt.Model, error) {
	var out []*gbdt.Model
	var bins *matrix
	for i, loss := range losses {
		p.Loss = loss
		one := o
		if o.Progress != nil {
			one.Progress = func(done, total int) { o.Progress(i*total+done, len(losses)*total) }
		}
		m, used, err := trainOn(ctx, bins, nil, d, nil, p, one)
		if err != nil {
			return nil, err
		}
		out, bins = append(out, m), used
	}
	return out, nil
}

func train(ctx context.Context, from *gbdt.Model, d models.Data, valid *models.Data, p Params,
	o models.Options) (*gbdt.Model, error) {
	m, _, err := trainOn(ctx, nil, from, d, valid, p, o)
	return m, err
}

// trainOn is train with the matrix of the rows, if it is known, and returns it; nil where there is none for all rows.
func trainOn(ctx context.Context, bins *matrix, from *gbdt.Model, d models.Data, valid *models.Data, p Params,
	o models.Options) (m *gbdt.Model, used *matrix, err error) {
	if p, err = p.resolve(d.X.P()); err != nil {
		return nil, nil, err
	}
	if p.Bags > 1 {
		if from != nil {
			return nil, nil, fmt.Errorf("%w: a model that is the mean of %d cannot be continued", ErrParams, p.Bags)
		}
		m, err = bagged(ctx, d, valid, p, o)
		return m, nil, err
	}
	if err := checkData(&d, &p); err != nil {
		return nil, nil, err
	}
	r := &run{p: p, o: o, workers: par.Workers(o.Workers), d: dropZeroWeights(d), from: from}
	if valid != nil {
		if err := checkData(valid, &p); err != nil {
			return nil, nil, fmt.Errorf("validation set: %w", err)
		}
		if valid.K != d.K || valid.X.P() != d.X.P() {
			return nil, nil, fmt.Errorf("%w: validation set and training set differ in columns or outputs",
				gbdt.ErrMismatch)
		}
		v := dropZeroWeights(*valid)
		r.valid = &v
	} else if p.EarlyStop.Rounds > 0 {
		r.holdOut()
	}
	if r.m = bins; bins == nil {
		fs, err := newFeatures(&r.d.X, &p, r.workers)
		if err != nil {
			return nil, nil, err
		}
		r.m = newMatrix(&r.d.X, fs, r.workers)
	}
	switch {
	case p.Forest:
		m, err = r.forest(ctx)
	case p.MultiOutput:
		m, err = r.boostVector(ctx)
	default:
		m, err = r.boost(ctx)
	}
	return m, r.m, err
}

// checkData reports data that cannot be learnt from.
func checkData(d *models.Data, p *Params) error {
	n := d.X.N
	if n == 0 {
		return models.ErrNoRows
	}
	switch {
	case d.X.P() == 0:
		return fmt.Errorf("%w: no columns", ErrData)
	case d.K < 1:
		return fmt.Errorf("%w: %d outputs", ErrData, d.K)
	case len(d.X.Data) != n*d.X.P():
		return fmt.Errorf("%w: frame of %d x %d holds %d values", ErrData, n, d.X.P(), len(d.X.Data))
	case len(d.Y) != n*d.K:
		return fmt.Errorf("%w: %d rows x %d outputs, but %d targets", ErrData, n, d.K, len(d.Y))
	case d.Weights != nil && len(d.Weights) != n:
		return fmt.Errorf("%w: %d rows, but %d weights", ErrData, n, len(d.Weights))
	case d.Groups != nil && len(d.Groups) != n:
		return fmt.Errorf("%w: %d rows, but %d groups", ErrData, n, len(d.Groups))
	case n >= math.MaxInt32 || d.X.P() > math.MaxUint16:
		return fmt.Errorf("%w: %d rows x %d columns is too large", ErrData, n, d.X.P())
	}
	return checkTargets(d, p.Loss.Kind)
}

// checkTargets looks at each target and each weight.
func checkTargets(d *models.Data, loss LossKind) error {
	for i, y := range d.Y {
		if math.IsNaN(y) || math.Abs(y) > 1e150 || loss == Logistic && (y < 0 || y > 1) {
			return fmt.Errorf("%w: row %d, output %d: target %v", ErrData, i/d.K, i%d.K, y)
		}
	}
	sum := 0.0
	for i, w := range d.Weights {
		if !(w >= 0 && w <= 1e150) {
			return fmt.Errorf("%w: row %d: weight %v", ErrData, i, w)
		}
		sum += w
	}
	if d.Weights != nil && sum == 0 {
		return fmt.Errorf("%w: all weights are 0", models.ErrNoRows)
	}
	return nil
}

// dropZeroWeights returns d without the rows of weight 0, and without weights if all others are equal to 1.
func dropZeroWeights(d models.Data) models.Data {
	if d.Weights == nil {
		return d
	}
	keep := make([]int, 0, d.X.N)
	for i, w := range d.Weights {
		if w > 0 {
			keep = append(keep, i)
		}
	}
	if len(keep) < d.X.N {
		d = selectRows(d, keep)
	}
	if !slices.ContainsFunc(d.Weights, func(w float64) bool { return w != 1 }) {
		d.Weights = nil
	}
	return d
}

// selectRows returns the rows of d in that order.
func selectRows(d models.Data, rows []int) models.Data {
	out := models.Data{X: d.X.Select(rows), K: d.K, Y: make([]float64, 0, len(rows)*d.K)}
	for _, i := range rows {
		out.Y = append(out.Y, d.Y[i*d.K:(i+1)*d.K]...)
		if d.Weights != nil {
			out.Weights = append(out.Weights, d.Weights[i])
		}
		if d.Groups != nil {
			out.Groups = append(out.Groups, d.Groups[i])
		}
	}
	return out
}

// holdOut moves a share of the groups (rows, if none are given) to the validation set, drawn from the seed;
// at least one group stays on each side, and with a single group there is no validation.
func (r *run) holdOut() {
	group := func(i int) int {
		if r.d.Groups == nil {
			return i
		}
		return r.d.Groups[i]
	}
	seen := map[int]bool{}
	var order []int
	for i := range r.d.X.N {
		if g := group(i); !seen[g] {
			seen[g] = true
			order = append(order, g)
		}
	}
	if len(order) < 2 {
		return
	}
	rng := stream.New(r.o.Seed, "gbdt", "holdout")
	rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	k := max(1, min(len(order)-1, int(math.Round(r.p.EarlyStop.Fraction*float64(len(order))))))
	held := map[int]bool{}
	for _, g := range order[:k] {
		held[g] = true
	}
	var in, out []int
	for i := range r.d.X.N {
		if held[group(i)] {
			out = append(out, i)
		} else {
			in = append(in, i)
		}
	}
	v := selectRows(r.d, out)
	r.d, r.valid = selectRows(r.d, in), &v
}

// tick counts one round of one output.
func (r *run) tick() {
	if r.o.Progress == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	r.o.Progress(r.done, r.total)
}

// model returns the model without trees.
func (r *run) model() *gbdt.Parts {
	m := &gbdt.Parts{Columns: r.d.X.P(), Base: make([]float64, r.d.K), Link: make([]gbdt.Link, r.d.K)}
	for _, f := range r.m.features {
		if f.kind == oneHot {
			m.Groups = append(m.Groups, f.columns)
		}
	}
	y := make([]float64, 0, r.d.X.N)
	for k := range m.Link {
		m.Link[k] = r.p.Loss.link()
		if r.from != nil {
			m.Base[k] = r.from.Base(k)
		} else {
			y = appendColumn(y[:0], r.d.Y, r.d.K, k)
			m.Base[k] = r.p.Loss.base(y, r.d.Weights)
		}
	}
	return m
}

// column copies column k of an n x width matrix.
func column(y []float64, width, k int) []float64 {
	return appendColumn(make([]float64, 0, len(y)/width), y, width, k)
}

func appendColumn(dst, y []float64, width, k int) []float64 {
	for i := k; i < len(y); i += width {
		dst = append(dst, y[i])
	}
	return dst
}

// start returns the raw scores of output k on x before the first new tree.
func (r *run) start(m *gbdt.Parts, x *features.Frame, k int) []float64 {
	out := make([]float64, x.N)
	var raw []float64
	if r.from != nil {
		raw = make([]float64, r.from.Outputs())
	}
	for i := range out {
		out[i] = m.Base[k]
		if r.from != nil {
			out[i] = r.from.Raw(raw, x.Row(i))[k]
		}
	}
	return out
}

// boost trains one booster per output. As many as there are workers are trained side by side, each on one goroutine;
// when fewer are left, each gets its share of the workers.
func (r *run) boost(ctx context.Context) (*gbdt.Model, error) {
	m := r.model()
	r.total = r.p.Rounds * r.d.K
	trees := make([][]gbdt.Tree, r.d.K)
	var spare sync.Pool
	few := r.d.K % r.workers
	booster := func(k, workers int) *booster {
		return &booster{p: &r.p, m: r.m, ys: r.d.Y, outputs: r.d.K, base: m.Base[k], spare: &spare, workers: workers,
			w: r.d.Weights, output: k, seed: r.o.Seed, tick: r.tick}
	}
	err := par.Each(ctx, r.d.K-few, r.workers, func(ctx context.Context, k int) (err error) {
		trees[k], err = r.output(ctx, m, booster(k, 1))
		return err
	})
	if err == nil {
		err = par.Each(ctx, few, few, func(ctx context.Context, i int) (err error) {
			k := r.d.K - few + i
			trees[k], err = r.output(ctx, m, booster(k, (r.workers+i)/few))
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	for k := range trees {
		if r.from != nil {
			for _, t := range r.from.Trees() {
				if t.Output == k {
					m.Trees = append(m.Trees, t)
				}
			}
		}
		m.Trees = append(m.Trees, trees[k]...)
	}
	return gbdt.New(*m)
}

// output trains the trees of one output.
func (r *run) output(ctx context.Context, m *gbdt.Parts, b *booster) ([]gbdt.Tree, error) {
	k := b.output
	var start []float64
	if r.from != nil {
		b.first, start = rounds(r.from, k), r.start(m, &r.d.X, k)
	}
	if r.valid != nil && r.p.EarlyStop.Rounds > 0 {
		b.valid = newValidation(&r.valid.X, column(r.valid.Y, r.d.K, k), r.valid.Weights, r.start(m, &r.valid.X, k),
			&r.p)
	}
	return b.run(ctx, start)
}

// rounds returns the number of trees of output k.
func rounds(m *gbdt.Model, k int) int {
	n := 0
	for _, t := range m.Trees() {
		if t.Output == k || t.Output < 0 {
			n++
		}
	}
	return n
}
