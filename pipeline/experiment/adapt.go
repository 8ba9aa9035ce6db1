package experiment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/internal/stream"
	"eahas/models/adapted"
	"eahas/models/gbdt"
	"eahas/models/interval"
	"eahas/pipeline/dataset"
	"eahas/report"
	"eahas/trial/target"
)

// ErrAdapt is returned when a bundle cannot be adapted; the text says what to do instead.
var ErrAdapt = errors.New("experiment: adapt")

// AdaptedTo is a surrogate that knows one more category.
type AdaptedTo struct {
	Surrogate *artifacts.Surrogate
	Table     *dataset.Table // the runs that it was learnt from
	Axis      string
	Category  string
	Runs      int
	Lines     []string               // what is to be said of it
	Targets   []report.AdaptedTarget // a line for each target that was adapted
}

// adapting is a bundle while it is adapted.
type adapting struct {
	old      *artifacts.Surrogate
	table    *dataset.Table // of the new category's runs
	encoder  *features.Encoder
	moves    []gbdt.Move // from the columns of before
	axis     string
	category features.Value
	column   int                       // of the new category
	peers    []features.Config         // of known categories
	rows     []float64                 // the peers, encoded
	halves   map[target.Target]float64 // see halfWidths
	widths   map[target.Target]float64 // by how much the intervals of a head's target grow
	out      AdaptedTo
	seed     uint64
}

// mostPeers is how many configurations of known categories are looked at to see how these differ.
const mostPeers = 400

// AdaptTo makes a surrogate that knows one more category of a choice axis, from a few runs in table, whose space is
// that of old with the category behind the others and ranges that may be wider. first are configurations of the old
// one. Costs and the bundle's own targets that the runs say are adapted (package adapted); the curve, and what they do
// not say, are answered as the mean over the known categories.
func AdaptTo(ctx context.Context, old *artifacts.Surrogate, space features.Space, axis string, category features.Value,
	table *dataset.Table, first []features.Config, seed uint64) (AdaptedTo, error) {
	a := &adapting{old: old, table: table, axis: axis, category: category, seed: seed,
		widths: map[target.Target]float64{}}
	a.out = AdaptedTo{Table: table, Axis: axis, Category: category.String(), Runs: len(table.Trials)}
	if err := a.prepare(space, first); err != nil {
		return a.out, err
	}
	var heads []artifacts.Head
	for _, h := range old.Heads() {
		adaptedHead, err := a.head(ctx, h)
		if err != nil {
			return a.out, fmt.Errorf("%s: %w", h.Target, err)
		}
		heads = append(heads, adaptedHead)
	}
	if len(a.out.Targets) == 0 {
		return a.out, fmt.Errorf("%w: the runs have none of the numbers that the bundle answers but the curve",
			ErrAdapt)
	}
	spec, err := a.spec(space)
	if err != nil {
		return a.out, err
	}
	if a.out.Surrogate, err = artifacts.New(spec, heads); err != nil {
		return a.out, err
	}
	return a.out, a.sayCurve(ctx)
}

// prepare finds out where the columns of before stand now, and gathers configurations of known categories.
func (a *adapting) prepare(space features.Space, first []features.Config) error {
	spec := a.old.Spec()
	a.encoder = a.table.Encoder
	var err error
	if a.moves, err = movesTo(spec.Space, space, spec.Encoder.Columns(), a.encoder.Columns()); err != nil {
		return err
	}
	name := a.axis + "=" + a.category.String()
	a.column = slices.IndexFunc(a.encoder.Columns(), func(c features.Column) bool { return c.Name == name })
	if spec.Support != nil {
		a.peers = spec.Support.Configs(spec.Space)
	}
	a.peers = slices.DeleteFunc(slices.Concat(first, a.peers), func(c features.Config) bool {
		return c[a.axis].IsMissing() || spec.Space.Check(c) != nil
	})
	for k := range min(mostPeers, len(a.peers)) {
		row, err := a.encoder.Encode(nil, a.peers[k*len(a.peers)/min(mostPeers, len(a.peers))])
		if err != nil {
			return err
		}
		a.rows = append(a.rows, row...)
	}
	a.halves = a.halfWidths()
	return a.checkMoves(spec)
}

