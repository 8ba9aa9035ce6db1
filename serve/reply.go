package serve

import (
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// reply is the way to the client. It remembers what the log and the counters want to know.
type reply struct {
	http.ResponseWriter
	code  int   // 0: nothing was written
	size  int64 // of the body, as sent
	route int   // of routes; len(routes): none
	conn  *conn // nil outside of Serve
	id    string
	name  string // of the bundle, where the mux was not asked
}

// WriteHeader notes the code.
func (r *reply) WriteHeader(code int) {
	r.code = code
	r.ResponseWriter.WriteHeader(code)
}

// Write counts.
func (r *reply) Write(b []byte) (int, error) {
	if r.code == 0 {
		r.code = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.size += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (r *reply) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Headers that need not be made anew for each answer; nobody changes a slice of a header.
var (
	jsonKind = []string{"application/json"}
	gzipped  = []string{"gzip"}
	varies   = []string{"Accept-Encoding"}
)

// gzips compress at the level that costs least.
var gzips = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // fails only for unknown levels
	return z
}}

// send answers 200 with a whole body, compressed where that pays and the client takes it. The caller has set
// Content-Type; length is nil or lengthOf(body).
func (s *Server) send(w *reply, q *http.Request, body []byte, length []string) {
	h := w.Header()
	if z := s.compressed(w, q, len(body)); z != nil {
		_, _ = z.Write(body)
		finish(z)
		return
	}
	if length == nil {
		length = lengthOf(body)
	}
	h["Content-Length"] = length
	_, _ = w.Write(body) // the client may be gone
}

// lengthOf is the header Content-Length of a body.
func lengthOf(body []byte) []string { return []string{strconv.Itoa(len(body))} }

// compressed begins an answer in gzip when it has at least GzipAbove bytes and the client takes it; nil when not.
// finish ends it.
func (s *Server) compressed(w *reply, q *http.Request, size int) *gzip.Writer {
	if s.options.GzipAbove < 0 || size < s.options.GzipAbove {
		return nil
	}
	h := w.Header()
	h["Vary"] = varies
	if !acceptsGzip(q.Header["Accept-Encoding"]) {
		return nil
	}
	h["Content-Encoding"] = gzipped
	z := gzips.Get().(*gzip.Writer)
	z.Reset(w)
	return z
}

func finish(z *gzip.Writer) {
	_ = z.Close() // the client may be gone
	z.Reset(nil)
	gzips.Put(z)
}

// acceptsGzip reads Accept-Encoding: a list of names, each with an optional weight; one of 0 means not at all.
func acceptsGzip(lines []string) bool {
	for _, line := range lines {
		for part := range strings.SplitSeq(line, ",") {
			name, weight, _ := strings.Cut(part, ";")
			if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
				continue
			}
			value, ok := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
			if !ok {
				return true
			}
			x, err := strconv.ParseFloat(value, 64)
			return err == nil && x > 0
		}
	}
	return false
}
