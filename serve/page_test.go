package serve

import (
	"regexp"
	"testing"
	"time"
)

const (
	curvePath  = "(document.querySelector('#curve path.now') || {getAttribute: () => ''}).getAttribute('d')"
	energyPath = "(document.querySelector('#energy path.now') || {getAttribute: () => ''}).getAttribute('d')"
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

		const zero = "{kind: 'log', low: 1e-5, high: 1e-2, zero: true}" // 0 is the slider's first position
		if got := b.eval("[0, 1, 1000].map(k => fromSlider(" + zero + ", k)).join() + ' ' + " +
			"[0, 1e-5, 1e-2].map(x => toSlider(" + zero + ", x)).join()"); got != "0,0.00001,0.01 0,1,1000" {
			t.Errorf("a slider of an axis with 0: %s", got)
		}

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
		refusal := regexp.MustCompile(`^Refused: axis "lr" = 2`)
		if got := b.eval("document.getElementById('status-text').textContent"); !refusal.MatchString(got) {
			t.Errorf("status %q", got)
		}
		b.keep(map[bool]string{false: "refused light", true: "refused dark"}[dark])

		b.wait("!document.getElementById('nearest').hidden")
		b.eval("document.getElementById('nearest').click()")
		b.wait(state + " !== 'refused'")
		if got := b.eval("document.querySelector('#axis-lr').value"); got != "1" {
			t.Errorf("the nearest valid lr is %s, want 1", got)
		}

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

// open navigates to a page and waits for its first answer.
func (b *browser) open(url string) {
	b.t.Helper()
	b.call("Page.navigate", object{"url": url})
	b.wait(state + " === 'answered' || " + state + " === 'extrapolates'")
}

// press presses a key in the focused element.
func (b *browser) press(key string, code int) {
	b.t.Helper()
	for _, kind := range []string{"rawKeyDown", "keyUp"} {
		b.call("Input.dispatchKeyEvent", object{"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code})
	}
}

// TestSliderStepsAreTheAxis: an arrow key is one step of the axis, and a screen reader hears the value.
func TestSliderStepsAreTheAxis(t *testing.T) {
	b := openBrowser(t, false)
	url, _, _ := start(t, testServer(t, Options{Drain: time.Millisecond}))
	b.open(url + "/?bundle=boosted&lr=0.01&momentum=0.9&opt=sgd&batch=64&epochs=50")
	b.eval("(c => { c.set(8); document.body.append(c.box); c.box.querySelector('[type=range]').focus(); })" +
		"(control({name: 'depth', kind: 'integer', low: 6, high: 15, unit: 'blocks'}))")
	for _, want := range []string{"9", "10"} {
		b.press("ArrowRight", 39)
		b.wait("document.querySelector('#axis-depth').value === '" + want + "'")
		got := b.eval("document.querySelector('[data-axis=depth] [type=range]').getAttribute('aria-valuetext')")
		if got != want+" blocks" {
			t.Errorf("a screen reader hears %q", got)
		}
	}
	for _, p := range []string{"{kind: 'log', low: 0.5, high: 3, step: 0.25}", "{kind: 'linear', high: 1, step: 0.001}",
		"{kind: 'integer', low: 1, high: 10000, log: true}"} {
		if got := b.eval("(p => Array.from({length: positions(p) + 1}, (_, k) => toSlider(p, fromSlider(p, k)))" +
			".every((at, k) => at === k || !ownSteps(p)))(" + p + ")"); got != "true" {
			t.Errorf("%s: a position does not come back", p)
		}
	}
}

// TestPinnedAndSecondBundle: a pinned configuration stays while the present one moves, and a second bundle answers
// beside the first; both are in the chart, the table and under the pointer.
func TestPinnedAndSecondBundle(t *testing.T) {
	b := openBrowser(t, false)
	url, _, _ := start(t, testServer(t, Options{Drain: time.Millisecond}))
	b.open(url + "/?bundle=boosted&lr=0.01&momentum=0.9&opt=sgd&batch=64&epochs=50")
	first := b.eval(curvePath)
	b.eval("document.getElementById('pin').click()")
	b.set("#axis-lr", "0.1")
	b.wait(curvePath + " !== '" + first + "'")
	path := func(kind string) string {
		return b.eval("(document.querySelector('#curve path." + kind +
			"') || {getAttribute: () => ''}).getAttribute('d')")
	}
	if path("pinned") != first {
		t.Error("the pinned curve moved")
	}
	b.set("#second", "near")
	b.wait("document.querySelector('#curve path.second') !== null")
	if got := b.eval("document.querySelectorAll('#numbers thead th').length"); got != "4" {
		t.Errorf("%s columns, want names, now, pinned, second", got)
	}
	b.eval(`(r => document.getElementById('curve').onpointermove({clientX: r.left + r.width / 2}))(` +
		`document.getElementById('curve').getBoundingClientRect())`)
	if got := b.eval("document.querySelectorAll('#curve text.value[visibility=visible]').length"); got != "3" {
		t.Errorf("%s values under the pointer, want 3", got)
	}
	b.keep("pinned")
	b.eval("document.getElementById('pin').click()")
	b.wait("document.querySelector('#curve path.pinned') === null")
}

// TestCopy: what is copied is the present configuration, in the words of each tool.
func TestCopy(t *testing.T) {
	b := openBrowser(t, false)
	url, _, _ := start(t, testServer(t, Options{Drain: time.Millisecond}))
	b.open(url + "/?bundle=boosted&lr=0.01&momentum=0.9&opt=sgd&batch=64&epochs=50")
	for kind, want := range map[string]string{
		"url":    `/\?bundle=boosted&lr=0\.01&.*epochs=50$`,
		"curl":   `^curl -H 'Content-Type: application/json' -d '\{"config":\{"lr":0\.01,.*/v1/bundles/boosted/query$`,
		"python": `^import eahas`,
		"query":  `^eahas query boosted lr=0\.01 momentum=0\.9 opt=sgd batch=64 epochs=50$`,
	} {
		b.eval("document.querySelector('[data-copy=" + kind + "]').click()")
		if got := b.eval("document.getElementById('copied').textContent"); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s: %s", kind, got)
		}
	}
}

// TestTradeHoldsThePresentPoint: the samples come with their front, the present configuration lies among them, and a
// click on a sample makes it the present one.
func TestTradeHoldsThePresentPoint(t *testing.T) {
	b := openBrowser(t, false)
	url, _, _ := start(t, testServer(t, Options{Drain: time.Millisecond}))
	b.open(url + "/?bundle=boosted")
	b.wait("document.querySelectorAll('#front circle.sample').length > 5")
	if got := b.eval("document.querySelectorAll('#front circle.now').length"); got != "1" {
		t.Errorf("%s present points", got)
	}
	before := b.eval("location.search")
	b.eval("document.querySelector('#front circle.sample').dispatchEvent(new MouseEvent('click'))")
	b.wait("location.search !== '" + before + "'")
}

// TestPhone: nothing is wider than the screen, and the answer stays in sight while the last slider moves.
func TestPhone(t *testing.T) {
	for _, dark := range []bool{false, true} {
		b := openBrowser(t, dark)
		b.screen(360, 740, dark)
		url, _, _ := start(t, testServer(t, Options{Drain: time.Millisecond}))
		b.open(url + "/?bundle=boosted")
		if got := b.eval("document.documentElement.scrollWidth"); got != "360" {
			t.Errorf("the page is %s pixels wide", got)
		}
		b.eval("document.querySelector('.axis:last-child').scrollIntoView({block: 'end'})")
		b.wait("(r => r.top >= 0 && r.bottom <= innerHeight)(document.getElementById('curve').getBoundingClientRect())")
		b.wait("(r => r.top >= 0 && r.bottom <= innerHeight)(" +
			"document.querySelector('.axis:last-child').getBoundingClientRect())")
		b.keep(map[bool]string{false: "phone light", true: "phone dark"}[dark])
	}
}
