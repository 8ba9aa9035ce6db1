package artifacts

import (
	"errors"
	"math"
	"path/filepath"
	"testing"

	"eahas/features"
	"eahas/models"
	"eahas/models/interval"
	"eahas/models/interval/trees"
	"eahas/models/parts"
	"eahas/trial/target"
)

// doubtful is a fake that knows how sure it is: row i of the factor moves output j by size x (x0 + 0.1) x (i+j+1). It
// says nothing where momentum, column 1, is below 0.
type doubtful struct {
	*fake
	rows int
	size float64
}

func (d *doubtful) Spread(dst, x []float64) []float64 {
	if x[1] < 0 {
		return dst
	}
	for i := range d.rows {
		for j := range d.k {
			dst = append(dst, d.size*(x[0]+0.1)*float64(i+j+1))
		}
	}
	return dst
}

func (d *doubtful) AppendBinary(b []byte) ([]byte, error) {
	return d.fake.AppendBinary(append(b, byte(d.rows), byte(1000*d.size)))
}

func decodeDoubtful(b []byte) (*doubtful, error) {
	if len(b) < 2 {
		return nil, errors.New("doubtful: too short")
	}
	f, err := decodeFake(b[2:])
	return &doubtful{f, int(b[0]), float64(b[1]) / 1000}, err
}

var _ models.Spreader = (*doubtful)(nil)

func init() {
	predictorKinds = append(predictorKinds, parts.Of[models.Predictor]("doubtful", decodeDoubtful))
}

// doubtfulHeads are the test's heads, all of which know how sure they are; and a head for the length.
func doubtfulHeads(t testing.TB) []Head {
	heads := testHeads(t)
	for i := range heads {
		heads[i].Predictor = &doubtful{heads[i].Predictor.(*fake), 2, 0.04}
	}
	return append(heads, Head{Target: Length, Transform: Log,
		Predictor: &doubtful{newFake(testColumns, 1, 4, 0.1, "length"), 1, 0.2}})
}

func doubtfulSurrogate(t testing.TB, intervals ...TargetInterval) *Surrogate {
	t.Helper()
	spec := testSpec()
	spec.Epochs = EpochRule{Length: LengthHead, First: 1, Step: 1}
	spec.Intervals = intervals
	s, err := New(spec, doubtfulHeads(t))
	must(t, err)
	return s
}

// The curve moves by the root of the summed squares of what each row of the factor does to it.
func TestSpreadOfTheCurveAgainstMovingIt(t *testing.T) {
	s := doubtfulSurrogate(t)
	h := s.Head(Curve)
	for _, config := range testConfigs(t, 20, "doubtful") {
		a, err := s.Query(config)
		must(t, err)
		times := []float64{0, 0.4, 1}
		got := s.Spread(a, Curve, times)
		row, err := s.spec.Encoder.Encode(nil, config)
		must(t, err)
		v := h.Predictor.Predict(nil, row)
		f := h.Predictor.(models.Spreader).Spread(nil, row)
		for k, u := range times {
			value := func(shift []float64) float64 {
				moved := make([]float64, len(v))
				for j := range v {
					moved[j] = v[j] + shift[j]
				}
				y := h.Representation.Decode(nil, moved, []float64{1 + u*(a.Last-1)}, 1, a.Last)[0]
				return max(0, min(100, y))
			}
			still := value(make([]float64, len(v)))
			want := math.Hypot(value(f[:len(v)])-still, value(f[len(v):])-still)
			if math.Abs(got[k]-want) > 1e-12 {
				t.Errorf("time %g: spread %g, by moving %g", u, got[k], want)
			}
		}
	}
}

func TestSpreadOfCosts(t *testing.T) {
	s := doubtfulSurrogate(t)
	config := testConfig()
	a, err := s.Query(config)
	must(t, err)
	row, err := s.spec.Encoder.Encode(nil, config)
	must(t, err)
	one := math.Hypot(0.04*(row[0]+0.1), 2*0.04*(row[0]+0.1)) // the energy's columns begin with the same one
	length := 0.2 * (row[0] + 0.1)
	for of, want := range map[target.Target]float64{EnergyPerEpoch: one, TimePerEpoch: one, InferenceEnergy: one,
		EnergyTotal: math.Hypot(one, length), TimeTotal: math.Hypot(one, length)} {
		if got := s.Spread(a, of, nil); len(got) != 1 || math.Abs(got[0]-want) > 1e-12 {
			t.Errorf("%s: spread %v, wanted %g", of, got, want)
		}
	}
	plain := testSurrogate(t)
	a, err = plain.Query(config)
	must(t, err)
	for _, of := range append(target.Modelled(), "love") {
		if got := plain.Spread(a, of, []float64{0}); got != nil {
			t.Errorf("%s: a model that does not say how sure it is has the spread %v", of, got)
		}
	}
	config["momentum"] = features.Number(0)
	a, err = s.Query(config)
	must(t, err)
	a.scratch.row[1] = -1
	if got := s.Spread(a, Curve, []float64{0}); got != nil {
		t.Errorf("a model that knows nothing here has the spread %v", got)
	}
	if got := s.Spread(a, TimePerEpoch, nil); got != nil {
		t.Errorf("a model that knows nothing here has the spread %v", got)
	}
}

