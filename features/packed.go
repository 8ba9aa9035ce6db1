package features

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"iter"
	"math"
	"slices"
	"strings"
	"unique"
)

// Packed is a configuration in little room, for logs of many trials: 24 bytes an axis, where a Config takes about 90.
// Names and texts are kept once for all of the process. Settings are in the order of their names; nobody changes them.
// The zero Packed has none.
type Packed []setting

// setting is the value of one axis: a text, or where text is the zero handle a number, which is NaN where the value is
// missing.
type setting struct {
	name, text unique.Handle[string]
	num        float64
}

// pack makes the setting of a name and a value.
func pack(name string, v Value) setting {
	s := setting{name: unique.Make(name), num: v.num}
	switch v.kind {
	case text:
		s.text = unique.Make(v.text)
	case missing:
		s.num = math.NaN()
	}
	return s
}

// value is what pack was given.
func (s setting) value() Value {
	if s.text != (unique.Handle[string]{}) {
		return Text(s.text.Value())
	}
	return Number(s.num)
}

// Pack packs a configuration.
func Pack(c Config) Packed {
	if len(c) == 0 {
		return nil
	}
	out := make(Packed, 0, len(c))
	for name, v := range c {
		out = append(out, pack(name, v))
	}
	slices.SortFunc(out, func(a, b setting) int { return strings.Compare(a.name.Value(), b.name.Value()) })
	return out
}

// Lookup returns the value of an axis; ok says whether there is one, which may be the missing value.
func (p Packed) Lookup(axis string) (v Value, ok bool) {
	for i := range p {
		if p[i].name.Value() == axis {
			return p[i].value(), true
		}
	}
	return Value{}, false
}

// Get returns the value of an axis, the missing value where there is none.
func (p Packed) Get(axis string) Value {
	v, _ := p.Lookup(axis)
	return v
}

// With returns the configuration in which the axis has this value.
func (p Packed) With(axis string, v Value) Packed {
	at, there := slices.BinarySearchFunc(p, axis, func(s setting, axis string) int {
		return strings.Compare(s.name.Value(), axis)
	})
	out := make(Packed, 0, len(p)+1)
	out = append(append(out, p[:at]...), pack(axis, v))
	if there {
		at++
	}
	return append(out, p[at:]...)
}

// All gives the axes, by name, with their values.
func (p Packed) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for _, s := range p {
			if !yield(s.name.Value(), s.value()) {
				return
			}
		}
	}
}

// Config returns the configuration as a map of its own.
func (p Packed) Config() Config { return p.Into(make(Config, len(p))) }

// Into fills a map, whose earlier content goes, with the configuration, and returns it.
func (p Packed) Into(c Config) Config {
	clear(c)
	for _, s := range p {
		c[s.name.Value()] = s.value()
	}
	return c
}

// Key is the Config's: see there.
func (p Packed) Key() string {
	var b strings.Builder
	for axis, v := range p.All() {
		writeKey(&b, axis, v)
	}
	return b.String()
}

// String is the key, for messages.
func (p Packed) String() string { return p.Key() }

// MarshalJSON writes what the Config's would.
func (p Packed) MarshalJSON() ([]byte, error) { return json.Marshal(p.Config()) }

// GobEncode writes each name, the kind of its value and the value, so that trials can be kept between stages of a run.
func (p Packed) GobEncode() ([]byte, error) {
	b := make([]byte, 0, 24*len(p))
	sized := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	for axis, v := range p.All() {
		sized(axis)
		b = append(b, byte(v.kind))
		switch v.kind {
		case number:
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v.num))
		case text:
			sized(v.text)
		}
	}
	return b, nil
}

var errPacked = errors.New("features: not an encoded configuration")

// GobDecode reads what GobEncode wrote.
func (p *Packed) GobDecode(b []byte) error {
	*p = nil
	sized := func() (string, bool) {
		n, k := binary.Uvarint(b)
		if k <= 0 || n > uint64(len(b)-k) {
			return "", false
		}
		s := string(b[k : k+int(n)])
		b = b[k+int(n):]
		return s, true
	}
	for len(b) > 0 {
		axis, ok := sized()
		if !ok || len(b) == 0 {
			return errPacked
		}
		kind := valueKind(b[0])
		b = b[1:]
		v := Value{}
		switch {
		case kind == missing:
		case kind == number && len(b) >= 8:
			v = Number(math.Float64frombits(binary.LittleEndian.Uint64(b)))
			b = b[8:]
		case kind == text:
			s, ok := sized()
			if !ok {
				return errPacked
			}
			v = Text(s)
		default:
			return errPacked
		}
		*p = append(*p, pack(axis, v))
	}
	*p = slices.Clip(*p)
	return nil
}
