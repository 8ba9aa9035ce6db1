package serve

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"eahas/internal/fixture"
)

// browser is a headless Chromium with one page, spoken to by the DevTools protocol over a pipe: messages of JSON, each
// ended by a zero byte.
type browser struct {
	t       *testing.T
	in      *os.File
	out     *bufio.Reader
	session string
	number  int
}

// openBrowser starts $EAHAS_CHROMIUM and opens a page. It ends with the test.
func openBrowser(t *testing.T, dark bool) *browser {
	t.Helper()
	program := fixture.Tool(t, "EAHAS_CHROMIUM")
	theirIn, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--no-first-run",
		"--remote-debugging-pipe", "--window-size=1200,900", "--user-data-dir="+t.TempDir())
	cmd.ExtraFiles = []*os.File{theirIn, theirOut} // 3 and 4
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirIn.Close()
	theirOut.Close()
	kill := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	b := &browser{t: t, in: in, out: bufio.NewReader(out)}
	t.Cleanup(func() {
		b.call("Browser.close", nil)
		in.Close()
		_ = cmd.Wait() // its exit code says nothing
		kill.Stop()
		if t.Failed() {
			t.Logf("%.2000s", complaints.String())
		}
	})
	target := b.call("Target.createTarget", object{"url": "about:blank"})
	b.session = b.call("Target.attachToTarget", object{"targetId": target["targetId"],
		"flatten": true})["sessionId"].(string)
	if dark {
		b.call("Emulation.setEmulatedMedia", object{"features": []object{{"name": "prefers-color-scheme",
			"value": "dark"}}})
	}
	return b
}

// call sends a command and waits for its result; events are passed over.
func (b *browser) call(method string, params object) object {
	b.t.Helper()
	b.number++
	m := object{"id": b.number, "method": method}
	if params != nil {
		m["params"] = params
	}
	if b.session != "" && method != "Browser.close" {
		m["sessionId"] = b.session
	}
	text, err := json.Marshal(m)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.in.Write(append(text, 0)); err != nil {
		b.t.Fatal(err)
	}
	for {
		line, err := b.out.ReadBytes(0)
		if err != nil {
			if method == "Browser.close" {
				return nil
			}
			b.t.Fatalf("%s: %v", method, err)
		}
		var r struct {
			ID     int
			Result object
			Error  any
		}
		if err := json.Unmarshal(line[:len(line)-1], &r); err != nil {
			b.t.Fatal(err)
		}
		if r.ID != b.number {
			continue
		}
		if r.Error != nil {
			b.t.Fatalf("%s: %v", method, r.Error)
		}
		return r.Result
	}
}

// eval runs an expression in the page and returns its value as text.
func (b *browser) eval(expression string) string {
	b.t.Helper()
	r := b.call("Runtime.evaluate", object{"expression": "String(" + expression + ")", "returnByValue": true})
	if r["exceptionDetails"] != nil {
		b.t.Fatalf("%s: %v", expression, r["exceptionDetails"])
	}
	text, _ := r["result"].(object)["value"].(string)
	return text
}

// wait repeats an expression until it is "true".
func (b *browser) wait(expression string) {
	b.t.Helper()
	end := time.Now().Add(20 * time.Second)
	for b.eval(expression) != "true" {
		if time.Now().After(end) {
			b.t.Fatalf("never: %s; state %s: %s", expression, b.eval(state),
				b.eval("(document.getElementById('status') || {}).textContent"))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// set gives a control a value as a person does.
func (b *browser) set(selector, value string) {
	b.t.Helper()
	b.eval(fmt.Sprintf("(e => { e.value = %q; e.dispatchEvent(new Event('input', {bubbles: true})); "+
		"})(document.querySelector(%q))", value, selector))
}

// keep writes a picture of the page into $EAHAS_SCREENSHOTS, if set.
func (b *browser) keep(name string) {
	dir := os.Getenv("EAHAS_SCREENSHOTS")
	if dir == "" {
		return
	}
	data := b.call("Page.captureScreenshot", object{"format": "png"})["data"].(string)
	var png []byte
	if err := json.Unmarshal([]byte(`"`+data+`"`), &png); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/"+strings.ReplaceAll(name, " ", "-")+".png", png, 0o666); err != nil {
		b.t.Fatal(err)
	}
}
