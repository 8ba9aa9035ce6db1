package arrowio

import (
	"context"
	"fmt"
	"math"
	"strings"

	"eahas/trial"
	"eahas/trial/power"
)

// Samples of a device that come out of order are left out, negative ones are read as 0; when more than one in twenty of
// a trial's samples are so, its energy is not believed. coverageFloor is the share of a run's time below which a note
// says so.
const (
	maxDisorder   = 0.05
	coverageFloor = 0.95
)

// window is the time of a run in which samples count, and the ends of its epochs.
type window struct {
	from, to float64 // to is +Inf when nothing is known about the run
	open     bool    // from the first sample to the last
	ends     []float64
}

// device integrates the samples of one device of one trial by trapezoid as they come: nothing of a sample is kept but
// the last one.
type device struct {
	t, w     float64 // last sample
	n        int64
	late     int64 // out of order
	bad      int64 // not finite
	negative int64 // below zero, read as zero
	badRow   int64 // first of those
	badText  string
	joules   float64
	covered  float64 // seconds inside the window
	at       int     // epoch in which t lies

	missing   int64         // not measured: null or N/A
	resets    int64         // falls of a counter
	together  int64         // samples at the time of the one before
	counter   float64       // last reading, where samples are those of a counter
	distances [64]distances // of neighbouring samples inside the window
	longest   float64       // of those, seconds
}

// distances are the distances between neighbouring samples of one power of two: [2^(k-33), 2^(k-32)) seconds.
type distances struct {
	n       int64
	seconds float64
}

func distanceClass(dt float64) int {
	_, e := math.Frexp(dt)
	return min(max(e+32, 0), 63)
}

// gapClasses is by how many powers of two a distance has to be larger than the usual one to be a gap: at least sixteen
// times.
const gapClasses = 5

// gaps returns how many seconds lie in holes between samples: in distances far larger than the median.
func (d *device) gaps() float64 {
	total, seen := int64(0), int64(0)
	for _, c := range d.distances {
		total += c.n
	}
	usual := -1
	sum := 0.0
	for k, c := range d.distances {
		seen += c.n
		if usual < 0 && 2*seen >= total {
			usual = k
		}
		if usual >= 0 && k >= usual+gapClasses {
			sum += c.seconds
		}
	}
	return sum
}

// meter is one trial's devices.
type meter struct {
	draft   *draft // the trial it joins or becomes
	win     window
	devices map[string]*device
	order   []*device
	epochs  []float64 // joules by epoch; nil without epoch ends
	origin  float64   // time of the samples' clock at which the run starts; NaN until the first sample says it
	name    string    // of the first device, where a column looks like one and none is declared
	several bool      // and there are others
	gone    string    // why samples of this id do not count; "" when they do
	row     int64
	samples int64
}

// sample takes the next sample of a device.
func (m *meter) sample(d *device, t, w float64, row int64) {
	if math.IsNaN(t) || math.IsInf(t, 0) || math.IsNaN(w) || math.IsInf(w, 0) {
		if d.bad == 0 {
			d.badRow, d.badText = row, number(t)+" s, "+number(w)+" W"
		}
		d.bad++
		return
	}
	if w < 0 { // what meters say around zero
		d.negative++
		w = 0
	}
	if d.n == 0 {
		d.t, d.w, d.n = t, w, 1
		return
	}
	if t < d.t {
		d.late++
		return
	}
	if t == d.t {
		d.together++
	}
	m.segment(d, d.t, d.w, t, w)
	d.t, d.w = t, w
	d.n++
}

// count takes the next reading of a device's energy counter, in joules: between two readings the power is taken for
// constant. A counter that falls has wrapped at wrap, or, where that is 0, was reset and counts from 0.
func (m *meter) count(d *device, t, reading, wrap float64, row int64) {
	if math.IsNaN(reading) || math.IsInf(reading, 0) || math.IsNaN(t) || math.IsInf(t, 0) {
		m.sample(d, t, math.NaN(), row)
		return
	}
	if d.n == 0 {
		d.t, d.counter, d.n = t, reading, 1
		return
	}
	if t < d.t {
		d.late++
		return
	}
	used := reading - d.counter
	if used < 0 {
		d.resets++
		if used = reading; wrap > 0 {
			used = wrap - d.counter + reading
		}
	}
	if t > d.t {
		w := used / (t - d.t)
		m.segment(d, d.t, w, t, w)
	} else {
		d.together++
	}
	d.t, d.counter = t, reading
	d.n++
}

