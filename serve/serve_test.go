package serve

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/stream"
)

// testBundle opens a committed bundle.
func testBundle(t testing.TB, name string) *artifacts.Bundle {
	t.Helper()
	b, err := artifacts.OpenBundle(filepath.Join("..", "artifacts", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func testServer(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := New([]Named{{"boosted", testBundle(t, "v1-gbdt-bezier")}, {"near", testBundle(t, "v1-knn-bezier")}}, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// call sends one request through the handler.
func call(s *Server, method, path, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, ask(method, path, strings.NewReader(body)))
	return w
}

// ask is a request of a client that knows how.
func ask(method, path string, body io.Reader) *http.Request {
	q := httptest.NewRequest(method, path, body)
	q.Host = "localhost:8080"
	if method == http.MethodPost {
		q.Header.Set("Content-Type", "application/json")
	}
	return q
}

func samples(t testing.TB, s *artifacts.Surrogate, n int) []features.Config {
	t.Helper()
	r := stream.New(1, "serve", t.Name())
	spec := s.Spec()
	out := make([]features.Config, n)
	for i := range out {
		var err error
		if out[i], err = spec.Space.Sample(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func marshal(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const queryPath = "/v1/bundles/boosted/query"

// TestAnswersAreThoseOfTheSurrogate asks one by one and as a batch and compares with encoding/json's form of Query.
func TestAnswersAreThoseOfTheSurrogate(t *testing.T) {
	s := testServer(t, Options{})
	for _, b := range s.bundles.Load().list {
		configs := samples(t, b.surrogate, 200)
		var want []string
		for i, c := range configs {
			upTo, body := artifacts.Whole, map[string]any{"config": c}
			if i%2 == 1 {
				upTo, body["up_to"] = 7, 7
			}
			var a artifacts.Answer
			if err := b.surrogate.QueryInto(&a, c, upTo); err != nil {
				t.Fatal(err)
			}
			w := call(s, "POST", "/v1/bundles/"+b.name+"/query", marshal(t, body))
			if text := slowAnswer(t, b, &a); w.Code != 200 || strings.TrimSpace(w.Body.String()) != text {
				t.Fatalf("%d %s\nwanted %s", w.Code, w.Body, text)
			}
			if err := b.surrogate.QueryInto(&a, c, 7); err != nil {
				t.Fatal(err)
			}
			want = append(want, slowAnswer(t, b, &a))
		}
		w := call(s, "POST", "/v1/bundles/"+b.name+"/query", marshal(t, map[string]any{"configs": configs, "up_to": 7}))
		if text := `{"answers":[` + strings.Join(want, ",") + "]}\n"; w.Code != 200 || w.Body.String() != text {
			t.Errorf("batch: %d %.300s\nwanted %.300s", w.Code, w.Body, text)
		}
	}
}

func TestRequestsAreRefused(t *testing.T) {
	s := testServer(t, Options{MaxBody: 4000, MaxBatch: 3, MaxPoints: 60})
	good := `"lr":0.01,"momentum":0.9,"opt":"sgd","batch":64`
	for _, c := range []struct {
		body, path string
		code       int
		text, axis string
	}{
		{body: `{"config":{` + good + `,"epochs":50}}`, code: 200},
		{body: `{"config":{` + good + `,"epochs":50},"up_to":null}`, code: 200},
		{body: `{"config":{"lr":2,"momentum":0.9,"opt":"sgd","batch":64,"epochs":50}}`, code: 422, text: "lr",
			axis: "lr"},
		{body: `{"config":{` + good + `}}`, code: 422, text: "missing", axis: "epochs"},
		{body: `{"config":{` + good + `,"epochs":50,"width":3}}`, code: 422, text: "unknown axis", axis: "width"},
		{body: `{"config":{` + good + `,"epochs":50},"up_to":0}`, code: 422, text: "before the first"},
		{body: `{"config":{` + good + `,"epochs":100}}`, code: 413, text: "100 epochs"},
		{body: `{"config":{` + good + `,"epochs":100},"up_to":60}`, code: 200},
		{body: ``, code: 400, text: "EOF"},
		{body: `{`, code: 400, text: "EOF"},
		{body: `[]`, code: 400, text: "not as asked for"},
		{body: `{}`, code: 400, text: "wanted"},
		{body: `{"config":null}`, code: 400, text: "wanted"},
		{body: `{"config":{},"configs":[]}`, code: 400, text: "wanted"},
		{body: `{"config":{},"up_too":3}`, code: 400, text: "up_too"},
		{body: `{"config":{"lr":[1]}}`, code: 400, text: "not a number, a text or null", axis: ""},
		{body: `{"config":{"lr":1e999}}`, code: 400, text: "1e999"},
		{body: `{"config":{}} {}`, code: 400, text: "something follows"},
		{body: `{"config":{"lr":1},"config":{}}`, code: 400, text: "twice"},
		{body: `{"config":{"lr":1,"\u006cr":2}}`, code: 400, text: "twice"},
		{body: `{"config":{"lr":0.01,"lr":0.01}}`, code: 400, text: "twice"},
		{body: `{"config":{},"up_to":3,"level":0,"sample":1,"up_to":3}`, code: 400, text: "twice"},
		{body: "{\"config\":{\"opt\":\"\xff\"}}", code: 400, text: "UTF-8"},
		{body: `{"config":{},"sample":-1}`, code: 400, text: "sample"},
		{body: `{"config":{},"sample":1.5}`, code: 400, text: "sample"},
		{body: `{"config":{` + good + `,"epochs":50},"level":0.5}`, code: 422, text: "levels"},
		{body: `{"configs":[]}`, code: 200},
		{body: `{"configs":[{},{},{},{}]}`, code: 413, text: "more than 3 configurations"},
		{body: `{"config":{"` + strings.Repeat("x", 4000) + `":1}}`, code: 413, text: "4000"},
		{body: `{"config":{}}`, path: "/v1/bundles/other/query", code: 404, text: "other"},
		{body: `{"config":{}}`, path: "/v1/bundles/..%2f/query", code: 404, text: "no such bundle"},
		{body: `{"config":{}}`, path: "/v1/bundles", code: 405, text: "takes GET"},
		{body: `{"config":{}}`, path: "/v2", code: 404, text: "no such address"},
	} {
		path := c.path
		if path == "" {
			path = queryPath
		}
		w := call(s, "POST", path, c.body)
		if w.Code != c.code {
			t.Errorf("%s %.80s: code %d, wanted %d: %s", path, c.body, w.Code, c.code, w.Body)
			continue
		}
		if c.code == 200 {
			continue
		}
		var r refusal
		if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil || !strings.Contains(r.Error, c.text) ||
			r.Axis != c.axis {
			t.Errorf("%s %.80s: %s (%v), wanted %q by %q", path, c.body, w.Body, err, c.text, c.axis)
		}
	}
}

// TestBodyOfUnknownLengthIsBounded sends chunks, whose sum no header tells.
func TestBodyOfUnknownLengthIsBounded(t *testing.T) {
	s := testServer(t, Options{MaxBody: 1000})
	q := ask("POST", queryPath, io.MultiReader(strings.NewReader(`{"config":{"`), bytes.NewReader(make([]byte, 5000))))
	q.ContentLength = -1
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, q)
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("code %d: %s", w.Code, w.Body)
	}
}

func TestBatchKeepsRefusalsInTheirPlace(t *testing.T) {
	s := testServer(t, Options{})
	var body strings.Builder
	for i := range 500 {
		lr := "0.01"
		if i%3 == 0 {
			lr = "2"
		}
		fmt.Fprintf(&body, `,{"lr":%s,"momentum":0.9,"opt":"sgd","batch":64,"epochs":50}`, lr)
	}
	w := call(s, "POST", queryPath, `{"configs":[`+body.String()[1:]+`]}`)
	var got struct {
		Answers []struct {
			Curve       []float64
			Error, Axis string
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || len(got.Answers) != 500 {
		t.Fatalf("%d answers, %v", len(got.Answers), err)
	}
	for i, a := range got.Answers {
		if refused := i%3 == 0; refused != (a.Axis == "lr") || refused != (a.Error != "") ||
			refused != (len(a.Curve) == 0) {
			t.Fatalf("answer %d: %+v", i, a)
		}
	}
}

func TestTooManyAtOnce(t *testing.T) {
	s := testServer(t, Options{MaxInFlight: 1})
	s.slots <- struct{}{}
	w := call(s, "POST", queryPath, `{"config":{}}`)
	if w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := call(s, "GET", "/healthz", ""); w.Code != 200 {
		t.Errorf("health while busy: %d", w.Code)
	}
	<-s.slots
	if w := call(s, "POST", queryPath, `{"config":{}}`); w.Code != 422 {
		t.Errorf("afterwards: %d %s", w.Code, w.Body)
	}
}

func TestSamplesAreInsideAndRepeat(t *testing.T) {
	s := testServer(t, Options{})
	space := s.bundles.Load().list[0].surrogate.Spec().Space
	seen := map[string]bool{}
	for seed := range 100 {
		path := fmt.Sprintf("/v1/bundles/boosted/sample?seed=%d", seed)
		w := call(s, "GET", path, "")
		var got struct{ Config features.Config }
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if err := space.Check(got.Config); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		if again := call(s, "GET", path, ""); again.Body.String() != w.Body.String() {
			t.Errorf("seed %d: %s, then %s", seed, w.Body, again.Body)
		}
		seen[w.Body.String()] = true
	}
	if len(seen) < 90 {
		t.Errorf("only %d different configurations", len(seen))
	}
	if w := call(s, "GET", "/v1/bundles/boosted/sample?seed=-1", ""); w.Code != 400 {
		t.Errorf("seed -1: %d", w.Code)
	}
}

func TestNewRefuses(t *testing.T) {
	b := testBundle(t, "v1-knn-bezier")
	for _, c := range []struct {
		bundles []Named
		options Options
		want    error
	}{
		{[]Named{{"a/b", b}}, Options{}, ErrName},
		{[]Named{{"", b}}, Options{}, ErrName},
		{[]Named{{"..", b}}, Options{}, ErrName},
		{[]Named{{"a", b}, {"a", b}}, Options{}, ErrName},
		{nil, Options{MaxBody: -1}, ErrOptions},
		{nil, Options{MaxBatch: -1}, ErrOptions},
		{nil, Options{Drain: -1}, ErrOptions},
	} {
		if _, err := New(c.bundles, c.options); !errors.Is(err, c.want) {
			t.Errorf("%v %+v: %v, wanted %v", c.bundles, c.options, err, c.want)
		}
	}
}

// FuzzQuery sends any body: the answer is JSON, and never a failure of the server.
func FuzzQuery(f *testing.F) {
	s := testServer(f, Options{MaxBody: 1 << 16, MaxBatch: 16})
	f.Add(`{"config":{"lr":0.01,"momentum":0.9,"opt":"sgd","batch":64,"epochs":50}}`)
	f.Add(`{"configs":[{"lr":"0.01"},null,{"epochs":1e308}],"up_to":-0}`)
	f.Add(`{"config":{"lr":true},"up_to":1e400}`)
	f.Fuzz(func(t *testing.T, body string) {
		w := call(s, "POST", queryPath, body)
		if w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	})
}

// BenchmarkQuery is one request through the whole handler, without the network.
func BenchmarkQuery(b *testing.B) {
	s := testServer(b, Options{})
	body := `{"config":{"lr":0.01,"momentum":0.9,"opt":"sgd","batch":64,"epochs":100}}`
	b.ReportAllocs()
	for b.Loop() {
		if w := call(s, "POST", queryPath, body); w.Code != 200 {
			b.Fatal(w.Body)
		}
	}
}
