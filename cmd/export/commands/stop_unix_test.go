//go:build unix

package commands

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// asProgram makes the test's own executable the program, with these arguments after it.
const asProgram = "EAHAS_TEST_EXPORT"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(Run(context.Background(), os.Stdin, os.Stdout, os.Stderr, os.Args))
	}
	os.Exit(m.Run())
}

// TestTerminatedServerLosesNoRequest sends SIGTERM to a process under clients that ask without pause. Every request is
// answered whole, until each client is told that its connection ends; then the process ends with code 0 and nobody
// listens any more.
func TestTerminatedServerLosesNoRequest(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "serve", "-addr", "127.0.0.1:0", "-drain", "300ms",
		"small="+filepath.Join("..", "..", "..", "artifacts", "testdata", "v1-gbdt-bezier"))
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	defer func() {
		if !ended {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	}()
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(first), "listening on ")
	if err != nil || !ok {
		t.Fatalf("the server says %q (%v)", first, err)
	}

	if second, err := lines.ReadString('\n'); err != nil || !strings.HasPrefix(second, "bundle small") {
		t.Fatalf("the server says %q (%v)", second, err) // it has loaded by then
	}

	const body = `{"config":{"lr":0.01,"momentum":0.9,"opt":"sgd","batch":64,"epochs":50}}`
	ask := func(client *http.Client) (last bool, err error) {
		r, err := client.Post(url+"v1/bundles/small/query", "application/json", strings.NewReader(body))
		if err != nil {
			return false, err
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		if err == nil && (r.StatusCode != http.StatusOK || !strings.HasSuffix(strings.TrimSpace(string(b)), "}") ||
			len(b) < 100) {
			err = fmt.Errorf("code %d, %d bytes", r.StatusCode, len(b))
		}
		return r.Close, err
	}
	var answered atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			client := &http.Client{Transport: &http.Transport{}, Timeout: 30 * time.Second}
			defer client.CloseIdleConnections()
			for {
				last, err := ask(client)
				if err != nil {
					t.Errorf("lost after %d answers: %v", answered.Load(), err)
					return
				}
				answered.Add(1)
				if last {
					return
				}
			}
		})
	}
	for patience := time.Now().Add(time.Minute); answered.Load() < 200 && time.Now().Before(patience); {
		time.Sleep(time.Millisecond)
	}
	before := answered.Load()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	if _, err := io.Copy(io.Discard, lines); err != nil {
		t.Error(err)
	}
	err, ended = cmd.Wait(), true
	if err != nil || complaints.Len() > 0 {
		t.Errorf("the server ends with %v and says %q", err, complaints.String())
	}
	t.Logf("%d answers before the signal, %d after it", before, answered.Load()-before)
	if before < 200 || answered.Load() < before+8 {
		t.Errorf("%d answers before the signal, %d in all", before, answered.Load())
	}
	if _, err := ask(http.DefaultClient); err == nil {
		t.Error("still listening after the end")
	}
}
