package intake

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"eahas/features"
)

var eahasReader = Reader{
	Name:  "eahas",
	Tool:  "our own log (docs/log.md)",
	Files: "JSON lines, one file a run; Parquet or Arrow",
	Told:  "a first line with eahas_log; eahas.log in the metadata of a table",
	Gives: "all of it: roles and units are in the log",
	find: func(t *tree) *Found {
		return found(Certain, "the key eahas_log in the first line, or eahas.log in the metadata",
			t.free(func(f *file) bool {
				head := skipSpace(f.head())
				return len(head) > 0 && head[0] == '{' && bytes.Contains(firstLine(f), []byte(`"eahas_log"`)) ||
					isOwnTable(f)
			}))
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		var lines, tables []*file
		for _, f := range found.files {
			if head := skipSpace(f.head()); len(head) > 0 && head[0] == '{' {
				lines = append(lines, f)
			} else {
				tables = append(tables, f)
			}
		}
		if len(lines) > 0 {
			log.declareLines()
		}
		if err := log.each(ctx, tables, func(f *file) error { return log.readOwnTable(ctx, f) }); err != nil {
			return err
		}
		parts := map[string][]*ownLog{}
		var order []string
		err := log.each(ctx, lines, func(f *file) error {
			o, err := readOwnLog(ctx, f, log)
			if err != nil || o == nil {
				return err
			}
			if parts[o.id] == nil {
				order = append(order, o.id)
			}
			parts[o.id] = append(parts[o.id], o)
			return nil
		})
		if err != nil {
			return err
		}
		for _, id := range order {
			if err := log.ownRun(id, parts[id]); err != nil {
				return err
			}
		}
		return nil
	},
}

// declareLines says what the costs of JSON lines are.
func (l *Log) declareLines() {
	l.declare(Column{Name: "seconds", Role: RoleSeconds, Unit: "s", Shape: Cumulative, Why: "docs/log.md"})
	l.declare(Column{Name: "joules", Role: RoleJoules, Unit: "J", Shape: Cumulative, Why: "docs/log.md"})
	l.declare(Column{Name: "total_seconds", Role: RoleSeconds, Unit: "s", Shape: Total, Why: "of the line end"})
	l.declare(Column{Name: "total_joules", Role: RoleJoules, Unit: "J", Shape: Total, Why: "of the line end"})
}

// The format's version and limits (docs/log.md).
const (
	ownVersion   = 1
	ownLine      = 1 << 20
	ownConfig    = 4096
	ownMetrics   = 1024
	ownRunLength = 128
)

// ownMetric is a declaration of a metric.
type ownMetric struct {
	Kind      string `json:"kind,omitempty"`
	Unit      string `json:"unit,omitempty"`
	Direction string `json:"direction,omitempty"`
	Split     string `json:"split,omitempty"`
	Objective bool   `json:"objective,omitempty"`
}

// ownDevice is a device as the header describes it.
type ownDevice struct {
	Kind    string `json:"kind,omitempty"`
	Name    string `json:"name,omitempty"`
	UUID    string `json:"uuid,omitempty"`
	Counted *bool  `json:"counted,omitempty"`
}

// ownEntry is a line of the log: the key that is there says of what kind.
type ownEntry struct {
	Version *float64       `json:"eahas_log,omitempty"`
	Run     string         `json:"run,omitempty"`
	Started string         `json:"started,omitempty"`
	Config  map[string]any `json:"config,omitempty"`

	Space   map[string]json.RawMessage `json:"space,omitempty"`
	Seed    any                        `json:"seed,omitempty"`
	Planned *float64                   `json:"planned_epochs,omitempty"`
	Energy  map[string]any             `json:"energy,omitempty"`
	Tags    map[string]any             `json:"tags,omitempty"`
	Rank    int                        `json:"rank,omitempty"`
	Nodes   int                        `json:"nodes,omitempty"`
	Declare map[string]ownMetric       `json:"declare,omitempty"`
	Resume  *float64                   `json:"resume,omitempty"`
	Epoch   *float64                   `json:"epoch,omitempty"`
	Seconds *float64                   `json:"seconds,omitempty"`
	Joules  *float64                   `json:"joules,omitempty"`
	End     *string                    `json:"end,omitempty"`
	Ended   string                     `json:"ended,omitempty"`
	Results map[string]any             `json:"results,omitempty"`
	// declarations in the header, numbers in an epoch's line
	Metrics   json.RawMessage      `json:"metrics,omitempty"`
	Devices   json.RawMessage      `json:"devices,omitempty"` // descriptions in the header, costs elsewhere
	Host      map[string]any       `json:"host,omitempty"`
	Described map[string]ownDevice `json:"devices_described,omitempty"`
}