// movesTo says where each column of before stands in the wider space.
func movesTo(before, after features.Space, was, is []features.Column) ([]gbdt.Move, error) {
	var out []gbdt.Move
	for _, c := range was {
		to := slices.IndexFunc(is, func(d features.Column) bool { return d.Name == c.Name })
		if to < 0 {
			return nil, fmt.Errorf("%w: the column %s of the bundle is none of the wider space", ErrAdapt, c.Name)
		}
		m := gbdt.Move{To: to, Scale: 1}
		if p, q := before.Param(c.Param), after.Param(c.Param); p != nil && q != nil && c.Group < 0 {
			a, b := p.Scale(), q.Scale()
			m.Shift, m.Scale = (b.Low-a.Low)/a.Span, b.Span/a.Span
		}
		out = append(out, m)
	}
	return out, nil
}

// checkMoves sees to it that rows of known configurations come out as before: columns that are derived from several
// axes are scaled by all of them.
func (a *adapting) checkMoves(spec artifacts.Spec) error {
	for _, c := range a.peers[:min(50, len(a.peers))] {
		was, err := spec.Encoder.Encode(nil, c)
		if err != nil {
			return err
		}
		is, err := a.encoder.Encode(nil, c)
		if err != nil {
			return err
		}
		for j, m := range a.moves {
			x := m.Shift + m.Scale*is[m.To]
			if !(math.Abs(x-was[j]) <= 1e-6 || math.IsNaN(x) && math.IsNaN(was[j]) || was[j] == features.ZeroPlace) {
				return fmt.Errorf("%w: the runs' ranges change the derived column %s; retrain on all logs: eahas run "+
					"-from", ErrAdapt, spec.Encoder.Columns()[j].Name)
			}
		}
	}
	return nil
}

// head adapts one head.
func (a *adapting) head(ctx context.Context, h artifacts.Head) (artifacts.Head, error) {
	columns := h.Columns
	if columns == nil {
		for j := range a.moves {
			columns = append(columns, j)
		}
	}
	var view []adapted.Column
	var known []int
	for k, j := range columns {
		m := a.moves[j]
		view = append(view, adapted.Column{From: m.To, Shift: m.Shift, Scale: m.Scale})
		if c := a.encoder.Columns()[m.To]; c.Param == a.axis && m.To != a.column {
			known = append(known, k)
		}
	}
	h.Columns = nil
	model := adapted.New(h.Predictor, len(a.encoder.Columns()), view, known)
	in := adapted.Adaptation{Model: model, Column: a.column, Peers: a.rows, Unit: 1}
	var rows []int
	if h.Target != target.Curve && h.Target != target.Length {
		rows = a.table.Labelled(h.Target, a.table.All())
	}
	for _, i := range rows {
		in.Rows = append(in.Rows, a.table.X.Row(i)...)
		in.Y = append(in.Y, h.Transform.Forward(dataset.Label(h.Target, &a.table.Trials[i])))
	}
	if own := supported(h.Target, h.Transform, in.Y); own != nil && h.Clip != nil && !a.bounded(h.Target) {
		h.Clip = &artifacts.Range{Low: min(h.Clip.Low, own.Low), High: max(h.Clip.High, own.High)}
	}
	half := a.halfWidth(h.Target)
	if h.Transform != artifacts.Log {
		in.Unit = model.Deviation(a.rows)
	}
	if in.Noise = half / normal95; !(half > 0) {
		in.Noise = defaultNoise * in.Unit
	}
	got, fitted, err := adapted.Fit(ctx, in, stream.Seed(a.seed, "adapt"))
	if err != nil {
		return h, err
	}
	h.Predictor = got
	if len(rows) > 0 {
		a.say(h, model, in, fitted, half)
	} else if h.Target != target.Curve && h.Target != target.Length {
		a.out.Lines = append(a.out.Lines, fmt.Sprintf("No run says its %s: it is answered as the mean over the known "+
			"categories, and nothing tests that.", a.label(h.Target)))
	}
	return h, nil
}

