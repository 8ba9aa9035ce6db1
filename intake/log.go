package intake

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"eahas/features"
)

// Log is what was read: runs, and what their columns mean.
type Log struct {
	Runs    []*Run
	Columns []Column  // of all runs: configuration, then series, then results; each by name
	Found   []Found   // which tool wrote what
	Left    []LeftOut // what was not read, and why
	Notes   []string  // what is remarkable about the whole log: what was joined, what was warned of

	// the ranges of axes that the log declares, by axis; nil for none
	Space map[string]features.Param

	declared map[string]Column
	byID     map[string]*Run
	meters   []*meter
	samples  []*samples
	bySource map[any]*samples
	nSamples int
	values   int
	options  Options
	clocks   map[string]string // series of durations with colons, and why they are read so
	results  map[string]bool   // what isResult said of a name
	choices  map[string]bool   // what isChosen said of a name
	loose    map[string]bool   // settings of which nobody says that they are settings
}

// Run is one training run.
type Run struct {
	ID     string // unique within the log; never empty, at most 128 bytes, without "/"
	Name   string // as its tool shows it; may be empty
	Tool   string // the reader's name
	From   string // file or folder, as the user named it
	Config map[string]features.Value
	Seed   string // "" when not logged

	Series map[string]*Series        // metrics, costs and further columns by epoch
	Final  map[string]features.Value // what is known of the whole run alone
	Tags   map[string]features.Value // kept for grouping

	Status  Status
	Planned float64 // epochs that the run was meant to have; NaN when not logged

	Started, Ended float64 // seconds since 1970 UTC; NaN when not logged
	Clock          *Series // seconds since 1970 UTC at the end of each epoch; nil when not logged

	EnergyFrom string // tool and kind of measurement; "" when no energy was logged
	Device     string // "" when not logged

	// while a table with several rows a run is read: what a column said in the run's first row, and those that differ
	cells  map[string]string
	differ []string
}

// Series is a column by epoch: epochs increase strictly, both slices have one length. A NaN value was logged as NaN; an
// epoch at which nothing was logged is not there.
type Series struct {
	Epochs []float64
	Values []float64

	unsorted bool
}

// Status says how a run ended.
type Status string

// How runs end, in the words of docs/log.md.
const (
	Unknown  Status = ""              // the log does not say
	Finished Status = "finished"      // went on to its planned end
	Stopped  Status = "stopped_early" // stopped by itself before: its last epoch is its result
	Pruned   Status = "pruned"        // cut by a search method: it was meant to go on
	// ended from outside, or still running when the log was read: it was meant to go on
	Killed Status = "killed"
	Failed Status = "failed" // ended by an error
)

// Role says what a column is for.
type Role string

// The roles of columns, in the words of docs/log.md.
const (
	RoleAxis    Role = "axis"    // a setting that was chosen before the run
	RoleMetric  Role = "metric"  // what was measured by epoch; of kind "other" when nobody says what it is
	RoleResult  Role = "result"  // known only after the start, one value a run: never an axis
	RoleSeconds Role = "seconds" // duration of the run
	RoleJoules  Role = "joules"  // energy of the run
	RoleTag     Role = "tag"     // for grouping: never an axis
)

// Shape says what the numbers of an energy or a time are.
type Shape string

// The shapes of costs.
const (
	Cumulative Shape = "cumulative" // since the run's start, at the end of each epoch
	PerEpoch   Shape = "per_epoch"  // of each epoch
	Total      Shape = "total"      // of the whole run
)

// Column says what the values of one name mean.
type Column struct {
	Name   string
	Role   Role
	List   bool   // by epoch
	Kind   string // of a metric: accuracy, error, loss, score or other
	Unit   string // of a metric fraction, percent or raw; of a cost J, kWh, s, h, ...
	Shape  Shape  // of an energy or a time
	Higher *bool  // of a metric: whether more is better, where the log says so; nil: by its kind
	Split  string // of a metric: train, validation or test, where the log says so

	Objective bool   // of a metric: the log names it as the curve to learn
	Why       string // the grounds of the role

	Runs int // that have it

	text bool
}

