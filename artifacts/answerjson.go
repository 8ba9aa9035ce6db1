package artifacts

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"

	"eahas/internal/nullable"
	"eahas/models/energy"
)

// AppendJSON appends the answer as one JSON object: what "eahas query -json" prints, what a server sends, and what
// json.Marshal gives. The names end in the unit (j, kwh, s; unit is the curve's), and what the surrogate does not know
// is left out; a number of a series that is not finite is null. With room in dst it does not allocate.
func (a *Answer) AppendJSON(dst []byte) []byte {
	return append(a.AppendMembers(append(dst, '{')), '}')
}

// AppendMembers appends the members of the object that AppendJSON appends, for an object that holds more: dst ends in
// its opening brace or in a member, and the caller closes it.
func (a *Answer) AppendMembers(dst []byte) []byte {
	m := members{b: dst}
	if a.Unit != "" {
		m.text("unit", a.Unit)
	}
	m.number("last_epoch", a.Last)
	m.series("epochs", a.Epochs)
	m.series("curve", a.Curve)
	if a.Clips > 0 {
		m.name("clips")
		m.b = strconv.AppendInt(m.b, int64(a.Clips), 10)
	}
	m.number("energy_per_epoch_j", a.EnergyPerEpoch)
	m.series("energy_j", a.Energy)
	m.number("energy_total_j", a.EnergyTotal)
	m.number("energy_total_kwh", energy.ToKWh(a.EnergyTotal))
	m.number("time_per_epoch_s", a.TimePerEpoch)
	m.series("time_s", a.Time)
	m.number("time_total_s", a.TimeTotal)
	m.number("inference_energy_j", a.InferenceEnergy)
	m.known(a)
	m.curves("curves", a.Curves)
	m.numbers("targets", a.Own)
	m.flag("extrapolates", a.Extrapolates)
	m.texts("outside_axes", a.OutsideAxes)
	if a.Synthetic {
		m.flag("synthetic", true)
	}
	if a.Intervals != nil {
		m.name("bounds")
		m.b = a.Intervals.appendJSON(m.b)
	}
	return m.b
}

// MarshalJSON gives what AppendJSON appends.
func (a Answer) MarshalJSON() ([]byte, error) { return a.AppendJSON(nil), nil }

// appendJSON appends the bounds as one object; those of a cost are a pair, low and high.
func (v *Intervals) appendJSON(dst []byte) []byte {
	m := members{b: append(dst, '{')}
	m.number("level", v.Level)
	if v.Unseen != "" {
		m.text("unseen", v.Unseen)
	}
	m.series("curve_low", v.CurveLow)
	m.series("curve_high", v.CurveHigh)
	m.pair("energy_per_epoch_j", v.EnergyLow, v.EnergyHigh)
	m.pair("energy_total_j", v.EnergyTotalLow, v.EnergyTotalHigh)
	m.pair("time_per_epoch_s", v.TimeLow, v.TimeHigh)
	m.pair("time_total_s", v.TimeTotalLow, v.TimeTotalHigh)
	m.pair("inference_energy_j", v.InferenceLow, v.InferenceHigh)
	if len(v.Curves) > 0 {
		m.name("curves")
		own := members{b: append(m.b, '{')}
		for _, b := range v.Curves {
			if len(b.Low) > 0 {
				own.name(string(b.Target))
				ends := members{b: append(own.b, '{')}
				ends.series("low", b.Low)
				ends.series("high", b.High)
				own.b = append(ends.b, '}')
			}
		}
		m.b = append(own.b, '}')
	}
	if len(v.Own) > 0 {
		m.name("targets")
		own := members{b: append(m.b, '{')}
		for _, b := range v.Own {
			own.pair(string(b.Target), b.Low, b.High)
		}
		m.b = append(own.b, '}')
	}
	return append(m.b, '}')
}

