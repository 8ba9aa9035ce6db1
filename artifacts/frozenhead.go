package artifacts

import (
	"fmt"

	"eahas/models/parts"
	"eahas/trial/target"
)

// FrozenHead is a head as bytes, so that a run can keep trained parts between its stages.
type FrozenHead struct {
	Target             target.Target
	Transform          Transform
	PredictorKind      string
	Predictor          []byte
	RepresentationKind string // empty without a representation
	Representation     []byte
	Columns            []int
	Clip               *Range
}

// Freeze writes the head's models as bytes, in the same layouts as a bundle. It returns ErrKind (wrapped) for a model
// of an unknown type.
func (h *Head) Freeze() (FrozenHead, error) {
	f := FrozenHead{Target: h.Target, Transform: h.Transform, Columns: h.Columns, Clip: h.Clip}
	p, err := parts.Freeze(h.Predictor)
	if err != nil {
		return f, fmt.Errorf("artifacts: head %s: %w", h.Target, err)
	}
	if f.PredictorKind, f.Predictor, err = parts.Encode(predictorKinds, p); err != nil {
		return f, fmt.Errorf("artifacts: head %s: %w", h.Target, err)
	}
	if h.Representation != nil {
		if f.RepresentationKind, f.Representation, err = parts.Encode(representationKinds,
			h.Representation); err != nil {
			return f, fmt.Errorf("artifacts: head %s: %w", h.Target, err)
		}
	}
	return f, nil
}

// Thaw reads back what Freeze wrote.
func (f *FrozenHead) Thaw() (Head, error) {
	h := Head{Target: f.Target, Transform: f.Transform, Columns: f.Columns, Clip: f.Clip}
	var err error
	if h.Predictor, err = parts.Decode(predictorKinds, f.PredictorKind, f.Predictor); err != nil {
		return h, fmt.Errorf("artifacts: head %s: %w", f.Target, err)
	}
	if f.RepresentationKind != "" {
		if h.Representation, err = parts.Decode(representationKinds, f.RepresentationKind,
			f.Representation); err != nil {
			return h, fmt.Errorf("artifacts: head %s: %w", f.Target, err)
		}
	}
	return h, nil
}
