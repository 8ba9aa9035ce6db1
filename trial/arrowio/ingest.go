package arrowio

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"eahas/internal/par"
	"eahas/trial"
	"eahas/trial/target"
)

// Options steer an ingest.
type Options struct {
	// Axes are the names of the space's axes. An axis that a mapping's params do not name is read from the column of
	// its own name where the file has one.
	Axes []string
	// Targets are one's own, and their columns; each is in a file of one mapping at least.
	Targets []trial.TargetColumn
	// files read at the same time; <= 0 means GOMAXPROCS; the result does not depend on it
	Workers int
	Strict  bool // any rejection is an error (ErrRejected); the result is returned all the same
	// bytes of the files read so far, and in all; may be nil; called from one goroutine at a time
	Progress func(done, total int64)
	// gives a copy of a list where the trials' curves and costs per epoch are to lie, mapped.Arena.Keep, say; nil:
	// where they were read. Called from several goroutines.
	Keep func([]float64) []float64
}

// Result is what an ingest found.
type Result struct {
	Trials []trial.Trial // in the order of mappings, files and rows
	// in the order of mappings, files and rows, those of whole rows first; the first MaxRejections
	Rejections []trial.Rejection
	Rejected   int64        // how many there are
	Rows       int64        // rows read, filtered ones included
	Filtered   int64        // rows that a mapping's `where` left out
	Joined     int          // records that were merged into a trial (power samples not counted)
	Notes      []Count      // how many trials have a kind of note, sorted by kind
	Inputs     []Input      // every file, in the order of reading, hashed before it was read
	Metric     trial.Metric // zero when no mapping has a curve
	Targets    target.Own   // one's own, as the trials have them: the columns', then the final metric
}

// Count is how many trials have a kind of note.
type Count struct {
	Kind string `json:"kind"`
	N    int    `json:"n"`
}

// Input is one file that was read.
type Input struct {
	// as shown to the user: relative to the data folder where it lies inside, else the file's name
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hex
}

// Ingest reads the logs that the mappings describe. Relative paths are taken from dataDir. Bad rows become rejections;
// an unreadable file, a column that is absent or of the wrong type, or a declared unit that cannot be true is an error.
//
// Mappings are read in order, power samples last. A trial of which a part is bad (its curve, its energy) stays for the
// rest, with a note and a rejection that names the part's column; a trial of which nothing is left is rejected. Kept
// whole: its steps are those of doc.go.
func Ingest(ctx context.Context, mappings []trial.Mapping, dataDir string, o Options) (*Result, error) {
	plans := make([]*plan, len(mappings))
	own, err := Targets(mappings, o.Targets)
	if err != nil {
		return nil, err
	}
	numbers := make([]*numberPlan, len(o.Targets))
	for i, c := range o.Targets {
		if numbers[i], err = newNumberPlan(c); err != nil {
			return nil, err
		}
	}
	for i, m := range mappings {
		p, err := newPlan(m, fmt.Sprintf("logs[%d]", i), dataDir, o.Axes, numbers)
		if err != nil {
			return nil, err
		}
		p.keep = o.Keep
		plans[i] = p
	}
	if len(plans) == 0 {
		return nil, fmt.Errorf("%w: no logs are given", ErrMapping)
	}
	metric, err := mergeMetrics(plans)
	if err != nil {
		return nil, err
	}
	res := &Result{Metric: metric, Targets: own}
	if res.Inputs, err = Inputs(ctx, mappings, dataDir, o.Workers); err != nil {
		return nil, err
	}
	slices.SortStableFunc(plans, func(a, b *plan) int {
		return cmp.Compare(boolInt(a.Layout == trial.Power), boolInt(b.Layout == trial.Power))
	})
	g := newGathering()
	bar := newBar(plans, o.Progress)
	for _, p := range plans {
		parts, err := g.read(ctx, p, o.Workers, bar)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.at, err)
		}
		if err := p.missing(); err != nil {
			return nil, fmt.Errorf("%s: %w", p.at, err)
		}
		for _, part := range parts {
			res.Rows += part.rows
			res.Filtered += part.filtered
		}
		g.add(p, parts)
	}
	if err := missingNumbers(plans); err != nil {
		return nil, err
	}
	if err := g.conclude(res); err != nil {
		return nil, err
	}
	for _, p := range plans {
		if err := g.tally[p].check(p); err != nil {
			return nil, err
		}
	}
	if o.Strict && res.Rejected > 0 {
		r := res.Rejections[0]
		return res, fmt.Errorf("%w: %d in all, the first: file %s, row %d, id %q, column %q, value %q: %s",
			ErrRejected, res.Rejected, r.File, r.Row, r.ID, r.Column, r.Value, r.Reason)
	}
	return res, nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// mergeMetrics makes sure that all curves are of one kind.
func mergeMetrics(plans []*plan) (trial.Metric, error) {
	var m trial.Metric
	from := ""
	for _, p := range plans {
		if p.curve == nil && p.final == nil {
			continue
		}
		if from == "" {
			m, from = p.metric, p.at
			continue
		}
		if a, b := m, p.metric; a.Kind != b.Kind || a.Unit != b.Unit || a.HigherIsBetter != b.HigherIsBetter {
			return m, fmt.Errorf("%w: %s has curves of kind %s (higher is better: %t), %s of kind %s (%t); one run "+
				"models one kind",
				ErrMapping, from, a.Kind, a.HigherIsBetter, p.at, b.Kind, b.HigherIsBetter)
		}
	}
	return m, nil
}

