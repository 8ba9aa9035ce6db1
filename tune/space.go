package tune

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Scale says how a setting moves between its ends.
type Scale string

// The scales.
const (
	Linear  Scale = "linear"
	Log     Scale = "log"     // by its logarithm; ends > 0
	Integer Scale = "integer" // whole numbers, both ends included
	LogInt  Scale = "log_integer"
	Choice  Scale = "choice" // whole numbers Low..High without an order
)

// Setting is one thing to choose.
type Setting struct {
	Name      string  `json:"name"`
	Scale     Scale   `json:"scale"`
	Low, High float64 // both included
}

// Space lists the settings of a search.
type Space []Setting

// Check returns ErrSpace for a setting that cannot be searched.
func (s Space) Check() error {
	for _, p := range s {
		switch p.Scale {
		case Linear, Log, Integer, LogInt, Choice:
		default:
			return fmt.Errorf("%w: %s: unknown scale %q", ErrSpace, p.Name, p.Scale)
		}
		if !(p.Low < p.High) || math.IsInf(p.High-p.Low, 0) || p.logarithmic() && p.Low <= 0 {
			return fmt.Errorf("%w: %s: %g..%g on the scale %s", ErrSpace, p.Name, p.Low, p.High, p.Scale)
		}
	}
	return nil
}

func (p Setting) logarithmic() bool { return p.Scale == Log || p.Scale == LogInt }

func (p Setting) whole() bool { return p.Scale == Integer || p.Scale == LogInt || p.Scale == Choice }

// ends returns the ends in the coordinates of the search: whole numbers own half a unit on each side.
func (p Setting) ends() (low, high float64) {
	low, high = p.Low, p.High
	if p.whole() {
		low, high = low-0.5, high+0.5
	}
	if p.logarithmic() {
		low, high = math.Log(low), math.Log(high)
	}
	return low, high
}

// unit maps a value to 0..1.
func (p Setting) unit(x float64) float64 {
	low, high := p.ends()
	if p.logarithmic() {
		x = math.Log(x)
	}
	return max(0, min(1, (x-low)/(high-low)))
}

// value maps 0..1 to a value, rounded where the setting is whole.
func (p Setting) value(u float64) float64 {
	low, high := p.ends()
	x := low + u*(high-low)
	if p.logarithmic() {
		x = math.Exp(x)
	}
	if p.whole() {
		x = math.Round(x)
	}
	return max(p.Low, min(p.High, x))
}

// categories returns the number of values of a choice, 0 for others.
func (p Setting) categories() int {
	if p.Scale != Choice {
		return 0
	}
	return int(p.High-p.Low) + 1
}

// Random draws a point uniformly on the settings' scales.
func (s Space) Random(r *rand.Rand) []float64 {
	x := make([]float64, len(s))
	for j, p := range s {
		x[j] = p.value(r.Float64())
	}
	return x
}

// nearWidth is the standard deviation of a step away from a known point, in shares of a setting's range.
const nearWidth = 0.2

// near draws a point around x: every setting stays with probability 1/2, else it takes a step, or any value for a
// choice.
func (s Space) near(x []float64, r *rand.Rand) []float64 {
	out := make([]float64, len(s))
	for j, p := range s {
		switch u := p.unit(x[j]); {
		case r.IntN(2) == 0:
			out[j] = p.value(u)
		case p.categories() > 0:
			out[j] = p.value(r.Float64())
		default:
			out[j] = p.value(truncatedNormal(u, nearWidth, r))
		}
	}
	return out
}
