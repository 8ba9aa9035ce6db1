package serve

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"eahas/artifacts"
	"eahas/features"
)

// request is the body of a query: exactly one of Config and Configs.
type request struct {
	Config  features.Config   `json:"config"`
	Configs []features.Config `json:"configs"`
	UpTo    *float64          `json:"up_to"` // series up to this epoch; absent or null: the whole run
}

// work is the memory of one request, reused by the next.
type work struct {
	body   bytes.Buffer
	answer artifacts.Answer
	out    []byte
}

// Memory above these sizes is not kept for the next request.
const (
	keepBytes  = 1 << 18
	keepEpochs = 1 << 13
)

func (s *Server) release(k *work) {
	if k.body.Cap() <= keepBytes && cap(k.out) <= keepBytes && cap(k.answer.Epochs) <= keepEpochs {
		s.pool.Put(k)
	}
}

func (s *Server) query(w http.ResponseWriter, q *http.Request) {
	b := s.byName[q.PathValue("name")]
	if b == nil {
		s.refuseError(w, fmt.Errorf("%w: %q", ErrUnknownBundle, q.PathValue("name")))
		return
	}
	k := s.pool.Get().(*work)
	defer s.release(k)
	r, err := s.read(k, w, q)
	if err != nil {
		s.refuseError(w, err)
		return
	}
	upTo := artifacts.Whole
	if r.UpTo != nil {
		upTo = *r.UpTo
	}
	if r.Configs != nil {
		s.batch(w, q, b, k, r.Configs, upTo)
		return
	}
	if err := s.answer(b, k, r.Config, upTo); err != nil {
		s.refuseError(w, err)
		return
	}
	k.out = append(k.answer.AppendJSON(k.out[:0]), '\n')
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(k.out)))
	_, _ = w.Write(k.out) // the client may be gone
}

// read takes the body apart.
func (s *Server) read(k *work, w http.ResponseWriter, q *http.Request) (request, error) {
	var r request
	if q.ContentLength > s.options.MaxBody {
		w.Header().Set("Connection", "close") // the body is not read
		return r, fmt.Errorf("%w: a body of %d bytes, at most %d are read", ErrTooLarge, q.ContentLength, s.options.MaxBody)
	}
	k.body.Reset()
	if _, err := k.body.ReadFrom(http.MaxBytesReader(w, q.Body, s.options.MaxBody)); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return r, fmt.Errorf("%w: the body has more than %d bytes", ErrTooLarge, s.options.MaxBody)
		}
		return r, fmt.Errorf("%w: the body cannot be read: %w", ErrRequest, err)
	}
	d := json.NewDecoder(&k.body)
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, fmt.Errorf("%w: the body is not as asked for: %w", ErrRequest, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return r, fmt.Errorf("%w: something follows the object", ErrRequest)
	}
	switch {
	case (r.Config == nil) == (r.Configs == nil):
		return r, fmt.Errorf(`%w: wanted {"config": {…}} or {"configs": [{…}, …]}`, ErrRequest)
	case len(r.Configs) > s.options.MaxBatch:
		return r, fmt.Errorf("%w: %d configurations, at most %d in one request", ErrTooLarge, len(r.Configs), s.options.MaxBatch)
	}
	return r, nil
}

// answer queries into k.answer and counts.
func (s *Server) answer(b *served, k *work, c features.Config, upTo float64) error {
	err := b.surrogate.QueryInto(&k.answer, c, upTo)
	if n := len(k.answer.Epochs); err == nil && n > s.options.MaxPoints {
		err = fmt.Errorf("%w: %d epochs in one answer, at most %d; ask for fewer with up_to", ErrTooLarge, n, s.options.MaxPoints)
	}
	b.counts.add(err, k.answer.Extrapolates)
	return err
}

// flushAt is how many bytes of a batch are gathered before they are written.
const flushAt = 1 << 16

// batch answers each configuration in its place. The code is 200 even when some are refused.
func (s *Server) batch(w http.ResponseWriter, q *http.Request, b *served, k *work, configs []features.Config, upTo float64) {
	w.Header().Set("Content-Type", "application/json")
	k.out = append(k.out[:0], `{"answers":[`...)
	for i, c := range configs {
		if i > 0 {
			k.out = append(k.out, ',')
		}
		if err := s.answer(b, k, c, upTo); err != nil {
			k.out = appendRefusal(k.out, err)
		} else {
			k.out = k.answer.AppendJSON(k.out)
		}
		if len(k.out) >= flushAt {
			if _, err := w.Write(k.out); err != nil || q.Context().Err() != nil {
				return // the client is gone
			}
			k.out = k.out[:0]
		}
	}
	_, _ = w.Write(append(k.out, "]}\n"...))
}

func (s *Server) refuseError(w http.ResponseWriter, err error) {
	s.refuse(w, status(err), err, axisOf(err))
}

func appendRefusal(b []byte, err error) []byte {
	text, _ := json.Marshal(refusal{err.Error(), axisOf(err)}) // two strings always marshal
	return append(b, text...)
}