// LeftOut is a file, or a part of one, that was not read.
type LeftOut struct {
	From string
	Why  string
}

// run returns the run of an id, and makes it at the first call.
func (l *Log) run(tool, id, from string) (*Run, error) {
	if r, ok := l.byID[tool+"\x00"+id]; ok {
		return r, nil
	}
	if len(l.Runs) >= maxRuns {
		return nil, fmt.Errorf("%w: %s: more than %d runs; import the folders one after the other", ErrLimit, from,
			maxRuns)
	}
	r := &Run{ID: id, Tool: tool, From: from, Config: map[string]features.Value{}, Series: map[string]*Series{},
		Final: map[string]features.Value{}, Tags: map[string]features.Value{}, Planned: math.NaN(), Started: math.NaN(),
		Ended: math.NaN()}
	if l.byID == nil {
		l.byID = map[string]*Run{}
	}
	l.byID[tool+"\x00"+id] = r
	l.Runs = append(l.Runs, r)
	return r, nil
}

// declare says what a column is. The first reader that says it is believed.
func (l *Log) declare(c Column) {
	if l.declared == nil {
		l.declared = map[string]Column{}
	}
	if _, ok := l.declared[c.Name]; !ok {
		l.declared[c.Name] = c
	}
}

// leave notes what is not read.
func (l *Log) leave(from, format string, args ...any) {
	l.Left = append(l.Left, LeftOut{from, fmt.Sprintf(format, args...)})
}

// point adds a value of a series; of several at one epoch the last stands.
func (l *Log) point(r *Run, name string, epoch, value float64) error {
	if math.IsNaN(epoch) || math.IsInf(epoch, 0) {
		return nil
	}
	s := r.Series[name]
	if s == nil {
		s = &Series{}
		r.Series[name] = s
	}
	s.set(epoch, value)
	l.values++
	if l.values > maxValues {
		return fmt.Errorf("%w: %s: more than %d numbers; import the folders one after the other", ErrLimit, r.From,
			maxValues)
	}
	return nil
}

// set puts a value at an epoch; sort brings it to its place.
func (s *Series) set(epoch, value float64) {
	if n := len(s.Epochs); n > 0 && !(epoch > s.Epochs[n-1]) {
		s.unsorted = true
	}
	s.Epochs, s.Values = append(s.Epochs, epoch), append(s.Values, value)
}

// sort orders the points by epoch; of several at one epoch the last that was set stands.
func (s *Series) sort() {
	if !s.unsorted {
		return
	}
	s.unsorted = false
	order := make([]int, len(s.Epochs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.Epochs[a], s.Epochs[b]) })
	var epochs, values []float64
	for _, i := range order {
		if n := len(epochs); n > 0 && epochs[n-1] == s.Epochs[i] {
			values[n-1] = s.Values[i]
			continue
		}
		epochs, values = append(epochs, s.Epochs[i]), append(values, s.Values[i])
	}
	s.Epochs, s.Values = epochs, values
}

// last returns the value at the last epoch, NaN of an empty series.
func (s *Series) last() float64 {
	if s == nil || len(s.Values) == 0 {
		return math.NaN()
	}
	return s.Values[len(s.Values)-1]
}

// onceIsFinal takes what each run of a tool logged once for a number of the whole run: a tool that is told a final
// accuracy writes it at some step, mostly 0. A metric that one run has at two steps is a curve in all of them.
func (l *Log) onceIsFinal(tool string) {
	curves := map[string]bool{}
	for _, r := range l.Runs {
		for name, s := range r.Series {
			s.sort()
			curves[name] = curves[name] || len(s.Epochs) > 1
		}
	}
	for _, r := range l.Runs {
		if r.Tool != tool {
			continue
		}
		for name, s := range r.Series {
			if curves[name] || len(s.Values) == 0 {
				continue
			}
			if _, taken := r.Final[name]; !taken {
				r.Final[name] = features.Number(s.Values[0])
				delete(r.Series, name)
			}
		}
		if len(r.Series) == 0 {
			r.Clock = nil
		}
	}
}

