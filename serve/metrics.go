package serve

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"eahas/artifacts"
)

// metrics counts requests. Its content is written in the text format of Prometheus, version 0.0.4.
type metrics struct {
	server *Server
	routes []string          // as in labels
	byCode [][]atomic.Uint64 // per route, per entry of codes
	took   []histogram       // per route
}

// codes are the codes that a route may answer; the last stands for all others.
var codes = []int{200, 400, 404, 413, 422, 500, 503, 0}

// bounds are the upper ends of the histogram's buckets in seconds.
var bounds = []float64{1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, .1, .25, .5, 1, 2.5, 5, 10}

type histogram struct {
	buckets [17]atomic.Uint64 // len(bounds) and the rest; not cumulative
	nanos   atomic.Int64
}

// queryCounts counts the configurations of one bundle.
type queryCounts struct{ answered, extrapolated, refused, failed atomic.Uint64 }

func (q *queryCounts) add(err error, extrapolates bool) {
	switch {
	case err == nil:
		q.answered.Add(1)
		if extrapolates {
			q.extrapolated.Add(1)
		}
	case status(err) == http.StatusInternalServerError:
		q.failed.Add(1)
	default:
		q.refused.Add(1)
	}
}

func newMetrics(s *Server) *metrics {
	m := &metrics{server: s, took: make([]histogram, len(routes))}
	for _, r := range routes {
		m.routes = append(m.routes, strings.TrimSuffix(r.path, "{$}"))
		m.byCode = append(m.byCode, make([]atomic.Uint64, len(codes)))
	}
	return m
}

func (m *metrics) observe(route, code int, took time.Duration) {
	i := slices.Index(codes, code)
	if i < 0 {
		i = len(codes) - 1
	}
	m.byCode[route][i].Add(1)
	h := &m.took[route]
	b, _ := slices.BinarySearch(bounds, took.Seconds())
	h.buckets[b].Add(1)
	h.nanos.Add(int64(took))
}

func (s *Server) writeMetrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(s.metrics.append(nil))
}

// append writes the metrics, routes and bundles in their fixed order.
func (m *metrics) append(b []byte) []byte {
	b = family(b, "eahas_build_info", "gauge", "1, with the version of the program.")
	b = fmt.Appendf(b, "eahas_build_info{version=%q} 1\n", artifacts.CodeVersion)
	b = family(b, "eahas_bundles", "gauge", "Bundles that are served.")
	b = fmt.Appendf(b, "eahas_bundles %d\n", len(m.server.bundles))
	b = family(b, "eahas_requests_in_flight", "gauge", "Requests that are being answered.")
	b = fmt.Appendf(b, "eahas_requests_in_flight %d\n", len(m.server.slots))
	b = family(b, "eahas_requests_total", "counter", "Answered requests by route and code.")
	for i, r := range m.routes {
		for j, code := range codes {
			if n := m.byCode[i][j].Load(); n > 0 {
				b = fmt.Appendf(b, "eahas_requests_total{route=%q,code=%q} %d\n", r, codeName(code), n)
			}
		}
	}
	b = family(b, "eahas_request_duration_seconds", "histogram", "Time from a request's head to the end of its answer.")
	for i, r := range m.routes {
		b = m.took[i].append(b, r)
	}
	b = family(b, "eahas_queries_total", "counter", "Configurations asked for, by bundle and result.")
	for _, v := range m.server.bundles {
		for _, r := range []struct {
			name string
			n    *atomic.Uint64
		}{{"answered", &v.counts.answered}, {"refused", &v.counts.refused}, {"failed", &v.counts.failed}} {
			b = fmt.Appendf(b, "eahas_queries_total{bundle=%q,result=%q} %d\n", v.name, r.name, r.n.Load())
		}
	}
	b = family(b, "eahas_extrapolated_queries_total", "counter", "Answered configurations outside of what the training data cover.")
	for _, v := range m.server.bundles {
		b = fmt.Appendf(b, "eahas_extrapolated_queries_total{bundle=%q} %d\n", v.name, v.counts.extrapolated.Load())
	}
	return b
}

func (h *histogram) append(b []byte, route string) []byte {
	total := uint64(0)
	for i := range h.buckets {
		total += h.buckets[i].Load()
		end := "+Inf"
		if i < len(bounds) {
			end = strconv.FormatFloat(bounds[i], 'g', -1, 64)
		}
		b = fmt.Appendf(b, "eahas_request_duration_seconds_bucket{route=%q,le=%q} %d\n", route, end, total)
	}
	b = fmt.Appendf(b, "eahas_request_duration_seconds_sum{route=%q} %g\n", route, float64(h.nanos.Load())/1e9)
	return fmt.Appendf(b, "eahas_request_duration_seconds_count{route=%q} %d\n", route, total)
}

func family(b []byte, name, kind, help string) []byte {
	return fmt.Appendf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func codeName(code int) string {
	if code == 0 {
		return "other"
	}
	return strconv.Itoa(code)
}
