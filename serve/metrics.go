package serve

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"eahas/artifacts"
)

// metrics counts requests, in plain atomics so that a request costs next to nothing, and hands the counts to
// Prometheus' client when it is asked.
type metrics struct {
	server   *Server
	routes   []string          // as in labels; the last stands for what no route answers
	byCode   [][]atomic.Uint64 // per route, per entry of codes
	took     []histogram       // per route
	loads    [2]atomic.Uint64  // of the bundles: done, failed
	loadedAt atomic.Int64      // Unix time in nanoseconds of the last one that was done
	handler  http.Handler
}

// codes are the codes that are counted one by one; the last stands for all others.
var codes = []int{200, 400, 401, 404, 405, 408, 413, 415, 421, 422, 500, 503, 0}

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
	m := &metrics{server: s, took: make([]histogram, len(routes)+1)}
	for _, r := range routes {
		m.routes = append(m.routes, strings.TrimSuffix(r.path, "{$}"))
	}
	m.routes = append(m.routes, "other")
	for range m.routes {
		m.byCode = append(m.byCode, make([]atomic.Uint64, len(codes)))
	}
	m.loadedAt.Store(time.Now().UnixNano())
	registry := prometheus.NewRegistry() // one a server: the library's global one would mix several
	registry.MustRegister(m, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
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

// loaded notes that the bundles were replaced.
func (m *metrics) loaded() {
	m.loads[0].Add(1)
	m.loadedAt.Store(time.Now().UnixNano())
}

func (s *Server) writeMetrics(w *reply, q *http.Request) { s.metrics.handler.ServeHTTP(w, q) }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("eahas_"+name, help, labels, nil)
}

var (
	buildInfo       = describe("build_info", "1, with the version of the program.", "version")
	bundlesServed   = describe("bundles", "Bundles that are served.")
	inFlight        = describe("requests_in_flight", "Requests that are worked on.")
	readingBody     = describe("requests_reading", "Requests whose body is waited for.")
	requestsTotal   = describe("requests_total", "Answered requests by route and code.", "route", "code")
	requestDuration = describe("request_duration_seconds", "Time from a request's head to the end of its answer.",
		"route")
	queriesTotal = describe("queries_total", "Configurations asked for, by bundle and result.", "bundle", "result")
	extrapolated = describe("extrapolated_queries_total",
		"Answered configurations outside of what the training data cover.", "bundle")
	loadsTotal      = describe("loads_total", "Times that the bundles were loaded, by result.", "result")
	loadedTimestamp = describe("loaded_timestamp_seconds",
		"Unix time at which the bundles that are served were loaded.")
)

// Describe names all metrics.
func (m *metrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{buildInfo, bundlesServed, inFlight, readingBody, requestsTotal,
		requestDuration, queriesTotal,
		extrapolated, loadsTotal, loadedTimestamp} {
		out <- d
	}
}

// Collect sends the counts of this moment.
func (m *metrics) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, x float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, x, labels...)
	}
	count := func(d *prometheus.Desc, n *atomic.Uint64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n.Load()), labels...)
	}
	list := m.server.bundles.Load().list
	gauge(buildInfo, 1, artifacts.CodeVersion)
	gauge(bundlesServed, float64(len(list)))
	gauge(inFlight, float64(len(m.server.slots)))
	gauge(readingBody, float64(m.server.reading.Load()))
	gauge(loadedTimestamp, float64(m.loadedAt.Load())/1e9)
	count(loadsTotal, &m.loads[0], "done")
	count(loadsTotal, &m.loads[1], "failed")
	for i, r := range m.routes {
		for j, code := range codes {
			if m.byCode[i][j].Load() > 0 {
				count(requestsTotal, &m.byCode[i][j], r, codeName(code))
			}
		}
		out <- m.took[i].metric(r)
	}
	for _, v := range list {
		count(queriesTotal, &v.counts.answered, v.name, "answered")
		count(queriesTotal, &v.counts.refused, v.name, "refused")
		count(queriesTotal, &v.counts.failed, v.name, "failed")
		count(extrapolated, &v.counts.extrapolated, v.name)
	}
}

func (h *histogram) metric(route string) prometheus.Metric {
	total, below := uint64(0), make(map[float64]uint64, len(bounds))
	for i := range h.buckets {
		total += h.buckets[i].Load()
		if i < len(bounds) {
			below[bounds[i]] = total
		}
	}
	return prometheus.MustNewConstHistogram(requestDuration, total, float64(h.nanos.Load())/1e9, below, route)
}

func codeName(code int) string {
	if code == 0 {
		return "other"
	}
	return strconv.Itoa(code)
}
