package physical

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"eahas/features"
	"eahas/models"
	"eahas/models/gp"
	"eahas/models/linear"
	"eahas/models/modeltest"
	"eahas/models/parts"
)

func TestConformance(t *testing.T) {
	o := modeltest.Options{
		AppendBinary: func(p models.Predictor, b []byte) ([]byte, error) { return p.(*Model).AppendBinary(b) },
		Decode: func(b []byte) (models.Predictor, error) {
			m, err := Decode(b)
			if err != nil {
				return nil, err
			}
			return m, nil
		},
	}
	modeltest.Trainer(t, "time", Trainer{Law: Time, Batch: Axis{Name: "a", Low: 1, High: 100, Log: true},
		Rest: linear.Trainer{}}, o)
	o.Spreads = true
	modeltest.Trainer(t, "power", Trainer{Law: Power, Batch: Axis{Name: "a", Low: 1, High: 100},
		Limit: Axis{Name: "b", Low: 100, High: 300}, Rest: gp.Trainer{Components: 1, Iterations: 8, TuneRows: 80,
			Polish: -1}}, o)
}

// naive are the laws as package doc writes them, without logarithms.
func naive(l Law, in [inner]float64, sh [shared]float64, at place) float64 {
	e := func(x float64) float64 { return math.Exp(x) }
	b, limit := e(at.batch), e(at.limit)
	if l == Time {
		o, s, d, g, h, k := e(in[0]), e(in[1]), e(in[2]), e(in[3]), e(sh[0]), e(sh[1])
		if at.limited {
			s *= math.Pow(1+math.Pow(d/limit, k), g/k)
		}
		return math.Log(math.Pow(math.Pow(o/b, h)+math.Pow(s, h), 1/h))
	}
	idle, w, half, r, k, c := e(in[0]), e(in[1]), e(in[2]), e(in[3]), e(sh[0]), e(sh[1])
	f := idle + w*math.Pow(1+half/b, -r)
	if at.limited {
		f = math.Pow(math.Pow(f, -k)+math.Pow(c*limit, -k), -1/k)
	}
	return math.Log(f)
}

func TestLawsAreThoseOfTheDocAndTheirGradients(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		for _, l := range []Law{Time, Power} {
			var in, din [inner]float64
			var sh, dsh [shared]float64
			for j := range in {
				in[j] = rng.NormFloat64()
			}
			sh[0], sh[1] = rng.NormFloat64()/2, rng.NormFloat64()/2
			at := place{batch: 2 * rng.NormFloat64(), limit: rng.NormFloat64(), limited: rng.IntN(3) > 0}
			got := l.at(&in, &sh, at, &din, &dsh)
			if want := naive(l, in, sh, at); math.Abs(got-want) > 1e-9*(1+math.Abs(want)) {
				t.Fatalf("law %d at %+v: %v, want %v", l, at, got, want)
			}
			const step = 1e-6
			difference := func(x *float64) float64 {
				before := *x
				*x = before + step
				up := l.at(&in, &sh, at, nil, nil)
				*x = before - step
				down := l.at(&in, &sh, at, nil, nil)
				*x = before
				return (up - down) / (2 * step)
			}
			for j := range in {
				if want := difference(&in[j]); math.Abs(din[j]-want) > 1e-6*(1+math.Abs(want)) {
					t.Fatalf("law %d, inner %d at %+v: slope %v, want %v", l, j, at, din[j], want)
				}
			}
			for j := range sh {
				if want := difference(&sh[j]); math.Abs(dsh[j]-want) > 1e-6*(1+math.Abs(want)) {
					t.Fatalf("law %d, shared %d at %+v: slope %v, want %v", l, j, at, dsh[j], want)
				}
			}
		}
	}
}

func TestLawsStayFinite(t *testing.T) {
	for _, l := range []Law{Time, Power} {
		for _, at := range []place{{batch: 600, limit: -600, limited: true}, {batch: -600, limit: 600, limited: true}} {
			in, sh := [inner]float64{300, -300, 200, 3}, [shared]float64{3, 3}
			if v := l.at(&in, &sh, at, nil, nil); math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("law %d at %+v: %v", l, at, v)
			}
		}
	}
}

// sweep are runs of two networks on two devices: batch sizes 1 to 512, limits of 100 to 300 W. The network "b" was
// measured on device "y" at three batch sizes only when few is set.
func sweep(l Law, few bool) (d models.Data, truth func(i int) float64) {
	d = models.Data{K: 1, X: features.Frame{Columns: []features.Column{
		{Name: "net=a", Param: "net", Group: 0}, {Name: "net=b", Param: "net", Group: 0},
		{Name: "gpu=x", Param: "gpu", Group: 1}, {Name: "gpu=y", Param: "gpu", Group: 1},
		{Name: "batch", Param: "batch", Group: -1}, {Name: "limit", Param: "limit", Group: -1}}}}
	for net := range 2 {
		for gpu := range 2 {
			for e := range 10 {
				if few && net == 1 && gpu == 1 && e%4 != 0 {
					continue
				}
				for w := 100.0; w <= 300; w += 25 {
					n, g := float64(net), float64(gpu)
					d.X.Data = append(d.X.Data, 1-n, n, 1-g, g, float64(e)/9, (w-100)/200)
					d.X.N++
					in := [inner]float64{9 + n, 5 + 2*n - g, math.Log(220) + 0.1*g, -0.2}
					sh := [shared]float64{0, math.Log(8)}
					if l == Power {
						in, sh = [inner]float64{4, math.Log(180) + 0.1*n, 3 - 0.5*g + 0.5*n, 0},
							[shared]float64{math.Log(12), 0}
					}
					d.Y = append(d.Y, naive(l, in, sh, place{batch: float64(e) * math.Ln2, limit: math.Log(w),
						limited: true}))
				}
			}
		}
	}
	y := d.Y
	return d, func(i int) float64 { return y[i] }
}

