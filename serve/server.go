package serve

import (
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"eahas/artifacts"
	"eahas/features"
)

// Named is a bundle and the name that addresses it: letters, digits, '.', '_', '-', at most 128, not beginning with '.'.
type Named struct {
	Name   string
	Bundle *artifacts.Bundle
}

// Options are the limits of a server. A zero field means the default.
type Options struct {
	MaxBody     int64 // bytes of a request's body; default 1 MiB
	MaxBatch    int   // configurations in one request; default 1,000
	MaxPoints   int   // epochs in one answer; default 20,000
	MaxInFlight int   // requests at once; default 256
	MaxConns    int   // connections at once, further ones wait; default 1,024

	ReadHeader time.Duration // for the head of a request; default 5 s
	Read       time.Duration // for a whole request; default 20 s
	Write      time.Duration // for answering; default 60 s
	Idle       time.Duration // between two requests of a connection; default 60 s
	Drain      time.Duration // how long a stopping server goes on accepting, so that clients hear of it; default 500 ms
	Stop       time.Duration // how long a stopping server waits for its requests after that; default 60 s
}

func (o Options) withDefaults() (Options, error) {
	for _, f := range []struct {
		v   *int
		def int
	}{{&o.MaxBatch, 1000}, {&o.MaxPoints, 20_000}, {&o.MaxInFlight, 256}, {&o.MaxConns, 1024}} {
		if *f.v == 0 {
			*f.v = f.def
		}
		if *f.v < 0 {
			return o, fmt.Errorf("%w: a limit of %d", ErrOptions, *f.v)
		}
	}
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.MaxBody < 0 {
		return o, fmt.Errorf("%w: bodies of at most %d bytes", ErrOptions, o.MaxBody)
	}
	for _, f := range []struct {
		v   *time.Duration
		def time.Duration
	}{
		{&o.ReadHeader, 5 * time.Second}, {&o.Read, 20 * time.Second}, {&o.Write, time.Minute}, {&o.Idle, time.Minute},
		{&o.Drain, 500 * time.Millisecond}, {&o.Stop, time.Minute},
	} {
		if *f.v == 0 {
			*f.v = f.def
		}
		if *f.v < 0 {
			return o, fmt.Errorf("%w: a time-out of %s", ErrOptions, *f.v)
		}
	}
	return o, nil
}

// Server answers for its bundles. It is safe for concurrent use.
type Server struct {
	options  Options
	bundles  []*served // in the order given
	byName   map[string]*served
	metrics  *metrics
	slots    chan struct{} // one for each request in flight
	stopping atomic.Bool
	pool     sync.Pool // *work
	handler  http.Handler
}

// served is one bundle.
type served struct {
	name        string
	surrogate   *artifacts.Surrogate
	description []byte // the JSON of /v1/bundles/{name}
	summary     []byte // its entry in /v1/bundles
	sampler     *features.Sampler
	counts      queryCounts
}

var validName = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$`)

// New prepares a server. It returns ErrName or ErrOptions. Without bundles it serves the page and an empty list.
func New(bundles []Named, options Options) (*Server, error) {
	o, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{options: o, byName: map[string]*served{}, slots: make(chan struct{}, o.MaxInFlight)}
	for _, b := range bundles {
		if !validName.MatchString(b.Name) {
			return nil, fmt.Errorf("%w: %q; wanted letters, digits, '.', '_', '-'", ErrName, b.Name)
		}
		if s.byName[b.Name] != nil {
			return nil, fmt.Errorf("%w: two bundles are called %q; give one as NAME=FOLDER", ErrName, b.Name)
		}
		v, err := newServed(b)
		if err != nil {
			return nil, fmt.Errorf("serve: describe %s: %w", b.Name, err)
		}
		s.bundles, s.byName[b.Name] = append(s.bundles, v), v
	}
	s.metrics = newMetrics(s)
	s.pool.New = func() any { return new(work) }
	s.handler = s.routes()
	return s, nil
}

// Handler returns the whole service, for a server of one's own. Time-outs and the limit on connections are Serve's.
func (s *Server) Handler() http.Handler { return s.handler }
