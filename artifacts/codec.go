package artifacts

import (
	"eahas/models/adapted"
	"eahas/models/auto"
	"eahas/models/energy"
	"eahas/models/epochwise"
	"eahas/models/parts"
	"eahas/models/physical"
	"eahas/models/stack"
	"eahas/models/twopart"
)

// The codec knows every frozen type by a kind, a short word that stands in the manifest. The lists are those of package
// parts, and the composites, which are made of parts. A new model gets one line there and a section in FORMAT.md. The
// kind is the file's format, so a kind is never given to another layout.

// predictorKinds lists the predictors.
var predictorKinds = parts.HeldBy(parts.Bundle, adapted.Kind, auto.Kind, epochwise.Kind, physical.Kind, energy.Kind,
	stack.Kind, twopart.Kind)

// representationKinds lists the representations.
var representationKinds = parts.Representations
