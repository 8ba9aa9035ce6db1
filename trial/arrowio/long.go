package arrowio

import (
	"context"
	"fmt"
	"math"
	"slices"

	"eahas/features"
	"eahas/trial"
)

// longTrial gathers the rows of one trial, in order of reading.
type longTrial struct {
	*draft
	factor float64 // of the curve
	epochs []float64
	rows   []int64
	files  []*logFile // of each row; nil while all come from the first file
	values []float64
	absent []bool       // points that are null; nil when none
	costs  [3][]float64 // time, energy, inference energy: one a row, in the column's unit (energy from power already multiplied)
	broken bool         // the trial's head was rejected
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
		l.out.bad = append(l.out.bad, bt.rejections(f)...)
		cols, bad := b.convert(bt)
		l.out.bad = append(l.out.bad, bad...)
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
				l.out.bad = append(l.out.bad, trial.Rejection{File: f.show, Row: row, Column: l.p.ID, Reason: "missing id"})
				continue
			}
			if last == nil || id != lastID {
				last, lastID = l.trialOf(id, b, f, cols, r, row), id
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
	t := &longTrial{draft: newDraft(f, row), factor: b.unit(cols, r)}
	if bad := b.head(t.draft, cols, r); bad != nil {
		bad.reason += " (in the trial's first row; the trial is left out)"
		l.out.bad = append(l.out.bad, t.reject(bad))
		l.out.gone[id] = "rejected"
		t.broken = true
	}
	l.byID[id] = t
	l.order = append(l.order, t)
	return t
}

// same rejects a trial whose rows differ in what has to be the same on all of them.
func (l *longRun) same(t *longTrial, b *binding, f *logFile, cols []*column, r int, row int64) {
	for _, p := range b.params {
		c := cols[p.col]
		want := t.Config[p.name]
		if c.isNull(r) && want.IsMissing() {
			continue
		}
		if x, ok := want.Float(); ok && c.kind != kindText && c.kind != kindBool && c.number(r) == x {
			continue
		}
		if s, ok := want.Str(); ok && c.kind == kindText && !c.isNull(r) && c.texts[r] == s {
			continue
		}
		if got := c.value(r); got != want {
			l.out.bad = append(l.out.bad, trial.Rejection{File: f.show, Row: row, ID: t.ID, Column: c.name, Value: got.String(),
				Reason: fmt.Sprintf("axis %s changes within the trial, it was %s; the trial is left out", p.name, features.Value(want).String())})
			l.out.gone[t.ID] = "rejected"
			t.broken = true
			return
		}
	}
}

// add appends one row's point.
func (l *longRun) add(t *longTrial, b *binding, f *logFile, cols []*column, r int, row int64) {
	e := cols[b.epochs].number(r)
	if math.IsNaN(e) || math.IsInf(e, 0) {
		l.out.bad = append(l.out.bad, trial.Rejection{File: f.show, Row: row, ID: t.ID, Column: cols[b.epochs].name, Value: number(e), Reason: "row without an epoch"})
		return
	}
	t.epochs = append(t.epochs, e)
	t.rows = append(t.rows, row)
	if t.files == nil && f.show != t.Source.File {
		for range t.epochs[1:] {
			t.files = append(t.files, nil)
		}
	}
	if t.files != nil {
		t.files = append(t.files, f)
	}
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
	}
	if b.energy >= 0 {
		x := cols[b.energy].number(r)
		if l.p.energy.watts {
			x *= sec * l.p.time.factor
		}
		t.costs[1] = append(t.costs[1], x)
	}
	if b.infer >= 0 {
		t.costs[2] = append(t.costs[2], cols[b.infer].number(r))
	}
}

// finish makes trials of the rows.
func (l *longRun) finish() *part {
	for _, t := range l.order {
		if t.broken {
			continue
		}
		l.sort(t)
		for i, c := range []struct {
			plan *costPlan
			to   *trial.Cost
		}{{l.p.time, &t.TrainTime}, {l.p.energy, &t.TrainEnergy}, {l.p.infer, &t.TestEnergy}} {
			if c.plan == nil || len(t.costs[i]) == 0 {
				continue
			}
			v := t.costs[i]
			if allNaN(v) {
				continue
			}
			*c.to = t.costOf(c.plan, v)
		}
		if t.absent != nil {
			n := 0
			for i := range t.values {
				if !t.absent[i] {
					t.epochs[n], t.values[n] = t.epochs[i], t.values[i]
					n++
				}
			}
			t.epochs, t.values = t.epochs[:n], t.values[:n]
		}
		t.setCurve(l.p.curve, slices.Clip(t.epochs), slices.Clip(t.values), t.factor, &l.out.tally)
		l.out.drafts = append(l.out.drafts, t.draft)
	}
	l.byID, l.order = nil, nil
	return &l.out
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
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case t.epochs[a] < t.epochs[b]:
			return -1
		case t.epochs[a] > t.epochs[b]:
			return 1
		}
		return 0
	})
	if !slices.IsSorted(order) {
		t.Notes = append(t.Notes, trial.Note{Kind: NoteUnsorted})
	}
	keep := order[:0:0]
	for i, o := range order {
		if i > 0 && t.epochs[o] == t.epochs[order[i-1]] {
			file := t.Source.File
			if t.files != nil && t.files[o] != nil {
				file = t.files[o].show
			}
			l.out.bad = append(l.out.bad, trial.Rejection{File: file, Row: t.rows[o], ID: t.ID, Column: l.p.Curve.Epochs.Column,
				Value: number(t.epochs[o]), Reason: "the trial has this epoch already"})
			continue
		}
		keep = append(keep, o)
	}
	t.epochs, t.values = pick(t.epochs, keep), pick(t.values, keep)
	for i := range t.costs {
		if len(t.costs[i]) > 0 {
			t.costs[i] = pick(t.costs[i], keep)
		}
	}
	if t.absent != nil {
		t.absent = pick(t.absent, keep)
	}
}

func pick[T any](v []T, at []int) []T {
	out := make([]T, len(at))
	for i, a := range at {
		out[i] = v[a]
	}
	return out
}