// ownLog is one file of a run.
type ownLog struct {
	id, from string
	header   ownEntry
	declared map[string]ownMetric
	devices  map[string]ownDevice
	epochs   []ownEpoch
	end      *ownEntry
	ignored  int
}

type ownEpoch struct {
	epoch           float64
	metrics         map[string]float64
	seconds, joules *float64
}

// readOwnLog reads one file. A broken line is left out and said; a torn last line is nothing. nil: there is no run in
// it. Kept whole: one loop, in which what is said of a broken line waits for the line after it.
func readOwnLog(ctx context.Context, f *file, log *Log) (*ownLog, error) {
	r, err := f.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b := bufio.NewReaderSize(r, 64<<10)
	var o *ownLog
	broken := "" // waits for the line after it: torn lines before a resume are no rejection
	for n := 1; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		line, whole, err := ownLineOf(b)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", f.name, n, err)
		}
		var e ownEntry
		bad := decodeOwn(line, &e)
		if bad != nil && !whole {
			log.leave(f.name, "the last line is torn")
			break
		}
		if broken != "" && (bad != nil || e.Resume == nil) {
			log.leave(f.name, "%s", broken)
		}
		broken = ""
		if o == nil {
			if bad != nil || e.Version == nil {
				return nil, fmt.Errorf("%s: line 1: %w: no header with eahas_log", f.name, ErrFormat)
			}
			if o, err = newOwnLog(f, e); err != nil {
				return nil, err
			}
			continue
		}
		if bad == nil {
			bad = o.take(e)
		}
		if bad != nil {
			broken = fmt.Sprintf("line %d: %v", n, bad)
		}
	}
	if broken != "" {
		log.leave(f.name, "%s", broken)
	}
	if o != nil && o.ignored > 0 {
		log.leave(f.name, "%d lines of kinds that version %d does not know", o.ignored, ownVersion)
	}
	return o, nil
}

// ownLineOf reads a line without its end; whole says that it had one.
func ownLineOf(b *bufio.Reader) (line []byte, whole bool, err error) {
	for {
		part, err := b.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > ownLine {
			return nil, false, fmt.Errorf("%w: a line of more than %d bytes", ErrLimit, ownLine)
		}
		switch {
		case err == nil:
			return bytes.TrimRight(line, "\r\n"), true, nil
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err == io.EOF && len(line) > 0:
			return line, false, nil
		}
		return nil, false, err
	}
}

// decodeOwn decodes a line; a bare NaN is refused, as JSON has none.
func decodeOwn(line []byte, e *ownEntry) error {
	if depthOf(line) > 32 {
		return fmt.Errorf("%w: more than 32 levels", ErrFormat)
	}
	if err := json.Unmarshal(line, e); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return nil
}

func depthOf(line []byte) int {
	t := &tolerant{}
	most := 0
	for _, c := range line {
		if t.step(c) != nil {
			return maxDepth + 1
		}
		most = max(most, t.depth)
	}
	return most
}

