package modeltest

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"eahas/models"
)

// honest predicts with the nearest training row, missing cells compared as 0.5. It keeps every promise of the suite.
type honest struct{ mend func(*nearest) }

type nearest struct {
	x, y []float64
	p, k int
	// faults, all off in the honest one
	allocates, dirties bool
}

func (h honest) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m := &nearest{p: d.X.P(), k: d.K}
	for i := range d.X.N {
		if d.Weights != nil && d.Weights[i] == 0 {
			continue
		}
		m.x = append(m.x, d.X.Row(i)...)
		m.y = append(m.y, d.Y[i*d.K:(i+1)*d.K]...)
	}
	if len(m.x) == 0 {
		return nil, models.ErrNoRows
	}
	if h.mend != nil {
		h.mend(m)
	}
	return m, nil
}

func (m *nearest) shift(by float64) {
	for i := range m.y {
		m.y[i] += by
	}
}

func (m *nearest) Outputs() int { return m.k }

func (m *nearest) Predict(dst, x []float64) []float64 {
	if dst == nil || m.allocates {
		dst = make([]float64, m.k)
	}
	at, _ := m.find(x)
	if m.dirties {
		x[0] = 0
	}
	copy(dst, m.y[at*m.k:])
	return dst
}

// find returns the nearest row and its squared distance.
func (m *nearest) find(x []float64) (at int, square float64) {
	square = math.Inf(1)
	for i := 0; i*m.p < len(m.x); i++ {
		sum := 0.0
		for j, v := range m.x[i*m.p : (i+1)*m.p] {
			d := present(v) - present(x[j])
			sum += d * d
		}
		if sum < square {
			square, at = sum, i
		}
	}
	return at, square
}

// Spread says that an output is as unsure as the nearest row is far, plus the output's number.
func (m *nearest) Spread(dst, x []float64) []float64 {
	_, square := m.find(x)
	for j := range m.k {
		dst = append(dst, math.Sqrt(square)+float64(j))
	}
	return dst
}

func present(v float64) float64 {
	if math.IsNaN(v) {
		return 0.5
	}
	return v
}

var honestOptions = Options{
	AppendBinary: func(p models.Predictor, b []byte) ([]byte, error) { return appendNearest(b, p.(*nearest)), nil },
	Decode:       decodeNearest,
	InnerSplit:   func(d models.Data, seed uint64) (train, held []int) { return splitAt(d, 9) },
	Spreads:      true,
	WiderOff:     true,
}

// splitAt holds back the rows of groups below limit times the suite's group step.
func splitAt(d models.Data, limit int) (train, held []int) {
	for i, g := range d.Groups {
		if g/1000003 < limit {
			held = append(held, i)
		} else {
			train = append(train, i)
		}
	}
	return train, held
}

func appendNearest(b []byte, m *nearest) []byte {
	b = append(b, byte(m.p), byte(m.k), byte(len(m.x)/m.p))
	for _, v := range slices.Concat(m.x, m.y) {
		u := math.Float64bits(v)
		for s := range 8 {
			b = append(b, byte(u>>(8*s)))
		}
	}
	return b
}

func decodeNearest(b []byte) (models.Predictor, error) {
	if len(b) < 3 {
		return nil, errors.New("short")
	}
	m := &nearest{p: int(b[0]), k: int(b[1])}
	n := int(b[2])
	if len(b) != 3+8*n*(m.p+m.k) {
		return nil, errors.New("length")
	}
	var all []float64
	for i := 3; i < len(b); i += 8 {
		var u uint64
		for s := range 8 {
			u |= uint64(b[i+s]) << (8 * s)
		}
		all = append(all, math.Float64frombits(u))
	}
	m.x, m.y = all[:n*m.p], all[n*m.p:]
	return m, nil
}

func TestTrainer(t *testing.T) { Trainer(t, "nearest row", honest{}, honestOptions) }

// trainFunc breaks promises of Train.
type trainFunc func(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error)

func (f trainFunc) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	return f(ctx, d, o)
}

// predictFunc breaks promises of Predict.
type predictFunc struct {
	*nearest
	predict func(dst, x []float64) []float64
}

func (p predictFunc) Predict(dst, x []float64) []float64 { return p.predict(dst, x) }

