package intake

import (
	"math"
	"slices"
	"strconv"
	"time"

	"eahas/features"
	"eahas/trial/arrowio"
)

// written is one column of the Parquet form of docs/log.md: what it says of itself, and its value in a run at an epoch.
type written struct {
	name string
	meta map[string]string
	text bool
	at   func(r *Run, epoch float64) features.Value
	num  func(r *Run, epoch float64) (float64, bool) // instead of at: a series, which may hold NaN
}

// row is one row of the long form: an epoch of a run, or a run without epochs.
type logRow struct {
	run   *Run
	epoch float64 // NaN without
}

// rows lists the rows of all runs: every epoch at which anything was logged.
func (l *Log) rows() []logRow {
	var out []logRow
	for _, r := range l.Runs {
		epochs := r.epochs()
		for _, e := range epochs {
			out = append(out, logRow{r, e})
		}
		if len(epochs) == 0 {
			out = append(out, logRow{r, math.NaN()})
		}
	}
	return out
}

// epochs lists the epochs of all series, sorted, each once.
func (r *Run) epochs() []float64 {
	var out []float64
	for _, s := range r.Series {
		out = append(out, s.Epochs...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// at returns the value at an epoch; ok is false where nothing was logged.
func (s *Series) at(epoch float64) (float64, bool) {
	if s == nil {
		return 0, false
	}
	i, ok := slices.BinarySearch(s.Epochs, epoch)
	if !ok {
		return 0, false
	}
	return s.Values[i], true
}

// table lays the log out as columns.
func (l *Log) table() []written {
	taken := map[string]bool{}
	for _, c := range l.Columns {
		if c.Role == RoleMetric || c.List {
			taken[c.Name] = true
		}
	}
	for _, n := range []string{"run", "epoch"} {
		taken[n] = true
	}
	name := func(prefix, base string) string { // a name that two roles want is the metric's (docs/log.md)
		n := base
		for taken[n] {
			n = prefix + "." + n
		}
		taken[n] = true
		return n
	}
	fixed := func(role, base string, text bool, at func(r *Run) features.Value) written {
		return written{name: name("run", base), meta: map[string]string{"eahas.role": role}, text: text,
			at: func(r *Run, _ float64) features.Value { return at(r) }}
	}
	out := []written{
		{name: "run", meta: map[string]string{"eahas.role": "run"}, text: true,
			at: func(r *Run, _ float64) features.Value { return features.Text(r.ID) }},
		{name: "epoch", meta: map[string]string{"eahas.role": "epoch"},
			num: func(_ *Run, e float64) (float64, bool) { return e, !math.IsNaN(e) }},
	}
	for _, c := range l.Columns {
		out = append(out, l.column(c, name))
	}
	for _, w := range []written{
		fixed("seed", "seed", true, func(r *Run) features.Value { return textOr(r.Seed) }),
		fixed("planned_epochs", "planned_epochs", false,
			func(r *Run) features.Value { return features.Number(r.Planned) }),
		fixed("end", "end", true, func(r *Run) features.Value { return textOr(string(r.end())) }),
		fixed("started", "started", true, func(r *Run) features.Value { return textOr(utc(r.Started)) }),
		fixed("device", "device", true, func(r *Run) features.Value { return textOr(r.Device) }),
		fixed("tag", "name", true, func(r *Run) features.Value { return textOr(r.Name) }),
		fixed("tag", "tool", true, func(r *Run) features.Value { return textOr(r.Tool) }),
		fixed("tag", "energy_from", true, func(r *Run) features.Value { return textOr(r.EnergyFrom) }),
		fixed("source", "source", true, func(r *Run) features.Value { return textOr(r.From) }),
	} {
		if slices.ContainsFunc(l.Runs, func(r *Run) bool { return !w.at(r, 0).IsMissing() }) {
			out = append(out, w)
		}
	}
	return out
}

// end is how the run ended, for a reader to whom no word means killed: a log that does not say so is taken for whole.
func (r *Run) end() Status {
	if r.Status == Unknown {
		return Finished
	}
	return r.Status
}

func textOr(s string) features.Value {
	if s == "" {
		return features.Value{}
	}
	return features.Text(s)
}

// utc writes seconds since 1970 as ISO 8601; "" for NaN.
func utc(at float64) string {
	if math.IsNaN(at) || math.Abs(at) > 1e11 {
		return ""
	}
	return time.Unix(0, int64(at*1e9)).UTC().Format("2006-01-02T15:04:05.000000Z")
}

// column lays out one column of the log.
func (l *Log) column(c Column, name func(prefix, base string) string) written {
	w := written{name: c.Name, meta: map[string]string{"eahas.role": string(c.Role)}, text: c.text}
	if c.Kind != "" {
		w.meta["eahas.kind"] = c.Kind
	}
	if c.Unit != "" {
		w.meta["eahas.unit"] = c.Unit
	}
	if c.Shape != "" {
		w.meta["eahas.shape"] = string(c.Shape)
	}
	if c.Higher != nil {
		w.meta["eahas.direction"] = map[bool]string{true: "max", false: "min"}[*c.Higher]
	}
	if c.Split != "" {
		w.meta["eahas.split"] = c.Split
	}
	if c.Objective {
		w.meta["eahas.objective"] = "true"
	}
	if c.Role == RoleJoules {
		w.meta["eahas.source"], w.meta["eahas.tool"] = l.energySource()
	}
	if p, ok := l.Space[c.Name]; ok && c.Role == RoleAxis {
		w.meta["eahas.axis"] = string(plainParam(&p))
	}
	if c.List {
		w.num = func(r *Run, e float64) (float64, bool) { return r.Series[c.Name].at(e) }
		return w
	}
	prefix := map[Role]string{RoleAxis: "config", RoleTag: "tag"}[c.Role]
	if prefix == "" {
		prefix = "result"
	}
	if w.name = name(prefix, c.Name); w.name != c.Name {
		w.meta["eahas.name"] = c.Name
	}
	w.at = func(r *Run, _ float64) features.Value {
		switch c.Role {
		case RoleAxis:
			return r.Config[c.Name]
		case RoleTag:
			if v, ok := r.Tags[c.Name]; ok {
				return v
			}
		}
		return r.Final[c.Name]
	}
	return w
}

// energySource says where joules come from, in the words of docs/log.md; runs that differ make it unknown.
func (l *Log) energySource() (source, tool string) {
	from := ""
	for _, r := range l.Runs {
		if r.EnergyFrom != "" && from != "" && r.EnergyFrom != from {
			return "unknown", "several"
		}
		if r.EnergyFrom != "" {
			from = r.EnergyFrom
		}
	}
	switch from {
	case "":
		return "unknown", "unknown"
	case "codecarbon":
		return "unknown", "codecarbon" // counters where there are some, else a model: its log does not say which
	case "carbontracker":
		return "samples", "carbontracker"
	case "zeus":
		return "counter", "zeus"
	}
	for _, s := range []string{"counter", "samples", "model", "none", "unknown"} {
		if len(from) > len(s) && from[:len(s)] == s {
			return s, from[len(s)+1:]
		}
	}
	return "unknown", from
}

// WriteParquet writes the log to path, in place of what is there, in the Parquet form of docs/log.md.
func (l *Log) WriteParquet(path string) error {
	rows := l.rows()
	var columns []arrowio.DescribedColumn
	for _, w := range l.table() {
		c := arrowio.DescribedColumn{Name: w.name, Meta: w.meta}
		switch {
		case w.num != nil:
			c.Number = func(i int) (float64, bool) { return w.num(rows[i].run, rows[i].epoch) }
		case w.text:
			c.Text = func(i int) (string, bool) {
				v := w.at(rows[i].run, rows[i].epoch)
				if x, ok := v.Float(); ok {
					return strconv.FormatFloat(x, 'g', -1, 64), true
				}
				return v.Str()
			}
		default:
			c.Number = func(i int) (float64, bool) { return w.at(rows[i].run, rows[i].epoch).Float() }
		}
		columns = append(columns, c)
	}
	return arrowio.WriteDescribed(path, arrowio.Format{}, map[string]string{"eahas.log": strconv.Itoa(ownVersion)},
		columns, len(rows))
}
