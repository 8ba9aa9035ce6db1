package serve

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
)

type object = map[string]any

func document(t *testing.T) object {
	t.Helper()
	var d object
	if err := json.Unmarshal(openAPI, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// resolve follows a reference inside the document.
func resolve(t *testing.T, d object, v any) object {
	t.Helper()
	o, ok := v.(object)
	if !ok {
		t.Fatalf("%v is no object", v)
	}
	ref, ok := o["$ref"].(string)
	if !ok {
		return o
	}
	var at any = d
	for _, part := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		at = at.(object)[part]
	}
	if at == nil {
		t.Fatalf("%s leads nowhere", ref)
	}
	return resolve(t, d, at)
}

// TestDescriptionNamesEveryRoute holds the paths and methods of openapi.json against the handlers, both ways.
func TestDescriptionNamesEveryRoute(t *testing.T) {
	d := document(t)
	described, handled := map[string]bool{}, map[string]bool{}
	for path, methods := range d["paths"].(object) {
		for method := range methods.(object) {
			described[strings.ToUpper(method)+" "+path] = true
		}
	}
	for _, r := range routes {
		handled[r.method+" "+strings.TrimSuffix(r.path, "{$}")] = true
	}
	if !maps.Equal(described, handled) {
		t.Errorf("described %v\nhandled   %v", slices.Sorted(maps.Keys(described)), slices.Sorted(maps.Keys(handled)))
	}
}

// TestAnswersFitTheDescription asks for every described code that a request can bring about, and checks each answer's
// code, type and body against the description.
func TestAnswersFitTheDescription(t *testing.T) {
	d := document(t)
	s := testServer(t, Options{MaxBody: 5000, MaxInFlight: 1})
	good := `{"lr":0.01,"momentum":0.9,"opt":"sgd","batch":64,"epochs":50}`
	calls := []struct {
		method, template, path, body string
		code                         int
	}{
		{"GET", "/v1/bundles", "", "", 200},
		{"GET", "/v1/bundles/{name}", "/v1/bundles/near", "", 200},
		{"GET", "/v1/bundles/{name}", "/v1/bundles/far", "", 404},
		{"GET", "/v1/bundles/{name}/sample", "/v1/bundles/near/sample?seed=3", "", 200},
		{"GET", "/v1/bundles/{name}/sample", "/v1/bundles/near/sample?seed=x", "", 400},
		{"GET", "/v1/bundles/{name}/sample", "/v1/bundles/far/sample", "", 404},
		{"GET", "/v1/bundles/{name}/ranges", "/v1/bundles/near/ranges?lr=2&epochs=50", "", 200},
		{"GET", "/v1/bundles/{name}/ranges", "/v1/bundles/near/ranges?nothing=2", "", 400},
		{"GET", "/v1/bundles/{name}/ranges", "/v1/bundles/far/ranges", "", 404},
		{"POST", "/v1/bundles/{name}/query", queryPath, `{"config":` + good + `}`, 200},
		{"POST", "/v1/bundles/{name}/query", queryPath, `{"configs":[` + good + `,{"lr":3}]}`, 200},
		{"POST", "/v1/bundles/{name}/query", queryPath, `{"config":{"lr":3}}`, 422},
		{"POST", "/v1/bundles/{name}/query", queryPath,
			`{"config":{"lr":0.3,"momentum":0.99,"opt":"sgd","batch":64,"epochs":50}}`, 200},
		{"POST", "/v1/bundles/{name}/query", queryPath, `{}`, 400},
		{"POST", "/v1/bundles/{name}/query", queryPath, strings.Repeat(" ", 6000), 413},
		{"POST", "/v1/bundles/{name}/query", "/v1/bundles/far/query", `{}`, 404},
		{"GET", "/openapi.json", "", "", 200},
		{"GET", "/healthz", "", "", 200},
		{"GET", "/readyz", "", "", 200},
		{"GET", "/metrics", "", "", 200},
		{"GET", "/", "", "", 200},
		{"GET", "/page.css", "", "", 200},
		{"GET", "/chart.js", "", "", 200},
		{"GET", "/graph.js", "", "", 200},
		{"GET", "/page.js", "", "", 200},
	}
	seen := map[string]bool{
		"POST /v1/bundles/{name}/query 500": true, // no request brings it about
		"POST /v1/bundles/{name}/query 408": true, // TestTricklingBodyIsRefused
		"POST /v1/bundles/{name}/query 415": true, // TestSimplePostsAreRefused
	}
	check := func(method, template, path, body string, code int) {
		t.Helper()
		if path == "" {
			path = template
		}
		w := call(s, method, path, body)
		name := fmt.Sprintf("%s %s %d", method, template, code)
		if w.Code != code {
			t.Errorf("%s: code %d: %s", name, w.Code, w.Body)
			return
		}
		seen[name] = true
		operation := resolve(t, d, d["paths"].(object)[template].(object)[strings.ToLower(method)])
		response := operation["responses"].(object)[strconv.Itoa(code)]
		if response == nil {
			t.Errorf("%s is not described", name)
			return
		}
		fits(t, d, name, resolve(t, d, response), w)
	}
	for _, c := range calls {
		check(c.method, c.template, c.path, c.body, c.code)
	}
	s.slots <- struct{}{}
	for _, c := range [][2]string{{"/v1/bundles", ""}, {"/v1/bundles/{name}", "/v1/bundles/near"},
		{"/v1/bundles/{name}/sample", "/v1/bundles/near/sample"},
		{"/v1/bundles/{name}/ranges", "/v1/bundles/near/ranges"}} {
		check("GET", c[0], c[1], "", 503)
	}
	check("POST", "/v1/bundles/{name}/query", queryPath, "{}", 503)
	s.SetToken("a token of some length")
	for _, c := range [][2]string{{"/v1/bundles", ""}, {"/v1/bundles/{name}", "/v1/bundles/near"},
		{"/v1/bundles/{name}/sample", "/v1/bundles/near/sample"},
		{"/v1/bundles/{name}/ranges", "/v1/bundles/near/ranges"}, {"/metrics", ""}} {
		check("GET", c[0], c[1], "", 401)
	}
	check("POST", "/v1/bundles/{name}/query", queryPath, "{}", 401)
	s.stopping.Store(true)
	check("GET", "/readyz", "", "", 503)
	for path, methods := range d["paths"].(object) {
		for method, o := range methods.(object) {
			for code := range o.(object)["responses"].(object) {
				if name := strings.ToUpper(method) + " " + path + " " + code; !seen[name] {
					t.Errorf("%s is described and never asked for", name)
				}
			}
		}
	}
}

// fits holds type and body of an answer against its description.
func fits(t *testing.T, d object, name string, response object, w *httptest.ResponseRecorder) {
	t.Helper()
	kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	content, ok := response["content"].(object)[kind]
	if !ok {
		t.Errorf("%s: content type %q is not described", name, kind)
		return
	}
	if kind != "application/json" {
		return
	}
	var body any
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if why := mismatch(t, d, resolve(t, d, content.(object)["schema"]), body); why != "" {
		t.Errorf("%s: %s: %.200s", name, why, w.Body)
	}
}

// mismatch says why v does not fit the schema; "" when it does. It knows the words that openapi.json uses.
func mismatch(t *testing.T, d, schema object, v any) string {
	if list, ok := schema["oneOf"].([]any); ok {
		n, why := 0, ""
		for _, s := range list {
			if w := mismatch(t, d, resolve(t, d, s), v); w == "" {
				n++
			} else {
				why = w
			}
		}
		if n != 1 {
			return fmt.Sprintf("fits %d of %d schemas (%s)", n, len(list), why)
		}
	}
	if kinds := schema["type"]; kinds != nil && !ofType(kinds, v) {
		return fmt.Sprintf("%v is not of type %v", v, kinds)
	}
	switch v := v.(type) {
	case []any:
		if items := schema["items"]; items != nil {
			for _, x := range v {
				if why := mismatch(t, d, resolve(t, d, items), x); why != "" {
					return why
				}
			}
		}
	case object:
		required, _ := schema["required"].([]any)
		for _, name := range required {
			if _, ok := v[name.(string)]; !ok {
				return fmt.Sprintf("%v is missing", name)
			}
		}
		known, _ := schema["properties"].(object)
		for name, x := range v {
			s, ok := known[name]
			if !ok {
				s = schema["additionalProperties"]
			}
			if s == false {
				return fmt.Sprintf("%q is not described", name)
			}
			if s != nil {
				if why := mismatch(t, d, resolve(t, d, s), x); why != "" {
					return name + ": " + why
				}
			}
		}
	}
	return ""
}

func ofType(kinds, v any) bool {
	if list, ok := kinds.([]any); ok {
		return slices.ContainsFunc(list, func(k any) bool { return ofType(k, v) })
	}
	switch v := v.(type) {
	case nil:
		return kinds == "null"
	case bool:
		return kinds == "boolean"
	case string:
		return kinds == "string"
	case float64:
		return kinds == "number" || kinds == "integer" && v == float64(int64(v))
	case []any:
		return kinds == "array"
	}
	return kinds == "object"
}