// spreadFunc breaks promises of Spread, in the training form alone: Freeze gives the honest one.
type spreadFunc struct {
	*nearest
	spread func(dst, x []float64) []float64
}

func (p spreadFunc) Spread(dst, x []float64) []float64 { return p.spread(dst, x) }

func (p spreadFunc) Freeze() (models.Predictor, error) { return p.nearest, nil }

// TestEveryCheckCanBeRed breaks one promise at a time and sees that promise's check fail.
func TestEveryCheckCanBeRed(t *testing.T) {
	ctx := context.Background()
	// answer wraps the honest predictor's answers.
	answer := func(change func(m *nearest, dst, x []float64) []float64) models.Trainer {
		return trainFunc(func(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
			p, err := honest{}.Train(ctx, d, o)
			if err != nil {
				return nil, err
			}
			m := p.(*nearest)
			return predictFunc{m, func(dst, x []float64) []float64 { return change(m, dst, x) }}, nil
		})
	}
	unsure := func(change func(m *nearest, dst, x []float64) []float64) models.Trainer {
		return trainFunc(func(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
			p, err := honest{}.Train(ctx, d, o)
			if err != nil {
				return nil, err
			}
			m := p.(*nearest)
			return spreadFunc{m, func(dst, x []float64) []float64 { return change(m, dst, x) }}, nil
		})
	}
	calls, turns := 0.0, new(atomic.Int64)
	breaks := map[string]models.Trainer{
		"inputs are untouched": honest{func(m *nearest) { m.dirties = true }},
		"no rows is ErrNoRows": trainFunc(func(ctx context.Context, d models.Data, o models.Options) (models.Predictor,
			error) {
			return &nearest{p: 1, k: d.K, y: make([]float64, d.K)}, nil
		}),
		"one row": trainFunc(func(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
			if d.X.N == 1 {
				return nil, errors.New("too few rows")
			}
			return honest{}.Train(ctx, d, o)
		}),
		"constant targets are met": honest{func(m *nearest) {
			m.y[1] += 1e-3
			m.y[5] += 1e-3
			m.y = slices.Repeat(m.y[:2], len(m.y)/2)
		}},
		"learns the planted function": honest{func(m *nearest) {
			m.y = slices.Repeat(m.y[:m.k],
				len(m.x)/m.p)
		}},
		"same seed gives the same bytes": honest{func(m *nearest) { calls++; m.shift(calls) }},
		"rows in any order give the same answers": answer(func(m *nearest, dst,
			x []float64) []float64 {
			calls++
			y := m.Predict(dst, x)
			y[0] += calls
			return y
		}),
		"predict with dst does not allocate": honest{func(m *nearest) { m.allocates = true }},
		"missing cells have finite answers": answer(func(m *nearest, dst,
			x []float64) []float64 {
			y := m.Predict(dst, x)
			y[0] += x[0]
			return y
		}),
		"a column that is all missing": answer(func(m *nearest, dst,
			x []float64) []float64 {
			y := m.Predict(dst, x)
			y[0] += m.x[2]
			return y
		}),
		"one output and five outputs": answer(func(m *nearest, dst,
			x []float64) []float64 {
			return m.Predict(dst, x)[:1]
		}),
		"a cancelled context ends the training": trainFunc(func(_ context.Context, d models.Data,
			o models.Options) (models.Predictor, error) {
			return honest{}.Train(ctx, d, o)
		}),
		"weight zero is row absent": trainFunc(func(ctx context.Context, d models.Data,
			o models.Options) (models.Predictor, error) {
			d.Weights = nil
			return honest{}.Train(ctx, d, o)
		}),
		"progress counts up to its total": trainFunc(func(ctx context.Context, d models.Data,
			o models.Options) (models.Predictor, error) {
			report(o, 3, 4)
			return honest{}.Train(ctx, d, o)
		}),
		"any number of workers gives the same bytes": trainFunc(func(ctx context.Context, d models.Data,
			o models.Options) (models.Predictor, error) {
			return honest{func(m *nearest) { m.shift(float64(o.Workers)) }}.Train(ctx, d, o)
		}),
		"groups nil is groups all different": trainFunc(func(ctx context.Context, d models.Data,
			o models.Options) (models.Predictor, error) {
			return honest{func(m *nearest) { m.shift(float64(len(d.Groups))) }}.Train(ctx, d, o)
		}),
		"predict is safe for concurrent use": nil, // shown by the race detector on a shared scratch; not provoked here
		"inner split keeps groups together":  honest{},
		"binary round trip":                  honest{},

		"spread is a factor of finite numbers": unsure(func(m *nearest, dst,
			x []float64) []float64 {
			return append(m.Spread(dst, x), 1)
		}),
		"spread is kept by the serving form and its bytes": unsure(func(m *nearest, dst,
			x []float64) []float64 {
			return append(m.Spread(dst, x), 0, 0)
		}),
		"spread is safe for concurrent use": unsure(func(m *nearest, dst, x []float64) []float64 {
			return append(m.Spread(dst, x), float64(turns.Add(1)), 0)
		}),
		"spread is wider off the data": unsure(func(m *nearest, dst, x []float64) []float64 {
			at := len(dst)
			dst = m.Spread(dst, x)
			for j := range m.k {
				dst[at+j] = 1 / (1 + dst[at+j])
			}
			return dst
		}),
	}
	for _, c := range trainerChecks {
		broken, listed := breaks[c.name]
		if !listed {
			t.Errorf("no broken trainer for the check %q", c.name)
			continue
		}
		if broken == nil || raceDetector && c.name == "predict with dst does not allocate" {
			continue
		}
		o := honestOptions
		o.AppendBinary, o.Decode = nil, nil
		switch c.name {
		case "inner split keeps groups together":
			o.InnerSplit = func(d models.Data, seed uint64) (train, held []int) {
				for i := range d.X.N {
					if i < 45 {
						train = append(train, i)
					} else {
						held = append(held, i)
					}
				}
				return train, held
			}
		case "binary round trip":
			o.AppendBinary = honestOptions.AppendBinary
			o.Decode = func(b []byte) (models.Predictor, error) {
				p, err := decodeNearest(b)
				if err == nil {
					p.(*nearest).y[0]++
				}
				return p, err
			}
		}
		if err := c.run(subject{broken, o, nil}); err == nil {
			t.Errorf("the check %q did not see its broken trainer", c.name)
		} else {
			t.Logf("%s: %v", c.name, strings.TrimSpace(err.Error()))
		}
	}
}