var axes = Trainer{Batch: Axis{Name: "batch", Low: 1, High: 512, Log: true},
	Limit: Axis{Name: "limit", Low: 100, High: 300}, Rest: linear.Trainer{Lambda: 1e6}}

func TestPlantedLawsAreFoundFromFewRows(t *testing.T) {
	for _, l := range []Law{Time, Power} {
		tr := axes
		tr.Law, tr.Ridge = l, 0.01
		d, _ := sweep(l, true)
		m, err := tr.Fit(context.Background(), d, models.Options{})
		if err != nil {
			t.Fatal(err)
		}
		all, truth := sweep(l, false)
		worst := 0.0
		for i := range all.X.N {
			worst = max(worst, math.Abs(m.Predict(nil, all.X.Row(i))[0]-truth(i)))
		}
		if worst > 0.05 {
			t.Errorf("law %d: a logarithm off by %v", l, worst)
		}
	}
}

func TestAxesReadWhatTheEncoderWrote(t *testing.T) {
	x := features.Frame{Columns: []features.Column{{Name: "b", Param: "b", Group: -1},
		{Name: "c=1", Param: "c", Group: 0}}}
	for _, c := range []struct {
		axis Axis
		x    float64
		want float64
	}{
		{Axis{"b", 2, 32, true}, 0.5, math.Log(8)},
		{Axis{"b", 100, 300, false}, 0.5, math.Log(200)},
		{Axis{"b", 2, 32, true}, math.NaN(), 7},
		{Axis{"b", 2, 32, true}, 1e9, math.Log(3200)},
		{Axis{"b", 100, 300, false}, -1e9, math.Log(1)},
		{Axis{}, 0.5, 0},
		{Axis{"c", 1, 2, false}, 0.5, 0}, // a category is no number
	} {
		s, err := c.axis.in(&x)
		if err != nil {
			t.Fatal(err)
		}
		s.centre = 7
		if got := s.of([]float64{c.x, 1}); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%+v at %v: %v, want %v", c.axis, c.x, got, c.want)
		}
	}
}

func TestPairsThatSayNothingNewAreLeftOut(t *testing.T) {
	d, _ := sweep(Time, false)
	if got := len(terms(&d.X, 4, 5)); got != 4+4 {
		t.Errorf("%d terms, want four columns and four pairs", got)
	}
	d.X.N = 90 // one network, which is on one device
	if got := len(terms(&d.X, 4, 5)); got != 4 {
		t.Errorf("%d terms of one category, want the four columns", got)
	}
}

func TestWhatIsRefused(t *testing.T) {
	d, _ := sweep(Time, false)
	for _, c := range []struct {
		t    Trainer
		want error
	}{
		{Trainer{Rest: linear.Trainer{}}, ErrLaw},
		{Trainer{Law: Time}, ErrRest},
		{Trainer{Law: Time, Rest: linear.Trainer{}, Batch: Axis{Name: "batch", High: 1}}, ErrAxis},
		{Trainer{Law: Time, Rest: linear.Trainer{}, Limit: Axis{Name: "batch", Low: 2, High: 1}}, ErrAxis},
	} {
		if p, err := c.t.Train(context.Background(), d, models.Options{}); !errors.Is(err, c.want) || p != nil {
			t.Errorf("%+v: %v, %v", c.t, p, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	tr := axes
	tr.Law = Time
	if _, err := tr.Train(ctx, d, models.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := (&Model{rest: stranger{}}).AppendBinary(nil); !errors.Is(err, parts.ErrKind) {
		t.Errorf("a rest without bytes: %v", err)
	}
}

type stranger struct{ models.Predictor }

func FuzzDecode(f *testing.F) {
	tr := axes
	tr.Law = Power
	d, _ := sweep(Power, true)
	m, err := tr.Fit(context.Background(), d, models.Options{})
	if err != nil {
		f.Fatal(err)
	}
	b, err := m.AppendBinary(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			return
		}
		again, err := m.AppendBinary(nil)
		if err != nil || !bytes.Equal(b, again) {
			t.Fatalf("%d bytes come back as %d, %v", len(b), len(again), err)
		}
	})
}

func TestGradientOfTheObjective(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, l := range []Law{Time, Power} {
		d, _ := sweep(l, true)
		for range d.X.N {
			d.Weights = append(d.Weights, 0.5+rng.Float64())
		}
		m := &Model{inputs: d.X.P(), terms: terms(&d.X, 4, 5)}
		var err error
		if m.batch, err = axes.Batch.in(&d.X); err != nil {
			t.Fatal(err)
		}
		if m.limit, err = axes.Limit.in(&d.X); err != nil {
			t.Fatal(err)
		}
		f := newFitting(l, 0.5, m, &d, 0)
		p := append([]float64(nil), f.start...)
		for j := range p {
			p[j] += 0.3 * rng.NormFloat64()
		}
		grad := make([]float64, len(p))
		f.value(p, grad)
		for j := range p {
			const step = 1e-6
			before := p[j]
			p[j] = before + step
			up := f.value(p, nil)
			p[j] = before - step
			down := f.value(p, nil)
			p[j] = before
			if want := (up - down) / (2 * step); math.Abs(grad[j]-want) > 1e-4*(1+math.Abs(want)) {
				t.Fatalf("law %d, parameter %d: slope %v, want %v", l, j, grad[j], want)
			}
		}
	}
}
