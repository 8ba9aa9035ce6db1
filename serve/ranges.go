package serve

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"

	"eahas/features"
)

// rangePoints is how many values of an axis are tried to find where it is valid.
const rangePoints = 400

// rangesReply is what /v1/bundles/{name}/ranges answers.
type rangesReply struct {
	Valid bool `json:"valid"` // the configuration belongs to the space
	// where each active numeric axis may lie, the others as they are; an axis that no value makes valid is left out
	Axes []axisRange `json:"axes"`
	// the valid configuration that differs in one axis, by the least of its range; null where none does, or none has to
	Nearest features.Config `json:"nearest"`
}

type axisRange struct {
	Axis string  `json:"axis"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// ranges says which values each axis of a configuration may take, the others as they are. The parameters of the address
// are the axes.
func (s *Server) ranges(w *reply, q *http.Request) {
	b, err := s.bundle(w, q)
	if err != nil {
		s.refuseError(w, err)
		return
	}
	space := b.surrogate.Spec().Space
	c := features.Config{}
	for name, values := range q.URL.Query() {
		if len(values) != 1 || space.Param(name) == nil {
			s.refuseError(w, fmt.Errorf("%w: %.100q is no axis, or is given twice", ErrRequest, name))
			return
		}
		c[name] = features.Text(values[0])
	}
	out, err := json.Marshal(rangesOf(&space, space.Canonical(c)))
	if err != nil {
		s.refuseError(w, err)
		return
	}
	w.Header()["Content-Type"] = jsonKind
	s.send(w, q, append(out, '\n'), nil)
}

// rangesOf tries the values of one axis after the other.
func rangesOf(space *features.Space, c features.Config) rangesReply {
	out := rangesReply{Valid: space.Check(c) == nil, Axes: []axisRange{}}
	nearest := math.Inf(1)
	for i := range space.Params {
		p := &space.Params[i]
		if !space.Active(p.Name, c) {
			continue
		}
		own, scale := c[p.Name], p.Scale()
		found := axisRange{p.Name, math.Inf(1), math.Inf(-1)}
		for _, v := range tried(p) {
			c[p.Name] = v
			if space.Check(c) != nil {
				continue
			}
			away := 1.0 // another choice is as far as the whole range
			if x, ok := v.ReadFloat(); ok && p.Numeric() {
				found.Low, found.High = min(found.Low, x), max(found.High, x)
				if y, known := own.ReadFloat(); known {
					away = math.Abs(scale.Of(x) - scale.Of(y))
				}
			}
			if !out.Valid && (away < nearest || math.IsNaN(away) && out.Nearest == nil) {
				nearest = away
				out.Nearest = features.Config{}
				for name, value := range c {
					out.Nearest[name] = value
				}
			}
		}
		if c[p.Name] = own; own.IsMissing() {
			delete(c, p.Name)
		}
		if found.High >= found.Low {
			out.Axes = append(out.Axes, found)
		}
	}
	return out
}

// tried are the values of an axis, or evenly many of them.
func tried(p *features.Param) []features.Value {
	all := p.Values()
	if len(all) > rangePoints {
		out := make([]features.Value, rangePoints)
		for k := range out {
			out[k] = all[k*(len(all)-1)/(rangePoints-1)]
		}
		return out
	}
	if all != nil || !p.Numeric() {
		return all
	}
	var out []features.Value
	if p.Zero {
		out = append(out, features.Number(0))
	}
	for k := range rangePoints {
		t := float64(k) / (rangePoints - 1)
		x := p.Low + t*(p.High-p.Low)
		if p.Logarithmic() {
			x = p.Low * math.Pow(p.High/p.Low, t)
		}
		out = append(out, features.Number(min(p.High, max(p.Low, x))))
	}
	return out
}
