package arrowio

import (
	"context"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"eahas/trial"
	"eahas/trial/target"
)

// readWide reads one file of the layouts wide and pycls: a trial a row.
func readWide(ctx context.Context, p *plan, f *logFile, src source, progress func(float64)) (*part, error) {
	b, err := bind(p, f, src.leaves())
	if err != nil {
		return nil, err
	}
	out := &part{gone: map[string]string{}}
	stem := strings.TrimSuffix(path.Base(f.show), path.Ext(f.show))
	err = src.scan(ctx, b.want, func(bt *batch) error {
		out.rows += int64(len(bt.bad))
		out.bad.add(bt.rejections(f)...)
		cols, bad := b.convert(bt)
		out.bad.add(bad...)
		for r := range bt.n {
			out.rows++
			if !b.keeps(cols, r) {
				out.filtered++
				if b.id >= 0 {
					out.gone[b.text(cols, b.id, r)] = "filtered"
				}
				continue
			}
			if b.id >= 0 && cols[b.id].empty(r) {
				out.bad.add(trial.Rejection{File: f.show, Row: bt.row(r), Column: p.ID, Reason: "missing id"})
				continue
			}
			d := newDraft(f, bt.row(r))
			d.donor = p.Layout == trial.Pycls && p.curve != nil && b.curve < 0
			if b.id < 0 {
				d.ID = fmt.Sprintf("%s-%06d", stem, d.Source.Row)
			}
			if bad := b.head(d, cols, r); bad != nil {
				out.bad.add(d.reject(bad))
				if d.ID != "" {
					out.gone[d.ID] = "rejected"
				}
				continue
			}
			b.labels(d, cols, r, &out.tally)
			d.kept(p.keep)
			out.drafts = append(out.drafts, d)
		}
		progress(bt.share)
		return nil
	})
	if err == nil {
		err = b.check()
	}
	return out, err
}

// labels reads the curve and the costs of row r.
func (b *binding) labels(d *draft, cols []*column, r int, t *tally) {
	p := b.p
	if b.curve >= 0 && !cols[b.curve].isAbsent(r) {
		b.wideCurve(d, cols, r, t)
	}
	b.setNumbers(d, cols, r)
	if b.final >= 0 {
		d.setFinal(p.final, cols[b.final], r, t)
	}
	var time []float64
	if b.time >= 0 {
		time = d.withoutExtra(p.time, cells(cols[b.time], r))
		d.TrainTime = d.costOf(p.time, time)
		d.covers(&d.TrainTime)
	}
	if b.ends >= 0 {
		d.setEnds(p, cells(cols[b.ends], r))
	}
	for _, e := range []struct {
		plan *costPlan
		col  int
		to   *trial.Cost
	}{{p.energy, b.energy, &d.TrainEnergy}, {p.infer, b.infer, &d.TestEnergy}} {
		if e.col < 0 {
			continue
		}
		v := cells(cols[e.col], r)
		if e.plan == p.energy {
			v = b.withParts(v, cols, r)
		}
		v = d.withoutExtra(e.plan, v)
		if e.plan.watts {
			var bad *problem
			if v, bad = joules(e.plan, p.time, v, time); bad != nil {
				d.leaveOut(NoteNoCost, bad)
				continue
			}
		}
		*e.to = d.costOf(e.plan, v)
		if e.to == &d.TrainEnergy {
			d.covers(e.to)
		}
	}
}

// withParts adds the columns of energy.plus to an energy of row r; nil where a part is absent, or is another number of
// epochs.
func (b *binding) withParts(v []float64, cols []*column, r int) []float64 {
	for _, at := range b.plus {
		if at < 0 {
			return nil
		}
		part := cells(cols[at], r)
		if len(part) != len(v) {
			return nil
		}
		for i, x := range part {
			v[i] += x
		}
	}
	return v
}

// covers notes how many epochs a cost per epoch of a wide log covers, and makes its mean one of epochs: a list as long
// as the curve has the curve's epochs, another one an epoch each.
func (d *draft) covers(c *trial.Cost) {
	n := len(c.PerEpoch)
	if n == 0 {
		return
	}
	d.Trained = float64(n)
	if len(d.points) == n && (d.points[0] != 0 || c.PerEpoch[0] > 0) {
		var covered float64
		covered, d.Trained = epochsOf(d.points)
		perEpoch(c, n, covered)
	}
}

