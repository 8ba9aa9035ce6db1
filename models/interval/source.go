package interval

import (
	"fmt"
	"slices"
	"strings"
)

// Source says what the bounds of a Model are made from. Each is calibrated on held-out residuals in the end.
type Source string

// The sources.
const (
	// a model of how large residuals are, from the configuration and the prediction
	Residuals      Source = "residuals"
	Quantiles      Source = "quantiles"        // trees of the residuals' quantiles, two a level
	Spread         Source = "spread"           // how sure the predictor itself is (models.Spreader)
	ResidualSpread Source = "residuals+spread" // as Residuals, with the predictor's spread among the columns

	// Auto is the one of the sources above with the lowest mean interval score.
	Auto Source = "auto"
)

// Sources lists every source that a Model can have. Its order breaks ties, and its numbers are those in the bytes.
var Sources = []Source{Residuals, Quantiles, Spread, ResidualSpread}

// Check returns ErrSource when s is neither Auto nor one of Sources. The error lists them.
func (s Source) Check() error {
	if s == Auto || slices.Contains(Sources, s) {
		return nil
	}
	words := []string{string(Auto)}
	for _, k := range Sources {
		words = append(words, string(k))
	}
	return fmt.Errorf("%w: %q is not one of %s", ErrSource, s, strings.Join(words, ", "))
}

// NeedsSpread reports whether the source looks at the predictor's spread.
func (s Source) NeedsSpread() bool { return s == Spread || s == ResidualSpread }
