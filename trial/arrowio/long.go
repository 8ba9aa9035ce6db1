package arrowio

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"eahas/trial"
	"eahas/trial/target"
)

// longTrial gathers the rows of one trial, in order of reading.
type longTrial struct {
	*draft
	factor float64 // of the curve
	epochs []float64
	rows   []int64
	files  []*logFile // of each row; nil while all come from the first file
	values []float64
	absent []bool // points that are null; nil when none
	// time, energy, inference energy: one a row, in the column's unit (energy from power already multiplied)
	costs  [3][]float64
	none   [3][]bool // costs that are null; nil when none
	broken bool      // the trial's head was rejected
	own    []series  // one's own targets
	seen   int       // rows, where no column has epochs
	raw    []string  // the axes' texts in the first row, where they are texts
}

// longRun reads the files of a long mapping, in order: a trial's rows may lie in several files.
type longRun struct {
	p     *plan
	out   part
	byID  map[string]*longTrial
	order []*longTrial
}

func newLongRun(p *plan) *longRun {
	return &longRun{p: p, byID: map[string]*longTrial{}, out: part{gone: map[string]string{}}}
}

func (l *longRun) read(ctx context.Context, f *logFile, src source, progress func(float64)) error {
	b, err := bind(l.p, f, src.leaves())
	if err != nil {
		return err
	}
	var last *longTrial
	lastID := ""
	err = src.scan(ctx, b.want, func(bt *batch) error {
		l.out.rows += int64(len(bt.bad))
		l.out.bad.add(bt.rejections(f)...)
		cols, bad := b.convert(bt)
		l.out.bad.add(bad...)
		ids := cols[b.id]
		for r := range bt.n {
			l.out.rows++
			row := bt.row(r)
			if len(b.where) > 0 && !b.keeps(cols, r) {
				l.out.filtered++
				continue
			}
			id, ok := ids.text(r)
			if !ok || id == "" {
				l.out.bad.add(trial.Rejection{File: f.show, Row: row, Column: l.p.ID, Reason: "missing id"})
				continue
			}
			if last == nil || id != lastID {
				last = l.trialOf(id, b, f, cols, r, row)
				lastID = strings.Clone(id)
			} else if !last.broken {
				l.same(last, b, f, cols, r, row)
			}
			if !last.broken {
				l.add(last, b, f, cols, r, row)
			}
		}
		progress(bt.share)
		return nil
	})
	if err != nil {
		return err
	}
	return b.check()
}

// trialOf finds or begins the trial of a row.
func (l *longRun) trialOf(id string, b *binding, f *logFile, cols []*column, r int, row int64) *longTrial {
	if t, ok := l.byID[id]; ok {
		if !t.broken {
			l.same(t, b, f, cols, r, row)
		}
		return t
	}
	t := &longTrial{draft: newDraft(f, row), own: make([]series, len(b.numbers))}
	for i, p := range l.p.numbers {
		t.own[i].curve = p.definition.Span == target.EveryEpoch
	}
	if l.p.curve != nil {
		t.factor = b.unit(cols, r)
	}
	if bad := b.head(t.draft, cols, r); bad != nil {
		bad.reason += " (in the trial's first row; the trial is left out)"
		l.out.bad.add(t.reject(bad))
		l.out.gone[id] = "rejected"
		t.broken = true
	}
	t.texts(b, cols, r)
	l.byID[strings.Clone(id)] = t
	l.order = append(l.order, t)
	return t
}

// same rejects a trial whose rows differ in what has to be the same on all of them. A row may leave a setting out; one
// that the rows before have left out is filled in.
func (l *longRun) same(t *longTrial, b *binding, f *logFile, cols []*column, r int, row int64) {
	for i, p := range b.params {
		if p.col < 0 || cols[p.col].isNull(r) {
			continue
		}
		c := cols[p.col]
		if t.hasSetting(i, p.name, c, r) {
			continue
		}
		want := t.Config.Get(p.name)
		got := c.value(r)
		switch {
		case got == want || got.IsMissing():
		case want.IsMissing():
			t.Config = t.Config.With(p.name, got)
		default:
			l.out.bad.add(trial.Rejection{File: f.show, Row: row, ID: t.ID, Column: c.name, Value: got.String(),
				Reason: fmt.Sprintf("axis %s changes within the trial, it was %s; the trial is left out", p.name,
					want.String())})
			l.out.gone[t.ID] = "rejected"
			t.broken = true
			return
		}
	}
	if b.ended >= 0 || b.planned >= 0 { // the last row that says it counts
		if bad := b.course(t.draft, cols, r); bad != nil {
			l.out.bad.add(t.reject(bad))
		}
	}
}

// texts keeps the axes' texts of a trial's first row, so that the others are compared without reading them again.
func (t *longTrial) texts(b *binding, cols []*column, r int) {
	t.raw = make([]string, len(b.params))
	for i, p := range b.params {
		if p.col >= 0 && cols[p.col].kind == kindText {
			t.raw[i] = strings.Clone(cols[p.col].texts[r])
		}
	}
}

