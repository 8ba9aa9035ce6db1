package simulate

import (
	"errors"
	"maps"
	"math"
	"reflect"
	"slices"
	"testing"

	"eahas/features"
	"eahas/trial"
)

func space(t testing.TB, name string) features.Space {
	t.Helper()
	s, err := features.Builtin(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func simulated(t testing.TB, name string, n int, o Options) []trial.Trial {
	t.Helper()
	trials, err := Trials(space(t, name), n, o)
	if err != nil {
		t.Fatal(err)
	}
	return trials
}

func TestTrialsHold(t *testing.T) {
	for _, name := range features.Builtins() {
		s := space(t, name)
		outliers, epochs, failed := 0, 0, 0
		finals := []float64{}
		for _, x := range simulated(t, name, 1000, Options{Seed: 1}) {
			if err := s.Check(x.Config.Config()); err != nil {
				t.Fatalf("%s: %v", x.ID, err)
			}
			n := int(x.Length)
			if len(x.Curve.Epochs) != n || len(x.TrainEnergy.PerEpoch) != n || len(x.TrainTime.PerEpoch) != n ||
				len(x.TestEnergy.PerEpoch) != n {
				t.Fatalf("%s: lengths differ from %d", x.ID, n)
			}
			for e := range n {
				if x.Curve.Epochs[e] != float64(e+1) {
					t.Fatalf("%s: epoch %d is %g", x.ID, e, x.Curve.Epochs[e])
				}
				if v := x.Curve.Values[e]; !(v >= 0.5 && v <= 100) {
					t.Fatalf("%s: error %g", x.ID, v)
				}
				j, sec := x.TrainEnergy.PerEpoch[e], x.TrainTime.PerEpoch[e]
				if !(j > 0 && sec > 0 && x.TestEnergy.PerEpoch[e] > 0) || j/sec > 300 || j/sec < 40 {
					t.Fatalf("%s: epoch %d: %g J in %g s", x.ID, e, j, sec)
				}
				if e > 0 && sec > 1.15*x.TrainTime.Mean {
					outliers++
				}
			}
			epochs += n
			if !(x.TrainTime.PerEpoch[0] > 1.3*x.TrainTime.Mean) {
				t.Errorf("%s: the first epoch is not slower: %g s beside %g s", x.ID, x.TrainTime.PerEpoch[0],
					x.TrainTime.Mean)
			}
			finals = append(finals, x.Curve.Values[n-1])
			if len(x.Notes) > 0 {
				failed++
				chance := 100.0 - 100.0/float64(map[string]int{"eahas-cifar10": 10, "eahas-tinyimagenet": 200}[name])
				if x.Notes[0].Kind != "diverged" || x.Curve.Values[n-1] != chance {
					t.Errorf("%s: %v ends at %g, chance is %g", x.ID, x.Notes, x.Curve.Values[n-1], chance)
				}
			}
			if x.Source.File != SourceFile {
				t.Fatalf("%s: source %q", x.ID, x.Source.File)
			}
		}
		share := float64(outliers) / float64(epochs)
		if share < 0.006 || share > 0.012 {
			t.Errorf("%s: %.2f %% slow epochs, want about 1 %%", name, 100*share)
		}
		slices.Sort(finals)
		t.Logf("%s: final error %.1f..%.1f..%.1f, %d of 1000 failed", name, finals[0], finals[500], finals[999], failed)
		if failed < 50 || failed > 500 {
			t.Errorf("%s: %d of 1000 failed", name, failed)
		}
	}
}

func TestTrialsDependOnSeedAndIndexOnly(t *testing.T) {
	o := Options{Seed: 7, Repeats: 3, RepeatEvery: 2, Workers: 1}
	a := simulated(t, "eahas-cifar10", 40, o)
	o.Workers = 5
	b := simulated(t, "eahas-cifar10", 40, o)
	short := simulated(t, "eahas-cifar10", 11, o)
	clearNaN := func(ts []trial.Trial) {
		for i := range ts {
			for _, c := range []*trial.Cost{&ts[i].TrainEnergy, &ts[i].TrainTime, &ts[i].TestEnergy} {
				c.Coverage = 0
			}
			ts[i].TestEnergy.Total = 0
		}
	}
	clearNaN(a)
	clearNaN(b)
	clearNaN(short)
	if !reflect.DeepEqual(a, b) {
		t.Error("1 and 5 workers differ")
	}
	if !reflect.DeepEqual(a[:11], short) {
		t.Error("fewer trials are not a prefix")
	}
	o.Seed = 8
	if c := simulated(t, "eahas-cifar10", 1, o); c[0].Group == a[0].Group {
		t.Error("another seed gives the same configuration")
	}
	// Blocks of two configurations: three runs, one run.
	for i := 0; i < 40; i += 4 {
		if a[i].Group != a[i+1].Group || a[i].Group != a[i+2].Group || a[i].Group == a[i+3].Group {
			t.Errorf("block %d: groups are not 3 + 1", i/4)
		}
		if reflect.DeepEqual(a[i].Curve, a[i+1].Curve) || a[i].Seed == a[i+1].Seed {
			t.Errorf("block %d: repeats are equal", i/4)
		}
	}
}

func TestPolicyShowsInCurve(t *testing.T) {
	// Halfway, the rate is 1/2 (cos, lin) or 1/32 (exp): the exponential decay is nearer to its final error.
	x := setup{task: task{chance: 10, top: 95}, epochs: 200, final: 90, tau: 5, hold: 0.2}
	gap := map[string]float64{}
	for _, p := range []string{"cos", "exp", "lin"} {
		x.policy = p
		gap[p] = x.rate(100)
	}
	if !(gap["exp"] < 0.05 && math.Abs(gap["cos"]-0.5) < 1e-9 && math.Abs(gap["lin"]-0.5) < 1e-9) {
		t.Errorf("rates halfway: %v", gap)
	}
	x.policy = "cos"
	cos := x.rate(50)
	x.policy = "lin"
	if !(cos > x.rate(50)) {
		t.Error("at a quarter the cosine lies above the line")
	}
}

// TestFormulas holds single effects of the documented formulas, everything else equal.
func TestFormulas(t *testing.T) {
	sim, err := newSimulator(space(t, "eahas-cifar10"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	base := features.Config{"depth": features.Number(10), "w0": features.Number(64), "wa": features.Number(16),
		"wm":      features.Number(2.5),
		"group_w": features.Number(16), "lr": features.Number(0.1), "optimizer": features.Text("sgd"),
		"policy": features.Text("lin"),
		"cutout": features.Number(0), "epochs": features.Number(100)}
	with := func(axis string, v features.Value) setup {
		c := maps.Clone(base)
		c[axis] = v
		x, err := sim.setup(c)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	plain := with("policy", features.Text("lin"))
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %g, want %g", what, got, want)
		}
	}
	near("cos", with("policy", features.Text("cos")).final-plain.final, 0.6*plain.quality)
	near("exp", with("policy", features.Text("exp")).final-plain.final, -0.8*plain.quality)
	near("cutout at 100 epochs", with("cutout", features.Number(16)).final-plain.final, 0.8*plain.quality*(1-0.8))
	near("cutout's time", with("cutout", features.Number(16)).seconds-plain.seconds, 0.25)
	near("adam's time", with("optimizer", features.Text("adam")).seconds-plain.seconds, 0.25)
	near("ten times the rate", with("lr", features.Number(1)).mismatch-plain.mismatch, 1)
	if big := with("lr", features.Number(1)); !(big.failure > plain.failure && big.quality < plain.quality) {
		t.Error("a rate far too large neither fails nor hurts")
	}
	if small := with("lr", features.Number(0.001)); !(small.tau > plain.tau+10 && small.failure < 0.01) {
		t.Errorf("a rate far too small is not slow: tau %g beside %g", small.tau, plain.tau)
	}
	if narrow := with("group_w", features.Number(1)); !(narrow.seconds < plain.seconds*2 &&
		narrow.watts < plain.watts) {
		t.Error("narrow groups do not lower the utilisation")
	}
}

func TestRepeatsDifferByTheirNoise(t *testing.T) {
	// Repeats shift the final accuracy by 0.25 points; the last epoch's own noise adds 0.25: sqrt(2)*0.25 = 0.35.
	sum, n := 0.0, 0.0
	trials := simulated(t, "eahas-cifar10", 600, Options{Seed: 5, Repeats: 2})
	for i := 0; i+1 < len(trials); i += 2 {
		a, b := &trials[i], &trials[i+1]
		if len(a.Notes)+len(b.Notes) > 0 {
			continue
		}
		d := a.Curve.Values[len(a.Curve.Values)-1] - b.Curve.Values[len(b.Curve.Values)-1]
		sum, n = sum+d*d/2, n+1
	}
	if sd := math.Sqrt(sum / n); sd < 0.28 || sd > 0.45 {
		t.Errorf("repeats spread by %.2f points", sd)
	}
}

func TestWrongSpaces(t *testing.T) {
	s := space(t, "eahas-cifar10")
	s.Params = s.Params[:9]
	if _, err := Trials(s, 1, Options{}); !errors.Is(err, ErrSpace) {
		t.Errorf("no epochs axis: %v", err)
	}
	s = space(t, "eahas-cifar10")
	s.Param("optimizer").Choices = []features.Value{features.Text("lamb")}
	if _, err := Trials(s, 1, Options{}); !errors.Is(err, ErrSpace) {
		t.Errorf("unknown optimizer: %v", err)
	}
	if x, err := Trials(space(t, "eahas-cifar10"), 0, Options{}); err != nil || len(x) != 0 {
		t.Errorf("no trials: %v %v", x, err)
	}
}

func BenchmarkTrials(b *testing.B) {
	s := space(b, "eahas-cifar10")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Trials(s, 1000, Options{Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "trials/s")
}