const (
	normal95     = 1.96 // half width of 95 % in standard deviations of a normal distribution
	defaultNoise = 0.05 // of a run around its answer, where a bundle has no intervals
)

// halfWidths are the median half widths of the 95 % intervals around the answers for known configurations, of costs and
// the bundle's own targets, each on the scale on which it is learnt. A target without intervals has none.
func (a *adapting) halfWidths() map[target.Target]float64 {
	if !slices.Contains(a.old.Levels(), missLevel) {
		return nil
	}
	spec := a.old.Spec()
	all := map[target.Target][]float64{}
	var answer artifacts.Answer
	for _, c := range a.peers[:min(60, len(a.peers))] {
		if a.old.QueryInto(&answer, c, artifacts.Whole) != nil || a.old.Bounds(&answer, missLevel) != nil ||
			answer.Intervals == nil {
			continue
		}
		for _, t := range slices.Concat(target.Costs(), spec.Own.Names()) {
			_, low, high := answerOf(&answer, t)
			if d, _ := spec.Own.Of(t); d.Scale == target.Log {
				low, high = math.Log(low), math.Log(high)
			}
			if w := (high - low) / 2; w > 0 {
				all[t] = append(all[t], w)
			}
		}
	}
	out := map[target.Target]float64{}
	for t, ws := range all {
		out[t] = eval.Median(ws)
	}
	return out
}

// bounded says whether a target's scale has bounds of its own.
func (a *adapting) bounded(t target.Target) bool {
	d, _ := a.old.Spec().Own.Of(t)
	return d.Scale == target.Bounded
}

// halfWidth is that of a target; NaN without intervals.
func (a *adapting) halfWidth(t target.Target) float64 {
	if w, ok := a.halves[t]; ok {
		return w
	}
	return math.NaN()
}

// say keeps what is known of an adapted target, and by how much its intervals grow: so that they hold the errors of
// known categories that were left out beside what they held before, and, the more runs there are the more, the errors
// of the runs that were left out one by one.
func (a *adapting) say(h artifacts.Head, model *adapted.Model, in adapted.Adaptation, f adapted.Fitted, half float64) {
	t := report.AdaptedTarget{Target: h.Target, Label: a.label(h.Target), Runs: f.Runs,
		Log:     h.Transform == artifacts.Log,
		Weights: map[string]float64{}}
	if names := a.knownNames(); len(names) == len(f.Weights) {
		for d, w := range f.Weights {
			t.Weights[names[d]] = w
		}
	}
	before := model.MeanErrors(in.Rows, in.Y)
	off := func(xs []float64) float64 {
		x := eval.Median(absolute(xs))
		if t.Log {
			x = math.Exp(x) - 1
		}
		return x
	}
	t.Before, t.After, t.Factor = off(before), off(f.LeftOut), math.Exp(f.Offset)
	if len(f.Errors) > 0 {
		t.LeftOut = off(f.Errors)
	}
	wider := 1.0
	if half > 0 {
		wider = widerBy(half, f)
		t.Wider = wider
	}
	a.widths[h.Target] = wider
	a.out.Targets = append(a.out.Targets, t)
}

// widerBy is the factor of the intervals' width.
func widerBy(half float64, f adapted.Fitted) float64 {
	apart := 0.0
	if len(f.Errors) > 0 {
		apart = stat.Quantile(missLevel, stat.Empirical, slices.Sorted(slices.Values(f.Errors)), nil)
	} else {
		apart = half // with one known category: a guess, until the runs say more
	}
	wider := math.Sqrt(half*half+apart*apart) / half
	// what the runs say, of each as if it were normal: 1.96 standard deviations are the half width
	sum := 0.0
	for _, e := range f.LeftOut {
		z := normal95 * e / (half * wider)
		sum += z * z
	}
	const before = 10 // the prior counts as so many runs
	return max(1, wider*math.Sqrt((before+sum)/(before+float64(len(f.LeftOut)))))
}

func absolute(xs []float64) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = math.Abs(x)
	}
	return out
}

func (a *adapting) label(t target.Target) string {
	d, _ := a.old.Spec().Own.Of(t)
	return d.Label
}

