//go:build unix

package commands

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// selfSigned writes a certificate for 127.0.0.1 and its key, and returns a pool that trusts it.
func selfSigned(t *testing.T, cert, key string, serial int64) *x509.CertPool {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour),
		NotAfter:  time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true,
		BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der},
		key: {Type: "PRIVATE KEY", Bytes: secret}} {
		text := pem.EncodeToMemory(block)
		pool.AppendCertsFromPEM(text) // takes certificates alone
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return pool
}

// startServer starts "serve" as a process of its own and returns its lines and its address.
func startServer(t *testing.T, args ...string) (cmd *exec.Cmd, lines *bufio.Reader, url string,
	complaints *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(self, append([]string{"serve", "-addr", "127.0.0.1:0", "-drain", "1ms"}, args...)...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	complaints = new(bytes.Buffer)
	cmd.Stderr = complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		kill.Stop()
		if t.Failed() {
			t.Logf("%.2000s", complaints)
		}
	})
	lines = bufio.NewReader(out)
	url, ok := strings.CutPrefix(line(t, lines), "listening on ")
	if !ok {
		t.Fatalf("the server does not say where it listens")
	}
	return cmd, lines, url, complaints
}

func line(t *testing.T, lines *bufio.Reader) string {
	t.Helper()
	text, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(text)
}

// TestReloadOfEverything serves with TLS and a token, changes bundle, token and certificate on disk, and sends SIGHUP.
func TestReloadOfEverything(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, text string) {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bundle := func(name string) {
		_ = os.RemoveAll(at("b"))
		if err := os.CopyFS(at("b"), os.DirFS(filepath.Join("..", "..", "..", "artifacts", "testdata",
			name))); err != nil {
			t.Fatal(err)
		}
	}
	bundle("v1-gbdt-bezier")
	write("token", "the-first-token-of-all\n")
	pool := selfSigned(t, at("cert"), at("key"), 1)
	cmd, lines, url, complaints := startServer(t, "-tls-cert", at("cert"), "-tls-key", at("key"), "-token-file",
		at("token"), "-access-log", "json", at("b"))
	if second := line(t, lines); !strings.HasPrefix(second, "bundle b:") {
		t.Fatal(second) // it has loaded by then
	}
	get := func(pool *x509.CertPool, token string) (int, string, error) {
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool},
			ForceAttemptHTTP2: true}, Timeout: 20 * time.Second}
		defer client.CloseIdleConnections()
		q, err := http.NewRequest("POST", url+"v1/bundles/b/query",
			strings.NewReader(`{"config":{"lr":0.01,"momentum":0.9,"opt":"sgd","batch":64,"epochs":50}}`))
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Content-Type", "application/json")
		q.Header.Set("Authorization", "Bearer "+token)
		r, err := client.Do(q)
		if err != nil {
			return 0, "", err
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		if r.ProtoMajor != 2 {
			t.Errorf("over TLS it speaks %s", r.Proto)
		}
		return r.StatusCode, string(b), err
	}
	code, before, err := get(pool, "the-first-token-of-all")
	if code != 200 || err != nil {
		t.Fatalf("%d %s %v", code, before, err)
	}
	if code, _, err := get(pool, "the-second-token-of-all"); code != 401 {
		t.Errorf("another token: %d %v", code, err)
	}
	if _, _, err := get(x509.NewCertPool(), ""); err == nil {
		t.Error("a certificate that nobody trusts is trusted")
	}

	bundle("v1-knn-bezier")
	write("token", "the-second-token-of-all\n")
	newer := selfSigned(t, at("cert"), at("key"), 2)
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	for line(t, lines) != "reloaded" {
	}
	code, after, err := get(newer, "the-second-token-of-all")
	if code != 200 || err != nil || after == before {
		t.Errorf("%d %v, before %s, after %s", code, err, before, after)
	}
	if code, _, _ := get(newer, "the-first-token-of-all"); code != 401 {
		t.Errorf("the old token: %d", code)
	}
	if _, _, err := get(pool, ""); err == nil {
		t.Error("the old certificate is still shown")
	}

	// What cannot be loaded is told, and what was there is served on.
	_ = os.RemoveAll(at("b"))
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	if code, still, err := get(newer, "the-second-token-of-all"); code != 200 || err != nil || still != after {
		t.Errorf("without the bundle: %d %s %v", code, still, err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, lines); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	log := complaints.String()
	if !strings.Contains(log, "reload failed") || !strings.Contains(log, `"path":"/v1/bundles/b/query","code":401`) ||
		strings.Contains(log, "token-of-all") {
		t.Errorf("the log: %s", log)
	}
}

// TestServeRefusesToBeOpenByAccident: without a token, other machines are served only when that is said.
func TestServeRefusesToBeOpenByAccident(t *testing.T) {
	bundle := filepath.Join("..", "..", "..", "artifacts", "testdata", "v1-gbdt-bezier")
	short := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(short, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-addr", "0.0.0.0:0"}, "-token-file"},
		{[]string{"-token-file", short}, "16 or more"},
		{[]string{"-token-file", short + "no"}, "no such file"},
		{[]string{"-tls-cert", short}, "belong together"},
		{[]string{"-tls-cert", short, "-tls-key", short}, "certificate"},
		{[]string{"-access-log", "xml"}, "text or json"},
		{[]string{"-addr", "127.0.0.1:0", bundle}, "two bundles"},
		{[]string{"-addr", "127.0.0.1:0", "gone=" + short + "/gone"}, "gone"},
	} {
		args := append(append([]string{"export", "serve"}, c.args...), bundle)
		var complaints bytes.Buffer
		if code := Run(t.Context(), strings.NewReader(""), io.Discard, &complaints, args); code == 0 ||
			!strings.Contains(complaints.String(), c.want) {
			t.Errorf("%v: code %d, %q, wanted %q", c.args, code, complaints.String(), c.want)
		}
	}
}
