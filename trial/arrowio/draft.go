package arrowio

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"eahas/features"
	"eahas/trial"
	"eahas/trial/target"
)

// draft is a trial in the making.
type draft struct {
	trial.Trial
	ends        []float64 // seconds at which epochs ended
	endsSkip    int       // of those, left out of means
	started     float64   // when the run began, in seconds of the samples' clock; NaN when unknown
	planned     float64   // epochs that the run was meant to have; NaN when unknown
	points      []float64 // epochs of the curve's cell as it is logged, whatever becomes of the points
	donor       bool      // of a pycls file without curves: its costs go to the trials of the other files
	bad         []trial.Rejection
	curveColumn string
	atEnd       []target.Target // targets whose number changes in the run: it is the one at the end
}

// kept moves the lists of a draft that is read to where they are to lie, nil: they stay, and forgets what only the
// reading needs.
func (d *draft) kept(keep func([]float64) []float64) {
	d.points = nil
	if keep == nil {
		return
	}
	lists := []*[]float64{&d.Curve.Epochs, &d.Curve.Values, &d.TrainEnergy.PerEpoch, &d.TrainTime.PerEpoch,
		&d.TestEnergy.PerEpoch, &d.ends}
	for i := range d.Curves {
		lists = append(lists, &d.Curves[i].Epochs, &d.Curves[i].Values)
	}
	for _, l := range lists {
		*l = keep(*l)
	}
}

// part is what one file (wide, pycls) or all files (long, power) of a mapping gave.
type part struct {
	drafts   []*draft
	bad      rejections
	rows     int64
	filtered int64
	gone     map[string]string // ids that were left out, with the reason
	tally    tally
}

// MaxRejections is how many rejections are kept; all are counted.
const MaxRejections = 1000

// rejections keeps the first rejections and counts them all.
type rejections struct {
	kept []trial.Rejection
	n    int64
}

func (r *rejections) add(more ...trial.Rejection) {
	r.n += int64(len(more))
	r.kept = append(r.kept, more[:min(len(more), MaxRejections-len(r.kept))]...)
}

func (r *rejections) join(o rejections) {
	r.n += o.n
	r.kept = append(r.kept, o.kept[:min(len(o.kept), MaxRejections-len(r.kept))]...)
}

func newDraft(f *logFile, row int64) *draft {
	return &draft{started: math.NaN(), planned: math.NaN(), Trial: trial.Trial{Trained: math.NaN(), Fold: -1,
		Length: math.NaN(), TrainEnergy: unknown(), TrainTime: unknown(), TestEnergy: unknown(),
		Source: trial.Source{File: f.show, Row: row}}}
}

// reject makes a rejection that belongs to the draft.
func (d *draft) reject(p *problem) trial.Rejection {
	return trial.Rejection{File: d.Source.File, Row: d.Source.Row, ID: d.ID, Column: p.column, Value: p.value,
		Reason: p.reason}
}

// leaveOut records that a part of the trial is not used.
func (d *draft) leaveOut(kind string, p *problem) {
	if p == nil {
		return
	}
	d.bad = append(d.bad, d.reject(p))
	d.Notes = append(d.Notes, trial.Note{Kind: kind, Detail: p.reason})
}

// head fills in what a row says about the whole trial.
func (b *binding) head(d *draft, cols []*column, r int) *problem {
	if b.id >= 0 {
		id, ok := cols[b.id].text(r)
		if !ok || id == "" {
			return &problem{b.p.ID, "", "missing id"}
		}
		d.ID = strings.Clone(id)
	}
	if bad := b.config(d, cols, r); bad != nil {
		return bad
	}
	for i, g := range b.group {
		if i > 0 {
			d.Group += "|"
		}
		d.Group += b.text(cols, g, r)
	}
	d.Group, d.Seed = strings.Clone(d.Group), strings.Clone(b.text(cols, b.seed, r))
	if bad := b.foldAndLength(d, cols, r); bad != nil {
		return bad
	}
	return b.course(d, cols, r)
}

// config fills in the configuration, and the values that the trial is sliced by.
func (b *binding) config(d *draft, cols []*column, r int) *problem {
	clear(b.room)
	for _, p := range b.params {
		if p.col < 0 { // another file of the mapping has it
			continue
		}
		c := cols[p.col]
		v := c.value(r)
		if x, ok := v.Float(); ok && math.IsInf(x, 0) {
			return &problem{c.name, number(x), "axis " + p.name + " is not finite"}
		}
		if why := c.inexact(r); why != "" {
			text, _ := c.text(r)
			return &problem{c.name, text, "axis " + p.name + ": " + why}
		}
		if !v.IsMissing() {
			b.room[p.name] = v
		}
	}
	d.Config = features.Pack(b.room)
	if len(b.slices) == 0 {
		return nil
	}
	clear(b.room)
	for _, s := range b.slices {
		if s.col < 0 {
			continue
		}
		if v := cols[s.col].value(r); !v.IsMissing() {
			b.room[s.name] = v
		}
	}
	d.Slices = features.Pack(b.room)
	return nil
}

