package serve

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/features"
)

// respond sends a request through the handler.
func respond(s *Server, q *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, q)
	return w
}

// TestUnknownHostsAreRefused: what a page of another site reaches by rebinding its name comes under that name.
func TestUnknownHostsAreRefused(t *testing.T) {
	s := testServer(t, Options{Hosts: []string{"Bench.example"}})
	for host, code := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "LOCALHOST:1": 200, "x.localhost": 200, "127.0.0.1": 200,
		"127.0.0.1:8080": 200, "[::1]:8080": 200,
		"[::1]": 200, "10.2.3.4:80": 200, "bench.example": 200, "BENCH.example.:8080": 200, "": 200,
		"evil.example": 421, "evil.example:8080": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example:80": 421,
		"1.evil.example": 421, "[evil.example]:80": 421, "not.bench.example": 421, "127.0.0.1:8080.evil.example": 421,
	} {
		for _, path := range []string{"/", "/v1/bundles", "/metrics", "/healthz"} {
			q := ask("GET", path, nil)
			q.Host = host
			if w := respond(s, q); w.Code != code {
				t.Errorf("%s %q: %d, wanted %d", path, host, w.Code, code)
			}
		}
	}
	q := ask("GET", "/", nil)
	q.Host = "evil.example"
	if w := respond(testServer(t, Options{Hosts: []string{"*"}}), q); w.Code != 200 {
		t.Errorf("all hosts: %d", w.Code)
	}
}

// TestSimplePostsAreRefused: a form of another site posts these types without the browser asking first.
func TestSimplePostsAreRefused(t *testing.T) {
	s := testServer(t, Options{})
	for kind, code := range map[string]int{
		"": 415, "text/plain": 415, "application/x-www-form-urlencoded": 415, "multipart/form-data; boundary=x": 415,
		"text/plain; application/json": 415, "application/json-seq": 415, ";": 415,
		"application/json": 200, "application/json; charset=utf-8": 200, "Application/JSON": 200,
	} {
		q := ask("POST", queryPath, strings.NewReader(goodBody))
		q.Header.Set("Content-Type", kind)
		if w := respond(s, q); w.Code != code || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q: %d %s, wanted %d", kind, w.Code, w.Body, code)
		}
	}
}

func TestTokenIsAskedFor(t *testing.T) {
	const token = "0123456789abcdef"
	s := testServer(t, Options{Token: token})
	for path, private := range map[string]bool{
		"/v1/bundles": true, "/v1/bundles/near": true, "/v1/bundles/near/sample": true, "/metrics": true,
		queryPath: true,
		"/":       false, "/page.js": false, "/openapi.json": false, "/healthz": false, "/readyz": false,
	} {
		for given, right := range map[string]bool{
			"": false, "Bearer": false, "Bearer ": false, token: false, "Basic " + token: false,
			"Bearer " + token[1:]:   false,
			"Bearer " + token + "x": false, "Bearer " + token: true, "bearer " + token: true,
		} {
			q := ask("GET", path, nil)
			if path == queryPath {
				q = ask("POST", path, strings.NewReader(goodBody))
			}
			if given != "" {
				q.Header.Set("Authorization", given)
			}
			want := 200
			if private && !right {
				want = 401
			}
			w := respond(s, q)
			if w.Code != want || (want == 401) != (w.Header().Get("WWW-Authenticate") != "") ||
				strings.Contains(w.Body.String(), token) {
				t.Errorf("%s with %q: %d, wanted %d: %.100s", path, given, w.Code, want, w.Body)
			}
		}
	}
	s.SetToken("another one, longer")
	q := ask("GET", "/v1/bundles", nil)
	q.Header.Set("Authorization", "Bearer "+token)
	if w := respond(s, q); w.Code != 401 {
		t.Errorf("the old token: %d", w.Code)
	}
	s.SetToken("")
	if w := respond(s, ask("GET", "/v1/bundles", nil)); w.Code != 200 {
		t.Errorf("without a token: %d", w.Code)
	}
}

