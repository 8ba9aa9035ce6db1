package serve

import (
	"encoding/json"
	"net/url"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
)

// Of valid configurations every axis' own value lies in its range and both ends are valid; of one with an axis off the
// constraints the nearest is valid and differs in one axis.
func TestRangesOfAConstrainedSpace(t *testing.T) {
	space, err := features.Builtin("eahas-cifar10")
	if err != nil {
		t.Fatal(err)
	}
	r := stream.New(1, "ranges")
	mended := 0
	for range 10 {
		c, err := space.Sample(r)
		if err != nil {
			t.Fatal(err)
		}
		got := rangesOf(&space, c)
		if !got.Valid || got.Nearest != nil || len(got.Axes) < 3 {
			t.Fatalf("%s: %+v", c.Key(), got)
		}
		for _, a := range got.Axes {
			own, _ := c[a.Axis].Float()
			step := space.Param(a.Axis).Spacing()
			if own < a.Low-2*step || own > a.High+2*step {
				t.Errorf("%s = %v is outside of %v..%v", a.Axis, own, a.Low, a.High)
			}
			for _, x := range []float64{a.Low, a.High} {
				was := c[a.Axis]
				c[a.Axis] = features.Number(x)
				if err := space.Check(c); err != nil {
					t.Errorf("end of the range: %v", err)
				}
				c[a.Axis] = was
			}
		}
		c["wa"] = features.Number(space.Param("wa").High)
		if space.Check(c) == nil {
			continue
		}
		got = rangesOf(&space, c)
		if got.Valid {
			t.Fatalf("%s is valid", c.Key())
		}
		if got.Nearest == nil {
			continue
		}
		mended++
		if err := space.Check(got.Nearest); err != nil {
			t.Errorf("nearest: %v", err)
		}
		changed := 0
		for name, v := range got.Nearest {
			if !v.Same(c[name]) {
				changed++
			}
		}
		if changed != 1 {
			t.Errorf("%s: %d axes changed to %s", c.Key(), changed, got.Nearest.Key())
		}
	}
	if mended == 0 {
		t.Error("no configuration was mended")
	}
}

func TestRangesByAddress(t *testing.T) {
	s := testServer(t, Options{})
	v := url.Values{"lr": {"2"}, "momentum": {"0.9"}, "opt": {"sgd"}, "batch": {"64"}, "epochs": {"50"}}
	w := call(s, "GET", "/v1/bundles/near/ranges?"+v.Encode(), "")
	var got rangesReply
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 || got.Valid || got.Nearest == nil ||
		got.Nearest["lr"].String() != "1" {
		t.Errorf("%d %s %v", w.Code, w.Body, err)
	}
	if w := call(s, "GET", "/v1/bundles/near/ranges?nothing=1", ""); w.Code != 400 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
