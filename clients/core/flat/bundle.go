package flat

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"eahas/artifacts"
	"eahas/artifacts/export/archive"
	"eahas/features"
	"eahas/internal/par"
)

// chunk is how many questions a worker takes at once.
const chunk = 16

// Bundle answers from one bundle. It is safe for concurrent use.
type Bundle struct {
	surrogate *artifacts.Surrogate
	axes      []string
	desks     sync.Pool // of *desk
}

// desk is what one worker needs for one question after the other.
type desk struct {
	answer artifacts.Answer
	config features.Config
	seen   map[string]features.Value
}

// Open reads the bundle at path, a folder or the file that archive.Pack wrote, with the checks and errors of
// artifacts.Open and archive.Unpack.
func Open(path string) (*Bundle, error) {
	s, err := open(path)
	if err != nil {
		return nil, err
	}
	b := &Bundle{surrogate: s}
	for _, p := range s.Spec().Space.Params {
		b.axes = append(b.axes, p.Name)
	}
	b.desks.New = func() any {
		return &desk{config: features.Config{}, seen: map[string]features.Value{}}
	}
	return b, nil
}

func open(path string) (s *artifacts.Surrogate, err error) {
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return artifacts.Open(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	tmp, err := os.MkdirTemp("", "eahas-core-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	dir := filepath.Join(tmp, "bundle")
	if err := archive.Unpack(f, dir); err != nil {
		return nil, err
	}
	return artifacts.Open(dir)
}

// Ask answers n questions, with bounds at the given level (0: none), on up to so many workers (0: one a processor), and
// appends the answers to dst in the questions' order. A configuration that is refused, or fails otherwise, has the head
// of none. It returns an error where the bytes are not n questions, and artifacts.ErrLevel where there is no such
// level.
func (b *Bundle) Ask(dst []float64, questions []byte, n int, level float64, workers int) ([]float64, error) {
	if err := b.surrogate.CheckLevel(level); err != nil {
		return dst, err
	}
	if n <= chunk {
		return b.ask(dst, questions, n, level)
	}
	parts, err := b.split(questions, n)
	if err != nil {
		return dst, err
	}
	answers, errs := make([][]float64, len(parts)), make([]error, len(parts))
	par.For(len(parts), workers, func(i int) {
		answers[i], errs[i] = b.ask(nil, parts[i], min(chunk, n-i*chunk), level)
	})
	for _, a := range answers {
		dst = append(dst, a...)
	}
	return dst, errors.Join(errs...)
}

// ask answers n questions one after the other. A panic is an error here: it would end the process that has loaded the
// library.
func (b *Bundle) ask(dst []float64, questions []byte, n int, level float64) (_ []float64, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("flat: panic: %v", p)
		}
	}()
	d := b.desks.Get().(*desk)
	defer b.desks.Put(d)
	r := reader{axes: b.axes, left: questions, seen: d.seen}
	q := artifacts.Ask{}
	for range n {
		if err := r.next(d.config, &q); err != nil {
			return dst, err
		}
		q.Level = level
		if err := b.surrogate.AskInto(&d.answer, d.config, q, 0); err != nil {
			dst = appendNone(dst, err)
			continue
		}
		dst = appendAnswer(dst, &d.answer, b.axes)
	}
	if len(r.left) > 0 {
		return dst, errQuestion
	}
	return dst, nil
}

// split cuts n questions into chunks.
func (b *Bundle) split(questions []byte, n int) ([][]byte, error) {
	var out [][]byte
	r := reader{axes: b.axes, left: questions}
	begin := questions
	for i := range n {
		if i > 0 && i%chunk == 0 {
			out = append(out, begin[:len(begin)-len(r.left)])
			begin = r.left
		}
		if err := r.skip(); err != nil {
			return nil, err
		}
	}
	return append(out, begin), nil
}