// The first spread check looks at several things; each can be red.
func TestSpreadShapeIsSeen(t *testing.T) {
	spreads := map[string]func(m *nearest, dst, x []float64) []float64{
		"nothing": func(m *nearest, dst, _ []float64) []float64 { return dst },
		"not finite": func(m *nearest, dst, _ []float64) []float64 {
			return append(dst, slices.Repeat([]float64{math.Inf(1)}, m.k)...)
		},
		"replaces dst":  func(m *nearest, dst, x []float64) []float64 { return m.Spread(dst[:0], x) },
		"changes a row": func(m *nearest, dst, x []float64) []float64 { dst = m.Spread(dst, x); x[0] = 7; return dst },
		"missing is NaN": func(m *nearest, dst, x []float64) []float64 {
			dst = m.Spread(dst, x)
			dst[len(dst)-1] += x[1]
			return dst
		},
	}
	for name, spread := range spreads {
		tr := trainFunc(func(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
			p, err := honest{}.Train(ctx, d, o)
			if err != nil {
				return nil, err
			}
			m := p.(*nearest)
			return spreadFunc{m, func(dst, x []float64) []float64 { return spread(m, dst, x) }}, nil
		})
		if err := spreadShape(subject{tr, honestOptions, nil}); err == nil {
			t.Errorf("%s: not seen", name)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
	o := honestOptions
	o.Spreads = false
	silent := trainFunc(func(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
		p, err := honest{}.Train(ctx, d, o)
		return struct{ models.Predictor }{p}, err
	})
	for _, c := range []func(subject) error{spreadShape, spreadKept, spreadConcurrent} {
		if err := c(subject{silent, o, nil}); err != nil {
			t.Errorf("a predictor that is no Spreader: %v", err)
		}
		if err := c(subject{silent, honestOptions, nil}); err == nil {
			t.Error("a Spreader was promised, and its absence was not seen")
		}
	}
}

func report(o models.Options, done, total int) {
	if o.Progress != nil {
		o.Progress(done, total)
	}
}
