package arrowio

import (
	"cmp"
	"fmt"
	"slices"

	"eahas/trial"
)

// plan is a checked mapping: units looked up, defaults filled in.
type plan struct {
	trial.Mapping
	at        string // "logs[2]", for messages
	axes      []string
	files     []logFile
	curve     *curvePlan
	energy    *costPlan
	infer     *costPlan
	time      *costPlan
	endsScale float64
	power     struct{ time, watts float64 } // factors of samples
	metric    trial.Metric
}

// costPlan is a checked energy or time.
type costPlan struct {
	column string
	what   string // "energy", for messages
	unit   string // as declared; "" where the column has to know it
	units  map[string]float64
	factor float64
	shape  trial.Shape
	skip   int
	watts  bool // column holds mean power, to be multiplied with the time
	min    float64
	max    float64 // believed mean power; 0 when all is believed
}

// curvePlan is a checked curve.
type curvePlan struct {
	trial.CurveColumn
	factor      float64
	by          map[string]float64 // unit_by: factors by value
	share       bool               // accuracy or error: 0..100 percent
	first, step float64
	cap         float64 // in the column's unit
}

func newPlan(m trial.Mapping, at, dataDir string, axes []string) (p *plan, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", at, err)
		}
	}()
	if m.Layout == trial.Pycls {
		m = pyclsDefaults(m)
	}
	p = &plan{Mapping: m, at: at, axes: axes}
	if p.files, err = list(m.Path, dataDir); err != nil {
		return nil, err
	}
	if err := p.checkShape(); err != nil {
		return nil, err
	}
	if m.Curve != nil {
		if p.curve, err = newCurvePlan(*m.Curve); err != nil {
			return nil, err
		}
		p.metric = metricOf(*m.Curve)
	}
	if m.Time != nil {
		f, err := factorOf(timeUnits, "time", m.Time.Unit)
		if err != nil {
			return nil, err
		}
		p.time = &costPlan{column: m.Time.Column, what: "time", unit: m.Time.Unit, units: timeUnits, factor: f, shape: m.Time.Shape, skip: m.Time.SkipFirst}
	}
	if p.energy, err = p.newEnergy(m.Energy, "energy"); err != nil {
		return nil, err
	}
	if p.infer, err = p.newEnergy(m.InferenceEnergy, "inference_energy"); err != nil {
		return nil, err
	}
	for _, c := range []*costPlan{p.time, p.energy, p.infer} {
		if err := c.check(m.Layout); err != nil {
			return nil, err
		}
	}
	if m.EpochEnds != nil {
		if p.endsScale, err = factorOf(timeUnits, "epoch_ends", m.EpochEnds.Unit); err != nil {
			return nil, err
		}
	}
	if s := m.Samples; s != nil {
		if p.power.time, err = factorOf(timeUnits, "samples.time", s.TimeUnit); err != nil {
			return nil, err
		}
		if p.power.watts, err = factor(powerUnits, "samples.watts", cmp.Or(s.Unit, "W")); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// checkShape looks at what the layout needs and what it cannot have.
func (p *plan) checkShape() error {
	m := &p.Mapping
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrMapping}, args...)...)
	}
	switch m.Layout {
	case trial.Wide, trial.Pycls:
	case trial.Long, trial.Power:
		if m.ID == "" {
			return bad("layout %s needs the id column", m.Layout)
		}
	case "":
		return bad("layout is missing; want wide, long, power or pycls")
	default:
		return bad("layout %q; want wide, long, power or pycls", m.Layout)
	}
	if !slices.Contains([]trial.Join{trial.JoinNone, trial.JoinID, trial.JoinConfig}, m.Join) {
		return bad("join %q; want id or config", m.Join)
	}
	if m.Join == trial.JoinID && m.ID == "" {
		return bad("join: id needs the id column")
	}
	if (m.Layout == trial.Power) != (m.Samples != nil) {
		return bad("layout power and samples belong together")
	}
	if m.Samples != nil && (m.Samples.Time == "" || m.Samples.Watts == "") {
		return bad("samples needs time and watts")
	}
	if m.Layout == trial.Power && (m.Curve != nil || m.Energy != nil || m.Time != nil || m.InferenceEnergy != nil || m.EpochEnds != nil || m.Length != "") {
		return bad("layout power reads only samples; curves, costs and epoch_ends come from a mapping that it joins")
	}
	if m.Layout == trial.Power && m.Join == trial.JoinConfig {
		return bad("power samples join by id only")
	}
	if m.Layout == trial.Long && (m.Curve == nil || m.Curve.Epochs.Column == "") {
		return bad("layout long needs a curve with epochs.column")
	}
	if m.Layout == trial.Long && m.EpochEnds != nil {
		return bad("layout long has no epoch_ends; give time per epoch")
	}
	if m.EpochEnds != nil && m.Time != nil && m.Time.Shape == trial.PerEpoch {
		return bad("epoch_ends and time per epoch exclude each other")
	}
	return nil
}

