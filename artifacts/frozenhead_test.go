package artifacts

import (
	"errors"
	"slices"
	"testing"

	"eahas/models"
)

func TestFrozenHeadAnswersAlike(t *testing.T) {
	x := []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7}
	for _, h := range testHeads(t) {
		if h.Columns != nil {
			continue
		}
		h.Predictor = training{h.Predictor}
		f, err := h.Freeze()
		if err != nil {
			t.Fatal(err)
		}
		back, err := f.Thaw()
		if err != nil {
			t.Fatal(err)
		}
		want := h.Predictor.Predict(make([]float64, h.Predictor.Outputs()), x)
		if got := back.Predictor.Predict(nil, x); !slices.Equal(got, want) || back.Target != h.Target ||
			back.Transform != h.Transform {
			t.Errorf("%s: %v, wanted %v", h.Target, got, want)
		}
		if (back.Representation == nil) != (h.Representation == nil) {
			t.Errorf("%s: representation %v", h.Target, back.Representation)
		}
	}
	h := Head{Target: EnergyTotal, Predictor: unknownPredictor{}}
	if _, err := h.Freeze(); !errors.Is(err, ErrKind) {
		t.Errorf("unknown predictor: %v, wanted ErrKind", err)
	}
	if _, err := (&FrozenHead{PredictorKind: "oracle"}).Thaw(); !errors.Is(err, ErrKind) {
		t.Errorf("unknown kind: %v, wanted ErrKind", err)
	}
}

// training is a predictor in its training form.
type training struct{ models.Predictor }

func (t training) Freeze() (models.Predictor, error) { return t.Predictor, nil }
