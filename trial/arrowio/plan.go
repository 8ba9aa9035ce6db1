package arrowio

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

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
	final     *curvePlan
	seen      columnsSeen
	counter   bool          // samples are those of an energy counter
	numbers   []*numberPlan // one's own targets, the same for all mappings

	keep func([]float64) []float64 // see Options.Keep
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

// columnsSeen are the columns that any file of a mapping has.
type columnsSeen struct {
	mu    sync.Mutex
	names map[string]bool
	last  []*leaf
}

// see notes a file's columns.
func (p *plan) see(leaves []*leaf) {
	p.seen.mu.Lock()
	defer p.seen.mu.Unlock()
	if p.seen.names == nil {
		p.seen.names = map[string]bool{}
	}
	for _, l := range leaves {
		p.seen.names[l.name] = true
	}
	p.seen.last = leaves
}

// missing makes sure that each declared axis and slice is a column of one file at least.
func (p *plan) missing() error {
	for what, columns := range map[string]trial.Columns{"params": p.Params, "slices": p.Slices} {
		for _, name := range columns.Names() {
			if path := columns[name]; path != "" && p.seen.names != nil && !p.seen.names[path] {
				return fmt.Errorf("%w: %q (%s.%s) is in none of the files%s", ErrColumn, path, what, name,
					suggest(path, p.seen.last))
			}
		}
	}
	return nil
}

// newPlan checks a mapping and finds its files. at is where the config has it.
func newPlan(m trial.Mapping, at, dataDir string, axes []string, numbers []*numberPlan) (p *plan, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", at, err)
		}
	}()
	if m.Layout == trial.Pycls {
		m = pyclsDefaults(m)
	}
	p = &plan{Mapping: m, at: at, axes: axes, numbers: numbers}
	if p.files, err = list(m.Path, dataDir); err != nil {
		return nil, err
	}
	if err := p.setGraphs(); err != nil {
		return nil, err
	}
	if err := p.checkShape(); err != nil {
		return nil, err
	}
	for _, set := range []func() error{p.setMetric, p.setCosts, p.setSamples} {
		if err := set(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// setMetric plans the curve and the final metric.
func (p *plan) setMetric() (err error) {
	m := &p.Mapping
	if m.Curve != nil {
		if p.curve, err = newCurvePlan(*m.Curve); err != nil {
			return err
		}
		p.metric = metricOf(*m.Curve)
	}
	if m.Final == nil {
		return nil
	}
	c := m.Final.Curve()
	if p.final, err = newCurvePlan(c); err != nil {
		return fmt.Errorf("final: %w", err)
	}
	if p.metric.Kind == "" {
		p.metric = metricOf(c)
	}
	return nil
}

// setCosts plans the times and energies.
func (p *plan) setCosts() (err error) {
	m := &p.Mapping
	if m.Time != nil {
		f, err := factorOf(timeUnits, "time", m.Time.Unit)
		if err != nil {
			return err
		}
		p.time = &costPlan{column: m.Time.Column, what: "time", unit: m.Time.Unit, units: timeUnits, factor: f,
			shape: m.Time.Shape, skip: m.Time.SkipFirst}
	}
	if p.energy, err = p.newEnergy(m.Energy, "energy"); err != nil {
		return err
	}
	if p.infer, err = p.newEnergy(m.InferenceEnergy, "inference_energy"); err != nil {
		return err
	}
	for _, c := range []*costPlan{p.time, p.energy, p.infer} {
		if err := c.check(m.Layout); err != nil {
			return err
		}
	}
	return nil
}

// setSamples plans the ends of epochs and the power samples.
func (p *plan) setSamples() (err error) {
	m := &p.Mapping
	if m.EpochEnds != nil {
		if p.endsScale, err = factorOf(timeUnits, "epoch_ends", m.EpochEnds.Unit); err != nil {
			return err
		}
	}
	s := m.Samples
	if s == nil {
		return nil
	}
	if p.power.time, err = factorOf(timeUnits, "samples.time", s.TimeUnit); err != nil {
		return err
	}
	units, unit := powerUnits, cmp.Or(s.Unit, "W")
	if p.counter = s.Counter != ""; p.counter {
		units, unit = energyUnits, s.Unit
	}
	p.power.watts, err = factor(units, "samples", unit)
	return err
}

// checkShape looks at what the layout needs and what it cannot have.
func (p *plan) checkShape() error {
	if err := checkLayout(&p.Mapping); err != nil {
		return err
	}
	if err := checkSamples(&p.Mapping); err != nil {
		return err
	}
	if err := checkPower(&p.Mapping); err != nil {
		return err
	}
	if p.Layout == trial.Long && p.Curve == nil && len(p.numbers) == 0 {
		return badMapping("layout long needs a curve with epochs.column, or targets")
	}
	return checkCourse(&p.Mapping)
}

// badMapping wraps ErrMapping.
func badMapping(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrMapping}, args...)...)
}

