package search

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"eahas/features"
)

// An event is written as encoding/json writes it.
func TestEventsAsJSON(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	numbers := []float64{0, math.Copysign(0, -1), 1, -3, 1e-7, 2.5e-9, 1e21, 1e20, math.MaxFloat64, 5e-324, .1, 1 << 53}
	texts := []string{"", "sgd", `a"b\`, "<&>", "é\u2028", "\x00\xff", "tab\t"}
	draw := func() float64 { return numbers[rng.IntN(len(numbers))] }
	perhaps := func() *float64 {
		if rng.IntN(2) == 0 {
			return nil
		}
		x := draw()
		return &x
	}
	for range 2000 {
		e := Event{N: rng.IntN(9), Trial: rng.IntN(99), From: draw(), To: draw(), Share: draw(), Rung: draw(),
			Value: perhaps(), Cost: draw(), Eval: draw(), Joules: perhaps(), Seconds: perhaps(), Second: draw(),
			Spent: draw(), Clock: perhaps(), Worker: rng.IntN(3), Inc: rng.IntN(9) - 1, True: draw(), Final: draw(),
			ToFinish: draw(), Outside: rng.IntN(2) == 0}
		if rng.IntN(2) == 0 {
			e.Config = features.Config{texts[rng.IntN(len(texts))]: features.Text(texts[rng.IntN(len(texts))]),
				"lr": features.Number(draw()), "none": {}}
		}
		want, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.appendJSON(nil)
		if err != nil || string(got) != string(want) {
			t.Fatalf("%s, %v\nencoding/json: %s", got, err, want)
		}
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if b, err := (&Event{Cost: bad}).appendJSON(nil); err == nil {
			t.Errorf("%v is written: %s", bad, b)
		}
		if b, err := (&Event{Value: &bad}).appendJSON(nil); err == nil {
			t.Errorf("%v is written: %s", bad, b)
		}
	}
}
