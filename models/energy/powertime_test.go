package energy

import (
	"context"
	"errors"
	"testing"

	"eahas/features"
	"eahas/models"
)

// mean predicts its one target's mean, plus the first input.
type mean float64

func (mean) Outputs() int { return 1 }

func (m mean) Predict(dst, x []float64) []float64 {
	dst = sized(dst, 1)
	dst[0] = float64(m) + x[0]
	return dst
}

func (m mean) Freeze() (models.Predictor, error) { return m, nil }

type meanTrainer struct{ seen *[]uint64 }

func (t meanTrainer) Train(_ context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	*t.seen = append(*t.seen, o.Seed)
	o.Progress(1, 1)
	sum := 0.0
	for _, y := range d.Y {
		sum += y
	}
	return mean(sum / float64(len(d.Y))), nil
}

func TestPowerTimeAddsLogarithms(t *testing.T) {
	d := models.Data{X: features.Frame{Columns: make([]features.Column, 1), N: 2, Data: []float64{0, 1}}, Y: []float64{7, 2, 9, 4}, K: 2}
	var seeds []uint64
	var progress [][2]int
	o := models.Options{Seed: 5, Progress: func(done, total int) { progress = append(progress, [2]int{done, total}) }}
	p, err := PowerTimeTrainer{Power: meanTrainer{&seeds}, Time: meanTrainer{&seeds}}.Train(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	got := p.Predict(nil, []float64{10}) // power 5+10, time 3+10
	if got[0] != 28 || got[1] != 13 {
		t.Errorf("log energy and log time %v, want 28 and 13", got)
	}
	if len(seeds) != 2 || seeds[0] == seeds[1] {
		t.Errorf("seeds %v", seeds)
	}
	if len(progress) != 2 || progress[0] != [2]int{1, 2} || progress[1] != [2]int{2, 2} {
		t.Errorf("progress %v", progress)
	}
	f, err := p.(models.Freezer).Freeze()
	if err != nil || f.Predict(nil, []float64{10})[0] != 28 {
		t.Errorf("frozen: %v, %v", f, err)
	}
	dst, x := make([]float64, 2), []float64{1}
	if n := testing.AllocsPerRun(10, func() { p.Predict(dst, x) }); n != 0 {
		t.Errorf("Predict allocates %v times", n)
	}
	d.K = 1
	if _, err := (PowerTimeTrainer{}).Train(context.Background(), d, o); !errors.Is(err, ErrTargets) {
		t.Errorf("one target: %v", err)
	}
}
