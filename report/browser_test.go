package report

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"eahas/internal/chromium"
	"eahas/internal/fixture"
)

// TestFoldsOpen: in a real browser each line of the contents leads to a part that is then to be seen, also when its
// address is opened anew, nothing is wider than a phone, and print leaves nothing folded.
func TestFoldsOpen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.html")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := HTML(f, sample(60)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := chromium.Start(fixture.Tool(t, "EAHAS_CHROMIUM"), t.TempDir(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	ask := func(expression, want string) {
		t.Helper()
		if got, err := b.Eval(expression); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", expression, got, err, want)
		}
	}
	open := func(hash string) {
		t.Helper()
		if _, err := b.Call("Page.navigate", chromium.Object{"url": "about:blank"}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Call("Page.navigate", chromium.Object{"url": "file://" + file + hash}); err != nil {
			t.Fatal(err)
		}
		ask("new Promise(f => document.readyState === 'complete' ? f(1) : addEventListener('load', () => f(1)))", "1")
		ask("new Promise(f => requestAnimationFrame(() => f(1)))", "1")
	}
	const hidden = "document.querySelectorAll('.inside').values().filter(e => !e.checkVisibility()).toArray().length"
	const seen = "document.getElementById(%q).checkVisibility()"
	if err := b.Screen(400, 800, false); err != nil {
		t.Fatal(err)
	}
	open("")
	folded := "document.querySelectorAll('.inside').length"
	n, err := b.Eval(folded)
	if err != nil || n == "0" {
		t.Fatalf("%s folded parts, %v", n, err)
	}
	ask(hidden, n)
	ask("document.documentElement.scrollWidth", "400")
	ask("document.querySelectorAll('nav a').values().map(a => { a.click(); const e = "+
		"document.querySelector(a.hash); return e && e.checkVisibility() }).toArray().every(x => x)", "true")
	ask(hidden, "0") // the contents name every folded part
	for _, id := range []string{"scores-energy_per_epoch", "metrics"} {
		open("#" + id)
		ask(fmt.Sprintf(seen, id), "true")
	}
	open("")
	ask(hidden, n)
	if _, err := b.Call("Emulation.setEmulatedMedia", chromium.Object{"media": "print"}); err != nil {
		t.Fatal(err)
	}
	ask(hidden, "0")
	ask("document.querySelectorAll('main details > :not(summary)').values().filter(e => "+
		"e.getBoundingClientRect().height < 10).toArray().length", "0")
}
