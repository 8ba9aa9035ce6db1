package artifacts

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"eahas/features"
	"eahas/internal/nullable"
	"eahas/internal/stream"
	"eahas/trial/target"
)

// GoldenTolerance is how far, relatively, an opened surrogate's numbers may lie from the golden answers. Where the
// bundle is opened on the architecture that wrote it, they are equal bit for bit; other architectures fuse
// multiplications with additions and have other last digits in exp and log.
const GoldenTolerance = 1e-9

// goldenSamples is how many configurations are drawn from the space for the golden queries.
const goldenSamples = 32

// goldenPoints is how many epochs of one run the golden queries ask for at most.
const goldenPoints = 400

// golden is one line of golden.jsonl as it is read: a query and its exact answer (see appendGolden). null means
// unknown.
type golden struct {
	Config          features.Config             `json:"config"`
	UpTo            float64                     `json:"up_to"` // the epoch number asked for
	Last            *float64                    `json:"last"`
	Epochs          []float64                   `json:"epochs"`
	Curve           []float64                   `json:"curve"`
	EnergyPerEpoch  *float64                    `json:"energy_per_epoch"`
	EnergyTotal     *float64                    `json:"energy_total"`
	TimePerEpoch    *float64                    `json:"time_per_epoch"`
	TimeTotal       *float64                    `json:"time_total"`
	InferenceEnergy *float64                    `json:"inference_energy"`
	Targets         map[target.Target]*float64  `json:"targets"` // the bundle's own
	Known           map[string]*float64         `json:"known"`
	Curves          map[target.Target][]float64 `json:"curves"` // the bundle's own
	Extrapolates    bool                        `json:"extrapolates"`
	OutsideAxes     []string                    `json:"outside_axes"`
}

// appendGolden appends one line of golden.jsonl.
func appendGolden(dst []byte, c features.Config, upTo float64, a *Answer) ([]byte, error) {
	var config bytes.Buffer
	e := json.NewEncoder(&config)
	e.SetEscapeHTML(false)
	if err := e.Encode(c); err != nil {
		return dst, err
	}
	m := members{b: append(dst, '{')}
	m.name("config")
	m.b = append(m.b, bytes.TrimSuffix(config.Bytes(), []byte("\n"))...)
	m.number("up_to", upTo)
	return append(a.appendGolden(m.b), "}\n"...), nil
}

// goldenConfigs chooses the configurations of the golden queries: the given ones, draws from the space, and per axis
// its ends, set into the first draw. The choice depends on the space alone.
func (s *Surrogate) goldenConfigs(given []features.Config) []features.Config {
	configs := slices.Clone(given)
	r := stream.New(0, "artifacts", "golden")
	for range goldenSamples {
		c, err := s.spec.Space.Sample(r)
		if err != nil { // a space whose constraints leave almost nothing: the given configurations have to do
			break
		}
		configs = append(configs, c)
	}
	if len(configs) == len(given) {
		return configs
	}
	base := configs[len(given)]
	for i := range s.spec.Space.Params {
		p := &s.spec.Space.Params[i]
		for _, v := range ends(p) {
			c := make(features.Config, len(base))
			for k, old := range base {
				c[k] = old
			}
			c[p.Name] = v
			if s.spec.Space.Check(c) == nil {
				configs = append(configs, c)
			}
		}
	}
	return configs
}

// ends returns the first and the last value of an axis.
func ends(p *features.Param) []features.Value {
	if p.Numeric() && p.Zero {
		return []features.Value{features.Number(0), features.Number(p.High)}
	}
	if p.Numeric() {
		return []features.Value{features.Number(p.Low), features.Number(p.High)}
	}
	if len(p.Choices) == 0 {
		return nil
	}
	return []features.Value{p.Choices[0], p.Choices[len(p.Choices)-1]}
}

// goldenFile answers the golden queries and gives the file and the number of queries. A configuration that is inside
// the space and is refused all the same (a run that ends before its first epoch) is left out, unless it was given.
func (s *Surrogate) goldenFile(given []features.Config) ([]byte, int, error) {
	var lines []byte
	n := 0
	upTo := math.MaxFloat64
	if s.spec.Epochs.Length != LengthNone {
		upTo = s.spec.Epochs.First + goldenPoints*s.spec.Epochs.Step
	}
	var a Answer
	for i, c := range s.goldenConfigs(given) {
		err := s.QueryInto(&a, c, upTo)
		if i >= len(given) && errors.Is(err, ErrConfig) {
			continue
		}
		if err != nil {
			return nil, 0, fmt.Errorf("artifacts: golden query %s: %w", c.Key(), err)
		}
		if lines, err = appendGolden(lines, c, upTo, &a); err != nil {
			return nil, 0, fmt.Errorf("artifacts: golden query %s: %w", c.Key(), err)
		}
		n++
	}
	if n == 0 {
		return nil, 0, fmt.Errorf("%w: no configuration of the space can be drawn for golden queries; give some",
			ErrSpec)
	}
	return lines, n, nil
}

