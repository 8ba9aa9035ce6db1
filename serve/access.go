package serve

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// requestIDs numbers requests: the process' own random digits, a dash, and a count.
type requestIDs struct {
	prefix string
	n      *atomic.Uint64
}

func newRequestIDs() requestIDs {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails
	return requestIDs{hex.EncodeToString(b[:]) + "-", new(atomic.Uint64)}
}

func (i requestIDs) next() string { return i.prefix + strconv.FormatUint(i.n.Add(1), 10) }

const requestIDHeader = "X-Request-Id"

// identify gives the request the id that it brought, when that is a plain word, else one of its own if there is a log
// to find it in. The answer says it.
func (s *Server) identify(w *reply, q *http.Request) {
	if given := q.Header[requestIDHeader]; len(given) == 1 && validName.MatchString(given[0]) {
		w.id = given[0]
	} else if s.options.Access != nil {
		w.id = s.ids.next()
	} else {
		return
	}
	w.Header()[requestIDHeader] = []string{w.id}
}

// logRequest writes the record of an answered request. Headers, the token among them, and bodies are not in it.
func (s *Server) logRequest(w *reply, q *http.Request, code int, took time.Duration) {
	s.options.Access.LogAttrs(context.Background(), slog.LevelInfo, "request",
		slog.String("id", w.id), slog.String("client", q.RemoteAddr), slog.String("method", q.Method),
		slog.String("path", shortened(q)), slog.Int("code", code), slog.Int64("bytes", w.size),
		slog.Float64("seconds", took.Seconds()))
}

// shortened is the path of the request, at most 256 bytes of it.
func shortened(q *http.Request) string {
	path := q.URL.EscapedPath()
	return path[:min(len(path), 256)]
}
