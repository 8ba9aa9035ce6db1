package energy

import (
	"errors"
	"strings"
	"testing"

	"eahas/models"
)

// growing is known's training form.
type growing struct {
	known
	err error
}

func (g growing) Freeze() (models.Predictor, error) { return g.known, g.err }

// The serving form is a PowerTime of the parts' serving forms; a part that has none is an error that names both.
func TestFreeze(t *testing.T) {
	p := &PowerTime{Power: growing{known: known{y: 2}}, Time: growing{known: known{y: 3}}}
	f, err := p.Freeze()
	if err != nil {
		t.Fatal(err)
	}
	served, ok := f.(*PowerTime)
	if !ok || served.Power != (known{y: 2}) || served.Time != (known{y: 3}) {
		t.Fatalf("%T %+v", f, f)
	}
	if got := f.Predict(nil, []float64{0.5}); got[0] != 6 { // logarithms: 2.5 + 3.5
		t.Errorf("%g", got[0])
	}
	broken, worn := errors.New("broken"), errors.New("worn")
	_, err = (&PowerTime{Power: growing{err: broken}, Time: growing{err: worn}}).Freeze()
	if !errors.Is(err, broken) || !errors.Is(err, worn) || !strings.HasPrefix(err.Error(), "energy: ") {
		t.Errorf("%v", err)
	}
}

func TestPredictRefusesAWrongLength(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("two numbers were taken for one")
		}
	}()
	(&PowerTime{Power: known{}, Time: known{}}).Predict(make([]float64, 2), []float64{1})
}