// spreadIntervals learns intervals whose width follows the spread: residuals are about three times as large.
func spreadIntervals(t testing.TB, source interval.Source) []TargetInterval {
	t.Helper()
	var out []TargetInterval
	for _, of := range []target.Target{Curve, EnergyPerEpoch} {
		knots := interval.CurveKnots
		if of != Curve {
			knots = interval.CostKnots
		}
		var trials []interval.Trial
		for i := range 200 {
			size := math.Exp(0.03 * float64(i-100))
			trial := interval.Trial{X: make([]float64, testColumns), Guess: make([]float64, len(knots)), Group: i,
				Fold: i % 4}
			for range knots {
				trial.Spread = append(trial.Spread, size)
			}
			for _, u := range knots {
				trial.Time = append(trial.Time, u)
				trial.Residual = append(trial.Residual, 3*size*float64(i%11-5)/5)
			}
			trials = append(trials, trial)
		}
		m, err := interval.Fit(t.Context(), trials, interval.Settings{Source: source, Knots: knots, Grow: trees.Grow},
			models.Options{Seed: 1})
		must(t, err)
		out = append(out, TargetInterval{of, m})
	}
	return out
}

func TestBoundsFollowTheSpread(t *testing.T) {
	s := doubtfulSurrogate(t, spreadIntervals(t, interval.Spread)...)
	low, high := testConfig(), testConfig()
	low["lr"], high["lr"] = features.Number(1e-3), features.Number(0.3)
	var width, spread [2]float64
	for k, c := range []features.Config{low, high} {
		a, err := s.Query(c)
		must(t, err)
		must(t, s.Bounds(a, 0.8))
		width[k] = math.Log(a.Intervals.EnergyHigh / a.Intervals.EnergyLow)
		spread[k] = s.Spread(a, EnergyPerEpoch, nil)[0]
	}
	if got, want := width[1]/width[0], spread[1]/spread[0]; !(want > 2 && math.Abs(got/want-1) < 0.2) {
		t.Errorf("bounds are %g times as wide where the spread is %g times as large", got, want)
	}
}

func TestEverySourceSurvivesTheBundle(t *testing.T) {
	for _, source := range interval.Sources {
		s := doubtfulSurrogate(t, spreadIntervals(t, source)...)
		dir := filepath.Join(t.TempDir(), "b")
		must(t, s.Save(t.Context(), dir, testInfo()))
		opened, err := Open(dir)
		must(t, err)
		for _, c := range testConfigs(t, 5, "sources") {
			a, err := s.Query(c)
			must(t, err)
			b, err := opened.Query(c)
			must(t, err)
			for _, level := range s.Levels() {
				must(t, errors.Join(s.Bounds(a, level), opened.Bounds(b, level)))
				for i, low := range a.Intervals.CurveLow {
					if low != b.Intervals.CurveLow[i] || !(low <= a.Intervals.CurveHigh[i]) {
						t.Fatalf("%s: the low end %g (high %g), opened %g", source, low, a.Intervals.CurveHigh[i],
							b.Intervals.CurveLow[i])
					}
				}
				if a.Intervals.EnergyLow != b.Intervals.EnergyLow || !(a.Intervals.EnergyLow < a.Intervals.EnergyHigh) {
					t.Fatalf("%s: energy from %g, opened %g", source, a.Intervals.EnergyLow, b.Intervals.EnergyLow)
				}
			}
		}
	}
}

func TestSpreadAsSourceNeedsAModelThatHasOne(t *testing.T) {
	for _, source := range interval.Sources {
		spec := testSpec()
		spec.Intervals = spreadIntervals(t, source)
		if _, err := New(spec, testHeads(t)); source.NeedsSpread() != errors.Is(err, ErrSpec) {
			t.Errorf("%s: %v", source, err)
		}
	}
}

// Where the length is predicted a total has intervals of its own; the cost per epoch does not take them over.
func TestTotalTimeHasIntervalsOfItsOwn(t *testing.T) {
	intervals := spreadIntervals(t, interval.Spread)
	intervals[1].Target = TimeTotal
	s := doubtfulSurrogate(t, intervals...)
	a, err := s.Query(testConfig())
	must(t, err)
	must(t, s.Bounds(a, 0.8))
	v := a.Intervals
	low, high, err := intervals[1].Model.At(a.scratch.row, []float64{math.Log(a.TimeTotal)},
		s.Spread(a, TimeTotal, nil)).Bounds(0.8, 0)
	if err != nil || v.TimeTotalLow != a.TimeTotal*math.Exp(low) || v.TimeTotalHigh != a.TimeTotal*math.Exp(high) ||
		!math.IsNaN(v.TimeLow) {
		t.Errorf("%v: total %g..%g around %g, per epoch from %g", err, v.TimeTotalLow, v.TimeTotalHigh, a.TimeTotal,
			v.TimeLow)
	}
}