// checkLayout looks at the layout, the join, and the id that they need.
func checkLayout(m *trial.Mapping) error {
	bad := badMapping
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
	return nil
}

// checkPower looks at what a mapping of power samples cannot have.
func checkPower(m *trial.Mapping) error {
	bad := badMapping
	if m.Layout == trial.Power && (m.Curve != nil || m.Energy != nil || m.Time != nil || m.InferenceEnergy != nil ||
		m.EpochEnds != nil || m.Length != "") {
		return bad("layout power reads only samples; curves, costs and epoch_ends come from a mapping that it joins")
	}
	if m.Layout == trial.Power && m.Join == trial.JoinConfig {
		return bad("power samples join by id only")
	}
	return nil
}

// checkCourse looks at what is read of how a run went: its curve, its end, its epochs' times. Kept whole: a list of
// checks, of which the first that fails is told.
func checkCourse(m *trial.Mapping) error {
	bad := badMapping
	if m.Final != nil && m.Layout != trial.Wide && m.Layout != trial.Pycls {
		return bad("final is for the layouts wide and pycls; in layout %s the curve's last point is the final metric",
			m.Layout)
	}
	if m.Start != nil && m.Start.Column == "" || m.Ended != nil && m.Ended.Column == "" {
		return bad("start and ended need their column")
	}
	if m.Start != nil {
		if _, err := factorOf(timeUnits, "start", m.Start.Unit); err != nil {
			return err
		}
	}
	if m.Layout == trial.Long && m.Curve != nil && m.Curve.Epochs.Column == "" {
		return bad("layout long needs a curve with epochs.column")
	}
	if m.Layout == trial.Long && m.Curve == nil && (m.Energy != nil || m.Time != nil || m.InferenceEnergy != nil) {
		return bad("layout long without a curve reads targets alone: the epochs of an energy or a time are unknown")
	}
	if m.Layout == trial.Long && m.EpochEnds != nil {
		return bad("layout long has no epoch_ends; give time per epoch")
	}
	if m.EpochEnds != nil && m.Time != nil && m.Time.Shape.PerEpochs() {
		return bad("epoch_ends and time per epoch exclude each other")
	}
	return nil
}

// checkSamples looks at the keys of power samples. Kept whole: a list of checks, of which the first that fails is told.
func checkSamples(m *trial.Mapping) error {
	s := m.Samples
	bad := func(format string, args ...any) error { return badMapping("samples: "+format, args...) }
	switch {
	case s == nil:
		return nil
	case s.Time == "" || s.Watts == "" && s.Counter == "":
		return bad("needs time and watts, or time and counter")
	case s.Watts != "" && s.Counter != "":
		return bad("watts and counter exclude each other")
	case s.Counter != "" && s.Unit == "":
		return bad("a counter needs its unit: one of %s", unitList(energyUnits))
	case s.Wrap != nil && (s.Counter == "" || !(*s.Wrap > 0)):
		return bad("wrap is the number above 0 at which a counter begins again")
	case s.MaxGap != nil && !(*s.MaxGap > 0):
		return bad("max_gap_s %v; want seconds above 0", *s.MaxGap)
	case s.Start != "" && s.Start != trial.StartZero && s.Start != trial.StartFirst && s.Start != trial.StartRun:
		return bad("start %q; want zero, first or run", s.Start)
	case s.Start == trial.StartRun && m.Join != trial.JoinID:
		return bad("start: run needs join: id, for the start is that of the joined trial")
	}
	return nil
}