// read reads the files of one mapping.
func (g *gathering) read(ctx context.Context, p *plan, workers int, bar *bar) ([]*part, error) {
	switch p.Layout {
	case trial.Long:
		run := newLongRun(p)
		if err := inOrder(ctx, p, bar, run.read); err != nil {
			return nil, err
		}
		return []*part{run.finish()}, nil
	case trial.Power:
		run := newPowerRun(p, g.partner)
		if err := inOrder(ctx, p, bar, run.read); err != nil {
			return nil, err
		}
		return []*part{run.finish()}, nil
	}
	parts := make([]*part, len(p.files))
	bound := make([]map[string]bool, len(p.files))
	err := par.Each(ctx, len(p.files), workers, func(ctx context.Context, i int) error {
		return withSource(&p.files[i], func(src source) (err error) {
			bound[i] = map[string]bool{}
			for _, l := range src.leaves() {
				bound[i][l.name] = true
			}
			parts[i], err = readWide(ctx, p, &p.files[i], src, func(share float64) { bar.set(p, i, share) })
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return parts, p.present(bound)
}

// present makes sure that each declared column of a pycls mapping is in one of its files at least. What the layout's
// defaults name may be absent.
func (p *plan) present(files []map[string]bool) error {
	if p.Layout != trial.Pycls || p.curve == nil {
		return nil
	}
	for _, f := range files {
		for _, c := range []*costPlan{p.energy, p.time, p.infer} {
			if f[p.curve.Column] || c != nil && f[c.column] {
				return nil
			}
		}
	}
	return fmt.Errorf("%w: %q, %q and %q are in none of the files", ErrColumn, p.curve.Column, p.energy.column,
		p.time.column)
}

// inOrder reads files one after the other.
func inOrder(ctx context.Context, p *plan, bar *bar, read func(context.Context, *logFile, source,
	func(float64)) error) error {
	for i := range p.files {
		f := &p.files[i]
		err := withSource(f, func(src source) error {
			return read(ctx, f, src, func(share float64) { bar.set(p, i, share) })
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// withSource opens a file and names it in errors.
func withSource(f *logFile, do func(source) error) error {
	src, err := open(f.path, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", f.show, err)
	}
	defer src.close()
	if t, ok := src.(interface{ firstLine() int64 }); ok {
		f.firstLine = t.firstLine()
	}
	if len(f.parts) > 0 {
		src = withParts(src, f.parts)
	}
	if src, err = withGraphs(src, f.graphs); err != nil {
		return fmt.Errorf("%s: %w", f.show, err)
	}
	if err := do(src); err != nil {
		return fmt.Errorf("%s: %w", f.show, err)
	}
	return nil
}

// partner finds the trial that power samples of an id belong to.
func (g *gathering) partner(id string) (*draft, string) {
	if d := g.byID[id]; d != nil {
		return d, ""
	}
	if why := g.gone[id]; why == "filtered" {
		return nil, why
	} else if why != "" {
		return nil, "a trial that was " + why
	}
	return nil, "no trial of this id"
}

// conclude finishes the trials.
func (g *gathering) conclude(res *Result) error {
	longest := 0
	for _, d := range g.drafts {
		longest = max(longest, len(d.Curve.Epochs))
	}
	for _, d := range g.drafts {
		p := g.plans[d]
		d.withoutShort(longest)
		d.finish(p, g.tally[p])
		if d.empty() {
			if len(d.bad) == 0 {
				d.bad = append(d.bad, d.reject(&problem{"", "", "neither curve nor cost"}))
			}
			g.bad.add(d.bad...)
			continue
		}
		g.bad.add(d.bad...)
		if d.Group == "" {
			d.Group = cmp.Or(d.Config.Key(), d.ID)
		}
		d.Curve.Epochs, d.Curve.Values = slices.Clip(d.Curve.Epochs), slices.Clip(d.Curve.Values)
		res.Trials = append(res.Trials, d.Trial)
	}
	g.lines()
	res.Rejections, res.Rejected = g.bad.kept, g.bad.n
	res.Joined = g.joined
	res.Notes = CountNotes(res.Trials)
	return nil
}

// lines says in which line of a text file a rejected row stands.
func (g *gathering) lines() {
	first := map[string]int64{}
	for p := range g.tally {
		for i := range p.files {
			first[p.files[i].show] = p.files[i].firstLine
		}
	}
	for i := range g.bad.kept {
		if x := &g.bad.kept[i]; first[x.File] > 0 && x.Row >= 0 {
			x.Line = x.Row + first[x.File]
		}
	}
}

// bar adds up the progress of all files.
type bar struct {
	mu     sync.Mutex
	report func(done, total int64)
	done   map[*plan][]int64
	sum    int64
	total  int64
}

func newBar(plans []*plan, report func(done, total int64)) *bar {
	b := &bar{report: report, done: map[*plan][]int64{}}
	for _, p := range plans {
		b.done[p] = make([]int64, len(p.files))
		for _, f := range p.files {
			b.total += f.size
		}
	}
	return b
}

func (b *bar) set(p *plan, file int, share float64) {
	if b.report == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := int64(share * float64(p.files[file].size))
	b.sum += now - b.done[p][file]
	b.done[p][file] = now
	b.report(b.sum, b.total)
}
