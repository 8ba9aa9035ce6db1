package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// message is one request as it goes over the wire, and the codes that are right answers to it.
type message struct {
	bytes []byte
	good  [2]int
}

// prepare draws the configurations from the server and writes the requests.
func prepare(ctx context.Context, p plan) ([]message, error) {
	var out []message
	path := "/v1/bundles/" + p.bundle + "/query"
	for i := range p.configs {
		body, err := get(ctx, fmt.Sprintf("http://%s/v1/bundles/%s/sample?seed=%d", p.addr, p.bundle, i))
		if err != nil {
			return nil, err
		}
		var drawn map[string]any
		if err := json.Unmarshal(body, &drawn); err != nil {
			return nil, err
		}
		if p.upTo > 0 {
			drawn["up_to"] = p.upTo
		}
		b, err := json.Marshal(drawn)
		if err != nil {
			return nil, err
		}
		out = append(out, post(p.addr, path, string(b), 200))
		if p.hostile && i%4 == 3 {
			bad := hostile(p, path)
			out = append(out, bad[i/4%len(bad)])
		}
	}
	return out, nil
}

func get(ctx context.Context, url string) ([]byte, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err == nil && r.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", url, r.Status, b)
	}
	return b, err
}

func post(addr, path, body string, good ...int) message {
	m := message{bytes: fmt.Appendf(nil,
		"POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, addr,
		len(body), body)}
	copy(m.good[:], good)
	return m
}

// hostile lists requests that a server must refuse and live.
func hostile(p plan, path string) []message {
	deep := strings.Repeat("[", 100_000)
	return []message{
		post(p.addr, path, `{"config":{"no such axis":1}}`, 422),
		post(p.addr, path, `{"config":`, 400),
		post(p.addr, path, ``, 400),
		post(p.addr, path, `{"config":{},"up_to":-1e308}`, 422),
		post(p.addr, path, `{"configs":`+deep, 400),
		post(p.addr, path, `{"configs":[`+strings.Repeat("{},", 2000)+`{}]}`, 413, 200),
		post(p.addr, path, "\x00\xff\xfe"+strings.Repeat("\xf0", 500), 400),
		post(p.addr, path, `{"config":{},"config":{},"extra":1}`, 400),
		post(p.addr, "/v1/bundles/%2e%2e%2f%2e%2e%2fetc%2fpasswd/query", `{"config":{}}`, 404),
		post(p.addr, path, `{"config":{"`+strings.Repeat("a", 200_000)+`":1}}`, 422),
		post(p.addr, "/v1/bundles", `{}`, 405),
		post(p.addr, path, `{"config":{"lr":1e999}}`, 400),
	}
}