// segment adds the trapezoid between two samples, cut to the window and split at the ends of epochs.
func (m *meter) segment(d *device, t0, w0, t1, w1 float64) {
	lo, hi := t0, t1
	if !m.win.open {
		lo, hi = max(t0, m.win.from), min(t1, m.win.to)
	}
	if !(hi > lo) {
		return
	}
	s := power.Segment{T0: t0, W0: w0, T1: t1, W1: w1}
	d.joules += s.Joules(lo, hi)
	d.covered += hi - lo
	c := &d.distances[distanceClass(t1-t0)]
	c.n++
	c.seconds += hi - lo
	d.longest = max(d.longest, t1-t0)
	ends := m.win.ends
	if ends == nil {
		return
	}
	for d.at < len(ends) && ends[d.at] <= lo {
		d.at++
	}
	for a := lo; d.at < len(ends) && a < hi; {
		b := min(hi, ends[d.at])
		m.epochs[d.at] += s.Joules(a, b)
		if b == hi {
			break
		}
		a = b
		d.at++
	}
}

// powerRun integrates the files of a power mapping, in order.
type powerRun struct {
	p       *plan
	out     part
	byID    map[string]*meter
	order   []*meter
	partner func(id string) (d *draft, gone string)
}

// newPowerRun starts an integration. partner finds the trial that samples join (nil when they join none), or says why
// an id has none.
func newPowerRun(p *plan, partner func(id string) (*draft, string)) *powerRun {
	return &powerRun{p: p, byID: map[string]*meter{}, partner: partner, out: part{gone: map[string]string{}}}
}

// read integrates one file.
func (pr *powerRun) read(ctx context.Context, f *logFile, src source, progress func(float64)) error {
	b, err := bind(pr.p, f, src.leaves())
	if err != nil {
		return err
	}
	rd := &powerReader{powerRun: pr, file: f, b: b}
	if w := pr.p.Samples.Wrap; w != nil {
		rd.wrap = *w * pr.p.power.watts
	}
	err = src.scan(ctx, b.want, func(bt *batch) error {
		pr.out.rows += int64(len(bt.bad))
		pr.out.bad.add(bt.rejections(f)...)
		cols, bad := b.convert(bt)
		pr.out.bad.add(bad...)
		for r := range bt.n {
			rd.row(cols, r, bt.row(r))
		}
		progress(bt.share)
		return nil
	})
	if err != nil {
		return err
	}
	return b.check()
}

// powerReader reads the rows of one file of power samples, which come in runs of one trial and one device.
type powerReader struct {
	*powerRun
	file               *logFile
	b                  *binding
	wrap               float64 // at which a counter begins again, joules; 0: not known
	m                  *meter  // of the row before, nil at first
	d                  *device
	lastID, lastDevice string
}

// row takes the sample of row r of a batch, which is the file's row at.
func (rd *powerReader) row(cols []*column, r int, at int64) {
	b, p := rd.b, rd.p
	rd.out.rows++
	if len(b.where) > 0 && !b.keeps(cols, r) {
		rd.out.filtered++
		return
	}
	id, ok := cols[b.id].text(r)
	if !ok || id == "" {
		rd.out.bad.add(trial.Rejection{File: rd.file.show, Row: at, Column: p.ID, Reason: "missing id"})
		return
	}
	if rd.m == nil || id != rd.lastID {
		rd.m, rd.d, rd.lastID = rd.meterOf(id, b, rd.file, cols, r, at), nil, strings.Clone(id)
	}
	m := rd.m
	m.samples++
	if m.gone != "" {
		if m.gone == "filtered" {
			rd.out.filtered++
		}
		return
	}
	if name := b.text(cols, b.device, r); rd.d == nil || name != rd.lastDevice {
		rd.lastDevice = strings.Clone(name)
		rd.d = m.device(rd.lastDevice)
	}
	m.watch(b, cols, r)
	ts, ws := cols[b.sampleTime], cols[b.sampleWatts]
	t := ts.number(r) * p.power.time
	if math.IsNaN(m.origin) {
		m.origin = t
	}
	if ts.isNull(r) || ws.isNull(r) {
		rd.d.missing++
		return
	}
	if t -= m.origin; p.counter {
		m.count(rd.d, t, ws.number(r)*p.power.watts, rd.wrap, at)
	} else {
		m.sample(rd.d, t, ws.number(r)*p.power.watts, at)
	}
}

// device returns the device of a name, a new one for a new name.
func (m *meter) device(name string) *device {
	d := m.devices[name]
	if d == nil {
		d = &device{}
		m.devices[name] = d
		m.order = append(m.order, d)
	}
	return d
}

