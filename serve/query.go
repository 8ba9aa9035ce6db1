package serve

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"eahas/artifacts"
	"eahas/features"
)

// work is the memory of one request, reused by the next.
type work struct {
	body   bytes.Buffer
	parser parser
	answer artifacts.Answer
	out    []byte
}

// Memory above these sizes is not kept for the next request.
const (
	keepBytes  = 1 << 18
	keepEpochs = 1 << 13
	keepMaps   = 1 << 10
)

// largeBody is the size above which a body needs one of the slots for large ones, so that many connections cannot fill
// the memory.
const largeBody = 1 << 16

func (s *Server) release(k *work) {
	if k.body.Cap() <= keepBytes && cap(k.out) <= keepBytes && cap(k.answer.Epochs) <= keepEpochs &&
		len(k.parser.maps) <= keepMaps {
		s.work.Put(k)
	}
}

func (s *Server) query(w *reply, q *http.Request) {
	b, err := s.bundle(w, q)
	if err != nil {
		s.refuseError(w, err)
		return
	}
	k := s.work.Get().(*work)
	defer s.release(k)
	large, err := s.readBody(k, w, q)
	if large {
		defer func() { <-s.large }()
	}
	if err != nil {
		s.refuseError(w, err)
		return
	}
	known, keep := b.kept.find(b, k.body.Bytes())
	if known != nil {
		b.counts.add(nil, known.extrapolates)
		w.Header()["Content-Type"] = jsonKind
		s.send(w, q, known.answer, known.length)
		return
	}
	if !s.slot() {
		s.refuseError(w, ErrBusy)
		return
	}
	r, err := k.parser.parse(k.body.Bytes(), b.words, s.options.MaxBatch)
	if err == nil {
		err = b.surrogate.CheckLevel(r.ask.Level)
	}
	switch {
	case err == nil && r.configs != nil:
		s.batch(w, q, b, k, r) // gives the slot back
		return
	case err == nil:
		err = s.answer(b, k, r.config, r.ask, 0)
	}
	if err == nil {
		k.out = append(k.answer.AppendJSON(k.out[:0]), '\n')
		if keep {
			b.kept.add(b, k.body.Bytes(), k.out, k.answer.Extrapolates)
		}
	}
	s.unslot() // whoever reads slowly holds none
	if err != nil {
		s.refuseError(w, err)
		return
	}
	w.Header()["Content-Type"] = jsonKind
	s.send(w, q, k.out, nil)
}

// readBody reads the body, at most MaxBody bytes, while the connection counts as one that waits for its client. large
// says that one of the slots for large bodies is held, also with an error.
func (s *Server) readBody(k *work, w *reply, q *http.Request) (large bool, err error) {
	if q.ContentLength > s.options.MaxBody {
		w.Header().Set("Connection", "close") // the body is not read
		return false, fmt.Errorf("%w: a body of %d bytes, at most %d are read", ErrTooLarge, q.ContentLength,
			s.options.MaxBody)
	}
	s.reading.Add(1)
	w.conn.wait()
	defer func() {
		w.conn.resume()
		s.reading.Add(-1)
	}()
	k.body.Reset()
	body := q.Body
	if q.ContentLength < 0 {
		body = http.MaxBytesReader(w.ResponseWriter, q.Body, s.options.MaxBody)
	}
	for {
		if k.body.Len() > largeBody && !large {
			select {
			case s.large <- struct{}{}:
				large = true
			default:
				return false, ErrBusy
			}
		}
		k.body.Grow(bytes.MinRead)
		free := k.body.AvailableBuffer()
		n, err := body.Read(free[:cap(free)])
		_, _ = k.body.Write(free[:n]) // never fails
		if err == nil {
			continue
		}
		var tooMuch *http.MaxBytesError
		switch {
		case err == io.EOF:
			return large, nil
		case errors.As(err, &tooMuch):
			return large, fmt.Errorf("%w: the body has more than %d bytes", ErrTooLarge, s.options.MaxBody)
		case errors.Is(err, os.ErrDeadlineExceeded):
			w.Header().Set("Connection", "close")
			return large, fmt.Errorf("%w: %d bytes of the body in that time", ErrSlow, k.body.Len())
		}
		return large, fmt.Errorf("%w: the body cannot be read: %w", ErrRequest, err)
	}
}

// answer queries into k.answer and counts.
func (s *Server) answer(b *served, k *work, c features.Config, ask artifacts.Ask, number int) error {
	err := b.surrogate.AskInto(&k.answer, c, ask, number)
	if n := len(k.answer.Epochs); err == nil && n > s.options.MaxPoints {
		err = fmt.Errorf("%w: %d epochs in one answer, at most %d; ask for fewer with up_to", ErrTooLarge, n,
			s.options.MaxPoints)
	}
	b.counts.add(err, k.answer.Extrapolates)
	return err
}

// flushAt is how many bytes of a batch are gathered before they are written.
const flushAt = 1 << 16

// batch answers each configuration in its place. The code is 200 even when some are refused. The slot that the caller
// has taken is given back while a piece is written, and at the end.
func (s *Server) batch(w *reply, q *http.Request, b *served, k *work, r request) {
	w.Header()["Content-Type"] = jsonKind
	k.out = append(k.out[:0], `{"answers":[`...)
	var z *gzip.Writer
	pieces := 0
	for i, c := range r.configs {
		if i > 0 {
			k.out = append(k.out, ',')
		}
		if err := s.answer(b, k, c, r.ask, i+1); err != nil {
			k.out = appendRefusal(k.out, err)
		} else {
			k.out = k.answer.AppendJSON(k.out)
		}
		if len(k.out) < flushAt {
			continue
		}
		s.unslot()
		if pieces == 0 {
			z = s.compressed(w, q, len(k.out))
		}
		pieces++
		if s.piece(w, z, k.out) != nil || q.Context().Err() != nil {
			if z != nil {
				finish(z)
			}
			return // the client is gone, or too slow
		}
		k.out = k.out[:0]
		s.slots <- struct{}{} // those who hold one never wait for a client
	}
	s.unslot()
	k.out = append(k.out, "]}\n"...)
	switch {
	case pieces == 0:
		s.send(w, q, k.out, nil)
	case s.piece(w, z, k.out) == nil && z == nil:
	case z != nil:
		finish(z)
	}
}

// piece writes a part of an answer, which the client must take at MinRate.
func (s *Server) piece(w *reply, z *gzip.Writer, b []byte) (err error) {
	within := s.options.Grace + time.Duration(len(b))*time.Second/time.Duration(s.options.MinRate)
	// Where there is no connection to set a time on, in a test's recorder, there is nobody to wait for.
	_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(min(within, s.options.Write)))
	if z != nil {
		_, err = z.Write(b)
	} else {
		_, err = w.Write(b)
	}
	return err
}

func appendRefusal(b []byte, err error) []byte {
	text, _ := json.Marshal(refusal{err.Error(), axisOf(err)}) // two strings always marshal
	return append(b, text...)
}