// knownNames are the known categories in the order of their columns.
func (a *adapting) knownNames() (out []string) {
	space := a.old.Spec().Space
	for _, v := range space.Param(a.axis).Choices {
		out = append(out, v.String())
	}
	return out
}

// spec is that of before with the wider space, and intervals and support that know the new category.
func (a *adapting) spec(space features.Space) (artifacts.Spec, error) {
	spec := a.old.Spec()
	configs := append(slices.Clone(a.peers), configsOf(a.table)...)
	frame, err := a.encoder.Frame(configs)
	if err != nil {
		return spec, err
	}
	if spec.Support != nil {
		scales := map[string][2]float64{}
		for j, c := range spec.Encoder.Columns() {
			if c.Param != "" {
				scales[c.Param] = [2]float64{a.moves[j].Shift, a.moves[j].Scale}
			}
		}
		spec.Support = spec.Support.Adapted(frame, len(a.table.Trials), a.axis, space.Param(a.axis).Index(a.category),
			scales)
	}
	for _, list := range []*[]artifacts.TargetInterval{&spec.Intervals, &spec.Unseen.Intervals} {
		var out []artifacts.TargetInterval
		for _, t := range *list {
			w := interval.Wider{Column: a.column, Factor: a.wider(t.Target)}
			half := a.halfWidth(t.Target)
			for _, level := range t.Model.Levels() {
				z := distuv.UnitNormal.Quantile((1 + level) / 2)
				more := half / normal95 * z * (w.Factor - 1)
				if !(more >= 0) {
					more = 0
				}
				w.More = append(w.More, more)
			}
			if t.Model, err = t.Model.Adapted(len(a.encoder.Columns()), a.moves, w); err != nil {
				return spec, fmt.Errorf("intervals of %s: %w", t.Target, err)
			}
			out = append(out, t)
		}
		*list = out
	}
	spec.Space, spec.Encoder = space, nil
	spec.Notice = strings.TrimSpace(fmt.Sprintf("%s %s = %s was not trained on: its answers are adapted from %d runs.",
		spec.Notice, a.axis, a.category, a.out.Runs))
	return spec, nil
}

// untested is the factor of the intervals of a cost that no run of the new category says.
const untested = 3

// wider is by how much the intervals of a target grow: as those of the head that it follows from.
func (a *adapting) wider(t target.Target) float64 {
	if t == target.Curve {
		return 1
	}
	follows := map[target.Target]target.Target{target.EnergyTotal: target.EnergyPerEpoch,
		target.EnergyPerEpoch: target.EnergyTotal, target.TimeTotal: target.TimePerEpoch}
	for _, of := range []target.Target{t, follows[t]} {
		if w, ok := a.widths[of]; ok {
			return w
		}
	}
	return untested
}

func configsOf(t *dataset.Table) []features.Config {
	out := make([]features.Config, len(t.Trials))
	for i := range out {
		out[i] = t.Trials[i].Config.Config()
	}
	return out
}

// sayCurve says how well the curves of known categories fit those of the runs.
func (a *adapting) sayCurve(ctx context.Context) error {
	if a.old.Head(target.Curve) == nil {
		return nil
	}
	name := a.old.Spec().Metric.Name
	rows := a.table.Labelled(target.Curve, a.table.All())
	if len(rows) == 0 {
		a.out.Lines = append(a.out.Lines, "Curves of "+name+" are answered as the mean over the known categories: "+
			"what a network learns does not depend on the device. No run has a curve to test that.")
		return nil
	}
	p, err := Predict(ctx, a.table, a.out.Surrogate, rows, NoSpread)
	if err != nil {
		return err
	}
	var off []float64
	for k, i := range rows {
		c := a.table.Trials[i].Curve
		if n := len(c.Values); len(p.Curve[k]) == n {
			off = append(off, math.Abs(p.Curve[k][n-1]-c.Values[n-1]))
		}
	}
	a.out.Lines = append(a.out.Lines, fmt.Sprintf("Curves of %s are answered as the mean over the known categories, "+
		"and not adapted: their last value is off by %.3g on average (%d runs).", name, meanOf(off), len(off)))
	return nil
}

func meanOf(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x / float64(len(xs))
	}
	return sum
}