// meterOf finds or begins the meter of an id.
func (pr *powerRun) meterOf(id string, b *binding, f *logFile, cols []*column, r int, row int64) *meter {
	if m, ok := pr.byID[id]; ok {
		return m
	}
	m := &meter{devices: map[string]*device{}, row: row}
	pr.byID[strings.Clone(id)] = m
	pr.order = append(pr.order, m)
	d := newDraft(f, row)
	if bad := b.head(d, cols, r); bad != nil {
		pr.out.bad.add(d.reject(bad))
		m.draft, m.gone = d, "rejected"
		return m
	}
	m.win = window{open: true}
	m.origin = pr.origin(b, d)
	if pr.p.Join == trial.JoinID {
		host, gone := pr.partner(id)
		if host == nil {
			m.draft, m.gone = d, gone
			return m
		}
		m.draft = host
		if m.origin = pr.origin(b, host); pr.p.Samples.Start == trial.StartRun && math.IsNaN(host.started) {
			m.gone = "a trial without a start (samples.start: run needs the key start in the mapping that it joins)"
			return m
		}
		to := host.TrainTime.Total
		if n := len(host.ends); n > 0 && !(to > 0) {
			to = host.ends[n-1]
		}
		m.win = window{from: 0, to: to, ends: host.ends, open: !(to > 0)}
		if host.ends != nil {
			m.epochs = make([]float64, len(host.ends))
		}
		return m
	}
	m.draft = d
	return m
}

// origin is the time of the samples' clock at which a trial starts; NaN where its first sample says it.
func (pr *powerRun) origin(b *binding, host *draft) float64 {
	mode := pr.p.Samples.Start
	if mode == "" {
		if mode = trial.StartZero; b.instants() {
			mode = trial.StartFirst
			if !math.IsNaN(host.started) {
				mode = trial.StartRun
			}
		}
	}
	switch mode {
	case trial.StartZero:
		return 0
	case trial.StartRun:
		return host.started
	}
	return math.NaN()
}

// instants reports whether the samples' times are points in time, by the column's type or by its texts.
func (b *binding) instants() bool {
	f := b.forms[b.sampleTime]
	return b.instant || f != nil && f.sawInstant
}

// watch looks whether samples that name no device come from several.
func (m *meter) watch(b *binding, cols []*column, r int) {
	if b.likeDevice < 0 || m.several {
		return
	}
	switch name := b.text(cols, b.likeDevice, r); {
	case name == "":
	case m.name == "":
		m.name = strings.Clone(name)
	case name != m.name:
		m.several = true
	}
}

// finish gives each trial its energy. Trials that join get it in place and are not among the drafts.
func (pr *powerRun) finish() *part {
	for _, m := range pr.order {
		d := m.draft
		if m.gone != "" {
			if m.gone != "filtered" && m.gone != "rejected" {
				pr.out.bad.add(trial.Rejection{File: d.Source.File, Row: m.row, ID: d.ID, Column: pr.p.ID,
					Reason: fmt.Sprintf("%d power samples of %s", m.samples, m.gone)})
			}
			continue
		}
		m.warn(pr.p)
		m.settle(pr.p)
		if pr.p.Join != trial.JoinID {
			pr.out.drafts = append(pr.out.drafts, d)
		}
	}
	return &pr.out
}

// warn notes what is remarkable about the samples beside their sums.
func (m *meter) warn(p *plan) {
	note := func(kind, format string, args ...any) {
		m.draft.Notes = append(m.draft.Notes, trial.Note{Kind: kind, Detail: fmt.Sprintf(format, args...)})
	}
	missing, resets, together, n := int64(0), int64(0), int64(0), int64(0)
	for _, d := range m.order {
		missing += d.missing
		resets += d.resets
		together += d.together
		n += d.n
	}
	if missing > 0 {
		note(NoteSkipped, "%d of %d", missing, missing+n)
	}
	if resets > 0 {
		note(NoteReset, "%s: %d times", p.Samples.Counter, resets)
	}
	if p.Samples.Device == "" && (m.several || 3*together > n && n > 3) {
		note(NoteDevices, "no samples.device is declared, and several samples stand at one time or a column tells "+
			"devices apart: their power is not summed")
	}
}

