package complete

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"eahas/models"
	"eahas/models/internal/curve"
)

const (
	places = 25    // of the planned run, before the ends of runs are added
	warp   = 100.0 // the constant c of the spacing log(1 + c share) / log(1 + c)
	ends   = 16    // ends of cut runs that become places of their own, at most
	rounds = 1000  // of expectation maximisation, at most
	ridge  = 2e-5  // added to every second moment, of increments in units of a usual run's range
	still  = 1e-9  // a change of the moments that is none
	points = 1000  // that a curve is continued by, at most
)

// Run is one curve and how far it was meant to go.
type Run struct {
	models.Curve
	Last float64 // the planned last epoch; a run whose curve reaches it is whole
}

// cut reports whether the run was to go on.
func (r *Run) cut() bool { return r.Last > r.Epochs[len(r.Epochs)-1] }

// share is the place of an epoch in the planned run: 0 at its first epoch, 1 at the planned last one.
func (r *Run) share(epoch float64) float64 {
	return curve.Unit(epoch, r.Epochs[0], max(r.Last, r.end()))
}

func (r *Run) end() float64 { return r.Epochs[len(r.Epochs)-1] }

// Curves returns the curves of the runs, each to its planned last epoch: those of whole runs as they are, those of cut
// ones with further points at the distance of their own. Hidden values lie within the range of all visible ones. The
// runs are not changed. Every curve must have a point and finite values.
func Curves(runs []Run) []models.Curve {
	out := make([]models.Curve, len(runs))
	cut := false
	for i := range runs {
		out[i] = runs[i].Curve
		cut = cut || runs[i].cut()
	}
	if !cut {
		return out
	}
	f := newField(runs)
	f.estimate()
	for i := range runs {
		if runs[i].cut() {
			out[i] = f.whole(i)
		}
	}
	return out
}

// field is the runs on places.
type field struct {
	runs      []Run
	at        []float64   // k shares, increasing from 0 to 1
	seen      []int       // of each run: how many places lie in its visible part, at least 1
	scale     []float64   // of each run: what its increments are divided by
	inc       [][]float64 // n x k: increments, the first of them 0, in units of the scale; 0 where not seen
	moments   *mat.SymDense
	low, high float64 // of all visible values
}

// newField lays the runs on places.
func newField(runs []Run) *field {
	n := len(runs)
	f := &field{runs: runs, at: placesOf(runs), seen: make([]int, n), scale: make([]float64, n),
		inc: make([][]float64, n), low: math.Inf(1), high: math.Inf(-1)}
	for i := range runs {
		low, high := slices.Min(runs[i].Values), slices.Max(runs[i].Values)
		f.low, f.high = min(f.low, low), max(f.high, high)
		f.scale[i] = min(high-low, math.MaxFloat64)
	}
	usual := usualRange(f.scale)
	for i := range runs {
		f.scale[i] = max(f.scale[i], usual)
		f.lay(i)
	}
	return f
}

// usualRange is the median of the ranges of runs that move at all; 1 where none does.
func usualRange(ranges []float64) float64 {
	var some []float64
	for _, r := range ranges {
		if r > 0 {
			some = append(some, r)
		}
	}
	if len(some) == 0 {
		return 1
	}
	slices.Sort(some)
	return some[len(some)/2]
}

// placesOf is a grid that is even in the logarithm of the share, with the ends of cut runs where they are few.
func placesOf(runs []Run) []float64 {
	at := make([]float64, 0, places+ends)
	for k := range places {
		at = append(at, math.Expm1(float64(k)/(places-1)*math.Log1p(warp))/warp)
	}
	at[places-1] = 1
	var last []float64
	for i := range runs {
		if runs[i].cut() {
			last = append(last, runs[i].share(runs[i].end()))
		}
	}
	slices.Sort(last)
	if last = slices.Compact(last); len(last) <= ends {
		at = append(at, last...)
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// lay fills in the increments of run i.
func (f *field) lay(i int) {
	r := &f.runs[i]
	end := r.share(r.end())
	f.inc[i] = make([]float64, len(f.at))
	before := 0.0 // values count from the first one
	for k, u := range f.at {
		if u > end {
			break
		}
		y := (r.value(u) - r.Values[0]) / f.scale[i]
		f.inc[i][k] = curve.Clip(y - before)
		before = y
		f.seen[i] = k + 1
	}
}

// value is the visible curve at a share of the run, linear between its points in the logarithm of the share.
func (r *Run) value(u float64) float64 {
	k, _ := slices.BinarySearchFunc(r.Epochs, u, func(e, u float64) int {
		switch s := r.share(e); {
		case s < u:
			return -1
		case s > u:
			return 1
		}
		return 0
	})
	if k == 0 || k == len(r.Epochs) {
		return r.Values[min(k, len(r.Epochs)-1)]
	}
	left, right := math.Log1p(warp*r.share(r.Epochs[k-1])), math.Log1p(warp*r.share(r.Epochs[k]))
	w := (math.Log1p(warp*u) - left) / (right - left)
	return r.Values[k-1]*(1-w) + r.Values[k]*w
}

// whole is the curve of run i to its planned last epoch.
func (f *field) whole(i int) models.Curve {
	r := &f.runs[i]
	m := len(r.Epochs)
	step := r.Last - r.end()
	if m > 1 {
		step = (r.end() - r.Epochs[0]) / float64(m-1)
	}
	n := int(min(math.Ceil((r.Last-r.end())/step-1e-9), points))
	step = (r.Last - r.end()) / float64(n)
	out := models.Curve{Epochs: slices.Clone(r.Epochs), Values: slices.Clone(r.Values)}
	path := f.path(i)
	from := f.along(path, r.share(r.end()))
	for k := 1; k <= n; k++ {
		e := r.end() + float64(k)*step
		if k == n {
			e = r.Last
		}
		y := r.Values[m-1] + f.scale[i]*(f.along(path, r.share(e))-from)
		out.Epochs, out.Values = append(out.Epochs, e), append(out.Values, max(f.low, min(f.high, y)))
	}
	return out
}

// path is run i at all places, what is hidden as expected, in units of its scale.
func (f *field) path(i int) []float64 {
	out := slices.Clone(f.inc[i])
	f.expect(f.seen[i]).apply(out)
	for k := 1; k < len(out); k++ {
		out[k] += out[k-1]
	}
	return out
}

// along is the path at a share, linear in its logarithm between places.
func (f *field) along(path []float64, u float64) float64 {
	k, found := slices.BinarySearch(f.at, u)
	if found || k == 0 {
		return path[k]
	}
	left, right := math.Log1p(warp*f.at[k-1]), math.Log1p(warp*f.at[k])
	w := (math.Log1p(warp*u) - left) / (right - left)
	return path[k-1]*(1-w) + path[k]*w
}
