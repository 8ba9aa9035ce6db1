package serve

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const goodBody = `{"config":{"lr":0.01,"momentum":0.9,"opt":"sgd","batch":64,"epochs":50}}`

// start serves on a free port of loopback. stop begins the stop; done gives Serve's error.
func start(t *testing.T, s *Server) (url string, stop func(), done chan error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	done = make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	return "http://" + l.Addr().String(), cancel, done
}

// TestStopLosesNoAcceptedRequest stops the server under clients that ask without pause over kept connections. Each goes
// on until it is told that its connection ends; none may see a broken one.
func TestStopLosesNoAcceptedRequest(t *testing.T) {
	s := testServer(t, Options{Drain: 300 * time.Millisecond})
	url, stop, done := start(t, s)
	var answered atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			for {
				r, err := client.Post(url+queryPath, "application/json", strings.NewReader(goodBody))
				if err != nil {
					t.Errorf("lost after %d answers: %v", answered.Load(), err)
					return
				}
				n, err := io.Copy(io.Discard, r.Body)
				r.Body.Close()
				if err != nil || n < 100 || r.StatusCode != 200 {
					t.Errorf("code %d, %d bytes: %v", r.StatusCode, n, err)
					return
				}
				answered.Add(1)
				if r.Close {
					return
				}
			}
		})
	}
	for answered.Load() < 200 {
		time.Sleep(time.Millisecond)
	}
	stop()
	wg.Wait()
	if err := <-done; err != nil {
		t.Error(err)
	}
	counted := s.bundles.Load().list[0].counts.answered.Load()
	if int64(counted) != answered.Load() {
		t.Errorf("%d requests were answered, %d answers arrived", counted, answered.Load())
	}
	if _, err := http.Get(url + "/healthz"); err == nil {
		t.Error("still listening after the stop")
	}
}

// TestStopWaitsForASlowRequest: a request whose body is still coming when the server stops is answered.
func TestStopWaitsForASlowRequest(t *testing.T) {
	s := testServer(t, Options{Drain: time.Millisecond})
	url, stop, done := start(t, s)
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "+
		"%d\r\n\r\n%s", queryPath, len(goodBody), goodBody[:10])
	for s.reading.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	stop()
	time.Sleep(50 * time.Millisecond)
	fmt.Fprint(c, goodBody[10:])
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || r.StatusCode != 200 {
		t.Fatalf("%v %v", r, err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestStopGivesUpInTheEnd(t *testing.T) {
	s := testServer(t, Options{Drain: time.Millisecond, Stop: 20 * time.Millisecond})
	url, stop, done := start(t, s)
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "+
		"100\r\n\r\n{", queryPath)
	for s.reading.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	stop()
	if err := <-done; err == nil || !strings.Contains(err.Error(), "requests were left") {
		t.Errorf("got %v", err)
	}
}

// TestSlowClientsAreCutOff: neither a head nor a body may come for ever.
func TestSlowClientsAreCutOff(t *testing.T) {
	s := testServer(t, Options{ReadHeader: 50 * time.Millisecond, Read: 100 * time.Millisecond,
		Drain: time.Millisecond})
	url, _, _ := start(t, s)
	for _, sent := range []string{"POST " + queryPath + " HTTP/1.1\r\nHost",
		"POST " + queryPath +
			" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"} {
		c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(c, sent)
		if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, c); err != nil {
			t.Errorf("%q: not cut off: %v", sent, err)
		}
		c.Close()
	}
}

// TestConnectionsAreBounded: the second connection waits for the first.
func TestConnectionsAreBounded(t *testing.T) {
	s := testServer(t, Options{MaxConns: 1, Drain: time.Millisecond})
	url, _, _ := start(t, s)
	first, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Millisecond)
	client := &http.Client{Timeout: 100 * time.Millisecond}
	if _, err := client.Get(url + "/healthz"); err == nil {
		t.Error("a second connection was served")
	}
	first.Close()
	client.Timeout = 10 * time.Second
	r, err := client.Get(url + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
}

