package arrowio

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"eahas/trial"
)

// minPoints is the least number of points of a curve in a log whose longest curve has as many. Where all are shorter,
// they are what was measured.
const minPoints = 3

// What a curve may hold: the squares of its values are added up, and an answer lists every epoch.
const (
	maxMetric = 1e100
	maxEpochs = 1 << 20 // artifacts.MaxPoints
)

// problem is why a part of a row cannot be used.
type problem struct {
	column, value, reason string
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// tally counts what decides whether a declared unit can be true of a whole mapping.
type tally struct {
	curves   int     // with a share unit
	tooLarge int     // fractions above 1
	percent  int     // curves declared percent
	highest  float64 // among those
	powers   int     // energies whose mean power is known
	insane   int     // outside minWatts..maxWatts
	example  string  // of an insane one
}

func (t *tally) add(o tally) {
	t.curves += o.curves
	t.tooLarge += o.tooLarge
	t.percent += o.percent
	t.highest = max(t.highest, o.highest)
	t.powers += o.powers
	t.insane += o.insane
	if t.example == "" {
		t.example = o.example
	}
}

// check says which declared unit cannot be true.
func (t *tally) check(p *plan) error {
	if p.curve != nil {
		if 2*t.tooLarge > t.curves {
			return fmt.Errorf("%s: %w: curve %q is declared a fraction, but %d of %d curves have values above 1; is "+
				"it percent?",
				p.at, ErrUnit, p.curve.Column, t.tooLarge, t.curves)
		}
		if t.percent > 0 && t.highest <= 1 {
			return fmt.Errorf("%s: %w: curve %q is declared percent, but no value of %d curves is above 1; is it a "+
				"fraction?",
				p.at, ErrUnit, p.curve.Column, t.percent)
		}
	}
	if 2*t.insane > t.powers {
		return fmt.Errorf("%s: %w: energy / time gives a mean power outside %g to %g W for %d of %d trials (%s); "+
			"check the units of energy and time",
			p.at, ErrUnit, minWatts, maxWatts, t.insane, t.powers, t.example)
	}
	return nil
}

// checkEpochs finds the first epoch that is none, or that does not follow the one before.
func (c *curvePlan) checkEpochs(epochs []float64) *problem {
	for i, e := range epochs {
		if !isFinite(e) {
			return &problem{c.Epochs.Column, number(e), fmt.Sprintf("curve: point %d has no epoch", i)}
		}
		if i > 0 && !(e > epochs[i-1]) {
			return &problem{c.Epochs.Column, number(e),
				fmt.Sprintf("curve: epochs must increase, point %d has %v after %v", i, e, epochs[i-1])}
		}
	}
	return nil
}

// build makes the curve of m epochs and values in the column's unit; it may change both slices. A curve that cannot be
// used is a problem; then the curve is empty.
func (c *curvePlan) build(epochs, values []float64, factor float64, t *tally) (trial.Curve, []trial.Note, *problem) {
	fail := func(column, value, format string, args ...any) (trial.Curve, []trial.Note, *problem) {
		return trial.Curve{}, nil, &problem{column, value, "curve: " + fmt.Sprintf(format, args...)}
	}
	if bad := c.checkEpochs(epochs); bad != nil {
		return trial.Curve{}, nil, bad
	}
	if len(values) == 0 {
		return fail(c.Column, "", "empty")
	}
	if last, n := epochs[len(epochs)-1], gridPoints(epochs); n > maxEpochs {
		return fail(c.Epochs.Column, number(last), "%g epochs, more than %d; count in larger steps", n, maxEpochs)
	}
	epochs, values, notes, bad := c.finite(epochs, values)
	if bad != "" {
		return fail(c.Column, bad, "%s", map[bool]string{true: "no finite point",
			false: "non-finite point (nonfinite: reject)"}[len(values) == 0])
	}
	for i, x := range values {
		if math.Abs(x) > maxMetric {
			return fail(c.Column, number(x), "a value beyond %g at epoch %g; nonfinite: cap takes such for diverged",
				float64(maxMetric), epochs[i])
		}
	}
	if c.share {
		if p := c.checkShare(values, factor, t); p != nil {
			return trial.Curve{}, nil, p
		}
	}
	for i := range values {
		values[i] *= factor
		if c.share { // rounding of the conversion only
			values[i] = min(max(values[i], 0), 100)
		}
	}
	return trial.Curve{Epochs: epochs, Values: values}, notes, nil
}

// gridPoints is how many epochs there are from the first to the last in steps of the smallest distance between two.
func gridPoints(epochs []float64) float64 {
	step := math.Inf(1)
	for i := 1; i < len(epochs); i++ {
		step = min(step, epochs[i]-epochs[i-1])
	}
	return (epochs[len(epochs)-1]-epochs[0])/step + 1
}

// finite deals with NaN, infinities and points above the cap. A non-empty bad says that the curve is rejected (with
// values empty when no point is finite).
func (c *curvePlan) finite(epochs, values []float64) (e, v []float64, notes []trial.Note, bad string) {
	if c.Nonfinite == "cap" {
		notes = c.clip(values)
	}
	first := slices.IndexFunc(values, func(x float64) bool { return !isFinite(x) })
	if first < 0 {
		return epochs, values, notes, ""
	}
	worst, nbad := epochs[first], 0
	bad = number(values[first])
	for _, x := range values {
		if !isFinite(x) {
			nbad++
		}
	}
	note := func(kind string) {
		notes = append(notes, trial.Note{Kind: kind,
			Detail: fmt.Sprintf("%d of %d points of %s, the first (%s) at epoch %v", nbad, len(values), c.Column, bad,
				worst)})
	}
	all := nbad == len(values)
	switch {
	case c.Nonfinite == "cap":
		for i, x := range values {
			if !isFinite(x) {
				values[i] = c.cap
			}
		}
		note(NoteCapped)
		if all {
			note(NoteAllCapped)
		}
		return epochs, values, notes, ""
	case all:
		return epochs[:0], values[:0], nil, bad
	case c.Nonfinite == "reject":
		return epochs, values, nil, bad
	}
	n := c.closeGaps(epochs, values)
	if c.Nonfinite == "hold" {
		note(NoteHeld)
	}
	if n < len(values) {
		note(NoteDropped)
	}
	return epochs[:n], values[:n], notes, ""
}

// clip brings finite values above the cap down to it.
func (c *curvePlan) clip(values []float64) (notes []trial.Note) {
	clipped := 0
	for i, x := range values {
		if isFinite(x) && x > c.cap {
			values[i] = c.cap
			clipped++
		}
	}
	if clipped > 0 {
		notes = append(notes, trial.Note{Kind: NoteClipped, Detail: fmt.Sprintf("%d of %d points of %s above %v",
			clipped, len(values), c.Column, c.cap)})
	}
	return notes
}

// isFinite reports whether x is neither NaN nor infinite.
func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// closeGaps drops the points that are not finite (drop), or gives them the last finite value, and drops those before
// the first one (hold). It returns how many points are left at the beginning of both slices.
func (c *curvePlan) closeGaps(epochs, values []float64) int {
	last, hasLast, n := 0.0, false, 0
	for i, x := range values {
		if isFinite(x) {
			last, hasLast = x, true
		} else if c.Nonfinite == "drop" || !hasLast {
			continue
		}
		epochs[n], values[n] = epochs[i], last
		n++
	}
	return n
}

// checkShare compares accuracies and errors with the range of their unit.
func (c *curvePlan) checkShare(values []float64, factor float64, t *tally) *problem {
	t.curves++
	lo, hi := values[0], values[0]
	for _, x := range values {
		lo, hi = min(lo, x), max(hi, x)
	}
	const slack = 1e-6 // of sums in single precision
	full := 100 / factor
	if factor == 1 {
		t.percent++
		t.highest = max(t.highest, hi)
	}
	switch {
	case lo < -slack*full:
		return &problem{c.Column, number(lo), "curve: " + c.Kind + " below 0"}
	case hi > full*(1+slack) && factor == 100:
		t.tooLarge++
		return &problem{c.Column, number(hi), "curve: a fraction above 1; mixed units?"}
	case hi > full*(1+slack):
		return &problem{c.Column, number(hi), "curve: above 100 percent"}
	}
	return nil
}
