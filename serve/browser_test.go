package serve

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"eahas/internal/chromium"
	"eahas/internal/fixture"
)

// browser is a headless Chromium of a test: what goes wrong ends the test.
type browser struct {
	*chromium.Browser
	t *testing.T
}

// openBrowser starts $EAHAS_CHROMIUM and opens a page. It ends with the test.
func openBrowser(t *testing.T, dark bool) *browser {
	t.Helper()
	inner, err := chromium.Start(fixture.Tool(t, "EAHAS_CHROMIUM"), t.TempDir(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if complaints := inner.Close(); t.Failed() {
			t.Logf("%.2000s", complaints)
		}
	})
	b := &browser{inner, t}
	b.screen(1200, 900, dark)
	return b
}

func (b *browser) screen(width, height int, dark bool) {
	b.t.Helper()
	if err := b.Screen(width, height, dark); err != nil {
		b.t.Fatal(err)
	}
}

// call sends a command and waits for its result.
func (b *browser) call(method string, params object) object {
	b.t.Helper()
	r, err := b.Call(method, params)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// eval runs an expression in the page and returns its value as text.
func (b *browser) eval(expression string) string {
	b.t.Helper()
	text, err := b.Eval(expression)
	if err != nil {
		b.t.Fatal(err)
	}
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
	png, err := b.Picture(false)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/"+strings.ReplaceAll(name, " ", "-")+".png", png, 0o666); err != nil {
		b.t.Fatal(err)
	}
}
