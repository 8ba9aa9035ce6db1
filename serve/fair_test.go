package serve

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// dial opens a connection to a server, to be spoken to by hand; no answer is waited for longer than a while.
func dial(t *testing.T, url string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return c
}

const postHead = "POST " + queryPath + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"

// TestTricklingBodyIsRefused: a body of a few bytes a second is cut off by the rate, long before the whole request's
// time.
func TestTricklingBodyIsRefused(t *testing.T) {
	s := testServer(t, Options{Grace: 200 * time.Millisecond, Drain: time.Millisecond})
	url, _, _ := start(t, s)
	c := dial(t, url)
	fmt.Fprintf(c, "%sContent-Length: 1000\r\n\r\n", postHead)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for range 200 {
			if _, err := fmt.Fprint(c, " "); err != nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	}()
	began := time.Now()
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != 408 || !r.Close {
		t.Errorf("code %d after %s, closes %v", r.StatusCode, time.Since(began), r.Close)
	}
	c.Close()
	<-gone
}

// TestTricklersStarveNobody: with a single slot and many bodies under way, others are answered.
func TestTricklersStarveNobody(t *testing.T) {
	s := testServer(t, Options{MaxInFlight: 1, Grace: time.Minute, Drain: time.Millisecond})
	url, _, _ := start(t, s)
	for range 20 {
		fmt.Fprintf(dial(t, url), "%sContent-Length: 1000\r\n\r\n{", postHead)
	}
	for s.reading.Load() < 20 {
		time.Sleep(time.Millisecond)
	}
	r, err := http.Post(url+queryPath, "application/json", strings.NewReader(goodBody))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != 200 {
		t.Errorf("code %d", r.StatusCode)
	}
}

// TestSilentConnectionsMakeRoom: connections that say nothing, or not enough, hold all places; a new client gets one.
func TestSilentConnectionsMakeRoom(t *testing.T) {
	for name, sent := range map[string]string{
		"silent": "", "half a head": "GET / HT", "half a body": postHead + "Content-Length: 9\r\n\r\n{",
		"idle": "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := testServer(t, Options{MaxConns: 4, MaxPerHost: 4, Grace: time.Minute, ReadHeader: time.Minute,
				Drain: time.Millisecond})
			url, _, _ := start(t, s)
			for range 4 {
				fmt.Fprint(dial(t, url), sent)
			}
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 30 * time.Second}
			for range 3 {
				r, err := client.Get(url + "/healthz")
				if err != nil {
					t.Fatal(err)
				}
				r.Body.Close()
			}
		})
	}
}

// TestOneAddressHasItsShare: the connections above it are closed at once.
func TestOneAddressHasItsShare(t *testing.T) {
	s := testServer(t, Options{MaxConns: 10, MaxPerHost: 2, Drain: time.Millisecond})
	url, _, _ := start(t, s)
	first, second := dial(t, url), dial(t, url)
	for _, c := range []net.Conn{first, second} {
		fmt.Fprint(c, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
		if _, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := io.Copy(io.Discard, dial(t, url)); n != 0 {
		t.Errorf("the third got %d bytes (%v)", n, err)
	}
}

// TestReplaceLosesNoRequest replaces the bundles again and again under clients that ask without pause.
func TestReplaceLosesNoRequest(t *testing.T) {
	s := testServer(t, Options{Drain: time.Millisecond})
	url, _, _ := start(t, s)
	one, two := testBundle(t, "v1-gbdt-bezier"), testBundle(t, "v1-knn-bezier")
	var answered atomic.Int64
	var wg sync.WaitGroup
	over := make(chan struct{})
	for range 4 {
		wg.Go(func() {
			client := &http.Client{Transport: &http.Transport{}, Timeout: 30 * time.Second}
			defer client.CloseIdleConnections()
			for {
				select {
				case <-over:
					return
				default:
				}
				r, err := client.Post(url+queryPath, "application/json", strings.NewReader(goodBody))
				if err != nil {
					t.Error(err)
					return
				}
				if n, err := io.Copy(io.Discard, r.Body); err != nil || r.StatusCode != 200 || n < 100 {
					t.Errorf("code %d, %d bytes, %v", r.StatusCode, n, err)
				}
				r.Body.Close()
				answered.Add(1)
			}
		})
	}
	for i := 0; i < 50 || answered.Load() < 100; i++ {
		bundles := []Named{{"boosted", one}, {"near", two}}
		if i%2 == 1 {
			bundles = []Named{{"boosted", two}}
		}
		if err := s.Replace(bundles); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Millisecond)
	}
	close(over)
	wg.Wait()
	if counted := s.bundles.Load().byName["boosted"].counts.answered.Load(); int64(counted) != answered.Load() {
		t.Errorf("%d answers arrived, %d are counted", answered.Load(), counted)
	}
	if err := s.Replace([]Named{{"a/b", one}}); err == nil || s.bundles.Load().byName["boosted"] == nil {
		t.Errorf("a bad name: %v", err)
	}
}

// TestNotReadyWhileLoading: the process lives, the bundles are not there yet.
func TestNotReadyWhileLoading(t *testing.T) {
	s, err := New(nil, Options{Loading: true})
	if err != nil {
		t.Fatal(err)
	}
	for path, codes := range map[string][2]int{"/healthz": {200, 200}, "/readyz": {503, 200}, "/v1/bundles": {503, 200},
		"/v1/bundles/a": {503, 404}} {
		if w := call(s, "GET", path, ""); w.Code != codes[0] {
			t.Errorf("%s while loading: %d", path, w.Code)
		}
		defer func() {
			if w := call(s, "GET", path, ""); w.Code != codes[1] {
				t.Errorf("%s after it: %d", path, w.Code)
			}
		}()
	}
	if w := call(s, "POST", queryPath, goodBody); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("a query while loading: %d", w.Code)
	}
	if err := s.Replace([]Named{{"boosted", testBundle(t, "v1-knn-bezier")}}); err != nil {
		t.Fatal(err)
	}
	if w := call(s, "POST", queryPath, goodBody); w.Code != 200 {
		t.Errorf("a query after it: %d", w.Code)
	}
}
