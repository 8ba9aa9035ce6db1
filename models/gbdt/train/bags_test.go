package train

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"testing"

	"eahas/internal/stream"
	"eahas/internal/synthtask"
	"eahas/models"
)

// The mean of several models is one model with all their trees, whose answers are the mean of theirs; its bytes are the
// same for any number of workers, and other seeds make other models.
func TestBagsAreTheMean(t *testing.T) {
	d := synthtask.Make(400, 1)
	p := Params{Rounds: 20, Leaves: 5, ExtraTrees: true}
	bagged := p
	bagged.Bags = 3
	m, err := Fit(t.Context(), d, bagged, models.Options{Seed: 7, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	again, err := Fit(t.Context(), d, bagged, models.Options{Seed: 7, Workers: 3})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := m.AppendBinary(nil)
	if b, _ := again.AppendBinary(nil); !bytes.Equal(a, b) {
		t.Error("the bytes depend on the number of workers")
	}
	mean := make([]float64, d.X.N*d.K)
	for bag := range 3 {
		one, err := Fit(t.Context(), d, p, models.Options{Seed: stream.Seed(7, "bag", fmt.Sprint(bag))})
		if err != nil {
			t.Fatal(err)
		}
		for i := range d.X.N {
			for k, y := range one.Predict(nil, d.X.Row(i)) {
				mean[i*d.K+k] += y / 3
			}
		}
	}
	differ := false
	first, _ := Fit(t.Context(), d, p, models.Options{Seed: stream.Seed(7, "bag", "0")})
	for i := range d.X.N {
		for k, y := range m.Predict(nil, d.X.Row(i)) {
			if math.Abs(y-mean[i*d.K+k]) > 1e-9*(1+math.Abs(y)) {
				t.Fatalf("row %d, output %d: %v, the mean is %v", i, k, y, mean[i*d.K+k])
			}
			differ = differ || y != first.Predict(nil, d.X.Row(i))[k]
		}
	}
	if !differ {
		t.Error("all bags are the same model")
	}
	for _, bad := range []Params{{Bags: -1}, {Bags: maxBags + 1}, {Bags: 2, Forest: true}} {
		if _, err := Fit(t.Context(), d, bad, models.Options{}); !errors.Is(err, ErrParams) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if _, err := Continue(t.Context(), m, d, bagged, models.Options{}); !errors.Is(err, ErrParams) {
		t.Errorf("continued: %v", err)
	}
}
