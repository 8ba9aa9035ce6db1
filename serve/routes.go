package serve

import (
	_ "embed"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// openAPI describes the service; a test holds the handlers to it.
//
//go:embed openapi.json
var openAPI []byte

// route is one address of the service.
type route struct {
	method, path string
	serve        func(*Server, http.ResponseWriter, *http.Request)
	limited      bool // counts against MaxInFlight
}

var routes = []route{
	{"POST", "/v1/bundles/{name}/query", (*Server).query, true},
	{"GET", "/v1/bundles/{name}", (*Server).describe, true},
	{"GET", "/v1/bundles/{name}/sample", (*Server).sample, true},
	{"GET", "/v1/bundles", (*Server).list, true},
	{"GET", "/openapi.json", fixed("application/json", openAPI), false},
	{"GET", "/healthz", (*Server).health, false},
	{"GET", "/readyz", (*Server).ready, false},
	{"GET", "/metrics", (*Server).writeMetrics, false},
	{"GET", "/{$}", fixed("text/html; charset=utf-8", pageHTML), false},
	{"GET", "/page.css", fixed("text/css; charset=utf-8", pageCSS), false},
	{"GET", "/page.js", fixed("text/javascript; charset=utf-8", pageJS), false},
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for i, r := range routes {
		mux.HandleFunc(r.method+" "+r.path, func(w http.ResponseWriter, q *http.Request) { s.enter(i, w, q) })
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
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		if s.stopping.Load() {
			h.Set("Connection", "close")
		}
		mux.ServeHTTP(w, q)
	})
}

// enter runs one route within the limits and counts it.
func (s *Server) enter(i int, w http.ResponseWriter, q *http.Request) {
	r := &routes[i]
	began := time.Now()
	c := &codeWriter{ResponseWriter: w, code: http.StatusOK}
	defer func() { s.metrics.observe(i, c.code, time.Since(began)) }()
	if r.limited {
		select {
		case s.slots <- struct{}{}:
			defer func() { <-s.slots }()
		default:
			c.Header().Set("Retry-After", "1")
			s.refuse(c, http.StatusServiceUnavailable, ErrBusy, "")
			return
		}
	}
	r.serve(s, c, q)
}

// codeWriter remembers the code of the answer.
type codeWriter struct {
	http.ResponseWriter
	code int
}

// WriteHeader notes the code.
func (c *codeWriter) WriteHeader(code int) {
	c.code = code
	c.ResponseWriter.WriteHeader(code)
}

// Unwrap is for http.ResponseController.
func (c *codeWriter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func fixed(kind string, body []byte) func(*Server, http.ResponseWriter, *http.Request) {
	return func(s *Server, w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("Cache-Control", "no-cache")
		_, _ = w.Write(body)
	}
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok\n") }

// ready says whether new clients should come: not while the server stops.
func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	if s.stopping.Load() {
		plain(w, http.StatusServiceUnavailable, "stopping\n")
		return
	}
	plain(w, http.StatusOK, "ready\n")
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
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(append(b, '\n'))
}