func newOwnLog(f *file, e ownEntry) (*ownLog, error) {
	if *e.Version != ownVersion {
		return nil, fmt.Errorf("%s: %w: version %v of the log; this program reads version %d", f.name, ErrFormat,
			*e.Version, ownVersion)
	}
	o := &ownLog{id: e.Run, from: f.name, header: e, declared: map[string]ownMetric{}}
	if o.id == "" {
		o.id = f.stem()
	}
	if len(o.id) > ownRunLength {
		return nil, fmt.Errorf("%s: %w: a run's id of more than %d bytes", f.name, ErrFormat, ownRunLength)
	}
	if len(e.Metrics) > 0 {
		if err := json.Unmarshal(e.Metrics, &o.declared); err != nil {
			return nil, fmt.Errorf("%s: line 1: metrics: %w: %w", f.name, ErrFormat, err)
		}
	}
	if len(e.Devices) > 0 {
		if err := json.Unmarshal(e.Devices, &o.devices); err != nil {
			return nil, fmt.Errorf("%s: line 1: devices: %w: %w", f.name, ErrFormat, err)
		}
	}
	leaves := 0
	flatten("", e.Config, func(string, features.Value) { leaves++ })
	if leaves > ownConfig {
		return nil, fmt.Errorf("%s: %w: a configuration of more than %d leaves", f.name, ErrFormat, ownConfig)
	}
	return o, nil
}

// take takes one line up.
func (o *ownLog) take(e ownEntry) error {
	switch {
	case e.Epoch != nil:
		return o.takeEpoch(e)
	case e.Declare != nil:
		for name, m := range e.Declare {
			if _, ok := o.declared[name]; !ok {
				o.declared[name] = m
			}
		}
	case e.Resume != nil:
		kept := o.epochs[:0]
		for _, x := range o.epochs {
			if x.epoch <= *e.Resume {
				kept = append(kept, x)
			}
		}
		o.epochs, o.end = kept, nil
	case e.End != nil:
		switch Status(*e.End) {
		case Finished, Stopped, Pruned, Failed, Killed:
		default:
			return fmt.Errorf("%w: end %q", ErrFormat, *e.End)
		}
		o.end = &e
	default:
		o.ignored++
	}
	return nil
}

func (o *ownLog) takeEpoch(e ownEntry) error {
	x := ownEpoch{epoch: *e.Epoch, seconds: e.Seconds, joules: e.Joules, metrics: map[string]float64{}}
	if !(x.epoch >= 0) {
		return fmt.Errorf("%w: epoch %v", ErrFormat, x.epoch)
	}
	var metrics map[string]any
	if len(e.Metrics) > 0 {
		if err := json.Unmarshal(e.Metrics, &metrics); err != nil {
			return fmt.Errorf("%w: metrics: %w", ErrFormat, err)
		}
	}
	for name, v := range metrics {
		m, ok := number(v)
		if !ok && v != nil {
			return fmt.Errorf("%w: metric %q is %v", ErrFormat, name, v)
		}
		if ok && name != "" && len(name) <= 256 {
			x.metrics[name] = m
		}
	}
	if len(x.metrics) > ownMetrics {
		return fmt.Errorf("%w: more than %d metrics", ErrFormat, ownMetrics)
	}
	if n := len(o.epochs); n > 0 {
		last := &o.epochs[n-1]
		if x.epoch < last.epoch {
			return fmt.Errorf("%w: epoch %v after epoch %v without resume", ErrFormat, x.epoch, last.epoch)
		}
		if falls(last.seconds, x.seconds) || falls(last.joules, x.joules) {
			return fmt.Errorf("%w: seconds or joules of epoch %v are less than before", ErrFormat, x.epoch)
		}
	}
	o.epochs = append(o.epochs, x)
	return nil
}

func falls(before, after *float64) bool { return before != nil && after != nil && *after < *before }