// settle gives the trial the sum of its devices, or rejects it with the reason.
func (m *meter) settle(p *plan) {
	d := m.draft
	t := m.total(p)
	if !m.accepts(p, t) {
		return
	}
	c := unknown()
	c.Total = t.joules
	if m.win.open {
		c.Coverage = (t.covered - t.gaps) / t.covered
		if math.IsNaN(d.TrainTime.Total) {
			d.TrainTime.Total = t.covered
		}
	} else {
		c.Coverage = (t.covered - t.gaps) / (m.win.to - m.win.from)
	}
	if c.Coverage < coverageFloor {
		d.Notes = append(d.Notes, trial.Note{Kind: NoteCoverage,
			Detail: fmt.Sprintf("power samples cover %.3f of the run, the longest gap between two is %.4g s",
				c.Coverage, t.longest)})
	}
	if m.epochs != nil {
		c.PerEpoch = m.epochs
		c.Mean = sampledMean(d, m.epochs)
	}
	d.TrainEnergy = c
}

// powerTotal is what the devices of a trial add up to.
type powerTotal struct {
	joules            float64
	covered, gaps     float64 // seconds, of the device that was sampled the least
	longest           float64 // gap between two samples, seconds
	n, late, negative int64   // samples
}

// total sums the devices, and says which of their samples are no numbers.
func (m *meter) total(p *plan) powerTotal {
	t := powerTotal{covered: math.Inf(1)}
	for _, v := range m.order {
		if v.bad > 0 {
			m.reject(p, v.badText, "%d power samples are not finite, the first in row %d; they are left out", v.bad,
				v.badRow)
		}
		t.joules += v.joules
		if g := v.gaps(); v.covered-g < t.covered-t.gaps {
			t.covered, t.gaps = v.covered, g
		}
		t.longest = max(t.longest, v.longest)
		t.n += v.n
		t.late += v.late
		t.negative += v.negative
	}
	return t
}

// reject keeps why the energy, or a sample, is not taken.
func (m *meter) reject(p *plan, value, format string, args ...any) {
	r := m.draft.reject(&problem{p.Samples.Watts, value, "energy: " + fmt.Sprintf(format, args...)})
	r.File, r.Row = p.files[0].show, m.row
	m.draft.bad = append(m.draft.bad, r)
}

// accepts says whether the sum can be the trial's energy; where it cannot the draft says why.
func (m *meter) accepts(p *plan, t powerTotal) bool {
	d := m.draft
	note := func(kind, detail string) { d.Notes = append(d.Notes, trial.Note{Kind: kind, Detail: detail}) }
	if float64(t.late) > maxDisorder*float64(t.n+t.late) {
		m.reject(p, fmt.Sprint(t.late), "%d of %d power samples come out of order", t.late, t.n+t.late)
		note(NoteNoCost, "power samples out of order")
		return false
	}
	if t.late > 0 {
		note(NoteDisorder, fmt.Sprintf("%d of %d", t.late, t.n+t.late))
	}
	if float64(t.negative) > maxDisorder*float64(t.n) {
		m.reject(p, fmt.Sprint(t.negative), "%d of %d power samples are negative", t.negative, t.n)
		note(NoteNoCost, "negative power samples")
		return false
	}
	if t.negative > 0 {
		note(NoteNegative, fmt.Sprintf("%d of %d", t.negative, t.n))
	}
	switch limit := p.Samples.MaxGap; {
	case math.IsInf(t.joules, 0):
		m.reject(p, number(t.joules), "the samples add up to more than a number holds")
	case !(t.joules > 0):
		hint := ""
		if first := m.order[0].t; first > 1e6 && p.Samples.Start == "" {
			hint = fmt.Sprintf(" (the last one lies at %.0f s: times that do not count from the run's start need "+
				"samples.start: first)", first)
		}
		m.reject(p, "0", "no power sample inside the run%s", hint)
		note(NoteNoCost, "no power sample inside the run")
	case known(d.TrainEnergy):
		m.reject(p, number(t.joules), "the trial has an energy already")
	case limit != nil && t.longest > *limit:
		m.reject(p, number(t.longest), "no sample for %g s, max_gap_s is %g", t.longest, *limit)
		note(NoteNoCost, "a gap in the power samples")
	default:
		return true
	}
	return false
}

// sampledMean is the mean over the epochs that count and were sampled; NaN when there are none.
func sampledMean(d *draft, per []float64) float64 {
	from := d.endsSkip
	if from >= len(per) {
		from = 0
	}
	sum, n := 0.0, 0
	for _, e := range per[from:] {
		if e > 0 {
			sum += e
			n++
		}
	}
	if n < len(per[from:]) {
		d.Notes = append(d.Notes, trial.Note{Kind: NoteZeroEpochs,
			Detail: fmt.Sprintf("%d of %d epochs without power samples", len(per[from:])-n, len(per[from:]))})
	}
	return sum / float64(n)
}
