package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"eahas/features"
	"eahas/internal/stream"
)

// sample draws a configuration by the laws of the space. Equal seeds give equal configurations.
func (s *Server) sample(w *reply, q *http.Request) {
	b, err := s.bundle(w, q)
	if err != nil {
		s.refuseError(w, err)
		return
	}
	seed := uint64(0)
	if t := q.URL.Query().Get("seed"); t != "" {
		if seed, err = strconv.ParseUint(t, 10, 64); err != nil {
			s.refuseError(w, fmt.Errorf("%w: seed %q is not a whole number from 0 to 2^64-1", ErrRequest, t))
			return
		}
	}
	c, err := b.sampler.Sample(stream.New(seed, "serve", "sample"))
	if errors.Is(err, features.ErrConstraints) {
		s.refuse(w, http.StatusServiceUnavailable, err, "")
		return
	}
	if err != nil {
		s.refuseError(w, err)
		return
	}
	out, err := json.Marshal(struct {
		Config features.Config `json:"config"`
	}{c})
	if err != nil {
		s.refuseError(w, err)
		return
	}
	w.Header()["Content-Type"] = jsonKind
	s.send(w, q, append(out, '\n'), nil)
}