// ownRun makes a run of the files that have its id.
func (l *Log) ownRun(id string, parts []*ownLog) error {
	main := parts[0]
	for _, p := range parts {
		if p.header.Rank < main.header.Rank {
			main = p
		}
	}
	ranks := map[int]string{}
	for _, p := range parts {
		if other, twice := ranks[p.header.Rank]; twice {
			l.leave(p.from, "the run %q stands in %s too, with the same rank", id, other)
			continue
		}
		ranks[p.header.Rank] = p.from
	}
	run, err := l.run("eahas", id, main.from)
	if err != nil {
		return err
	}
	h := main.header
	run.configure("", h.Config)
	for _, name := range slices.Sorted(maps.Keys(h.Space)) {
		if err := l.declareAxis(name, h.Space[name]); err != nil {
			l.leave(main.from, "%v", err)
		}
	}
	for name, v := range h.Tags {
		run.Tags[name] = setting(v)
	}
	if h.Seed != nil {
		run.Seed = setting(h.Seed).String()
	}
	if run.Planned = math.NaN(); h.Planned != nil {
		run.Planned = *h.Planned
	}
	run.span(moment(h.Started))
	run.Device = deviceName(parts)
	source, _ := h.Energy["source"].(string)
	tool, _ := h.Energy["tool"].(string)
	run.EnergyFrom = strings.Trim(source+" "+tool, " ")
	for name, m := range main.declared {
		c := Column{Name: name, Role: RoleMetric, Kind: m.Kind, Unit: m.Unit, Why: "declared in the log"}
		if m.Direction != "" {
			up := m.Direction == "max"
			c.Higher = &up
		}
		c.Split, c.Objective = m.Split, m.Objective
		l.declare(c)
	}
	run.Status = Killed
	if main.end != nil {
		run.ownEnd(main.end)
	}
	return l.ownEpochs(run, main, parts, len(ranks) < h.Nodes)
}

func (r *Run) ownEnd(e *ownEntry) {
	r.Status = Status(*e.End)
	r.span(moment(e.Ended))
	flatten("", e.Results, func(name string, v features.Value) { r.Final[name] = v })
	if e.Seconds != nil {
		r.Final["total_seconds"] = features.Number(*e.Seconds)
	}
	if e.Joules != nil {
		r.Final["total_joules"] = features.Number(*e.Joules)
	}
}

// ownEpochs adds metrics and seconds of the first rank and the joules of all parts.
func (l *Log) ownEpochs(run *Run, main *ownLog, parts []*ownLog, missing bool) error {
	began := moment(main.header.Started)
	for _, e := range main.epochs {
		for name, x := range e.metrics {
			if err := l.point(run, name, e.epoch, x); err != nil {
				return err
			}
		}
		if e.seconds != nil {
			run.tick(e.epoch, began+*e.seconds)
			if err := l.point(run, "seconds", e.epoch, *e.seconds); err != nil {
				return err
			}
		}
		joules, known := 0.0, !missing
		for _, p := range parts {
			x, ok := p.joulesAt(e.epoch)
			joules, known = joules+x, known && ok
		}
		if known {
			if err := l.point(run, "joules", e.epoch, joules); err != nil {
				return err
			}
		}
	}
	// the cost of the training is that of its last epoch's line, where there is one
	if run.Series["seconds"] != nil {
		delete(run.Final, "total_seconds")
	}
	if run.Series["joules"] != nil || missing {
		delete(run.Final, "total_joules")
	}
	return nil
}

func (o *ownLog) joulesAt(epoch float64) (float64, bool) {
	for i := len(o.epochs) - 1; i >= 0; i-- {
		if o.epochs[i].epoch == epoch && o.epochs[i].joules != nil {
			return *o.epochs[i].joules, true
		}
	}
	return 0, false
}

// deviceName joins the names of the counted devices: "4 x NVIDIA A100"; a device that stands in several parts counts
// once.
func deviceName(parts []*ownLog) string {
	seen := map[string]bool{}
	count := map[string]int{}
	var names []string
	for _, p := range parts {
		host, _ := p.header.Host["name"].(string)
		for id, d := range p.devices {
			key := d.UUID
			if key == "" {
				key = host + " " + id
			}
			if d.Counted != nil && !*d.Counted || d.Name == "" || seen[key] {
				continue
			}
			seen[key] = true
			if count[d.Name]++; count[d.Name] == 1 {
				names = append(names, d.Name)
			}
		}
	}
	return joinDevices(names, count)
}
