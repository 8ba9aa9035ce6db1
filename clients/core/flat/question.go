package flat

import (
	"encoding/binary"
	"errors"
	"math"

	"eahas/artifacts"
	"eahas/features"
)

// errQuestion is what a question that is none leads to: the two sides do not fit.
var errQuestion = errors.New("flat: the bytes are no question")

// questionHead is how many bytes of a question come before the axes.
const questionHead = 8 + 1 + 8

const (
	missing = iota
	number
	text
)

// reader takes questions from the front of bytes.
type reader struct {
	axes []string
	left []byte
	seen map[string]features.Value // texts, so that one that comes again is not made again
}

// mostTexts bounds what a reader remembers.
const mostTexts = 1024

// next reads one question into q and into config, of which it sets every axis.
func (r *reader) next(config features.Config, q *artifacts.Ask) error {
	head, ok := r.take(questionHead)
	if !ok || head[8] > 1 {
		return errQuestion
	}
	q.UpTo = math.Float64frombits(binary.LittleEndian.Uint64(head))
	q.Sample, q.Seed = head[8] == 1, binary.LittleEndian.Uint64(head[9:])
	for _, name := range r.axes {
		v, err := r.value()
		if err != nil {
			return err
		}
		config[name] = v
	}
	return nil
}

func (r *reader) value() (features.Value, error) {
	kind, b, ok := r.field()
	switch {
	case !ok:
		return features.Value{}, errQuestion
	case kind == number:
		return features.Number(math.Float64frombits(binary.LittleEndian.Uint64(b))), nil
	case kind == text:
		return r.text(b), nil
	}
	return features.Value{}, nil
}

// field takes a value: its kind, and the bytes of a number or a text.
func (r *reader) field() (kind byte, b []byte, ok bool) {
	k, ok := r.take(1)
	if !ok {
		return 0, nil, false
	}
	switch k[0] {
	case missing:
	case number:
		b, ok = r.take(8)
	case text:
		var n []byte
		if n, ok = r.take(4); ok {
			b, ok = r.take(int(binary.LittleEndian.Uint32(n)))
		}
	default:
		ok = false
	}
	return k[0], b, ok
}

func (r *reader) text(b []byte) features.Value {
	if v, ok := r.seen[string(b)]; ok {
		return v
	}
	v := features.Text(string(b))
	if len(r.seen) < mostTexts {
		r.seen[string(b)] = v
	}
	return v
}

func (r *reader) take(n int) ([]byte, bool) {
	if n < 0 || n > len(r.left) {
		return nil, false
	}
	b := r.left[:n:n]
	r.left = r.left[n:]
	return b, true
}

// skip takes one question without reading it.
func (r *reader) skip() error {
	if _, ok := r.take(questionHead); !ok {
		return errQuestion
	}
	for range r.axes {
		if _, _, ok := r.field(); !ok {
			return errQuestion
		}
	}
	return nil
}
