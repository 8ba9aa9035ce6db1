package serve

import (
	"regexp"
	"testing"
	"time"
)

const (
	curvePath  = "(document.querySelector('#curve path') || {getAttribute: () => ''}).getAttribute('d')"
	energyPath = "(document.querySelector('#energy path') || {getAttribute: () => ''}).getAttribute('d')"
	state      = "(document.body || {dataset: {}}).dataset.state"
)

// TestPage uses the page as a person does: it draws a curve, follows a slider, shows a refused configuration as such,
// shows extrapolation, keeps the configuration in the address, and changes the bundle.
func TestPage(t *testing.T) {
	for _, dark := range []bool{false, true} {
		b := openBrowser(t, dark)
		s := testServer(t, Options{Drain: time.Millisecond})
		url, _, _ := start(t, s)
		b.call("Page.navigate", object{"url": url + "/?bundle=boosted&lr=0.01&momentum=0.9&opt=sgd&batch=64&epochs=50"})
		b.wait(state + " === 'answered' || " + state + " === 'extrapolates'")
		if got := b.eval("document.querySelector('#axis-lr').value"); got != "0.01" {
			t.Errorf("the address sets lr to %s", got)
		}
		first, energy := b.eval(curvePath), b.eval(energyPath)
		if len(first) < 200 || len(energy) < 200 {
			t.Fatalf("curve %q, energy %q", first, energy)
		}
		b.keep(map[bool]string{false: "light", true: "dark"}[dark])

		b.set("[data-axis=lr] input[type=range]", "300")
		b.wait(curvePath + " !== '" + first + "'")
		if x := b.eval("document.querySelector('#axis-lr').value"); x == "0.01" {
			t.Error("the slider moved and its number did not")
		}
		if !regexp.MustCompile(`lr=[0-9.e-]+`).MatchString(b.eval("location.search")) {
			t.Errorf("the address is %s", b.eval("location.search"))
		}

		b.set("#axis-lr", "2")
		b.wait(state + " === 'refused'")
		if got := b.eval("document.querySelector('[data-axis=lr]').classList.contains('bad')"); got != "true" {
			t.Error("the refused axis is not marked")
		}
		if got := b.eval("document.getElementById('status').textContent"); !regexp.MustCompile(`^Refused: axis "lr" = 2`).MatchString(got) {
			t.Errorf("status %q", got)
		}
		b.keep(map[bool]string{false: "refused light", true: "refused dark"}[dark])

		b.set("#axis-lr", "0.01")
		b.wait(state + " === 'answered'")
		b.wait(curvePath + " === '" + first + "'")
		b.set("#axis-lr", "1")
		b.wait(state + " === 'extrapolates'")
		b.keep(map[bool]string{false: "extrapolates light", true: "extrapolates dark"}[dark])

		b.set("#bundle", "near")
		b.wait("location.search.includes('bundle=near')")
		b.wait(state + " === 'answered' || " + state + " === 'extrapolates'")
		before := b.eval("location.search")
		b.eval("document.getElementById('draw').click()")
		b.wait("location.search !== '" + before + "'")
	}
}

// TestConditionalAxesComeAndGo needs a space with conditions.
func TestConditionalAxesComeAndGo(t *testing.T) {
	b := openBrowser(t, false)
	s := testServer(t, Options{Drain: time.Millisecond})
	url, _, _ := start(t, s)
	b.call("Page.navigate", object{"url": url})
	b.wait(state + " === 'answered' || " + state + " === 'extrapolates'")
	space := s.bundles.Load().list[0].surrogate.Spec().Space
	conditional := 0
	for _, p := range space.Params {
		if p.When == nil {
			continue
		}
		conditional++
		hidden := "document.querySelector('[data-axis=" + p.Name + "]').hidden"
		for i, v := range space.Param(p.When.Param).Choices {
			b.set("#axis-"+p.When.Param, string(rune('0'+i)))
			want := "true"
			for _, in := range p.When.In {
				if in == v {
					want = "false"
				}
			}
			b.wait(hidden + " === " + want)
			b.wait(state + " === 'answered' || " + state + " === 'extrapolates'")
		}
	}
	if conditional == 0 {
		t.Error("the space has no condition; the test needs another bundle")
	}
}