// newCurvePlan checks the keys of a curve and fills in their defaults.
func newCurvePlan(c trial.CurveColumn) (*curvePlan, error) {
	p := &curvePlan{CurveColumn: c, first: 1, step: 1}
	if c.Column == "" {
		return nil, fmt.Errorf("%w: curve.column is missing", ErrMapping)
	}
	for _, set := range []func() error{p.setUnit, p.setEpochs, p.setNonfinite} {
		if err := set(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// setUnit finds the factors from the curve's units to ours.
func (p *curvePlan) setUnit() (err error) {
	c, units := &p.CurveColumn, rawUnits
	switch c.Kind {
	case "accuracy", "error":
		units, p.share = shareUnits, true
		if c.Unit == "" {
			return fmt.Errorf("%w: curve of kind %s needs its unit: fraction or percent", ErrUnit, c.Kind)
		}
	case "loss", "score":
		p.Unit = cmp.Or(c.Unit, "raw")
	default:
		return fmt.Errorf("%w: curve.kind %q; want accuracy, error, loss or score", ErrMapping, c.Kind)
	}
	if p.factor, err = factor(units, "curve", p.Unit); err != nil {
		return err
	}
	if c.UnitBy != nil {
		p.by = map[string]float64{}
		for v, u := range c.UnitBy.Values {
			if p.by[v], err = factor(units, "curve where "+c.UnitBy.Column+" is "+v, u); err != nil {
				return err
			}
		}
	}
	return nil
}

// setEpochs says which epochs a list without its own has.
func (p *curvePlan) setEpochs() error {
	c := &p.CurveColumn
	if c.Epochs.First != nil {
		p.first = *c.Epochs.First
	}
	if c.Epochs.Step != nil {
		p.step = *c.Epochs.Step
	}
	if !(p.step > 0) {
		return fmt.Errorf("%w: epochs.step %v; want > 0", ErrMapping, p.step)
	}
	if c.Epochs.Column != "" && (c.Epochs.First != nil || c.Epochs.Step != nil) {
		return fmt.Errorf("%w: epochs has a column and a first or step; want one of them", ErrMapping)
	}
	return nil
}

// setNonfinite says what becomes of points that are not finite.
func (p *curvePlan) setNonfinite() error {
	c := &p.CurveColumn
	switch c.Nonfinite {
	case "", "reject":
		p.Nonfinite = "reject"
	case "hold", "drop":
	case "cap":
		if c.Cap == nil {
			return fmt.Errorf("%w: nonfinite: cap needs the value cap", ErrMapping)
		}
	default:
		return fmt.Errorf("%w: nonfinite %q; want reject, hold, cap or drop", ErrMapping, c.Nonfinite)
	}
	if c.Cap != nil {
		if p.Nonfinite != "cap" {
			return fmt.Errorf("%w: cap is used with nonfinite: cap only", ErrMapping)
		}
		p.cap = *c.Cap
	}
	return nil
}

func metricOf(c trial.CurveColumn) trial.Metric {
	m := trial.Metric{Column: c.Column, Kind: c.Kind, Unit: "raw",
		HigherIsBetter: c.Kind == "accuracy" || c.Kind == "score"}
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
	if len(e.Plus) > 0 && (e.Power != "" || what != "energy") {
		return nil, fmt.Errorf("%w: %s.plus adds columns to energy.column, and to nothing else", ErrMapping, what)
	}
	if slices.Contains(e.Plus, e.Column) || slices.Contains(e.Plus, "") {
		return nil, fmt.Errorf("%w: %s.plus names %q; want other columns than %q", ErrMapping, what, e.Plus, e.Column)
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
			return nil, fmt.Errorf("%w: %s from power has the shape of time, %s, not %s", ErrMapping, what,
				p.time.shape, e.Shape)
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
	case !c.shape.PerEpochs() && c.shape != trial.Mean && c.shape != trial.Total:
		return fmt.Errorf("%w: %s.shape %q; want per_epoch, cumulative, mean or total", ErrMapping, c.what, c.shape)
	case c.skip < 0 || c.skip > 0 && !c.shape.PerEpochs():
		return fmt.Errorf("%w: %s.skip_first %d; it counts epochs of the shapes per_epoch and cumulative", ErrMapping,
			c.what, c.skip)
	case c.watts && c.shape == trial.Cumulative:
		return fmt.Errorf("%w: %s from power needs the time of each epoch, not a cumulative one", ErrMapping, c.what)
	}
	return nil
}
