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
func (s *Server) sample(w http.ResponseWriter, q *http.Request) {
	b := s.byName[q.PathValue("name")]
	if b == nil {
		s.refuseError(w, fmt.Errorf("%w: %q", ErrUnknownBundle, q.PathValue("name")))
		return
	}
	seed := uint64(0)
	if t := q.URL.Query().Get("seed"); t != "" {
		var err error
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
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(out, '\n'))
}
