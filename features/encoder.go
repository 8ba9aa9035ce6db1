package features

import (
	"fmt"
	"iter"
	"math"
	"slices"

	"eahas/features/graph"
)

// Encoder turns configurations into rows of a Frame. It depends on the space alone: numeric axes are scaled by their
// declared range to 0..1 (by log10 for kind log and for Log), ordinal numbers by their value and ordinal texts by
// their rank; a choice becomes a one-hot group, a graph the columns of package graph. A missing value and an inactive
// axis become NaN, in every column of the axis. With Space.DerivedColumns the derived quantities follow, and
// then the known ones. It is immutable and safe for concurrent use.
type Encoder struct {
	axes    []axis
	columns []Column
	derived *derivedColumns // nil when there are none
	known   *Space          // compiled; nil when it has no known quantities
	scales  []Scale         // of the known quantities
}

// axis is one compiled Param.
type axis struct {
	param  *Param
	parent int // index of the axis that the condition names; -1 without one
	col    int // first column
	scale  Scale
	graph  *graph.Encoder // of an axis of graphs, else nil
}

// NewEncoder compiles the space; the error wraps ErrSpace when the space is not valid.
func NewEncoder(s Space) (*Encoder, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	s.Params = slices.Clone(s.Params) // so that the caller may go on with its own
	e := new(Encoder)
	index := make(map[string]int, len(s.Params))
	for i := range s.Params {
		index[s.Params[i].Name] = i
	}
	group := 0
	for i := range s.Params {
		p := &s.Params[i]
		a := axis{param: p, parent: -1, col: len(e.columns), scale: p.Scale()}
		if p.When != nil {
			a.parent = index[p.When.Param]
		}
		switch p.Kind {
		case Choice:
			for _, v := range p.Choices {
				e.columns = append(e.columns, Column{Name: p.Name + "=" + v.String(), Param: p.Name,
					Category: v.String(), Group: group})
			}
			group++
		case Graph:
			a.graph = graph.NewEncoder(*p.Graph)
			for _, name := range a.graph.Names() {
				e.columns = append(e.columns, Column{Name: p.Name + "." + name, Param: p.Name, Group: -1})
			}
		default:
			e.columns = append(e.columns, Column{Name: p.Name, Param: p.Name, Group: -1})
		}
		e.axes = append(e.axes, a)
	}
	if s.DerivedColumns {
		e.derived = newDerivedColumns(&s)
		e.columns = append(e.columns, e.derived.columns...)
	}
	if len(s.Known) > 0 {
		if err := s.Compile(); err != nil {
			return nil, err
		}
		e.known = &s
		for i := range s.Known {
			e.columns = append(e.columns, Column{Name: s.Known[i].Name, Group: -1})
			e.scales = append(e.scales, s.Known[i].Scaling())
		}
	}
	return e, uniqueNames(e.columns)
}

func uniqueNames(cols []Column) error {
	seen := make(map[string]bool, len(cols))
	for _, c := range cols {
		if seen[c.Name] {
			return fmt.Errorf("%w: two columns would be called %q", ErrSpace, c.Name)
		}
		seen[c.Name] = true
	}
	return nil
}

// Columns returns the encoded columns. They must not be changed.
func (e *Encoder) Columns() []Column { return e.columns }

// Ways returns the way of encoding (graph.Ways) of each column of an axis of graphs, by the column's name; nil without
// such an axis, and without an encoder.
func (e *Encoder) Ways() map[string]string {
	if e == nil { // a table made by hand
		return nil
	}
	var out map[string]string
	for i := range e.axes {
		a := &e.axes[i]
		if a.graph == nil {
			continue
		}
		if out == nil {
			out = map[string]string{}
		}
		for j, way := range a.graph.Ways() {
			out[e.columns[a.col+j].Name] = way
		}
	}
	return out
}

// Encode writes the row of c into dst and returns it; dst is used when its capacity is at least len(Columns()), else
// a new slice is made. With room in dst it does not allocate, but for graphs. It does not check c against the space
// (Space.Check does): numbers outside the declared range fall outside 0..1, unknown axes are ignored, values of
// inactive axes count as missing. The error is an *OutOfSpaceError for values that have no column or no number: an
// unknown category, a text on a numeric axis, a number <= 0 under a logarithm.
func (e *Encoder) Encode(dst []float64, c Config) ([]float64, error) { return e.encode(dst, c, nil) }