// firstGolden is how many golden configurations an opened bundle remembers.
const firstGolden = 16

// firstConfigs are the first configurations of a golden file that was checked.
func firstConfigs(file []byte) []features.Config {
	d := json.NewDecoder(bytes.NewReader(file))
	var out []features.Config
	for range firstGolden {
		var one struct {
			Config features.Config `json:"config"`
		}
		if d.Decode(&one) != nil {
			break
		}
		out = append(out, one.Config)
	}
	return out
}

// checkGolden repeats the golden queries. It returns the largest relative difference, 0 when all are equal bit for
// bit, and ErrGolden with the first difference above the tolerance.
func (s *Surrogate) checkGolden(file []byte, queries int, tolerance float64) (float64, error) {
	d := json.NewDecoder(bytes.NewReader(file))
	worst := 0.0
	var a Answer
	for i := range queries {
		var want golden
		if err := d.Decode(&want); err != nil {
			return worst, fmt.Errorf("%w: %s: query %d of %d: %w", ErrMalformed, goldenName, i+1, queries, err)
		}
		if err := s.QueryInto(&a, want.Config, want.UpTo); err != nil {
			return worst, fmt.Errorf("%w: %s: query %d: %w", ErrGolden, goldenName, i+1, err)
		}
		diff, field := want.compare(s, &a)
		worst = max(worst, diff)
		if !(diff <= tolerance) {
			return worst, fmt.Errorf("%w: %s: query %d, %s: relative difference %.3g, allowed %g", ErrGolden,
				goldenName, i+1, field, diff, tolerance)
		}
	}
	if d.More() {
		return worst, fmt.Errorf("%w: %s: more than the %d queries of the manifest", ErrMalformed, goldenName, queries)
	}
	return worst, nil
}

// compare returns the largest relative difference and its field; +Inf where the two differ in kind.
func (g *golden) compare(s *Surrogate, a *Answer) (worst float64, field string) {
	note := func(name string, d float64) {
		if d > worst {
			worst, field = d, name
		}
	}
	scalars := []struct {
		name string
		want *float64
		got  float64
	}{
		{"last", g.Last, a.Last},
		{"energy_per_epoch", g.EnergyPerEpoch, a.EnergyPerEpoch},
		{"energy_total", g.EnergyTotal, a.EnergyTotal},
		{"time_per_epoch", g.TimePerEpoch, a.TimePerEpoch},
		{"time_total", g.TimeTotal, a.TimeTotal},
		{"inference_energy", g.InferenceEnergy, a.InferenceEnergy},
	}
	for _, f := range scalars {
		note(f.name, relative(nullable.Value(f.want), f.got, 0))
	}
	if len(g.Curves) != len(a.Curves) {
		note("curves", math.Inf(1))
	}
	for _, c := range a.Curves {
		note(string(c.Target), relativeSeries(g.Curves[c.Target], c.Values, s.floor(c.Target)))
	}
	if len(g.Known) != len(a.Known) {
		note("known", math.Inf(1))
	}
	for i, x := range a.Known {
		name := s.spec.Space.Known[i].Name
		want, there := g.Known[name]
		if !there || relative(nullable.Value(want), x, 0) != 0 { // formulas have the same bits everywhere
			note(name, math.Inf(1))
		}
	}
	if len(g.Targets) != len(a.Own) {
		note("targets", math.Inf(1))
	}
	for _, n := range a.Own {
		want, known := g.Targets[n.Target]
		if !known {
			note(string(n.Target), math.Inf(1))
			continue
		}
		note(string(n.Target), relative(nullable.Value(want), n.Value, s.floor(n.Target)))
	}
	note("epochs", relativeSeries(g.Epochs, a.Epochs, 0))
	note("curve", relativeSeries(g.Curve, a.Curve, 1))
	if g.Extrapolates != a.Extrapolates {
		note("extrapolates", math.Inf(1))
	}
	if !slices.Equal(g.OutsideAxes, a.OutsideAxes) {
		note("outside_axes", math.Inf(1))
	}
	return worst, field
}

// relative returns |x - y| / max(|x|, |y|, floor); 0 when both are NaN, +Inf when one is.
func relative(x, y, floor float64) float64 {
	switch {
	case x == y || math.IsNaN(x) && math.IsNaN(y):
		return 0
	case math.IsNaN(x) || math.IsNaN(y):
		return math.Inf(1)
	}
	return math.Abs(x-y) / max(math.Abs(x), math.Abs(y), floor)
}

func relativeSeries(x, y []float64, floor float64) float64 {
	if len(x) != len(y) {
		return math.Inf(1)
	}
	worst := 0.0
	for i := range x {
		worst = max(worst, relative(x[i], y[i], floor))
	}
	return worst
}
