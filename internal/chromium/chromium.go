// Package chromium drives a headless Chromium by the DevTools protocol over a pipe, for tests of pages and for the
// pictures in the documents.
package chromium

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// Object is a message's parameters or result.
type Object = map[string]any

// Browser is a running Chromium with one page.
type Browser struct {
	in, out    *os.File
	lines      *bufio.Reader
	session    string
	number     int
	cmd        *exec.Cmd
	kill       *time.Timer
	complaints bytes.Buffer
}

// Start starts the program and opens an empty page. profile is an empty folder that the caller deletes. The program is
// killed after limit, if Close does not end it before.
func Start(program, profile string, limit time.Duration) (*Browser, error) {
	theirIn, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, theirIn.Close(), in.Close())
	}
	b := &Browser{in: in, out: out, lines: bufio.NewReader(out)}
	b.cmd = exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--no-first-run", "--hide-scrollbars", "--remote-debugging-pipe", "--window-size=1200,900",
		"--user-data-dir="+profile)
	b.cmd.ExtraFiles = []*os.File{theirIn, theirOut} // 3 and 4
	b.cmd.Stderr = &b.complaints
	err = b.cmd.Start()
	if e := errors.Join(theirIn.Close(), theirOut.Close()); err == nil {
		err = e
	}
	if err != nil {
		return nil, errors.Join(err, in.Close(), out.Close())
	}
	b.kill = time.AfterFunc(limit, func() { _ = b.cmd.Process.Kill() })
	target, err := b.Call("Target.createTarget", Object{"url": "about:blank"})
	if err != nil {
		b.Close()
		return nil, err
	}
	attached, err := b.Call("Target.attachToTarget", Object{"targetId": target["targetId"], "flatten": true})
	if err != nil {
		b.Close()
		return nil, err
	}
	b.session, _ = attached["sessionId"].(string)
	return b, nil
}

// Close ends the program and returns what it wrote to its standard error.
func (b *Browser) Close() string {
	_, _ = b.Call("Browser.close", nil) // it may be gone already
	_ = b.in.Close()
	_ = b.cmd.Wait() // its exit code says nothing
	_ = b.out.Close()
	b.kill.Stop()
	return b.complaints.String()
}

// Call sends a command and waits for its result; events are passed over.
func (b *Browser) Call(method string, params Object) (Object, error) {
	b.number++
	m := Object{"id": b.number, "method": method}
	if params != nil {
		m["params"] = params
	}
	if b.session != "" && method != "Browser.close" {
		m["sessionId"] = b.session
	}
	text, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	if _, err := b.in.Write(append(text, 0)); err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	for {
		line, err := b.lines.ReadBytes(0)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", method, err)
		}
		var r struct {
			ID     int
			Result Object
			Error  any
		}
		if err := json.Unmarshal(line[:len(line)-1], &r); err != nil {
			return nil, fmt.Errorf("%s: %w", method, err)
		}
		if r.ID != b.number {
			continue
		}
		if r.Error != nil {
			return nil, fmt.Errorf("%s: %v", method, r.Error)
		}
		return r.Result, nil
	}
}

// Eval runs an expression in the page and returns its value as text. A promise is waited for.
func (b *Browser) Eval(expression string) (string, error) {
	r, err := b.Call("Runtime.evaluate", Object{
		"expression": "Promise.resolve(" + expression + ").then(String)", "awaitPromise": true, "returnByValue": true})
	if err != nil {
		return "", err
	}
	if r["exceptionDetails"] != nil {
		return "", fmt.Errorf("%s: %v", expression, r["exceptionDetails"])
	}
	result, _ := r["result"].(Object)
	text, _ := result["value"].(string)
	return text, nil
}

// Screen sets the window's size in pixels, and whether the page shall be dark. A narrow one is a phone with a touch
// screen.
func (b *Browser) Screen(width, height int, dark bool) error {
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	_, err := b.Call("Emulation.setEmulatedMedia", Object{
		"features": []Object{{"name": "prefers-color-scheme", "value": scheme}}})
	if err != nil {
		return err
	}
	_, err = b.Call("Emulation.setDeviceMetricsOverride", Object{"width": width, "height": height,
		"deviceScaleFactor": 1, "mobile": width < 600})
	return err
}

// Picture returns the visible part of the page as PNG, or all of it.
func (b *Browser) Picture(whole bool) ([]byte, error) {
	r, err := b.Call("Page.captureScreenshot", Object{"format": "png", "captureBeyondViewport": whole})
	if err != nil {
		return nil, err
	}
	data, _ := r["data"].(string)
	return base64.StdEncoding.DecodeString(data)
}
