package next

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/internal/stream"
)

func open(t *testing.T) *artifacts.Surrogate {
	t.Helper()
	s, err := artifacts.Open("../../artifacts/testdata/v1-gbdt-bezier")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// own makes n trainings whose accuracy lies shift points below the bundle's and cost factor times as much.
func own(t *testing.T, s *artifacts.Surrogate, n int, shift, factor float64) []Trial {
	t.Helper()
	spec := s.Spec()
	rng := stream.New(3)
	var out []Trial
	for i := range n {
		c, err := spec.Space.Sample(rng)
		if err != nil {
			t.Fatal(err)
		}
		a, err := s.Query(c)
		if err != nil {
			t.Fatal(err)
		}
		noise := 0.2 * rng.NormFloat64()
		out = append(out, Trial{Config: c, Value: a.Curve[len(a.Curve)-1] - shift + noise, Epochs: math.NaN(),
			Joules: a.EnergyTotal * factor * math.Exp(noise/10), Line: i + 1})
	}
	return out
}

// TestCorrection: when all own trainings are five points worse and half as dear again, what is advised is predicted so.
func TestCorrection(t *testing.T) {
	s := open(t)
	for _, n := range []int{3, 12} {
		trials := own(t, s, n, 5, 1.5)
		a, err := Advise(t.Context(), s, trials, Options{K: 4, Seed: 1, Beyond: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Next) != 4 || math.Abs(a.ShiftLoss-5) > 0.5 || math.Abs(math.Exp(a.ShiftLn)-1.5) > 0.1 {
			t.Fatalf("%+v", a)
		}
		for _, c := range a.Next {
			raw, err := s.Query(c.Config)
			if err != nil {
				t.Fatal(err)
			}
			last := raw.Curve[len(raw.Curve)-1]
			shrink := 1.0
			if n < leastForProcess {
				shrink = float64(n) / float64(n+1)
			}
			if d := c.Loss - (100 - last); d < 4*shrink || d > 6*shrink+0.1 {
				t.Errorf("%d trainings: corrected by %g points", n, d)
			}
			if f := math.Log(c.Joules/raw.EnergyTotal) / math.Log(1.5); f < 0.8*shrink || f > 1.2 {
				t.Errorf("%d trainings: energy corrected by the power %g of 1.5", n, f)
			}
			if c.Gain < 0 || c.PerKWh != c.Gain/(c.Joules/3.6e6) {
				t.Errorf("%+v", c)
			}
		}
	}
}

// TestAdvice: it repeats, is apart, skips what was trained, keeps fixed axes, and says stop.
func TestAdvice(t *testing.T) {
	s := open(t)
	trials := own(t, s, 6, 0, 1)
	o := Options{K: 5, Seed: 2, Beyond: true, Weight: 0.5, Stop: 1e9}
	a, err := Advise(t.Context(), s, trials, o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Advise(t.Context(), s, trials, o)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(a) != fmt.Sprint(b) {
		t.Error("equal arguments, other advice")
	}
	if !a.Stop {
		t.Error("a billion points per kWh are promised")
	}
	seen := map[string]bool{}
	for _, tr := range trials {
		seen[tr.Config.Key()] = true
	}
	for _, c := range a.Next {
		if seen[c.Config.Key()] {
			t.Errorf("%s is advised twice, or was trained", c.Config.Key())
		}
		seen[c.Config.Key()] = true
	}
	if _, err := Advise(t.Context(), s, nil, Options{Beyond: true}); err != nil {
		t.Errorf("without a log: %v", err)
	}
	for _, c := range a.Next {
		if o.Beyond = false; c.Outside {
			t.Log("beside the training data, as asked for")
		}
	}
	inside, err := Advise(t.Context(), s, trials, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range inside.Next {
		if c.Outside {
			t.Errorf("%s lies beside the training data", c.Config.Key())
		}
	}
}

func TestReadLog(t *testing.T) {
	s := open(t)
	spec := s.Spec()
	c, err := spec.Space.Sample(stream.New(1))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for name, v := range c {
		text, _ := v.MarshalJSON()
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:%s", name, text)
	}
	good := fmt.Sprintf(`{"config":{%s},"value":30,"epochs":4,"kwh":0.5}`, b.String())
	trials, err := Read(strings.NewReader(good+"\n\n"+good), spec)
	if err != nil || len(trials) != 2 || trials[1].Joules != 1.8e6 || trials[1].Line != 3 {
		t.Fatal(trials, err)
	}
	for name, c := range map[string]struct{ line, want string }{
		"not JSON":         {"hello", "wanted"},
		"an unknown key":   {strings.Replace(good, "epochs", "epoch", 1), "epoch"},
		"no value":         {strings.Replace(good, `"value":30,`, "", 1), "value is missing"},
		"not a percentage": {strings.Replace(good, `"value":30,`, `"value":300,`, 1), "not a percentage"},
		"an unknown axis":  {strings.Replace(good, `{"config":{`, `{"config":{"nothing":1,`, 1), "nothing"},
		"no energy":        {strings.Replace(good, "0.5", "0", 1), "above 0"},
		"two energies":     {strings.Replace(good, `"kwh"`, `"joules":3,"kwh"`, 1), "both"},
		"epochs below 0":   {strings.Replace(good, `"epochs":4`, `"epochs":-4`, 1), "epochs -4"},
		"something more":   {good + "{}", "follows"},
		"an empty object":  {"{}", "config"},
	} {
		if _, err := Read(strings.NewReader(good+"\n"+c.line), spec); !errors.Is(err, ErrLog) ||
			!strings.Contains(err.Error(), "line 2") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
