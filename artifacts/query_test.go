package artifacts

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"eahas/features"
	"eahas/models/bezier"
)

func TestQueryRefusesWhatIsOutsideAndNamesTheAxis(t *testing.T) {
	s := testSurrogate(t)
	for axis, v := range map[string]features.Value{
		"lr": features.Number(2), "opt": features.Text("lion"), "depth": features.Number(3),
		"beta1": features.Number(0.9),
	} {
		c := testConfig()
		c[axis] = v
		_, err := s.Query(c)
		var outside *features.OutOfSpaceError
		if !errors.Is(err, ErrConfig) || !errors.As(err, &outside) || outside.Axis != axis {
			t.Errorf("%s=%s: %v", axis, v, err)
		}
	}
}

func TestQueryUpTo(t *testing.T) {
	s := testSurrogate(t)
	whole, err := s.Query(testConfig())
	if err != nil {
		t.Fatal(err)
	}
	if len(whole.Epochs) != 100 || whole.Epochs[0] != 1 || whole.Last != 100 || len(whole.Curve) != 100 ||
		len(whole.Energy) != 100 {
		t.Fatalf("epochs %v, last %g", whole.Epochs, whole.Last)
	}
	var part Answer
	if err := s.QueryInto(&part, testConfig(), 7.5); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(part.Curve, whole.Curve[:7]) || !slices.Equal(part.Time, whole.Time[:7]) ||
		part.EnergyTotal != whole.EnergyTotal {
		t.Errorf("up to 7.5: %v, wanted the beginning of %v", part.Curve, whole.Curve)
	}
	for _, upTo := range []float64{0.5, math.NaN(), math.Inf(-1)} {
		if err := s.QueryInto(&part, testConfig(), upTo); !errors.Is(err, ErrEpochs) {
			t.Errorf("up to %g: %v, wanted ErrEpochs", upTo, err)
		}
	}
}

func TestQueryAtAnswersAtTheRunsOwnEpochs(t *testing.T) {
	s := testSurrogate(t)
	whole, err := s.Query(testConfig())
	if err != nil {
		t.Fatal(err)
	}
	var a Answer
	if err := s.QueryAt(&a, testConfig(), []float64{1, 2.5, 10, 100}); err != nil {
		t.Fatal(err)
	}
	if a.Curve[0] != whole.Curve[0] || a.Curve[2] != whole.Curve[9] || a.Curve[3] != whole.Curve[99] {
		t.Errorf("curve %v", a.Curve)
	}
	for _, epochs := range [][]float64{nil, {2, 1}, {1, 1}, {1, math.NaN()}, {1, math.Inf(1)}} {
		if err := s.QueryAt(&a, testConfig(), epochs); !errors.Is(err, ErrEpochs) {
			t.Errorf("epochs %v: %v, wanted ErrEpochs", epochs, err)
		}
	}
}

// TestAnswersHold draws configurations and holds what every answer promises.
func TestAnswersHold(t *testing.T) {
	s := testSurrogate(t)
	configs := testConfigs(t, 500, "properties")
	var a Answer
	rapid.Check(t, func(t *rapid.T) {
		c := configs[rapid.IntRange(0, len(configs)-1).Draw(t, "configuration")]
		if err := s.QueryInto(&a, c, Whole); err != nil {
			t.Fatal(err)
		}
		for i := range a.Epochs {
			if !(a.Curve[i] >= 0 && a.Curve[i] <= 100) || !(a.Energy[i] > 0) || !(a.Time[i] > 0) {
				t.Fatalf("epoch %g: %g percent, %g J, %g s", a.Epochs[i], a.Curve[i], a.Energy[i], a.Time[i])
			}
			if i > 0 && (a.Energy[i] < a.Energy[i-1] || a.Time[i] < a.Time[i-1] || a.Epochs[i] <= a.Epochs[i-1]) {
				t.Fatalf("epoch %g: a series falls", a.Epochs[i])
			}
		}
		n := len(a.Epochs)
		if a.EnergyTotal != a.EnergyPerEpoch*float64(n) || a.EnergyTotal != a.Energy[n-1] ||
			a.TimeTotal != a.Time[n-1] {
			t.Fatalf("total %g J of %d epochs at %g J", a.EnergyTotal, n, a.EnergyPerEpoch)
		}
		if lr := number(c, "lr"); a.Extrapolates != (len(a.OutsideAxes) > 0) || lr > 0.11 &&
			!slices.Contains(a.OutsideAxes, "lr") {
			t.Fatalf("learning rate %g: extrapolates %t by %v", lr, a.Extrapolates, a.OutsideAxes)
		}
	})
}

func TestClipsAreCounted(t *testing.T) {
	heads := testHeads(t)
	heads[1].Predictor = newFake(testColumns, heads[1].Representation.Width(), 150, 0, "high")
	s, err := New(testSpec(), heads)
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Query(testConfig())
	if err != nil {
		t.Fatal(err)
	}
	if a.Clips != 100 || slices.Max(a.Curve) != 100 {
		t.Errorf("%d clips, curve %v", a.Clips, a.Curve)
	}
}