// TestLevelAndSample compares with what the command line answers: AskInto, with the lines' numbers in a batch.
func TestLevelAndSample(t *testing.T) {
	s := testServer(t, Options{})
	found := false
	for _, b := range s.bundles.Load().list {
		levels := append([]float64{0}, b.surrogate.Levels()...)
		found = found || len(levels) > 1
		configs := samples(t, b.surrogate, 5)
		for _, level := range levels {
			q := artifacts.Ask{UpTo: 9, Level: level, Sample: true, Seed: 1<<64 - 1}
			var want []string
			for i := range len(configs) + 1 {
				var a artifacts.Answer
				if err := b.surrogate.AskInto(&a, configs[max(i-1, 0)], q, i); err != nil {
					t.Fatal(err)
				}
				want = append(want, string(a.AppendJSON(nil)))
			}
			rest := `,"up_to":9,"sample":18446744073709551615,"level":` + marshal(t, level) + "}"
			path := "/v1/bundles/" + b.name + "/query"
			if w := call(s, "POST", path, `{"config":`+marshal(t, configs[0])+rest); w.Body.String() != want[0]+"\n" {
				t.Errorf("%s %g: %s\nwanted %s", b.name, level, w.Body, want[0])
			}
			w := call(s, "POST", path, `{"configs":`+marshal(t, configs)+rest)
			if w.Body.String() != `{"answers":[`+strings.Join(want[1:], ",")+"]}\n" {
				t.Errorf("%s %g, batch: %s\nwanted %s", b.name, level, w.Body, want[1:])
			}
		}
	}
	if !found {
		t.Log("no bundle here knows bounds: levels above 0 are tested by refusal only")
	}
}

func TestGzip(t *testing.T) {
	s := testServer(t, Options{GzipAbove: 500})
	many := `{"configs":[` + strings.Repeat(goodBody[len(`{"config":`):len(goodBody)-1]+",", 200) + `{}]}`
	for _, body := range []string{goodBody, many} {
		plain := call(s, "POST", queryPath, body)
		for accept, packed := range map[string]bool{
			"gzip": true, "br, GZIP;q=0.5": true, "deflate, gzip": true, "gzip;q=0": false, "br": false, "xgzip": false,
			"gzip; q=x": false,
		} {
			q := ask("POST", queryPath, strings.NewReader(body))
			q.Header.Set("Accept-Encoding", accept)
			w := respond(s, q)
			got := w.Body.Bytes()
			if packed {
				z, err := gzip.NewReader(w.Body)
				if err != nil {
					t.Fatalf("%q: %v", accept, err)
				}
				if got, err = io.ReadAll(z); err != nil {
					t.Fatal(err)
				}
			}
			if string(got) != plain.Body.String() || packed != (w.Header().Get("Content-Encoding") == "gzip") ||
				w.Header().Get("Vary") == "" {
				t.Errorf("%q: %d bytes, wanted %d; %v", accept, len(got), plain.Body.Len(), w.Header())
			}
		}
	}
	q := ask("GET", "/healthz", nil)
	q.Header.Set("Accept-Encoding", "gzip")
	if w := respond(s, q); w.Header().Get("Content-Encoding") != "" {
		t.Error("three bytes were compressed")
	}
}

// TestParserIsEncodingJSON reads what both take, and compares.
func TestParserIsEncodingJSON(t *testing.T) {
	s := testServer(t, Options{})
	b := s.bundles.Load().list[0]
	for _, text := range []string{
		goodBody, ` {"config" : {"a\u00e9\n":-0.5e-3 , "é":true,"x":null,"lr":"1"} , "up_to": 1E2 }` + "\n",
		`{"configs":[{},{"a":0},{"a":-0,"b":false}]}`,
		`{"config":{"":"","a":1e-400,"b":"\ud834\udd1e"}}`, `{"configs":[]}`,
	} {
		var p parser
		got, err := p.parse([]byte(text), b.words, 10)
		want, ok := slowRequest(text)
		if err != nil || !ok {
			t.Errorf("%s: %v, %v", text, err, ok)
			continue
		}
		if marshal(t, got.config) != marshal(t, want.Config) || marshal(t, got.configs) != marshal(t, want.Configs) ||
			want.UpTo != nil && got.ask.UpTo != *want.UpTo {
			t.Errorf("%s: %+v, wanted %+v", text, got, want)
		}
	}
}

// FuzzParser: what the parser takes, encoding/json takes too and reads the same; what only that takes is one of what
// the parser refuses besides.
func FuzzParser(f *testing.F) {
	for _, text := range []string{goodBody, `{"configs":[{"a":1},{}],"up_to":null,"level":0.9,"sample":3}`,
		`{"config":{"a":"\u0041"}}`, `{"config":{"a":01}}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var p parser
		got, err := p.parse([]byte(text), nil, 10)
		want, ok := slowRequest(text)
		if err == nil && (!ok || marshal(t, got.config) != marshal(t, want.Config) ||
			!slices.EqualFunc(got.configs, want.Configs,
				func(a, b features.Config) bool { return marshal(t, a) == marshal(t, b) })) {
			t.Errorf("%q: %+v; encoding/json: %+v %v", text, got, want, ok)
		}
	})
}
