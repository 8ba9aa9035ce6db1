package serve

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// SetToken changes the token that requests must bring; the empty one asks for none. Requests that have begun go on.
func (s *Server) SetToken(token string) {
	if token == "" {
		s.token.Store(nil)
		return
	}
	sum := sha256.Sum256([]byte(token))
	s.token.Store(&sum)
}

// errToken says no more than that the token is not the right one.
var errToken = errors.New(`wanted the header "Authorization: Bearer TOKEN" with the server's token`)

// authorized compares in a time that does not depend on where the tokens differ, nor on their lengths.
func (s *Server) authorized(q *http.Request) bool {
	want := s.token.Load()
	if want == nil {
		return true
	}
	scheme, token, _ := strings.Cut(q.Header.Get("Authorization"), " ")
	got := sha256.Sum256([]byte(strings.TrimSpace(token)))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1 && strings.EqualFold(scheme, "bearer")
}

// knownHost checks the Host header. A page from elsewhere reaches this server only under its own site's name, so that
// addresses in digits are harmless. HTTP/1.0 has none.
func (s *Server) knownHost(host string) bool {
	if host == "" || s.hosts["*"] || host == "localhost" {
		return true
	}
	name := plainHost(host)
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || net.ParseIP(name) != nil || s.hosts[name]
}

// plainHost strips the port, the brackets and the final dot and lowers the letters. What is no host stays none.
func plainHost(host string) string {
	if h, port, err := net.SplitHostPort(host); err == nil {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return host
		}
		host = h
	} else if inside, ok := strings.CutPrefix(host, "["); ok {
		host = strings.TrimSuffix(inside, "]")
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// admit refuses what must not come so far as to a route's handler.
func (s *Server) admit(w *reply, q *http.Request, private bool) bool {
	switch {
	case private && !s.authorized(q):
		w.Header().Set("WWW-Authenticate", `Bearer realm="eahas"`)
		s.refuse(w, http.StatusUnauthorized, errToken, "")
	case q.Method == http.MethodPost && !isJSON(q.Header.Get("Content-Type")):
		w.Header().Set("Accept-Post", "application/json")
		s.refuse(w, http.StatusUnsupportedMediaType, fmt.Errorf(
			"Content-Type is %.100q, wanted application/json (curl: -H 'Content-Type: application/json')",
			q.Header.Get("Content-Type")), "")
	default:
		return true
	}
	return false
}

// isJSON tells the one type that a page of another site cannot send without being asked for permission first, which
// this server never gives.
func isJSON(kind string) bool {
	if kind == "application/json" {
		return true
	}
	kind, _, err := mime.ParseMediaType(kind)
	return err == nil && kind == "application/json"
}
