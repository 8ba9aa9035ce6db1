package features

import (
	"fmt"
	"math"

	"pgregory.net/rapid"
)

// genSpace draws a valid space of one to eight axes of all kinds, with conditions and optional axes.
func genSpace(t *rapid.T) Space {
	s := Space{Name: rapid.StringMatching(`[A-Za-z #:'"é-]{0,12}`).Draw(t, "space")}
	for i := range rapid.IntRange(1, 8).Draw(t, "axes") {
		p := genParam(t, fmt.Sprintf("a%d", i))
		if i > 0 && rapid.IntRange(0, 2).Draw(t, "conditional") == 0 {
			on := &s.Params[rapid.IntRange(0, i-1).Draw(t, "on")]
			if vs := on.Values(); len(vs) > 0 {
				k := rapid.IntRange(1, min(3, len(vs))).Draw(t, "values")
				p.When = &Condition{Param: on.Name, In: vs[:k:k]}
			}
		}
		s.Params = append(s.Params, p)
	}
	if err := s.Validate(); err != nil {
		t.Fatalf("the generator made a bad space: %v", err)
	}
	return s
}

func genParam(t *rapid.T, name string) Param {
	p := Param{Name: name, Optional: rapid.Bool().Draw(t, "optional"),
		Unit: rapid.SampledFrom([]string{"", "s", "J / epoch"}).Draw(t, "unit")}
	p.Kind = rapid.SampledFrom([]Kind{Linear, Log, Integer, Ordinal, Choice}).Draw(t, "kind")
	switch p.Kind {
	case Linear:
		p.Step = rapid.SampledFrom([]float64{0, 0.1, 0.001, 7}).Draw(t, "step")
		genRange(t, &p, rapid.Float64Range(-1e3, 1e3).Draw(t, "low"))
	case Log:
		p.Step = rapid.SampledFrom([]float64{0, 0.1, 8}).Draw(t, "step")
		genRange(t, &p, math.Pow(10, rapid.Float64Range(-8, 3).Draw(t, "log low")))
	case Integer:
		p.Log = rapid.Bool().Draw(t, "log")
		p.Step = float64(rapid.SampledFrom([]int{0, 1, 8}).Draw(t, "step"))
		low := rapid.IntRange(-50, 50).Draw(t, "low")
		if p.Log {
			low = rapid.IntRange(1, 50).Draw(t, "low")
		}
		p.Low = float64(low)
		p.High = p.Low + max(1, p.Step)*float64(rapid.IntRange(1, 60).Draw(t, "points"))
	case Ordinal:
		if p.Log = rapid.Bool().Draw(t, "log"); p.Log || rapid.Bool().Draw(t, "numbers") {
			p.Choices = numbers(0.001, 0.003, 0.1, 1, 30)[:rapid.IntRange(1, 5).Draw(t, "choices")]
		} else {
			p.Choices = []Value{Text("low"), Text("mid"), Text("high"),
				Text("1")}[:rapid.IntRange(1, 4).Draw(t, "choices")]
		}
	case Choice:
		p.Choices = []Value{Text("sgd"), Number(0.1), Text("true"), Text("null"), Text(""), Text("1e3"), Number(-4),
			Text("a<b \"q\" é"), Number(1e-300)}[:rapid.IntRange(1, 9).Draw(t, "choices")]
		if rapid.Bool().Draw(t, "weighted") {
			for range p.Choices {
				p.Weights = append(p.Weights, rapid.Float64Range(0.1, 3).Draw(t, "weight"))
			}
		}
	}
	return p
}

func genRange(t *rapid.T, p *Param, low float64) {
	p.Low = low
	if p.Step > 0 {
		p.High = low + p.Step*float64(rapid.IntRange(1, 500).Draw(t, "points"))
		return
	}
	p.High = low + math.Abs(low)*rapid.Float64Range(0.01, 1e4).Draw(t, "width") + 1e-9
}