// appendGolden appends an answer's members as a golden answer has them: in base units without a word for it, every
// member always there, with null for an unknown number and an empty list for an unknown series.
func (a *Answer) appendGolden(dst []byte) []byte {
	m := members{b: dst, all: true}
	m.number("last", a.Last)
	m.series("epochs", a.Epochs)
	m.series("curve", a.Curve)
	m.number("energy_per_epoch", a.EnergyPerEpoch)
	m.number("energy_total", a.EnergyTotal)
	m.number("time_per_epoch", a.TimePerEpoch)
	m.number("time_total", a.TimeTotal)
	m.number("inference_energy", a.InferenceEnergy)
	m.known(a)
	m.curves("curves", a.Curves)
	m.numbers("targets", a.Own)
	m.flag("extrapolates", a.Extrapolates)
	m.texts("outside_axes", a.OutsideAxes)
	return m.b
}

// members writes the members of a JSON object one after the other. Its names need no escapes.
type members struct {
	b   []byte
	all bool // write what is unknown, too: numbers as null, series as empty lists
}

// name begins a member; the first of an object follows its brace, the others a comma.
func (m *members) name(name string) {
	if n := len(m.b); n > 0 && m.b[n-1] != '{' {
		m.b = append(m.b, ',')
	}
	m.b = append(append(append(m.b, '"'), name...), `":`...)
}

func (m *members) number(name string, x float64) {
	if m.all || nullable.Known(x) {
		m.name(name)
		m.b = nullable.AppendFloat(m.b, x)
	}
}

// numbers writes the answers for a bundle's own targets as an object; nothing where it has none.
func (m *members) numbers(name string, own []Number) {
	if len(own) == 0 {
		return
	}
	m.name(name)
	inner := members{b: append(m.b, '{'), all: m.all}
	for _, n := range own {
		inner.number(string(n.Target), n.Value)
	}
	m.b = append(inner.b, '}')
}

// curves writes the bundle's own curves as an object; nothing where it has none.
func (m *members) curves(name string, own []Series) {
	if len(own) == 0 {
		return
	}
	m.name(name)
	inner := members{b: append(m.b, '{'), all: true}
	for _, c := range own {
		inner.series(string(c.Target), c.Values)
	}
	m.b = append(inner.b, '}')
}

// known writes the known quantities as an object; nothing where there are none.
func (m *members) known(a *Answer) {
	if len(a.Known) == 0 {
		return
	}
	m.name("known")
	inner := members{b: append(m.b, '{'), all: m.all}
	for i, x := range a.Known {
		inner.number(a.space.Known[i].Name, x)
	}
	m.b = append(inner.b, '}')
}

func (m *members) series(name string, xs []float64) { list(m, name, xs, nullable.AppendFloat) }

// list writes a list, each element by add; an empty one only where all members are written.
func list[T any](m *members, name string, xs []T, add func([]byte, T) []byte) {
	if !m.all && len(xs) == 0 {
		return
	}
	m.name(name)
	m.b = append(m.b, '[')
	for i, x := range xs {
		if i > 0 {
			m.b = append(m.b, ',')
		}
		m.b = add(m.b, x)
	}
	m.b = append(m.b, ']')
}

// pair writes two numbers, unless one is NaN.
func (m *members) pair(name string, low, high float64) {
	if !math.IsNaN(low) && !math.IsNaN(high) {
		two := [2]float64{low, high}
		m.series(name, two[:])
	}
}

func (m *members) flag(name string, on bool) {
	m.name(name)
	m.b = strconv.AppendBool(m.b, on)
}

func (m *members) text(name, s string) {
	m.name(name)
	m.b = appendText(m.b, s)
}

func (m *members) texts(name string, xs []string) { list(m, name, xs, appendText) }

// appendText appends s as a JSON string, without the escapes of '<', '>' and '&' that pages of HTML need.
func appendText(dst []byte, s string) []byte {
	for _, c := range []byte(s) {
		if c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return appendEscaped(dst, s)
		}
	}
	return append(append(append(dst, '"'), s...), '"')
}

func appendEscaped(dst []byte, s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return append(dst, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}