// hasSetting reports, without making a value of it, whether row r of c has what the trial has on its axis i.
func (t *longTrial) hasSetting(i int, axis string, c *column, r int) bool {
	if x, ok := t.Config.Get(axis).Float(); ok && (c.kind == kindInt || c.kind == kindFloat && c.bits == 0) &&
		c.number(r) == x {
		return true
	}
	return c.kind == kindText && i < len(t.raw) && c.texts[r] == t.raw[i]
}

// add appends one row's point.
func (l *longRun) add(t *longTrial, b *binding, f *logFile, cols []*column, r int, row int64) {
	t.seen++
	if b.epochs < 0 { // targets alone
		t.addNumbers(b, cols, r, float64(t.seen))
		return
	}
	e := cols[b.epochs].number(r)
	if math.IsNaN(e) || math.IsInf(e, 0) {
		l.out.bad.add(trial.Rejection{File: f.show, Row: row, ID: t.ID, Column: cols[b.epochs].name, Value: number(e),
			Reason: "row without an epoch"})
		return
	}
	t.addNumbers(b, cols, r, e)
	t.place(e, f, row)
	c := cols[b.curve]
	t.values = append(t.values, c.number(r))
	if c.isNull(r) && t.absent == nil {
		t.absent = make([]bool, len(t.values)-1, len(t.values)+16)
	}
	if t.absent != nil {
		t.absent = append(t.absent, c.isNull(r))
	}
	var sec float64
	if b.time >= 0 {
		sec = cols[b.time].number(r)
		t.costs[0] = append(t.costs[0], sec)
		t.missing(0, cols[b.time].isNull(r))
	}
	if b.energy >= 0 {
		x, null := cols[b.energy].number(r), cols[b.energy].isNull(r)
		for _, at := range b.plus {
			if null = null || at < 0 || cols[at].isNull(r); !null {
				x += cols[at].number(r)
			}
		}
		if l.p.energy.watts {
			x *= sec * l.p.time.factor
		}
		t.costs[1] = append(t.costs[1], x)
		t.missing(1, null || l.p.energy.watts && cols[b.time].isNull(r))
	}
	if b.infer >= 0 {
		t.costs[2] = append(t.costs[2], cols[b.infer].number(r))
		t.missing(2, cols[b.infer].isNull(r))
	}
}

// addNumbers takes one's own targets of a row.
func (t *longTrial) addNumbers(b *binding, cols []*column, r int, epoch float64) {
	for i, at := range b.numbers {
		if at >= 0 && keeps(b.numbersWhere[i], cols, r) {
			for _, x := range cells(cols[at], r) {
				t.own[i].add(epoch, x)
			}
		}
	}
}

// missing notes whether the last row has no value of cost i.
func (t *longTrial) missing(i int, null bool) {
	if null && t.none[i] == nil {
		t.none[i] = make([]bool, len(t.costs[i]))
	}
	if n := t.none[i]; n != nil {
		for len(n) < len(t.costs[i]) {
			n = append(n, false)
		}
		n[len(t.costs[i])-1] = null
		t.none[i] = n
	}
}

// place appends an epoch and where it stands. Files are kept from the first row on that is in another one than the
// trial's first.
func (t *longTrial) place(epoch float64, f *logFile, row int64) {
	t.epochs = append(t.epochs, epoch)
	t.rows = append(t.rows, row)
	if t.files == nil && f.show != t.Source.File {
		for range t.epochs[1:] {
			t.files = append(t.files, nil)
		}
	}
	if t.files != nil {
		t.files = append(t.files, f)
	}
}

// finish makes trials of the rows.
func (l *longRun) finish() *part {
	for _, t := range l.order {
		if t.broken {
			continue
		}
		l.sort(t)
		t.setCosts(l.p)
		t.dropAbsent()
		for i, p := range l.p.numbers {
			if t.own[i].curve {
				t.setTargetCurve(p, t.own[i].epochs, t.own[i].values)
				continue
			}
			t.setNumber(p, &t.own[i])
		}
		if l.p.curve != nil {
			t.setCurve(l.p.curve, slices.Clip(t.epochs), slices.Clip(t.values), t.factor, &l.out.tally)
		}
		t.kept(l.p.keep)
		l.out.drafts = append(l.out.drafts, t.draft)
	}
	l.byID, l.order = nil, nil
	return &l.out
}

