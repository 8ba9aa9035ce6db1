package artifacts

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/bezier"
	gbdttrain "eahas/models/gbdt/train"
	"eahas/trial/target"
)

// BenchmarkWholeQuery answers a curve of 200 epochs, energy and time in the paper's space with ten models of 500 trees.
// Every query is timed by itself; p50-ns and p99-ns are quantiles over random configurations. The heads are compiled
// one by one: binning the row is 1.5 % of a query, and one form for all heads (gbdt.CompileAll) was not faster (9.1 us
// either way).
func BenchmarkWholeQuery(b *testing.B) {
	s, configs := boosted(b, 500)
	var a Answer
	took := make([]time.Duration, 0, 1<<20)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		start := time.Now()
		if err := s.QueryInto(&a, configs[i%len(configs)], Whole); err != nil {
			b.Fatal(err)
		}
		if len(took) < cap(took) {
			took = append(took, time.Since(start))
		}
		i++
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2]), "p50-ns")
	b.ReportMetric(float64(took[len(took)*99/100]), "p99-ns")
}

// TestWholeQueryDoesNotAllocate is the benchmark's surrogate with fewer trees, over many configurations.
func TestWholeQueryDoesNotAllocate(t *testing.T) {
	s, configs := boosted(t, 20)
	var a Answer
	// AllocsPerRun warms up once, and rounds down, so all configurations are one run.
	if n := testing.AllocsPerRun(1, func() {
		for _, c := range configs {
			if err := s.QueryInto(&a, c, Whole); err != nil {
				t.Fatal(err)
			}
		}
	}); n != 0 {
		t.Errorf("%g allocations in %d queries, wanted none", n, len(configs))
	}
	if len(a.Curve) != 200 || len(a.Energy) != 200 || len(a.Time) != 200 {
		t.Errorf("%d points of the curve, %d of energy, %d of time, wanted 200 of each", len(a.Curve), len(a.Energy),
			len(a.Time))
	}
}

// BenchmarkNineTargets answers nine targets of the bundle's own with trees of 5 leaves over 28 axes of few values, as
// the example of Accel-NASBench trains them (with 4,000 trees a target): the processor's time of one query, in turns
// with that of reading and encoding the configuration alone (bare), of the fastest of all passes over 1,000
// configurations. An operation is a pass; on a busy machine its time is mostly that of others.
func BenchmarkNineTargets(b *testing.B) {
	for _, rounds := range []int{500, 1000, 4000} {
		b.Run(fmt.Sprint(rounds), func(b *testing.B) {
			s, configs := nineTargets(b, rounds)
			var a Answer
			whole, bare := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
			b.ReportAllocs()
			for b.Loop() {
				start := cpuTime(b)
				for _, c := range configs {
					if err := s.QueryInto(&a, c, Whole); err != nil {
						b.Fatal(err)
					}
				}
				middle := cpuTime(b)
				for _, c := range configs {
					if err := s.begin(&a, c); err != nil {
						b.Fatal(err)
					}
				}
				whole, bare = min(whole, middle-start), min(bare, cpuTime(b)-middle)
			}
			b.ReportMetric(float64(whole)/float64(len(configs)), "cpu-ns/query")
			b.ReportMetric(float64(bare)/float64(len(configs)), "cpu-ns/bare")
		})
	}
}

// Queries of many targets do not allocate either.
func TestNineTargetsDoNotAllocate(t *testing.T) {
	s, configs := nineTargets(t, 30)
	var a Answer
	if n := testing.AllocsPerRun(1, func() {
		for _, c := range configs {
			if err := s.QueryInto(&a, c, Whole); err != nil {
				t.Fatal(err)
			}
		}
	}); n != 0 || len(a.Own) != 9 {
		t.Errorf("%g allocations in %d queries of %d targets, wanted none", n, len(configs), len(a.Own))
	}
}

