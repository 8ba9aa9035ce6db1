package serve

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// openAPI describes the service; a test holds the handlers to it.
//
//go:embed openapi.json
var openAPI []byte

// route is one address of the service.
type route struct {
	method, path string
	serve        func(*Server, *reply, *http.Request)
	private      bool // asks for the token, where there is one
	limited      bool // takes one of the MaxInFlight slots; a query does so for itself, once its body is there
}

var routes = []route{
	{"POST", "/v1/bundles/{name}/query", (*Server).query, true, false},
	{"GET", "/v1/bundles/{name}", (*Server).describe, true, true},
	{"GET", "/v1/bundles/{name}/sample", (*Server).sample, true, true},
	{"GET", "/v1/bundles/{name}/ranges", (*Server).ranges, true, true},
	{"GET", "/v1/bundles", (*Server).list, true, true},
	{"GET", "/openapi.json", fixed("application/json", openAPI), false, false},
	{"GET", "/healthz", (*Server).health, false, false},
	{"GET", "/readyz", (*Server).ready, false, false},
	{"GET", "/metrics", (*Server).writeMetrics, true, false},
	{"GET", "/{$}", fixed("text/html; charset=utf-8", pageHTML), false, false},
	{"GET", "/page.css", fixed("text/css; charset=utf-8", pageCSS), false, false},
	{"GET", "/chart.js", fixed("text/javascript; charset=utf-8", chartJS), false, false},
	{"GET", "/graph.js", fixed("text/javascript; charset=utf-8", graphJS), false, false},
	{"GET", "/page.js", fixed("text/javascript; charset=utf-8", pageJS), false, false},
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for i, r := range routes {
		mux.HandleFunc(r.method+" "+r.path, func(w http.ResponseWriter, q *http.Request) { s.enter(i, w.(*reply), q) })
	}
	methods := map[string]string{}
	for _, r := range routes {
		methods[r.path] = r.method
	}
	for path, method := range methods { // any other method
		mux.HandleFunc(path, func(w http.ResponseWriter, q *http.Request) {
			w.Header().Set("Allow", method)
			s.refuse(w, http.StatusMethodNotAllowed, errors.New("this address takes "+method), "")
		})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, q *http.Request) {
		s.refuse(w, http.StatusNotFound, errors.New("no such address; see /openapi.json"), "")
	})
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { s.answerRequest(mux, w, q) })
}

// noSniff is never changed.
var noSniff = []string{"nosniff"}

// answerRequest is around every request: it counts, logs, and checks the Host.
func (s *Server) answerRequest(mux *http.ServeMux, w http.ResponseWriter, q *http.Request) {
	began := time.Now()
	r := s.replies.Get().(*reply)
	*r = reply{ResponseWriter: w, route: len(routes), conn: connOf(q.Context())}
	r.conn.begin()
	defer func() {
		code, took := r.code, time.Since(began)
		r.conn.end(began.Add(took))
		if code == 0 {
			code = http.StatusInternalServerError // a panic, which net/http reports
		}
		s.metrics.observe(r.route, code, took)
		if s.options.Access != nil {
			s.logRequest(r, q, code, took)
		}
		*r = reply{}
		s.replies.Put(r)
	}()
	h := w.Header()
	h["X-Content-Type-Options"] = noSniff
	s.identify(r, q)
	if s.stopping.Load() {
		h.Set("Connection", "close")
	}
	if !s.knownHost(q.Host) {
		s.refuse(r, http.StatusMisdirectedRequest,
			fmt.Errorf("this server does not answer for the host %.100q; start it with -host NAME", q.Host), "")
		return
	}
	if name, ok := queried(q); ok && s.bundles.Load().byName[name] != nil {
		r.name = name
		s.enter(queryRoute, r, q)
		return
	}
	mux.ServeHTTP(r, q)
}

// queryRoute is the query's place in routes.
const queryRoute = 0

// queried returns the name in the address of a query that is written plainly: most requests are such, and the mux costs
// them more than all else that is not net/http's.
func queried(q *http.Request) (name string, ok bool) {
	if q.Method != http.MethodPost || q.URL.RawPath != "" {
		return "", false
	}
	name, ok = strings.CutPrefix(q.URL.Path, "/v1/bundles/")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(name, "/query")
}

// enter runs one route within the limits.
func (s *Server) enter(i int, w *reply, q *http.Request) {
	r := &routes[i]
	w.route = i
	if !s.admit(w, q, r.private) {
		return
	}
	if r.limited {
		if !s.slot() {
			s.refuseError(w, ErrBusy)
			return
		}
		defer s.unslot()
	}
	r.serve(s, w, q)
}

// slot takes one of the MaxInFlight slots, if one is free.
func (s *Server) slot() bool {
	select {
	case s.slots <- struct{}{}:
		return true
	default:
		return false
	}
}

func (s *Server) unslot() { <-s.slots }

// bundle finds the bundle that the address names.
func (s *Server) bundle(w *reply, q *http.Request) (*served, error) {
	if s.loading.Load() {
		return nil, ErrLoading
	}
	name := w.name
	if name == "" {
		name = q.PathValue("name")
	}
	b := s.bundles.Load().byName[name]
	if b == nil {
		return nil, fmt.Errorf("%w: %q", ErrUnknownBundle, name)
	}
	return b, nil
}

func fixed(kind string, body []byte) func(*Server, *reply, *http.Request) {
	return func(s *Server, w *reply, q *http.Request) {
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Content-Security-Policy",
			"default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("Cache-Control", "no-cache")
		s.send(w, q, body, nil)
	}
}

func (s *Server) health(w *reply, _ *http.Request) { plain(w, http.StatusOK, "ok\n") }

// ready says whether new clients should come: not while the server loads or stops.
func (s *Server) ready(w *reply, _ *http.Request) {
	switch {
	case s.stopping.Load():
		plain(w, http.StatusServiceUnavailable, "stopping\n")
	case s.loading.Load():
		plain(w, http.StatusServiceUnavailable, "loading\n")
	default:
		plain(w, http.StatusOK, "ready\n")
	}
}

func plain(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(text))
}

// refusal is the JSON of an error.
type refusal struct {
	Error string `json:"error"`
	Axis  string `json:"axis,omitempty"` // the axis by which the configuration is outside the space
}

func (s *Server) refuse(w http.ResponseWriter, code int, err error, axis string) {
	b, _ := json.Marshal(refusal{err.Error(), axis}) // two strings always marshal
	w.Header()["Content-Type"] = jsonKind
	w.WriteHeader(code)
	_, _ = w.Write(append(b, '\n'))
}

func (s *Server) refuseError(w http.ResponseWriter, err error) {
	if errors.Is(err, ErrBusy) || errors.Is(err, ErrLoading) {
		w.Header().Set("Retry-After", "1")
	}
	s.refuse(w, status(err), err, axisOf(err))
}