// setCosts makes the costs of what the rows say, and of how many epochs.
func (t *longTrial) setCosts(p *plan) {
	for i, c := range []struct {
		plan *costPlan
		to   *trial.Cost
	}{{p.time, &t.TrainTime}, {p.energy, &t.TrainEnergy}, {p.infer, &t.TestEnergy}} {
		if c.plan == nil || len(t.costs[i]) == 0 {
			continue
		}
		v, epochs := t.present(i)
		if p.Curve.Epochs.Before {
			v, epochs = withoutBefore(v, epochs, c.plan.shape)
		}
		if len(v) == 0 || allNaN(v) {
			continue
		}
		*c.to = t.costOf(c.plan, v)
		if i < 2 && len(c.to.PerEpoch) > 0 {
			if epochs[0] == 0 && c.to.PerEpoch[0] == 0 && len(epochs) > 1 { // the state before training
				epochs = epochs[1:]
			}
			covered, trained := epochsOf(epochs)
			perEpoch(c.to, len(epochs), covered)
			t.Trained = max(trained, nonNaN(t.Trained))
		}
	}
}

// dropAbsent drops the points of rows without a value.
func (t *longTrial) dropAbsent() {
	if t.absent == nil {
		return
	}
	n := 0
	for i := range t.values {
		if !t.absent[i] {
			t.epochs[n], t.values[n] = t.epochs[i], t.values[i]
			n++
		}
	}
	t.epochs, t.values = t.epochs[:n], t.values[:n]
}

// withoutBefore takes off what was spent before training: the row of epoch 0, and, of numbers that count on, its number
// from the others.
func withoutBefore(v, epochs []float64, shape trial.Shape) (after, of []float64) {
	if !shape.PerEpochs() || len(v) == 0 || epochs[0] != 0 {
		return v, epochs
	}
	after = slices.Clone(v[1:])
	if shape == trial.Cumulative {
		for i := range after {
			after[i] -= v[0]
		}
	}
	return after, epochs[1:]
}

func nonNaN(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return x
}

func allNaN(v []float64) bool {
	return !slices.ContainsFunc(v, func(x float64) bool { return !math.IsNaN(x) })
}

// sort brings the rows into the order of epochs and rejects rows whose epoch is there already.
func (l *longRun) sort(t *longTrial) {
	rising := true
	for i := 1; i < len(t.epochs) && rising; i++ {
		rising = t.epochs[i] > t.epochs[i-1]
	}
	if rising {
		return
	}
	order := make([]int, len(t.epochs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(t.epochs[a], t.epochs[b]) })
	if !slices.IsSorted(order) {
		t.Notes = append(t.Notes, trial.Note{Kind: NoteUnsorted})
	}
	keep := order[:0:0]
	for i, o := range order {
		if i > 0 && t.epochs[o] == t.epochs[order[i-1]] {
			if t.fill(keep[len(keep)-1], o) {
				continue
			}
			file := t.Source.File
			if t.files != nil && t.files[o] != nil {
				file = t.files[o].show
			}
			l.out.bad.add(trial.Rejection{File: file, Row: t.rows[o], ID: t.ID, Column: l.p.Curve.Epochs.Column,
				Value: number(t.epochs[o]), Reason: "the trial has this epoch already"})
			continue
		}
		keep = append(keep, o)
	}
	t.pick(keep)
}

// pick keeps the rows at the indices, in their order.
func (t *longTrial) pick(keep []int) {
	t.epochs, t.values = pick(t.epochs, keep), pick(t.values, keep)
	for i := range t.costs {
		if len(t.costs[i]) > 0 {
			t.costs[i] = pick(t.costs[i], keep)
		}
		if t.none[i] != nil {
			for len(t.none[i]) < len(t.rows) {
				t.none[i] = append(t.none[i], false)
			}
			t.none[i] = pick(t.none[i], keep)
		}
	}
	if t.absent != nil {
		t.absent = pick(t.absent, keep)
	}
}

// fill gives the row at the values of another row of the same epoch that it has not: the train row and the evaluation
// row of an epoch are parts of one. It is false, and nothing is changed, when both have one of the values.
func (t *longTrial) fill(at, from int) bool {
	has := func(row int) (h [4]bool) {
		h[3] = t.absent == nil || !t.absent[row]
		for i := range t.costs {
			h[i] = len(t.costs[i]) > 0 && (row >= len(t.none[i]) || !t.none[i][row])
		}
		return h
	}
	a, b := has(at), has(from)
	for i := range a {
		if a[i] && b[i] {
			return false
		}
	}
	for i := range t.costs {
		if b[i] {
			t.costs[i][at], t.none[i][at] = t.costs[i][from], false
		}
	}
	if b[3] {
		t.values[at], t.absent[at] = t.values[from], false
	}
	return true
}

// present returns the values of cost i that are there, and their epochs.
func (t *longTrial) present(i int) (v, epochs []float64) {
	if t.none[i] == nil {
		return t.costs[i], t.epochs
	}
	for k, x := range t.costs[i] {
		if k >= len(t.none[i]) || !t.none[i][k] {
			v, epochs = append(v, x), append(epochs, t.epochs[k])
		}
	}
	return v, epochs
}

func pick[T any](v []T, at []int) []T {
	out := make([]T, len(at))
	for i, a := range at {
		out[i] = v[a]
	}
	return out
}
