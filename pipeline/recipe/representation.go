package recipe

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eahas/models"
	"eahas/models/bezier"
	"eahas/models/grid"
	"eahas/models/parametric"
	"eahas/models/ranks"
	"eahas/models/svd"
	"eahas/tune"
)

// Representation chooses how a learning curve becomes a target vector. Zero settings mean the kind's defaults.
type Representation struct {
	Kind string `yaml:"kind" json:"kind"` // bezier, bernstein, whitened, svd, grid, ranks, epoch or parametric
	// bezier 3..6 (default 4), bernstein and whitened 3..12 (default 5); -1: chosen on the training curves
	Degree int `yaml:"degree" json:"degree"`
	// bernstein, whitened, grid, ranks, epoch: c of u = log(1+c t)/log(1+c); 0: 100, for grid and ranks even spacing
	Warp       float64 `yaml:"warp" json:"warp"`
	Components int     `yaml:"components" json:"components"` // svd
	Points     int     `yaml:"points" json:"points"`         // svd, grid, ranks and epoch: points of the common grid
	Family     string  `yaml:"family" json:"family"`         // parametric
}

// degreeAuto asks for the degree that fits the training curves best.
const degreeAuto = -1

// ErrRepresentation is returned for words that describe no representation.
var ErrRepresentation = errors.New("recipe: representation")

// shape is all that is known about one kind of representation.
type shape struct {
	kind   string
	degree int // default of the degree; 0: there is none
	fitter func(p *Representation) models.Fitter
	size   func(p *Representation) *int // the setting that a number behind the name means; nil: none
	knobs  []shapeKnob                  // what tuning may change
}

// shapes is the table.
var shapes = []shape{
	{"bezier", 4, func(p *Representation) models.Fitter { return bezier.Fitter{Degree: max(p.Degree, 0)} },
		sizeDegree, []shapeKnob{degreeKnob(6, 4)}},
	{"bernstein", 5, func(p *Representation) models.Fitter {
		return bezier.Fitter{Degree: max(p.Degree, 0), Parameters: bezier.Warp, Warp: p.Warp}
	}, sizeDegree, []shapeKnob{degreeKnob(9, 5), warpKnob(1, bezier.DefaultWarp)}},
	{"whitened", 5, func(p *Representation) models.Fitter {
		return bezier.Fitter{Degree: max(p.Degree, 0), Parameters: bezier.Whitened, Warp: p.Warp}
	}, sizeDegree, []shapeKnob{degreeKnob(9, 5), warpKnob(1, bezier.DefaultWarp)}},
	{"svd", 0, func(p *Representation) models.Fitter { return svd.Fitter{Components: p.Components, Points: p.Points} },
		func(p *Representation) *int { return &p.Components }, []shapeKnob{componentsKnob, pointsKnob(20, 201)}},
	{"grid", 0, func(p *Representation) models.Fitter { return grid.Fitter{Points: p.Points, Warp: p.Warp} },
		sizePoints, []shapeKnob{pointsKnob(8, 201), warpKnob(0.1, 0.1)}},
	{"ranks", 0, func(p *Representation) models.Fitter { return ranks.Fitter{Points: p.Points, Warp: p.Warp} },
		sizePoints, []shapeKnob{pointsKnob(8, 201), warpKnob(0.1, 0.1)}},
	{epochKind, 0, func(p *Representation) models.Fitter { return grid.Fitter{Points: p.Points, Warp: p.Warp} },
		nil, []shapeKnob{pointsKnob(6, 40), warpKnob(1, epochWarp)}},
	{"parametric", 0, func(p *Representation) models.Fitter { return parametric.Fitter{Family: p.Family} },
		nil, []shapeKnob{familyKnob}},
}

func sizeDegree(p *Representation) *int { return &p.Degree }
func sizePoints(p *Representation) *int { return &p.Points }

// shapeOf returns the row of a kind, one without a name for what is none.
func shapeOf(kind string) shape {
	for _, s := range shapes {
		if s.kind == kind {
			return s
		}
	}
	return shape{}
}

// representationKinds lists the names of the table.
func representationKinds() []string {
	var out []string
	for _, s := range shapes {
		out = append(out, s.kind)
	}
	return out
}