func TestTotalHeadGivesThePerEpochCost(t *testing.T) {
	total := Head{Target: EnergyTotal, Transform: Log, Predictor: newFake(testColumns, 1, 9, 1, "total")}
	s, err := New(testSpec(), []Head{total})
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Query(testConfig())
	if err != nil {
		t.Fatal(err)
	}
	want := math.Exp(total.Predictor.Predict(nil, a.scratch.row)[0])
	if math.Abs(a.EnergyTotal-want) > 1e-12*want || a.Energy[99] != a.EnergyTotal ||
		a.EnergyPerEpoch*100 != a.EnergyTotal {
		t.Errorf("total %g, wanted %g; per epoch %g", a.EnergyTotal, want, a.EnergyPerEpoch)
	}
	if !math.IsNaN(a.TimePerEpoch) || !math.IsNaN(a.InferenceEnergy) || len(a.Time) != 0 || len(a.Curve) != 0 {
		t.Errorf("an answer to what is not known: %+v", a)
	}
}

func TestWithoutEpochsTheCostsAlone(t *testing.T) {
	spec := testSpec()
	spec.Epochs = EpochRule{}
	s, err := New(spec, []Head{{Target: EnergyPerEpoch, Transform: Log, Predictor: newFake(testColumns, 1, 9, 1, "e")}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Query(testConfig())
	if err != nil {
		t.Fatal(err)
	}
	if !(a.EnergyPerEpoch > 0) || !math.IsNaN(a.EnergyTotal) || len(a.Epochs) != 0 || !math.IsNaN(a.Last) {
		t.Errorf("%+v", a)
	}
}

func TestLogNeverGivesZeroOrInfinity(t *testing.T) {
	for _, out := range []float64{-1e9, -750, 0, 750, 1e9} {
		if v := Log.Inverse(out); !(v > 0) || math.IsInf(v, 0) {
			t.Errorf("exp(%g) = %g", out, v)
		}
	}
	heads := []Head{{Target: EnergyPerEpoch, Transform: Log, Predictor: newFake(testColumns, 1, math.NaN(), 0, "nan")}}
	s, err := New(testSpec(), heads)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Query(testConfig()); !errors.Is(err, ErrNotFinite) {
		t.Errorf("a model that says NaN: %v, wanted ErrNotFinite", err)
	}
}

func TestEpochRules(t *testing.T) {
	for _, c := range []struct {
		rule       EpochRule
		last, upTo float64
		want       []float64
		trained    float64
	}{
		{EpochRule{First: 1, Step: 1}, 4, Whole, []float64{1, 2, 3, 4}, 4},
		{EpochRule{First: 0, Step: 1}, 3, Whole, []float64{0, 1, 2, 3}, 3},
		{EpochRule{First: 0, Step: 1, Offset: 1}, 3, Whole, []float64{0, 1, 2, 3}, 4},
		{EpochRule{First: 1, Step: 2}, 6, Whole, []float64{1, 3, 5, 6}, 6},
		{EpochRule{First: 1, Step: 2}, 6, 5, []float64{1, 3, 5}, 6},
		{EpochRule{First: 1, Step: 1}, 1, Whole, []float64{1}, 1},
		{EpochRule{First: 0.5, Step: 0.25}, 1.1, Whole, []float64{0.5, 0.75, 1, 1.1}, 1.1},
	} {
		got, err := c.rule.appendGrid(nil, c.last, c.upTo)
		if err != nil || !slices.Equal(got, c.want) || c.rule.Trained(c.last) != c.trained {
			t.Errorf("%+v to %g: %v (%v), %g trained", c.rule, c.last, got, err, c.rule.Trained(c.last))
		}
	}
	if _, err := (EpochRule{First: 1, Step: 1e-6}).appendGrid(nil, 100, Whole); !errors.Is(err, ErrEpochs) {
		t.Errorf("1e8 epochs: %v, wanted ErrEpochs", err)
	}
}

func TestLengthHeadAndFixedLength(t *testing.T) {
	spec := testSpec()
	spec.Epochs = EpochRule{Length: LengthHead, First: 1, Step: 1}
	heads := append(testHeads(t), Head{Target: Length, Transform: Log,
		Predictor: newFake(testColumns, 1, math.Log(30.4), 0, "length")})
	s, err := New(spec, heads)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := s.Query(testConfig()); err != nil || a.Last != 30 || len(a.Curve) != 30 {
		t.Errorf("predicted length: %v, %+v", err, a)
	}
	spec.Epochs = EpochRule{Length: LengthFixed, Last: 12, First: 1, Step: 1}
	if s, err = New(spec, testHeads(t)); err != nil {
		t.Fatal(err)
	}
	if a, err := s.Query(testConfig()); err != nil || a.Last != 12 || len(a.Curve) != 12 {
		t.Errorf("fixed length: %v, %+v", err, a)
	}
}

func TestNewRefusesPartsThatDoNotFit(t *testing.T) {
	codec, err := bezier.New(bezier.Chord, 4, 0)
	if err != nil {
		t.Fatal(err)
	}
	one := newFake(testColumns, 1, 1, 1, "one")
	for name, change := range map[string]func(*Spec, *[]Head){
		"no head":              func(_ *Spec, h *[]Head) { *h = nil },
		"unknown target":       func(_ *Spec, h *[]Head) { (*h)[0].Target = "speed" },
		"unknown transform":    func(_ *Spec, h *[]Head) { (*h)[0].Transform = "sqrt" },
		"two heads":            func(_ *Spec, h *[]Head) { *h = append(*h, (*h)[0]) },
		"no predictor":         func(_ *Spec, h *[]Head) { (*h)[0].Predictor = nil },
		"wrong width":          func(_ *Spec, h *[]Head) { (*h)[1].Representation = codec },
		"no representation":    func(_ *Spec, h *[]Head) { (*h)[1].Representation = nil },
		"cost representation":  func(_ *Spec, h *[]Head) { (*h)[0].Representation = codec },
		"column":               func(_ *Spec, h *[]Head) { (*h)[0].Columns = []int{testColumns} },
		"cost may be negative": func(_ *Spec, h *[]Head) { (*h)[0].Transform = Identity },
		"cost clipped to zero": func(_ *Spec, h *[]Head) { (*h)[0].Clip = &Range{0, 1} },
		"clip upside down":     func(_ *Spec, h *[]Head) { (*h)[1].Clip = &Range{2, 1} },
		"clip NaN":             func(_ *Spec, h *[]Head) { (*h)[1].Clip = &Range{math.NaN(), 1} },
		"length without rule": func(_ *Spec, h *[]Head) {
			*h = append(*h,
				Head{Target: Length, Transform: Log, Predictor: one})
		},
		"rule without length": func(s *Spec, _ *[]Head) {
			s.Epochs = EpochRule{Length: LengthHead, First: 1,
				Step: 1}
		},
		"no such axis":          func(s *Spec, _ *[]Head) { s.Epochs.Axis = "steps" },
		"step 0":                func(s *Spec, _ *[]Head) { s.Epochs.Step = 0 },
		"curve without epochs":  func(s *Spec, _ *[]Head) { s.Epochs = EpochRule{} },
		"accuracy in fractions": func(s *Spec, _ *[]Head) { s.Metric.Unit = "fraction" },
		"unknown metric":        func(s *Spec, _ *[]Head) { s.Metric.Kind = "beauty" },
		"bad space":             func(s *Spec, _ *[]Head) { s.Space.Params = nil },
		"support of another":    func(s *Spec, _ *[]Head) { s.Support = features.NewSupport(features.Frame{}) },
	} {
		spec, heads := testSpec(), testHeads(t)
		change(&spec, &heads)
		if _, err := New(spec, heads); !errors.Is(err, ErrSpec) {
			t.Errorf("%s: %v, wanted ErrSpec", name, err)
		}
	}
}

func TestQueryAllEqualsOneByOne(t *testing.T) {
	s := testSurrogate(t)
	configs := testConfigs(t, 100, "batch")
	configs[17]["lr"] = features.Number(9)
	for _, workers := range []int{1, 3, 0} {
		answers := make([]Answer, len(configs))
		errs := s.QueryAll(context.Background(), answers, configs, Whole, workers)
		for i, c := range configs {
			want, err := s.Query(c)
			if (err == nil) != (errs[i] == nil) || (i == 17) != (err != nil) {
				t.Fatalf("query %d: %v and %v", i, err, errs[i])
			}
			if err == nil && (!slices.Equal(want.Curve, answers[i].Curve) ||
				want.EnergyTotal != answers[i].EnergyTotal) {
				t.Fatalf("query %d differs with %d workers", i, workers)
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if errs := s.QueryAll(ctx, make([]Answer, 1), configs[:1], Whole, 1); !errors.Is(errs[0], context.Canceled) {
		t.Errorf("cancelled: %v", errs)
	}
}

func TestQueryIntoDoesNotAllocate(t *testing.T) {
	s := testSurrogate(t)
	c := testConfig()
	var a Answer
	if n := testing.AllocsPerRun(100, func() {
		if err := s.QueryInto(&a, c, Whole); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%g allocations a query, wanted none", n)
	}
}

func BenchmarkQueryInto(b *testing.B) {
	s := testSurrogate(b)
	c := testConfig()
	c["epochs"] = features.Number(200)
	var a Answer
	b.ReportAllocs()
	for b.Loop() {
		if err := s.QueryInto(&a, c, Whole); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	_, dir := saved(b)
	for b.Loop() {
		if _, err := Open(dir); err != nil {
			b.Fatal(err)
		}
	}
}
