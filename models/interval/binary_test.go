package interval

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"eahas/models"
	"eahas/models/internal/wire"
	"eahas/models/interval/trees"
)

func TestBinaryRoundTrip(t *testing.T) {
	trials := knowing(planted(60, 6, 0.1, 0.5, 9), 1, 9)
	for _, source := range Sources {
		t.Run(string(source), func(t *testing.T) {
			m := mustFit(t, trials, Settings{Source: source})
			b, err := m.AppendBinary([]byte("before"))
			if err != nil {
				t.Fatal(err)
			}
			got, err := Decode(b[len("before"):])
			if err != nil {
				t.Fatal(err)
			}
			if got.Source() != source || !reflect.DeepEqual(got.levels, m.levels) ||
				!reflect.DeepEqual(got.knots, m.knots) || !reflect.DeepEqual(got.low, m.low) ||
				!reflect.DeepEqual(got.high, m.high) || !reflect.DeepEqual(got.noise, m.noise) ||
				got.columns != m.columns {
				t.Errorf("decoded %+v, wanted %+v", got, m)
			}
			same(t, trials, m, got)
			for cut := 0; cut < len(b)-len("before"); cut += 7 {
				if _, err := Decode(b[len("before") : len("before")+cut]); err == nil {
					t.Fatalf("decoded the first %d bytes", cut)
				}
			}
		})
	}
}

// same compares the bounds of two models on all trials, with and without their spread.
func same(t *testing.T, trials []Trial, a, b *Model) {
	t.Helper()
	for _, trial := range trials {
		for _, spread := range [][]float64{trial.Spread, nil} {
			for _, u := range []float64{-1, 0, 0.05, 0.5, 1, 2, math.NaN()} {
				lowA, highA, _ := a.At(trial.X, trial.Guess, spread).Bounds(0.8, u)
				lowB, highB, _ := b.At(trial.X, trial.Guess, spread).Bounds(0.8, u)
				if lowA != lowB || highA != highB {
					t.Fatalf("u %g: %g..%g, decoded %g..%g", u, lowA, highA, lowB, highB)
				}
			}
		}
	}
}

// version1 writes a model of the source Residuals as version 1 did.
func version1(t testing.TB, m *Model) []byte {
	t.Helper()
	b, err := m.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return append([]byte(magic1), b[len(magic)+4:]...)
}

func TestVersion1IsStillRead(t *testing.T) {
	trials := planted(60, 6, 0.1, 0.5, 9)
	m := mustFit(t, trials, Settings{})
	got, err := Decode(version1(t, m))
	if err != nil {
		t.Fatal(err)
	}
	if got.Source() != Residuals {
		t.Errorf("the source is %q", got.Source())
	}
	same(t, trials, m, got)
}

func TestDecodeRefusesPartsThatDoNotFit(t *testing.T) {
	trials := knowing(planted(60, 1, 0, 0, 10), 1, 10)
	fit := func(s Source) *Model {
		return mustFit(t, trials, Settings{Source: s, Knots: CostKnots})
	}
	for name, spoil := range map[string]func() *Model{
		"low above 0":          func() *Model { m := fit(Residuals); m.low[0] = 1; return m },
		"floor of 0":           func() *Model { m := fit(Spread); m.parts.floor[0] = 0; return m },
		"usual spread below 0": func() *Model { m := fit(Spread); m.parts.usual[0] = -1; return m },
		"an end out of reach":  func() *Model { m := fit(Quantiles); m.high[0] = 1e200; return m },
		"the size as quantiles": func() *Model {
			m := fit(Quantiles)
			m.parts.ends = m.parts.size
			return m
		},
		"blind trees": func() *Model { m := fit(ResidualSpread); m.parts.informed = m.parts.size; return m },
	} {
		b, err := spoil().AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(b); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	if _, err := Decode(wire.AppendU32([]byte(magic), len(Sources))); err == nil {
		t.Error("an unknown source was read")
	}
}

func FuzzDecode(f *testing.F) {
	trials := knowing(planted(40, 1, 0, 0, 10), 1, 10)
	for _, source := range Sources {
		m, err := Fit(context.Background(), trials, Settings{Source: source, Knots: CostKnots, Grow: trees.Grow},
			models.Options{})
		if err != nil {
			f.Fatal(err)
		}
		b, err := m.AppendBinary(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		if source == Residuals {
			f.Add(version1(f, m))
		}
	}
	f.Add([]byte(magic))
	f.Add([]byte(magic1))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			return
		}
		spread := slices.Repeat([]float64{math.MaxFloat64}, len(m.Knots()))
		for _, s := range [][]float64{nil, make([]float64, len(m.Knots())), spread} {
			l := m.At(make([]float64, m.Columns()), make([]float64, len(m.Knots())), s)
			lastLow, lastHigh := math.Inf(1), math.Inf(-1)
			for _, level := range m.Levels() {
				low, high, err := l.Bounds(level, 0.3)
				around := low <= 0 && high >= 0
				if m.Source() == Quantiles {
					around = low <= high && low <= lastLow && high >= lastHigh
				}
				if err != nil || !around {
					t.Fatalf("bounds %g..%g: %v", low, high, err)
				}
				lastLow, lastHigh = low, high
			}
			l.Sample(nil, []float64{0, 0.5, 1}, rand.New(rand.NewPCG(1, 1)))
		}
		again, err := m.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.HasPrefix(b, []byte(magic1)) {
			b = append(wire.AppendU32([]byte(magic), 0), b[len(magic1):]...)
		}
		if !bytes.Equal(again, b) {
			t.Fatal("writes other bytes than it read")
		}
	})
}