// tick notes when an epoch ended; of several times of one epoch the last stands.
func (r *Run) tick(epoch, at float64) {
	if math.IsNaN(epoch) || math.IsNaN(at) || math.IsInf(at, 0) || at <= 0 {
		return
	}
	if r.Clock == nil {
		r.Clock = &Series{}
	}
	r.Clock.set(epoch, at)
}

// span widens the time of the run so that it holds a moment.
func (r *Run) span(at float64) {
	if math.IsNaN(at) || math.IsInf(at, 0) || at <= 0 {
		return
	}
	if !(at >= r.Started) {
		r.Started = at
	}
	if !(at <= r.Ended) {
		r.Ended = at
	}
}

// Epochs counts the epochs at which anything was logged.
func (r *Run) Epochs() int {
	n := 0
	for _, s := range r.Series {
		n = max(n, len(s.Epochs))
	}
	return n
}

// What a name that only few runs have is left out for: names of one run alone, such as a process' number in a path, may
// be more than all others, and say nothing between runs.
const (
	loneNames = 1000 // names of a log before any is left out
	loneRuns  = 10   // runs that a log has at least
)

// dropLone leaves out results and series that hardly a run has, where a log has too many names.
func (l *Log) dropLone() {
	have := map[string]int{}
	for _, r := range l.Runs {
		for name := range r.Series {
			have[name]++
		}
		for name := range r.Final {
			have[name]++
		}
	}
	if len(have) <= loneNames || len(l.Runs) < loneRuns {
		return
	}
	lone := map[string]bool{}
	for name, n := range have {
		if _, said := l.declared[name]; !said && n <= max(1, len(l.Runs)/10) {
			lone[name] = true
		}
	}
	if len(lone) == 0 {
		return
	}
	for _, r := range l.Runs {
		maps.DeleteFunc(r.Series, func(name string, _ *Series) bool { return lone[name] })
		maps.DeleteFunc(r.Final, func(name string, _ features.Value) bool { return lone[name] })
	}
	some := slices.Sorted(maps.Keys(lone))
	l.Notes = append(l.Notes, fmt.Sprintf("%d names that hardly a run has are left out, such as %s", len(lone),
		some[0]))
}

// finish gives every column its meaning and sorts runs and columns.
func (l *Log) finish() {
	l.settle()
	l.dropLone()
	slices.SortStableFunc(l.Runs, func(a, b *Run) int { return compareNames(a.ID, b.ID) })
	cols := map[string]*Column{}
	see := func(name string, list, text bool, role Role) {
		key := map[Role]string{RoleAxis: "1", RoleMetric: "2", RoleResult: "3", RoleTag: "4"}[role] + name
		c := cols[key]
		if c == nil {
			c = &Column{Name: name, List: list, Role: role}
			cols[key] = c
		}
		c.text = c.text || text
		c.Runs++
	}
	for _, r := range l.Runs {
		for _, s := range r.Series {
			s.sort()
		}
		if r.Clock != nil {
			r.Clock.sort()
		}
		for name, v := range r.Config {
			_, text := v.Str()
			see(name, false, text, RoleAxis)
		}
		for name := range r.Series {
			see(name, true, false, RoleMetric)
		}
		for name, v := range r.Tags {
			_, text := v.Str()
			see(name, false, text, RoleTag)
		}
		for name, v := range r.Final {
			_, text := v.Str()
			see(name, false, text, RoleResult)
		}
	}
	l.Columns = nil
	for _, key := range slices.Sorted(maps.Keys(cols)) {
		c := cols[key]
		l.meaning(c)
		l.Columns = append(l.Columns, *c)
	}
	l.parts()
	rank := map[Role]int{RoleAxis: 0, RoleMetric: 1, RoleSeconds: 2, RoleJoules: 3, RoleResult: 4, RoleTag: 5}
	slices.SortStableFunc(l.Columns, func(a, b Column) int {
		return cmp.Or(rank[a.Role]-rank[b.Role], compareNames(a.Name, b.Name))
	})
}
