package commands

import (
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync/atomic"

	"github.com/urfave/cli/v2"

	"eahas/serve"
)

// tokenVariable names the environment's variable of the token.
const tokenVariable = "EAHAS_TOKEN"

// guards are the token and the certificate of a server.
type guards struct {
	tokenFile, cert, key string
	token                string
	certificate          atomic.Pointer[tls.Certificate] // nil: plain HTTP
}

// guardsOf reads the flags and the files that they name.
func guardsOf(c *cli.Context) (*guards, error) {
	g := &guards{tokenFile: c.String("token-file"), cert: c.String("tls-cert"), key: c.String("tls-key")}
	if (g.cert == "") != (g.key == "") {
		return nil, fmt.Errorf("%w: -tls-cert and -tls-key belong together", errUsage)
	}
	var err error
	if g.token, err = g.readToken(); err != nil {
		return nil, err
	}
	return g, g.readCertificate()
}

// minToken is how many bytes a token has at least: one that can be guessed protects nothing.
const minToken = 16

func (g *guards) readToken() (string, error) {
	token, from := os.Getenv(tokenVariable), "the environment's "+tokenVariable
	if g.tokenFile != "" {
		b, err := os.ReadFile(g.tokenFile)
		if err != nil {
			return "", err
		}
		token, from = string(b), g.tokenFile
	} else if token == "" {
		return "", nil
	}
	token = strings.TrimSpace(token)
	if len(token) < minToken || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fmt.Errorf("the token in %s has to be %d or more printable characters without spaces; openssl "+
			"rand -hex 32 makes one",
			from, minToken)
	}
	return token, nil
}

func (g *guards) readCertificate() error {
	if g.cert == "" {
		return nil
	}
	c, err := tls.LoadX509KeyPair(g.cert, g.key)
	if err != nil {
		return fmt.Errorf("certificate %s, key %s: %w", g.cert, g.key, err)
	}
	g.certificate.Store(&c)
	return nil
}

// reload reads the files again. After an error the token and the certificate from before hold.
func (g *guards) reload(s *serve.Server) error {
	token, err := g.readToken()
	if err != nil {
		return err
	}
	if err := g.readCertificate(); err != nil {
		return err
	}
	s.SetToken(token)
	return nil
}

// config is nil without a certificate.
func (g *guards) config() *tls.Config {
	if g.certificate.Load() == nil {
		return nil
	}
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return g.certificate.Load(), nil },
	}
}

func (g *guards) scheme() string {
	if g.certificate.Load() == nil {
		return "http"
	}
	return "https"
}

// check refuses to serve other machines without a token, unless that is said to be meant.
func (g *guards) check(a net.Addr, open bool) error {
	if t, ok := a.(*net.TCPAddr); open || g.token != "" || ok && t.IP.IsLoopback() {
		return nil
	}
	return fmt.Errorf("%w: other machines may reach %s: ask for a token with -token-file or %s (and speak TLS with "+
		"-tls-cert and "+
		"-tls-key), or say -open", errUsage, a, tokenVariable)
}

// accessLog writes one line for each request.
func accessLog(w io.Writer, form string) (*slog.Logger, error) {
	switch form {
	case "":
		return nil, nil
	case "text":
		return slog.New(slog.NewTextHandler(w, nil)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil)), nil
	}
	return nil, fmt.Errorf("%w: -access-log %q, wanted text or json", errUsage, form)
}