// TestMemoryStaysFlat mixes good and hostile requests over the network and compares the heap before and after.
// A soak of ten minutes is in docs/serving.md.
func TestMemoryStaysFlat(t *testing.T) {
	s := testServer(t, Options{})
	url, _, _ := start(t, s)
	long := 4 * time.Second
	if testing.Short() {
		long = time.Second
	}
	bodies := []struct {
		body string
		code int
	}{
		{goodBody, 200}, {goodBody, 200}, {goodBody, 200}, {`{"config":`, 400}, {`{"config":{"lr":1}}`, 422},
		{`{"configs":` + strings.Repeat("[", 100_000), 400},
		{`{"configs":[` + strings.Repeat("{},", 900) + "{}]}", 200},
		{strings.Repeat("x", 2<<20), 413}, {`{"config":{"` + strings.Repeat("a", 200_000) + `":1}}`, 422},
	}
	phase := func(d time.Duration) {
		end := time.Now().Add(d)
		var wg sync.WaitGroup
		for k := range 4 {
			wg.Go(func() {
				client := &http.Client{Transport: &http.Transport{}}
				defer client.CloseIdleConnections()
				for i := k; time.Now().Before(end); i++ {
					b := bodies[i%len(bodies)]
					r, err := client.Post(url+queryPath, "application/json", strings.NewReader(b.body))
					if err != nil {
						if b.code != 413 { // that connection may break while the client still sends
							t.Error(err)
						}
						continue
					}
					if _, err := io.Copy(io.Discard, r.Body); err != nil || r.StatusCode != b.code {
						t.Errorf("%.30s: %d %v", b.body, r.StatusCode, err)
					}
					r.Body.Close()
				}
			})
		}
		wg.Wait()
	}
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	phase(long / 4)
	before, routines := heap(), runtime.NumGoroutine()
	phase(long)
	after := heap()
	t.Logf("heap %d KiB, then %d KiB", before>>10, after>>10)
	if after > before+4<<20 {
		t.Errorf("the heap grew from %d to %d bytes", before, after)
	}
	// Connections that were broken off live on for a moment (the server lingers); a leak stays.
	n := runtime.NumGoroutine()
	for patience := time.Now().Add(20 * time.Second); n > routines+8 &&
		time.Now().Before(patience); n = runtime.NumGoroutine() {
		time.Sleep(50 * time.Millisecond)
	}
	if n > routines+8 {
		t.Errorf("goroutines grew from %d to %d", routines, n)
	}
}

// TestMetrics asks and reads the counters back. Every line has the form of Prometheus' text format.
func TestMetrics(t *testing.T) {
	s := testServer(t, Options{})
	for _, body := range []string{goodBody, goodBody, `{`, `{"config":{"lr":3}}`, `{"configs":[{"lr":3},{"lr":3}]}`} {
		call(s, "POST", queryPath, body)
	}
	text := call(s, "GET", "/metrics", "").Body.String()
	for _, want := range []string{
		`eahas_requests_total{code="200",route="/v1/bundles/{name}/query"} 3`,
		`eahas_requests_total{code="400",route="/v1/bundles/{name}/query"} 1`,
		`eahas_requests_total{code="422",route="/v1/bundles/{name}/query"} 1`,
		`eahas_queries_total{bundle="boosted",result="answered"} 2`,
		`eahas_queries_total{bundle="boosted",result="refused"} 3`,
		`eahas_request_duration_seconds_bucket{route="/v1/bundles/{name}/query",le="+Inf"} 5`,
		`eahas_request_duration_seconds_count{route="/v1/bundles/{name}/query"} 5`,
		`eahas_bundles 2`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	for _, name := range []string{"go_goroutines", "go_memstats_heap_alloc_bytes", "process_start_time_seconds",
		"process_open_fds"} {
		if runtime.GOOS == "linux" && !strings.Contains(text, "\n"+name+" ") {
			t.Errorf("no %s", name)
		}
	}
	line := regexp.MustCompile(`^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+)$`)
	for _, l := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if !line.MatchString(l) {
			t.Errorf("not a line of metrics: %q", l)
		}
	}
}