// encode is Encode; what r holds is not found out again.
func (e *Encoder) encode(dst []float64, c Config, r *Reading) ([]float64, error) {
	if cap(dst) < len(e.columns) {
		dst = make([]float64, len(e.columns))
	}
	dst = dst[:len(e.columns)]
	for i := range e.axes {
		a := &e.axes[i]
		v := c[a.param.Name]
		if a.parent >= 0 && !v.IsMissing() && !e.active(i, c) {
			v = Value{}
		}
		if r != nil && a.graph != nil && !v.IsMissing() {
			a.graph.Encode(dst[a.col:a.col+len(a.graph.Names())], r.graphs[i])
			continue
		}
		if err := a.encode(dst[a.col:], v); err != nil {
			return nil, err
		}
	}
	behind := dst[:len(dst)-len(e.scales)] // the columns but those of known quantities
	if e.derived != nil {
		e.derived.encode(behind[len(behind)-len(e.derived.columns):], c)
	}
	if e.known != nil {
		if r != nil {
			copy(dst[len(behind):], r.Known)
		} else if _, err := e.known.KnownOf(behind, c); err != nil {
			return nil, err
		}
		for i, x := range dst[len(behind):] {
			dst[len(behind)+i] = e.scales[i].ofKnown(x)
		}
	}
	return dst, nil
}

// encode writes the columns of the axis, the first ones of dst.
func (a *axis) encode(dst []float64, v Value) (err error) {
	switch a.param.Kind {
	case Choice:
		return a.oneHot(dst[:len(a.param.Choices)], v)
	case Graph:
		return a.graphColumns(dst[:len(a.graph.Names())], v)
	}
	dst[0], err = a.number(v)
	return err
}

// active follows the conditions of axis i upwards.
func (e *Encoder) active(i int, c Config) bool {
	for e.axes[i].parent >= 0 {
		when := e.axes[i].param.When
		if v := c[when.Param]; v.IsMissing() || !holds(when, v) {
			return false
		}
		i = e.axes[i].parent
	}
	return true
}

func (a *axis) oneHot(dst []float64, v Value) error {
	fill := 0.0
	if v.IsMissing() {
		fill = math.NaN()
	}
	for j := range dst {
		dst[j] = fill
	}
	if v.IsMissing() {
		return nil
	}
	j := a.param.Index(v)
	if j < 0 {
		return &OutOfSpaceError{Axis: a.param.Name, Value: v, Reason: a.param.check(v)}
	}
	dst[j] = 1
	return nil
}

func (a *axis) number(v Value) (float64, error) {
	if v.IsMissing() {
		return math.NaN(), nil
	}
	var x float64
	if a.scale.Ranks {
		j := a.param.Index(v)
		if j < 0 {
			return 0, &OutOfSpaceError{Axis: a.param.Name, Value: v, Reason: a.param.check(v)}
		}
		x = float64(j)
	} else {
		var ok bool
		if x, ok = v.ReadFloat(); !ok {
			return 0, &OutOfSpaceError{Axis: a.param.Name, Value: v, Reason: a.param.check(v)}
		}
	}
	if a.scale.Log && x <= 0 && !(a.scale.Zero && x == 0) {
		return 0, &OutOfSpaceError{Axis: a.param.Name, Value: v,
			Reason: "not positive; allowed is " + a.param.Allowed()}
	}
	return a.scale.Of(x), nil
}

// Frame encodes n configurations into a frame of n rows. The error names the first configuration that does not encode.
func (e *Encoder) Frame(configs []Config) (Frame, error) {
	return e.FrameOf(len(configs), slices.Values(configs))
}

// FrameOf is Frame of n configurations, each of which is done with when the next one comes.
func (e *Encoder) FrameOf(n int, configs iter.Seq[Config]) (Frame, error) {
	p, i := len(e.columns), 0
	f := Frame{Columns: slices.Clone(e.columns), N: n, Data: make([]float64, n*p)}
	for c := range configs {
		if _, err := e.Encode(f.Data[i*p:i*p:(i+1)*p], c); err != nil {
			return Frame{}, fmt.Errorf("configuration %d: %w", i, err)
		}
		i++
	}
	return f, nil
}