// complete fills in the defaults that depend on the kind and refuses unknown kinds.
func (p *Representation) complete() error {
	s := shapeOf(p.Kind)
	if s.kind == "" {
		return fmt.Errorf("representation %q is not one of %v", p.Kind, representationKinds())
	}
	p.Degree = cmp.Or(p.Degree, s.degree)
	if p.Kind == epochKind {
		p.Points, p.Warp = cmp.Or(p.Points, epochPoints), cmp.Or(p.Warp, epochWarp)
	}
	return nil
}

// Fitter makes the Fitter that the settings describe.
func (p *Representation) Fitter() (models.Fitter, error) {
	s := shapeOf(p.Kind)
	if s.kind == "" {
		return nil, fmt.Errorf("%w %q is not one of %v", ErrRepresentation, p.Kind, representationKinds())
	}
	return s.fitter(p), nil
}

// ParseRepresentation reads a representation's kind with its size, if any, after it: "grid6" has 6 points, "svd8" 8
// components, "bezier5" degree 5. Without a size it is the kind's default. It must show a curve as one vector.
func ParseRepresentation(text string) (Representation, error) {
	kind := strings.TrimRight(text, "0123456789")
	p := Representation{Kind: kind}
	s := shapeOf(kind)
	if s.kind == "" {
		return p, fmt.Errorf("%w %q is not one of %v", ErrRepresentation, kind, representationKinds())
	}
	if kind == epochKind {
		return p, fmt.Errorf("%w %q: a peer gets all points of a curve at once", ErrRepresentation, kind)
	}
	if size := text[len(kind):]; size != "" {
		n, err := strconv.Atoi(size)
		if err != nil || n == 0 {
			return p, fmt.Errorf("%w %q has the size %q", ErrRepresentation, text, size)
		}
		if s.size == nil {
			return p, fmt.Errorf("%w %q takes no size", ErrRepresentation, text)
		}
		*s.size(&p) = n
	}
	return p, p.complete()
}

// InWords says what the representation is, for a report.
func (p *Representation) InWords() string {
	switch {
	case slices.Contains([]string{"bezier", "bernstein"}, p.Kind) && p.Degree == degreeAuto:
		return p.Kind + ", degree chosen on the training curves"
	case slices.Contains([]string{"bezier", "bernstein"}, p.Kind):
		return fmt.Sprintf("%s, degree %d", p.Kind, p.Degree)
	case p.Kind == "svd" && p.Components > 0:
		return fmt.Sprintf("svd, %d components", p.Components)
	}
	return p.Kind
}

var componentsKnob = shapeKnob{tune.Setting{Name: "components", Scale: tune.LogInt, Low: 2, High: 16},
	func(p *Representation) float64 { return float64(cmp.Or(p.Components, svd.DefaultComponents)) },
	func(p *Representation, x float64) { p.Components = int(x) }}

var familyKnob = shapeKnob{tune.Setting{Name: "family", Scale: tune.Choice, Low: 0,
	High: float64(len(parametric.Families()) - 1)},
	func(p *Representation) float64 {
		return indexOf(parametric.Families(), cmp.Or(p.Family, parametric.DefaultFamily))
	},
	func(p *Representation, x float64) { p.Family = parametric.Families()[int(x)] }}

// degreeKnob starts at def where the config leaves the degree to the training curves.
func degreeKnob(high, def float64) shapeKnob {
	return shapeKnob{tune.Setting{Name: "degree", Scale: tune.Integer, Low: 3, High: high},
		func(p *Representation) float64 {
			if p.Degree == degreeAuto {
				return def
			}
			return float64(p.Degree)
		}, func(p *Representation, x float64) { p.Degree = int(x) }}
}

// warpKnob starts at def where the config says nothing; 0.1 is nearly even spacing.
func warpKnob(low, def float64) shapeKnob {
	return shapeKnob{tune.Setting{Name: "warp", Scale: tune.Log, Low: low, High: 1000},
		func(p *Representation) float64 { return cmp.Or(p.Warp, def) },
		func(p *Representation, x float64) { p.Warp = x }}
}

func pointsKnob(low, high float64) shapeKnob {
	return shapeKnob{tune.Setting{Name: "points", Scale: tune.LogInt, Low: low, High: high},
		func(p *Representation) float64 { return float64(cmp.Or(p.Points, grid.DefaultPoints)) },
		func(p *Representation, x float64) { p.Points = int(x) }}
}