// nineTargets trains nine boosted models of shallow trees.
func nineTargets(b testing.TB, rounds int) (*Surrogate, []features.Config) {
	b.Helper()
	space := features.Space{Name: "nine"}
	number := features.Number
	for i := range 28 {
		p := features.Param{Name: fmt.Sprint("axis", i), Kind: features.Ordinal}
		switch i % 4 {
		case 0:
			p.Choices = []features.Value{number(1), number(4), number(6)}
		case 1:
			p.Choices = []features.Value{number(3), number(5)}
		case 2:
			p.Kind, p.Low, p.High = features.Integer, 1, 3
		default:
			p.Kind, p.Choices = features.Choice, []features.Value{features.Text("false"), features.Text("true")}
		}
		space.Params = append(space.Params, p)
	}
	e, err := features.NewEncoder(space)
	if err != nil {
		b.Fatal(err)
	}
	sampler, r := space.NewSampler(), stream.New(1, "nine")
	configs := make([]features.Config, 1000)
	for i := range configs {
		if configs[i], err = sampler.Sample(r); err != nil {
			b.Fatal(err)
		}
	}
	frame, err := e.Frame(configs)
	if err != nil {
		b.Fatal(err)
	}
	spec := Spec{Space: space, Encoder: e, Support: features.NewSupport(frame)}
	var heads []Head
	for k := range 9 {
		d := models.Data{X: frame, K: 1}
		for i := range frame.N {
			sum := 0.0
			for c, v := range frame.Row(i) {
				sum += math.Sin(float64(c+k+1)*v) * (1 + frame.Row(i)[(c+k)%frame.P()])
			}
			d.Y = append(d.Y, sum)
		}
		p, err := gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: rounds, Leaves: 5, MinChildCount: 5,
			ExtraTrees: true}}.Train(context.Background(), d, models.Options{Seed: uint64(k)})
		if err != nil {
			b.Fatal(err)
		}
		name := target.Target(fmt.Sprint("target", k))
		spec.Own = append(spec.Own, target.Definition{Name: name, Span: target.PerRun, Direction: target.Lower,
			Scale: target.Log})
		heads = append(heads, Head{Target: name, Transform: Log, Predictor: p})
	}
	s, err := New(spec, heads)
	if err != nil {
		b.Fatal(err)
	}
	return s, configs
}

// boosted trains ten boosted models (eight control point coordinates, energy, time) on noise-free formulas.
func boosted(b testing.TB, rounds int) (*Surrogate, []features.Config) {
	b.Helper()
	space, err := features.Builtin("eahas-cifar10")
	if err != nil {
		b.Fatal(err)
	}
	e, err := features.NewEncoder(space)
	if err != nil {
		b.Fatal(err)
	}
	sampler, r := space.NewSampler(), stream.New(1, "speed")
	configs := make([]features.Config, 3000)
	for i := range configs {
		if configs[i], err = sampler.Sample(r); err != nil {
			b.Fatal(err)
		}
	}
	frame, err := e.Frame(configs)
	if err != nil {
		b.Fatal(err)
	}
	codec, err := bezier.New(bezier.Chord, 4, 0)
	if err != nil {
		b.Fatal(err)
	}
	train := func(k int) models.Predictor {
		d := models.Data{X: frame, K: k}
		for i := range frame.N {
			for j := range k {
				sum := 0.0
				for c, v := range frame.Row(i) {
					if !math.IsNaN(v) {
						sum += math.Sin(float64(c+j+1) * v)
					}
				}
				d.Y = append(d.Y, sum)
			}
		}
		p, err := gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: rounds}}.Train(context.Background(), d,
			models.Options{})
		if err != nil {
			b.Fatal(err)
		}
		return p
	}
	s, err := New(Spec{
		Space: space, Encoder: e, Support: features.NewSupport(frame),
		Metric: Metric{Name: "accuracy", Kind: Accuracy, Unit: "percent", HigherBetter: true},
		Epochs: EpochRule{Length: LengthFixed, Last: 200, First: 1, Step: 1},
	}, []Head{
		{Target: Curve, Predictor: train(codec.Width()), Representation: codec},
		{Target: EnergyPerEpoch, Transform: Log, Predictor: train(1)},
		{Target: TimePerEpoch, Transform: Log, Predictor: train(1)},
	})
	if err != nil {
		b.Fatal(err)
	}
	return s, configs
}
