package parts

import (
	"fmt"
	"slices"

	"eahas/models"
)

// Bundle is the holder whose parts are the heads of a bundle.
const Bundle = "bundle"

// composites says who may hold whom: for each predictor that is made of predictors, the composites that it may hold.
// Every holder may hold all of Predictors besides. No row names itself or a row below it, so that the bytes of a model
// are never deeper than this list.
var composites = []struct {
	holder string
	held   []string
}{
	{Bundle, []string{"adapted", "auto", "epochwise", "physical", "powertime", "stack", "twopart"}},
	{"adapted", []string{"auto", "epochwise", "physical", "powertime", "stack", "twopart"}},
	{"powertime", []string{"auto", "physical", "stack"}},
	{"auto", []string{"stack"}},
	{"twopart", []string{"stack"}},
	{"stack", []string{"epochwise", "physical"}},
	{"epochwise", nil},
	{"physical", nil},
}

// HeldBy returns the kinds of what a holder may be made of. A composite's package knows how to read it and cannot be
// imported here, so the caller brings the kinds of the composites, which must be those that the list names for the
// holder; HeldBy panics when they are others.
func HeldBy(holder string, kinds ...Kind[models.Predictor]) []Kind[models.Predictor] {
	var words []string
	for _, k := range kinds {
		words = append(words, k.word)
	}
	slices.Sort(words)
	for _, c := range composites {
		if c.holder == holder && slices.Equal(words, c.held) {
			return append(slices.Clone(Predictors), kinds...)
		}
	}
	panic(fmt.Sprintf("parts: %s does not hold %v", holder, words))
}
