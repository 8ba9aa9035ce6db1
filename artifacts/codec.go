package artifacts

import (
	"slices"

	"eahas/models"
	"eahas/models/energy"
	"eahas/models/epochwise"
	"eahas/models/parts"
	"eahas/models/physical"
	"eahas/models/stack"
	"eahas/models/twopart"
)

// The codec knows every frozen type by a kind, a short word that stands in the manifest. The lists are those of package
// parts and the composites, which are made of parts. A new model gets one line there (or here, when it is a composite)
// and a section in FORMAT.md. The kind is the file's format, so a kind is never given to another layout.

// predictorKinds lists the predictors.
var predictorKinds = append(slices.Clone(parts.Predictors),
	parts.Of[models.Predictor]("epochwise", epochwise.Decode),
	parts.Of[models.Predictor]("physical", physical.Decode),
	parts.Of[models.Predictor]("powertime", energy.Decode),
	parts.Of[models.Predictor]("stack", stack.Decode),
	parts.Of[models.Predictor]("twopart", twopart.Decode))

// representationKinds lists the representations.
var representationKinds = parts.Representations