// withoutExtra leaves the last entry of a list of costs out that is one longer than the run has epochs: a meter was
// read once more after the last epoch.
func (d *draft) withoutExtra(c *costPlan, v []float64) []float64 {
	n := len(d.points)
	if !c.shape.PerEpochs() || n == 0 || len(v) != n+1 || d.points[0] != 1 || d.points[n-1] != float64(n) ||
		d.Length > float64(n) {
		return v
	}
	d.Notes = append(d.Notes, trial.Note{Kind: NoteExtra, Detail: fmt.Sprintf("%s: %d entries for %d epochs", c.column,
		len(v), n)})
	return v[:n]
}

// setFinal stores the run's one metric, or says why there is none.
func (d *draft) setFinal(c *curvePlan, col *column, r int, t *tally) {
	if col.isNull(r) {
		return
	}
	x := col.number(r)
	if math.IsNaN(x) || math.IsInf(x, 0) {
		d.leaveOut(NoteNoFinal, &problem{c.Column, number(x), "final metric is not finite"})
		return
	}
	if c.share {
		if p := c.checkShare([]float64{x}, c.factor, t); p != nil {
			d.leaveOut(NoteNoFinal, p)
			return
		}
	}
	d.Numbers = append(d.Numbers, trial.Number{Target: target.Final, Value: x * c.factor})
}

// cells returns the numbers of row r: the elements of a list, or the one number. A null cell gives none.
func cells(c *column, r int) []float64 {
	if c.list {
		return c.appendNumbers(nil, r)
	}
	if c.isNull(r) {
		return nil
	}
	return []float64{c.number(r)}
}

// joules multiplies mean watts with times, both in their columns' units; the product is in the power's unit times
// seconds.
func joules(e, t *costPlan, watts, time []float64) ([]float64, *problem) {
	if len(watts) == 0 || len(time) == 0 {
		return nil, nil
	}
	if len(watts) != 1 && len(watts) != len(time) {
		return nil, &problem{e.column, fmt.Sprint(len(watts)),
			fmt.Sprintf("%s: %d powers for %d times", e.what, len(watts), len(time))}
	}
	out := make([]float64, len(time))
	for i, s := range time {
		w := watts[min(i, len(watts)-1)]
		if w < 0 || s < 0 {
			return nil, &problem{e.column, number(w), e.what + ": negative power or time"}
		}
		out[i] = w * s * t.factor
	}
	return out, nil
}

// costOf makes a cost and notes what is wrong with it.
func (d *draft) costOf(c *costPlan, v []float64) trial.Cost {
	cost, notes, bad := c.cost(v)
	d.Notes = append(d.Notes, notes...)
	d.leaveOut(NoteNoCost, bad)
	return cost
}

// wideCurve reads the curve of row r. A null point was not measured and is left out; NaN is a measured NaN.
func (b *binding) wideCurve(d *draft, cols []*column, r int, t *tally) {
	c, p := cols[b.curve], b.p.curve
	lo, hi := c.span(r)
	values := make([]float64, 0, hi-lo)
	epochs := make([]float64, 0, hi-lo)
	if b.epochs >= 0 {
		elo, ehi := cols[b.epochs].span(r)
		if ehi-elo != hi-lo {
			d.leaveOut(NoteNoCurve, &problem{p.Epochs.Column, fmt.Sprint(ehi - elo),
				fmt.Sprintf("curve: %d epochs for %d values", ehi-elo, hi-lo)})
			return
		}
		epochs = cols[b.epochs].appendNumbers(epochs, r)
	} else {
		for i := range hi - lo {
			epochs = append(epochs, p.first+float64(i)*p.step)
		}
	}
	d.points = slices.Clone(epochs)
	values = c.appendNumbers(values, r)
	if len(c.null) > 0 {
		n := 0
		for i := range values {
			if !c.isNull(lo + i) {
				epochs[n], values[n] = epochs[i], values[i]
				n++
			}
		}
		epochs, values = epochs[:n], values[:n]
	}
	d.setCurve(p, slices.Clip(epochs), values, b.unit(cols, r), t)
}
