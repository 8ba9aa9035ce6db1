package epochwise

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"eahas/features"
	"eahas/models"
	gbdttrain "eahas/models/gbdt/train"
	"eahas/models/linear"
	"eahas/models/modeltest"
)

func with(t models.Trainer) Trainer {
	return Trainer{Inner: func(*models.Data) (models.Trainer, error) { return t, nil }}
}

func TestConformance(t *testing.T) {
	o := modeltest.Options{
		AppendBinary: func(p models.Predictor, b []byte) ([]byte, error) { return p.(*Model).AppendBinary(b) },
		Decode: func(b []byte) (models.Predictor, error) {
			m, err := Decode(b)
			if err != nil {
				return nil, err
			}
			return m, nil
		},
	}
	modeltest.Trainer(t, "boosting", with(gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 80, Rate: 0.5,
		MinChildCount: 1}}), o)
	o.Spreads = true
	modeltest.Trainer(t, "forest", with(gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 30, Forest: true,
		ExtraTrees: true, MinChildCount: 1}}), o)
}

// sloped makes curves a + b u of three points, u = 0, 1/2, 1, with a and b from the row.
func sloped(n int) models.Data {
	r := rand.New(rand.NewPCG(1, 2))
	d := models.Data{K: 3, X: features.Frame{N: n, Columns: []features.Column{{Name: "a", Group: -1}}}}
	for range n {
		a := r.Float64()
		d.X.Data = append(d.X.Data, a)
		d.Y = append(d.Y, a, a+2, a+4)
	}
	return d
}

// A straight line in row and place is what ridge regression finds exactly, on all points at once.
func TestThePlaceIsAFeature(t *testing.T) {
	d := sloped(30)
	p, err := with(linear.Trainer{Lambda: 1e-9}).Train(t.Context(), d, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := p.Predict(nil, []float64{0.25})
	for j, want := range []float64{0.25, 2.25, 4.25} {
		if math.Abs(got[j]-want) > 1e-6 {
			t.Errorf("%v, wanted 0.25, 2.25, 4.25", got)
			break
		}
	}
}

// recorder keeps the data that it is trained on and answers with the place.
type recorder struct{ seen *models.Data }

func (r recorder) Train(_ context.Context, d models.Data, _ models.Options) (models.Predictor, error) {
	*r.seen = d
	return second{}, nil
}

type second struct{}

func (second) Outputs() int { return 1 }

func (second) Predict(dst, x []float64) []float64 {
	dst[0] = x[1]
	return dst
}

func (second) Spread(dst, x []float64) []float64 { return append(dst, 3*x[1], 4*x[1]) }

func TestATrialsRowsShareWeightAndGroup(t *testing.T) {
	d := sloped(2)
	d.Weights, d.Groups = []float64{1, 5}, []int{7, 3}
	var seen models.Data
	p, err := with(recorder{&seen}).Train(t.Context(), d, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if seen.K != 1 || seen.X.N != 6 || len(seen.X.Columns) != 2 || seen.X.Columns[1].Name != Column {
		t.Fatalf("trained on %d rows of %d columns, %d outputs", seen.X.N, len(seen.X.Columns), seen.K)
	}
	for i := range 6 {
		trial, place := i/3, float64(i%3)/2
		if row := seen.X.Row(i); row[0] != d.X.Data[trial] || row[1] != place || seen.Y[i] != d.Y[i] ||
			seen.Groups[i] != d.Groups[trial] || seen.Weights[i] != d.Weights[trial] {
			t.Errorf("row %d is %v -> %v, group %d, weight %v", i, row, seen.Y[i], seen.Groups[i], seen.Weights[i])
		}
	}
	if len(d.X.Columns) != 1 {
		t.Error("the caller's columns grew")
	}
	f := p.(*Model).Spread([]float64{9}, []float64{0})
	if want := []float64{9, 0, 0, 0, 0, 2.5, 0, 0, 0, 5}; !equal(f, want) {
		t.Errorf("spread %v, wanted %v", f, want)
	}
}

func equal(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if math.Abs(a[i]-b[i]) > 1e-12 {
			return false
		}
	}
	return true
}

func TestTrainNeedsARegressor(t *testing.T) {
	if _, err := (Trainer{}).Train(t.Context(), sloped(3), models.Options{}); !errors.Is(err, ErrInner) {
		t.Errorf("%v", err)
	}
	refused := errors.New("refused")
	_, err := Trainer{Inner: func(*models.Data) (models.Trainer, error) { return nil, refused }}.Train(t.Context(),
		sloped(3), models.Options{})
	if !errors.Is(err, refused) {
		t.Errorf("%v", err)
	}
}

func TestDecodeRefusesPartsThatDoNotFit(t *testing.T) {
	two, err := linear.Trainer{}.Train(t.Context(), models.Data{K: 2, X: sloped(1).X, Y: []float64{1, 2}},
		models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	one, err := linear.Trainer{}.Train(t.Context(), models.Data{K: 1, X: sloped(1).X, Y: []float64{1}},
		models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]*Model{"two outputs inside": {inputs: 0, outputs: 3, inner: two},
		"no points": {inputs: 0, outputs: 0, inner: one}} {
		b, err := m.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(b); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	p, err := with(linear.Trainer{}).Train(context.Background(), sloped(10), models.Options{})
	if err != nil {
		f.Fatal(err)
	}
	b, err := p.(*Model).AppendBinary(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Errorf("%v is not ErrFormat", err)
			}
			return
		}
		if again, err := m.AppendBinary(nil); err != nil || !bytes.Equal(again, b) {
			t.Errorf("%d bytes came back as %d, %v", len(b), len(again), err)
		}
	})
}
