package interval

import (
	"math"
	"testing"

	"eahas/models/gbdt"
)

// TestAdapted: for every source, known rows keep their bounds though their columns moved, and those of the added
// category are wider.
func TestAdapted(t *testing.T) {
	for _, source := range []Source{Residuals, Quantiles, ResidualSpread, Spread} {
		m := mustFit(t, knowing(planted(300, 1, 0, 0, 11), 0.3, 11), Settings{Source: source, Knots: CostKnots})
		p := m.Columns()
		var moves []gbdt.Move
		for j := range p {
			moves = append(moves, gbdt.Move{To: j + 1, Scale: 1})
		}
		w := Wider{Column: 0, Factor: 3}
		for range m.Levels() {
			w.More = append(w.More, 0.5)
		}
		a, err := m.Adapted(p+1, moves, w)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := a.AppendBinary(nil); err != nil {
			t.Fatal(err)
		} else if a, err = Decode(b); err != nil {
			t.Fatal(err)
		}
		x, guess := make([]float64, p), make([]float64, len(m.Knots()))
		spread := make([]float64, len(m.Knots()))
		for i := range spread {
			spread[i] = 1
		}
		old := m.At(x, guess, spread)
		known := a.At(append([]float64{0}, x...), guess, spread)
		added := a.At(append([]float64{1}, x...), guess, spread)
		for _, level := range m.Levels() {
			low, high, err := old.Bounds(level, 0)
			if err != nil {
				t.Fatal(err)
			}
			if l, h, _ := known.Bounds(level, 0); l != low || h != high {
				t.Errorf("%s: a known row has %g..%g, before %g..%g", source, l, h, low, high)
			}
			l, h, _ := added.Bounds(level, 0)
			ok := math.Abs(l-3*low) < 1e-9 && math.Abs(h-3*high) < 1e-9
			if source == Quantiles {
				ok = math.Abs(l-(low-0.5)) < 1e-9 && math.Abs(h-(high+0.5)) < 1e-9
			}
			if source == Spread { // the predictor's spread says it
				ok = l == low && h == high
			}
			if !ok {
				t.Errorf("%s: the added category has %g..%g, known ones %g..%g", source, l, h, low, high)
			}
		}
	}
}
