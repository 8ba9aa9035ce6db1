package serve

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
)

// TestAccessLog: one record a request, with the id that the answer says; neither the token nor the body is in it.
func TestAccessLog(t *testing.T) {
	var out bytes.Buffer
	s := testServer(t, Options{Access: slog.New(slog.NewJSONHandler(&out, nil)), Token: "a secret of some length"})
	seen := map[string]bool{}
	for i, c := range []struct {
		id, path, auth string
		code           int
	}{
		{"", queryPath, "a secret of some length", 200},
		{"mine-1.a", queryPath, "a secret of some length", 200},
		{"not a word\"", queryPath, "another secret", 401},
		{strings.Repeat("x", 200), "/v1/nothing%0Ahere", "another secret", 404},
	} {
		out.Reset()
		q := ask("POST", c.path, strings.NewReader(goodBody))
		q.Header.Set("Authorization", "Bearer "+c.auth)
		q.Header.Set("X-Request-Id", c.id)
		w := respond(s, q)
		var record struct {
			ID, Client, Method, Path string
			Code                     int
			Bytes                    int
			Seconds                  float64
		}
		if err := json.Unmarshal(out.Bytes(), &record); err != nil {
			t.Fatalf("%d: %v: %s", i, err, out.String())
		}
		id := w.Header().Get("X-Request-Id")
		if record.ID != id || id == "" || (i == 1) != (id == c.id) || seen[id] || w.Code != c.code ||
			record.Code != c.code ||
			record.Bytes != w.Body.Len() || record.Path != c.path || record.Method != "POST" || !(record.Seconds > 0) {
			t.Errorf("%d: %s, id %q, code %d, %d bytes", i, out.String(), id, w.Code, w.Body.Len())
		}
		seen[id] = true
		if strings.Contains(out.String(), "secret") || strings.Contains(out.String(), "momentum") {
			t.Errorf("%d tells too much: %s", i, out.String())
		}
	}
	if w := call(testServer(t, Options{}), "GET", "/healthz", ""); w.Header().Get("X-Request-Id") != "" {
		t.Error("an id without a log to find it in")
	}
}