// foldAndLength fills in the fold and the length of a run.
func (b *binding) foldAndLength(d *draft, cols []*column, r int) *problem {
	if b.fold >= 0 {
		x := cols[b.fold].number(r)
		switch {
		case math.IsNaN(x):
			return &problem{b.p.Fold, "", "missing fold"}
		case x < 0 || x != math.Trunc(x) || x > 1<<20:
			return &problem{b.p.Fold, number(x), "fold is not a whole number >= 0"}
		}
		d.Fold = int(x)
	}
	if b.length >= 0 {
		x := cols[b.length].number(r)
		if math.IsInf(x, 0) || x <= 0 {
			return &problem{b.p.Length, number(x), "length is not a positive number"}
		}
		d.Length = x
	}
	return nil
}

// course fills in when the run began, how long it was meant to be and how it ended.
func (b *binding) course(d *draft, cols []*column, r int) *problem {
	if b.planned >= 0 {
		x := cols[b.planned].number(r)
		if math.IsInf(x, 0) || x <= 0 {
			return &problem{b.p.Planned, number(x), "planned epochs are not a positive number"}
		}
		d.planned = x
	}
	if b.ended >= 0 {
		for _, w := range []struct {
			how   trial.Ended
			words trial.Values
		}{{trial.EndFinished, b.p.Ended.Finished}, {trial.EndStopped, b.p.Ended.Stopped},
			{trial.EndCut, b.p.Ended.Cut}} {
			if slices.ContainsFunc(w.words, func(v features.Value) bool { return same(cols[b.ended], r, v) }) {
				d.Ended = w.how
			}
		}
	}
	if b.start >= 0 {
		f, _ := factorOf(timeUnits, "start", b.startUnit(b.p.Start, []*leaf{cols[b.start].leaf}))
		d.started = cols[b.start].number(r) * f
	}
	return nil
}

// unit returns the factor of this row's curve.
func (b *binding) unit(cols []*column, r int) float64 {
	c := b.p.curve
	if b.unitBy >= 0 {
		if s, ok := cols[b.unitBy].text(r); ok {
			if f, ok := c.by[s]; ok {
				return f
			}
		}
	}
	return c.factor
}

// setCurve stores a curve or says why there is none.
func (d *draft) setCurve(c *curvePlan, epochs, values []float64, factor float64, t *tally) {
	curve, notes, p := c.build(epochs, values, factor, t)
	d.Curve = curve
	d.Notes = append(d.Notes, notes...)
	d.curveColumn = c.Column
	d.leaveOut(NoteNoCurve, p)
}

// withoutShort leaves a curve out that is short beside the longest one of the log.
func (d *draft) withoutShort(longest int) {
	n := len(d.Curve.Epochs)
	if n == 0 || n >= minPoints || longest < minPoints {
		return
	}
	d.Curve = trial.Curve{}
	d.leaveOut(NoteShort, &problem{d.curveColumn, strconv.Itoa(n), fmt.Sprintf("curve: fewer than %d points",
		minPoints)})
}

// endSlack is by which share of the run the end of its last epoch may lie after the run's own end.
const endSlack = 0.01

// setEnds stores the times at which epochs ended, and the time per epoch that follows.
func (d *draft) setEnds(p *plan, v []float64) {
	for i, x := range v {
		v[i] = x * p.endsScale
		if !(v[i] > 0) || math.IsInf(v[i], 0) || i > 0 && !(v[i] > v[i-1]) {
			d.leaveOut(NoteNoCost, &problem{p.EpochEnds.Column, number(x),
				fmt.Sprintf("epoch ends must be positive and increase (number %d)", i+1)})
			return
		}
	}
	if len(v) == 0 {
		return
	}
	if total := d.TrainTime.Total; total > 0 && v[len(v)-1] > total {
		late := len(v) - sort.SearchFloat64s(v, math.Nextafter(total, math.Inf(1)))
		if late == 1 && v[len(v)-1] <= total*(1+endSlack) {
			v[len(v)-1] = total // the same moment, measured twice
		} else {
			d.Notes = append(d.Notes, trial.Note{Kind: NoteLateEnds, Detail: fmt.Sprintf(
				"%d of %d ends lie after the run's %g s, the last at %g s; what its epochs took is unknown", late,
				len(v), total, v[len(v)-1])})
			return
		}
	}
	d.ends, d.endsSkip = v, p.EpochEnds.SkipFirst
	per, before := make([]float64, len(v)), 0.0
	for i, x := range v {
		per[i], before = x-before, x
	}
	d.TrainTime.PerEpoch = per
	d.TrainTime.Mean = meanFrom(per, p.EpochEnds.SkipFirst)
	if math.IsNaN(d.TrainTime.Total) {
		d.TrainTime.Total = v[len(v)-1]
	}
}