func newCurvePlan(c trial.CurveColumn) (*curvePlan, error) {
	p := &curvePlan{CurveColumn: c, first: 1, step: 1}
	if c.Column == "" {
		return nil, fmt.Errorf("%w: curve.column is missing", ErrMapping)
	}
	units := rawUnits
	switch c.Kind {
	case "accuracy", "error":
		units, p.share = shareUnits, true
		if c.Unit == "" {
			return nil, fmt.Errorf("%w: curve of kind %s needs its unit: fraction or percent", ErrUnit, c.Kind)
		}
	case "loss", "score":
		p.Unit = cmp.Or(c.Unit, "raw")
	default:
		return nil, fmt.Errorf("%w: curve.kind %q; want accuracy, error, loss or score", ErrMapping, c.Kind)
	}
	var err error
	if p.factor, err = factor(units, "curve", p.Unit); err != nil {
		return nil, err
	}
	if c.UnitBy != nil {
		p.by = map[string]float64{}
		for v, u := range c.UnitBy.Values {
			if p.by[v], err = factor(units, "curve where "+c.UnitBy.Column+" is "+v, u); err != nil {
				return nil, err
			}
		}
	}
	if c.Epochs.First != nil {
		p.first = *c.Epochs.First
	}
	if c.Epochs.Step != nil {
		p.step = *c.Epochs.Step
	}
	if !(p.step > 0) {
		return nil, fmt.Errorf("%w: epochs.step %v; want > 0", ErrMapping, p.step)
	}
	if c.Epochs.Column != "" && (c.Epochs.First != nil || c.Epochs.Step != nil) {
		return nil, fmt.Errorf("%w: epochs has a column and a first or step; want one of them", ErrMapping)
	}
	switch c.Nonfinite {
	case "", "reject":
		p.Nonfinite = "reject"
	case "hold", "drop":
	case "cap":
		if c.Cap == nil {
			return nil, fmt.Errorf("%w: nonfinite: cap needs the value cap", ErrMapping)
		}
	default:
		return nil, fmt.Errorf("%w: nonfinite %q; want reject, hold, cap or drop", ErrMapping, c.Nonfinite)
	}
	if c.Cap != nil {
		if p.Nonfinite != "cap" {
			return nil, fmt.Errorf("%w: cap is used with nonfinite: cap only", ErrMapping)
		}
		p.cap = *c.Cap
	}
	return p, nil
}

func metricOf(c trial.CurveColumn) trial.Metric {
	m := trial.Metric{Column: c.Column, Kind: c.Kind, Unit: "raw", HigherIsBetter: c.Kind == "accuracy" || c.Kind == "score"}
	if c.Kind == "accuracy" || c.Kind == "error" {
		m.Unit = "percent"
	}
	if c.Higher != nil {
		m.HigherIsBetter = *c.Higher
	}
	return m
}

func (p *plan) newEnergy(e *trial.EnergyColumn, what string) (*costPlan, error) {
	if e == nil {
		return nil, nil
	}
	c := &costPlan{column: e.Column, what: what, unit: e.Unit, shape: e.Shape, skip: e.SkipFirst}
	units := energyUnits
	if e.Power != "" {
		if e.Column != "" {
			return nil, fmt.Errorf("%w: %s has a column and a power; want one of them", ErrMapping, what)
		}
		if p.time == nil {
			return nil, fmt.Errorf("%w: %s from power needs time", ErrMapping, what)
		}
		if e.Shape != "" && e.Shape != p.time.shape {
			return nil, fmt.Errorf("%w: %s from power has the shape of time, %s, not %s", ErrMapping, what, p.time.shape, e.Shape)
		}
		units, c.column, c.unit, c.watts, c.shape = powerUnits, e.Power, cmp.Or(e.Unit, "W"), true, p.time.shape
		c.skip = max(c.skip, p.time.skip)
	}
	c.units = units
	var err error
	if c.factor, err = factor(units, what, c.unit); err != nil {
		return nil, err
	}
	if b := e.Believe; b != nil {
		if !(b.Min >= 0 && b.Max > b.Min) {
			return nil, fmt.Errorf("%w: %s.believe from %v to %v W", ErrMapping, what, b.Min, b.Max)
		}
		c.min, c.max = b.Min, b.Max
	}
	return c, nil
}

func (c *costPlan) check(l trial.Layout) error {
	switch {
	case c == nil:
		return nil
	case c.column == "":
		return fmt.Errorf("%w: %s.column is missing", ErrMapping, c.what)
	case c.shape != trial.PerEpoch && c.shape != trial.Mean && c.shape != trial.Total:
		return fmt.Errorf("%w: %s.shape %q; want per_epoch, mean or total", ErrMapping, c.what, c.shape)
	case c.skip < 0 || c.skip > 0 && c.shape != trial.PerEpoch:
		return fmt.Errorf("%w: %s.skip_first %d; it counts epochs of the shape per_epoch", ErrMapping, c.what, c.skip)
	}
	return nil
}
