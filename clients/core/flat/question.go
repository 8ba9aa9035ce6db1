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

// next reads one question into config, whose other members go.
func (r *reader) next(config features.Config, q *artifacts.Ask) error {
	head, ok := r.take(17)
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
	kind, ok := r.take(1)
	if !ok {
		return features.Value{}, errQuestion
	}
	switch kind[0] {
	case missing:
		return features.Value{}, nil
	case number:
		if b, ok := r.take(8); ok {
			return features.Number(math.Float64frombits(binary.LittleEndian.Uint64(b))), nil
		}
	case text:
		if n, ok := r.take(4); ok {
			if b, ok := r.take(int(binary.LittleEndian.Uint32(n))); ok {
				return r.text(b), nil
			}
		}
	}
	return features.Value{}, errQuestion
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
	if _, ok := r.take(17); !ok {
		return errQuestion
	}
	for range r.axes {
		kind, ok := r.take(1)
		if !ok {
			return errQuestion
		}
		size := 0
		switch kind[0] {
		case number:
			size = 8
		case text:
			n, ok := r.take(4)
			if !ok {
				return errQuestion
			}
			size = int(binary.LittleEndian.Uint32(n))
		}
		if _, ok := r.take(size); !ok {
			return errQuestion
		}
	}
	return nil
}
