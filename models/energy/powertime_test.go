package energy

import (
	"bytes"
	"context"
	"errors"
	"math"
	"testing"

	"eahas/features"
	"eahas/models"
	"eahas/models/gp"
	"eahas/models/knn"
	"eahas/models/linear"
	"eahas/models/modeltest"
	"eahas/models/parts"
	"eahas/models/stack"
)

// halves trains a PowerTime on one target, of which a third is time.
type halves struct{ power, time models.Trainer }

func (h halves) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	if d.K != 1 {
		return gp.Trainer{Iterations: 5}.Train(ctx, d, o) // a PowerTime has one output
	}
	time := make([]float64, len(d.Y))
	for i, y := range d.Y {
		time[i] = y / 3
	}
	power, err := TrainPower(ctx, h.power, d, d.Y, time, o)
	if err != nil {
		return nil, err
	}
	whole := d.Y
	d.Y = time
	t, err := h.time.Train(ctx, d, o)
	d.Y = whole
	return &PowerTime{Power: power, Time: t}, err
}

func TestConformance(t *testing.T) {
	modeltest.Trainer(t, "powertime", halves{gp.Trainer{Components: 1, Iterations: 10, TuneRows: 80, Polish: -1},
		linear.Trainer{}}, modeltest.Options{
		Spreads: true,
		AppendBinary: func(p models.Predictor, b []byte) ([]byte, error) {
			if p.Outputs() > 1 {
				return p.(*gp.Model).AppendBinary(b)
			}
			return p.(*PowerTime).AppendBinary(b)
		},
		Decode: func(b []byte) (models.Predictor, error) {
			if bytes.HasPrefix(b, []byte("gpr1")) {
				return gp.Decode(b)
			}
			return Decode(b)
		},
	})
}

// known answers y plus the first input; its standard deviation is s.
type known struct{ y, s float64 }

func (known) Outputs() int { return 1 }

func (k known) Predict(dst, x []float64) []float64 {
	dst = sized(dst, 1)
	dst[0] = k.y + x[0]
	return dst
}

type unsure struct{ known }

func (k unsure) Spread(dst, _ []float64) []float64 { return append(dst, k.s) }

func TestEnergyIsPowerTimesTime(t *testing.T) {
	p := &PowerTime{Power: known{y: math.Log(200)}, Time: known{y: math.Log(30)}}
	if got := math.Exp(p.Predict(nil, []float64{0})[0]); math.Abs(got-6000) > 1e-9 {
		t.Errorf("200 W for 30 s are %v J", got)
	}
	dst, x := make([]float64, 1), []float64{1}
	if n := testing.AllocsPerRun(10, func() { p.Predict(dst, x) }); n != 0 {
		t.Errorf("Predict allocates %v times", n)
	}
}

func TestSpreadAddsVariances(t *testing.T) {
	for _, c := range []struct {
		power, time models.Predictor
		want        float64
	}{
		{unsure{known{s: 3}}, unsure{known{s: 4}}, 25},
		{unsure{known{s: 3}}, known{}, 9},
		{known{}, known{}, 0},
	} {
		sum := 0.0
		for _, f := range (&PowerTime{Power: c.power, Time: c.time}).Spread(nil, []float64{0}) {
			sum += f * f
		}
		if math.Abs(sum-c.want) > 1e-12 {
			t.Errorf("variance %v, want %v", sum, c.want)
		}
	}
}

func TestTrainPowerWantsBothLogarithms(t *testing.T) {
	d := models.Data{}
	d.X.N = 2
	if _, err := TrainPower(context.Background(), linear.Trainer{}, d, []float64{1, 2}, []float64{1},
		models.Options{}); !errors.Is(err, ErrTargets) {
		t.Errorf("one time for two rows: %v", err)
	}
}

func TestPartsThatHaveNoBytesAreNamed(t *testing.T) {
	if _, err := (&PowerTime{Power: known{}, Time: known{}}).AppendBinary(nil); !errors.Is(err, parts.ErrKind) {
		t.Errorf("got %v", err)
	}
}

// small trains a PowerTime of a stack and neighbours.
func small(t testing.TB) []byte {
	d := models.Data{K: 1, Y: []float64{1, 2, 4, 8}}
	d.X.N, d.X.Data = 4, []float64{0, 1, 2, 3}
	d.X.Columns = []features.Column{{Name: "x", Group: -1}}
	member := stack.Member{Name: "linear", Trainer: func(models.Representation, *models.Data) (models.Trainer,
		error) {
		return linear.Trainer{}, nil
	}}
	p, err := halves{stack.Trainer{Members: []stack.Member{member}}, knn.Trainer{K: 1}}.Train(context.Background(), d,
		models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := p.(*PowerTime).Freeze()
	if err != nil {
		t.Fatal(err)
	}
	b, err := f.(*PowerTime).AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func FuzzDecode(f *testing.F) {
	b := small(f)
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Decode(b)
		if err != nil {
			return
		}
		again, err := p.AppendBinary(nil)
		if err != nil || !bytes.Equal(b, again) {
			t.Fatalf("%d bytes come back as %d, %v", len(b), len(again), err)
		}
	})
}

// Log power is log energy minus log time: with 3 + 2x and 1 + x/2 it is 2 + 1.5x, which a line meets. The targets of
// the data are not read, and stay as they are.
func TestTrainPowerLearnsTheDifference(t *testing.T) {
	d := models.Data{K: 1, Y: []float64{7, 7, 7, 7}}
	d.X.N, d.X.Data, d.X.Columns = 4, []float64{0, 1, 2, 3}, []features.Column{{Name: "x", Group: -1}}
	p, err := TrainPower(context.Background(), linear.Trainer{Lambda: 1e-9}, d, []float64{3, 5, 7, 9},
		[]float64{1, 1.5, 2, 2.5}, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []float64{0, 1.5, 3} {
		if got, want := p.Predict(nil, []float64{x})[0], 2+1.5*x; math.Abs(got-want) > 1e-6 {
			t.Errorf("log power at %v is %v, want %v", x, got, want)
		}
	}
	if d.K != 1 || d.Y[0] != 7 {
		t.Errorf("the data were changed: %v", d.Y)
	}
}
