package onnx

import (
	"fmt"
	"strings"

	"eahas/artifacts"
)

// The names of an instance's inputs and of its output.
const (
	Categories = "x_cat"  // int32, batch x axes of texts: 0 is missing, else the choice's place counted from 1
	Numbers    = "x_cont" // float, batch x other axes, then the epoch
	Targets    = "y"      // double, batch x targets
)

// FidelityEpoch is the last column of Numbers: at which epoch to answer. It is there when the surrogate knows a run's
// length. Numbers outside of the run are moved to its first or last epoch.
const FidelityEpoch = "epoch"

// Target is one column of an instance's output.
type Target struct {
	Name, Unit string
	Higher     bool // larger values are better
}

// Tables is a graph that answers for one epoch, and what the columns of its inputs and of its output are.
type Tables struct {
	Data                []byte // the ONNX file
	Categories, Numbers []string
	Targets             []Target
}

// Instance returns the whole query with two inputs and one output, the form of YAHPO Gym's models: the metric, energy
// and time at an epoch, and the totals of the run. A number of an axis that is not active is ignored. Rows of
// configurations outside of the space are NaN. Errors are those of Query; ErrName also for an axis called like
// FidelityEpoch.
func Instance(s *artifacts.Surrogate, version string) (*Tables, error) {
	q, t := &query{graph: newGraph(), s: s}, &Tables{}
	epoch, err := q.tables(t)
	if err != nil {
		return nil, err
	}
	if err := q.prepare(); err != nil {
		return nil, err
	}
	columns, err := q.targets(t, epoch)
	if err != nil {
		return nil, err
	}
	y := q.where(q.run.accepted, q.concat(columns...), q.nan())
	if err := q.output(Targets, y, float64s, "at the epoch", "batch", len(columns)); err != nil {
		return nil, err
	}
	properties, err := q.properties()
	if err != nil {
		return nil, err
	}
	t.Data = q.encode("eahas", version, s.Spec().Notice, properties)
	return t, nil
}

// tables declares the two inputs, makes every axis a column of one of them, and returns the epoch's column.
func (q *query) tables(t *Tables) (epoch value, err error) {
	spec := q.s.Spec()
	for i := range spec.Space.Params {
		p := &spec.Space.Params[i]
		if Textual(p) {
			t.Categories = append(t.Categories, p.Name)
		} else {
			t.Numbers = append(t.Numbers, p.Name)
		}
	}
	timed := spec.Epochs.Length != artifacts.LengthNone
	if timed {
		if spec.Space.Param(FidelityEpoch) != nil {
			return "", fmt.Errorf("onnx: %w: an axis is called %q, as the fidelity is", ErrName, FidelityEpoch)
		}
		t.Numbers = append(t.Numbers, FidelityEpoch)
	}
	categories, err := q.input(Categories, int32s, strings.Join(t.Categories, " "), "batch", len(t.Categories))
	if err != nil {
		return "", err
	}
	numbers, err := q.input(Numbers, float32s, strings.Join(t.Numbers, " "), "batch", len(t.Numbers))
	if err != nil {
		return "", err
	}
	sources := map[string]value{}
	for i, name := range t.Categories {
		sources[name] = q.choice(q.columns(categories, int64(i)), spec.Space.Param(name).Choices)
	}
	for i, name := range t.Numbers {
		sources[name] = q.columns(numbers, int64(i))
	}
	q.sources = sources
	if timed {
		epoch = q.cast(sources[FidelityEpoch], float64s)
	}
	return epoch, nil
}

// targets computes the columns of the output, batch x 1 each.
func (q *query) targets(t *Tables, epoch value) ([]value, error) {
	var columns []value
	add := func(v value, target Target) {
		if v != "" {
			columns, t.Targets = append(columns, v), append(t.Targets, target)
		}
	}
	spec := q.s.Spec()
	var trained value
	if epoch != "" {
		epoch = q.op("Min", q.op("Max", epoch, q.number(spec.Epochs.First)), q.run.last)
		trained = q.trained(epoch)
	}
	if h := q.s.Head(artifacts.Curve); h != nil && epoch != "" {
		v, err := q.head(h)
		if err != nil {
			return nil, err
		}
		at := q.run
		at.epochs = epoch
		y, err := q.curve(at, spec.Epochs.First, h.Representation, v)
		if err != nil {
			return nil, err
		}
		add(q.value(h, y), Target{MetricName(spec.Metric.Name), spec.Metric.Unit, spec.Metric.HigherBetter})
	}
	energyRate, energyTotal, err := q.rates(artifacts.EnergyPerEpoch, artifacts.EnergyTotal)
	if err != nil {
		return nil, err
	}
	timeRate, timeTotal, err := q.rates(artifacts.TimePerEpoch, artifacts.TimeTotal)
	if err != nil {
		return nil, err
	}
	spent := func(rate value) value {
		if rate == "" || trained == "" {
			return ""
		}
		return q.mul(rate, trained)
	}
	add(spent(energyRate), Target{Name: "energy_j", Unit: "J"})
	add(spent(timeRate), Target{Name: "time_s", Unit: "s"})
	add(energyTotal, Target{Name: "energy_total_j", Unit: "J"})
	add(timeTotal, Target{Name: "time_total_s", Unit: "s"})
	if h := q.s.Head(artifacts.InferenceEnergy); h != nil {
		v, err := q.cost(h, q.row)
		if err != nil {
			return nil, err
		}
		add(v, Target{Name: "inference_energy_j", Unit: "J"})
	}
	if len(columns) == 0 {
		return nil, fmt.Errorf("onnx: %w: there is nothing to answer", ErrUnsupported)
	}
	return columns, nil
}

// MetricName is a metric's name as a target: small letters, digits and single underscores, after "metric_" when it is
// empty or would be called like a cost.
func MetricName(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	})
	name = strings.Join(words, "_")
	if name == "" || strings.HasSuffix(name, "_j") || strings.HasSuffix(name, "_s") {
		return "metric_" + name
	}
	return name
}