// meanFrom is the mean without the first skip numbers, or of all when there are no more.
func meanFrom(v []float64, skip int) float64 {
	if len(v) > skip {
		v = v[skip:]
	}
	s := 0.0
	for _, x := range v {
		s += x
	}
	return s / float64(len(v))
}

// totalsDiffer is by which share a total and mean x epochs may differ without a note.
const totalsDiffer = 0.01

// lastEpoch is that of the curve, else how many epochs have an energy; NaN where neither says.
func (d *draft) lastEpoch() float64 {
	if n := len(d.Curve.Epochs); n > 0 {
		return d.Curve.Epochs[n-1]
	}
	if n := len(d.TrainEnergy.PerEpoch); n > 0 {
		return float64(n)
	}
	return math.NaN()
}

// endedAt says how a run ended that was to be planned epochs long; unknown where one of the numbers is.
func endedAt(last, planned float64) trial.Ended {
	switch {
	case math.IsNaN(planned) || math.IsNaN(last):
		return trial.EndUnknown
	case last < planned:
		return trial.EndCut
	}
	return trial.EndFinished
}

// settleLength finds the run's length, how many epochs its costs cover, and whether it was cut.
func (d *draft) settleLength() {
	last := d.lastEpoch()
	// By its costs, not by its curve: that a curve has no first points may only mean that nothing was measured there.
	if len(d.Curve.Epochs) > 0 && d.Curve.Epochs[0] > 1 && d.Trained > 0 && d.Trained < last {
		d.Notes = append(d.Notes, trial.Note{Kind: NoteLateStart,
			Detail: fmt.Sprintf("from epoch %g, %g epochs to %g", d.Curve.Epochs[0], d.Trained, last)})
	}
	if d.Ended == trial.EndUnknown {
		d.Ended = endedAt(last, d.planned)
	}
	if d.Ended == trial.EndCut {
		d.Notes = append(d.Notes, trial.Note{Kind: NoteCut, Detail: fmt.Sprintf("at epoch %g", last)})
		if !(d.Trained > 0) && !math.IsNaN(last) {
			d.Trained = last
		}
	}
	if math.IsNaN(d.Length) && d.Ended != trial.EndStopped {
		d.Length = d.planned
	}
	if math.IsNaN(d.Length) && len(d.Curve.Epochs) > 0 {
		d.Length = last
	}
}

// finish derives what the parts tell together, and checks the power that energy and time imply.
func (d *draft) finish(p *plan, t *tally) {
	d.settleLength()
	d.withoutEnd()
	trained := d.Trained
	if !(trained > 0) {
		trained = d.Length
	}
	for _, c := range []struct {
		what string
		cost *trial.Cost
	}{{"energy", &d.TrainEnergy}, {"time", &d.TrainTime}} {
		complete(c.cost, trained)
		if x := c.cost.Mean * trained / c.cost.Total; math.Abs(x-1) > totalsDiffer {
			d.Notes = append(d.Notes, trial.Note{Kind: NoteTotals,
				Detail: fmt.Sprintf("%s: mean %.6g x %g epochs = %.6g, total %.6g",
					c.what, c.cost.Mean, trained, c.cost.Mean*trained, c.cost.Total)})
		}
	}
	w := meanPower(d.TrainEnergy, d.TrainTime)
	if !math.IsNaN(w) {
		t.powers++
		var bad *problem
		if w < minWatts || w > maxWatts {
			t.insane++
			bad = &problem{"", number(w), fmt.Sprintf("energy / time is %.4g W, which no machine draws", w)}
			if t.example == "" {
				t.example = "trial " + strconv.Quote(d.ID) + ": " + number(w) + " W"
			}
		} else if e := p.energy; e != nil && e.max > 0 && (w < e.min || w > e.max) {
			bad = &problem{"", number(w), fmt.Sprintf("energy / time is %.4g W, believed from %g to %g W", w, e.min,
				e.max)}
		}
		if bad != nil {
			if p.energy != nil {
				bad.column = p.energy.column
			}
			d.TrainEnergy = unknown()
			d.leaveOut(NoteNoCost, bad)
		}
	}
}

// empty reports whether nothing is left that a model could learn.
func (d *draft) empty() bool {
	return len(d.Curve.Epochs) == 0 && len(d.Curves) == 0 && len(d.Numbers) == 0 && !known(d.TrainEnergy) &&
		!known(d.TrainTime) && !known(d.TestEnergy)
}
