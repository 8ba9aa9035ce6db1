package serve

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"sync/atomic"

	"eahas/artifacts"
	"eahas/features"
)

// Named is a bundle and the name that addresses it: letters, digits, '.', '_', '-', at most 128, not beginning with
// '.'.
type Named struct {
	Name   string
	Bundle *artifacts.Bundle
}

// Server answers for its bundles. It is safe for concurrent use.
type Server struct {
	options   Options
	bundles   atomic.Pointer[bundleSet]
	replacing sync.Mutex                        // held by Replace
	token     atomic.Pointer[[sha256.Size]byte] // nil: none is asked for
	hosts     map[string]bool
	metrics   *metrics
	slots     chan struct{} // one for each request that is worked on
	large     chan struct{} // one for each request with a body above largeBody
	reading   atomic.Int64  // requests whose body is waited for
	loading   atomic.Bool
	stopping  atomic.Bool
	work      sync.Pool // *work
	replies   sync.Pool // *reply
	ids       requestIDs
	handler   http.Handler
}

// bundleSet is what a request sees from its beginning to its end, whatever Replace does meanwhile.
type bundleSet struct {
	list   []*served // in the order given
	byName map[string]*served
}

// served is one bundle.
type served struct {
	name        string
	surrogate   *artifacts.Surrogate
	description []byte // the JSON of /v1/bundles/{name}
	summary     []byte // its entry in /v1/bundles
	sampler     *features.Sampler
	words       map[string]string // see parser
	counts      *queryCounts      // of all bundles that had this name
	kept        *kept             // of all bundles that were loaded together; nil: none is kept
}

var validName = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$`)

// New prepares a server. It returns ErrName or ErrOptions. Without bundles it serves the page and an empty list.
func New(bundles []Named, options Options) (*Server, error) {
	o, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{options: o, hosts: map[string]bool{}, ids: newRequestIDs(),
		slots: make(chan struct{}, o.MaxInFlight), large: make(chan struct{}, o.MaxInFlight)}
	for _, h := range o.Hosts {
		s.hosts[plainHost(h)] = true
	}
	s.SetToken(o.Token)
	set, err := newSet(bundles, nil, o.Keep)
	if err != nil {
		return nil, err
	}
	s.bundles.Store(set)
	s.loading.Store(o.Loading)
	s.metrics = newMetrics(s)
	s.work.New = func() any { return new(work) }
	s.replies.New = func() any { return new(reply) }
	s.handler = s.routes()
	return s, nil
}

// Replace serves these bundles from now on, and makes a loading server ready. Requests that have begun are answered
// from the bundles before. After an error (ErrName) nothing has changed.
func (s *Server) Replace(bundles []Named) error {
	s.replacing.Lock()
	defer s.replacing.Unlock()
	set, err := newSet(bundles, s.bundles.Load(), s.options.Keep)
	if err != nil {
		return err
	}
	s.bundles.Store(set)
	s.loading.Store(false)
	s.metrics.loaded()
	return nil
}

// CountFailedLoad tells the metrics of bundles that could not be loaded for Replace.
func (s *Server) CountFailedLoad() { s.metrics.loads[1].Add(1) }

// CheckNames returns ErrName unless New takes bundles of these names.
func CheckNames(names []string) error {
	seen := map[string]bool{}
	for _, n := range names {
		if !validName.MatchString(n) {
			return fmt.Errorf("%w: %q; wanted letters, digits, '.', '_', '-'", ErrName, n)
		}
		if seen[n] {
			return fmt.Errorf("%w: two bundles are called %q; give one as NAME=FOLDER", ErrName, n)
		}
		seen[n] = true
	}
	return nil
}

// newSet describes the bundles, for which up to keep bytes of answers are kept. Those with the name of an older one go
// on with its counts.
func newSet(bundles []Named, older *bundleSet, keep int) (*bundleSet, error) {
	names := make([]string, len(bundles))
	for i, b := range bundles {
		names[i] = b.Name
	}
	if err := CheckNames(names); err != nil {
		return nil, err
	}
	set, memory := &bundleSet{byName: map[string]*served{}}, newKept(keep)
	for _, b := range bundles {
		v, err := newServed(b)
		if err != nil {
			return nil, fmt.Errorf("serve: describe %s: %w", b.Name, err)
		}
		v.kept = memory
		if older != nil && older.byName[b.Name] != nil {
			v.counts = older.byName[b.Name].counts
		}
		set.list, set.byName[b.Name] = append(set.list, v), v
	}
	return set, nil
}

// Handler returns the whole service, for a server of one's own. Time-outs, TLS, the minimum rate and the limits on
// connections are Serve's.
func (s *Server) Handler() http.Handler { return s.handler }
