package modeltest

import (
	"bytes"
	"context"
	"fmt"
	"math"

	"eahas/features"
	"eahas/models"
)

// subject is a trainer under test.
type subject struct {
	trainer models.Trainer
	o       Options
	trained map[int]models.Predictor // what plain has trained, by the number of outputs; nil: it trains anew each time
}

const (
	plantedRows = 240
	plantedSeed = 11
)

// train trains with one worker and the suite's seed.
func (s subject) train(d models.Data) (models.Predictor, error) {
	return s.trainWith(d, models.Options{Seed: plantedSeed, Workers: 1})
}

// plain returns a predictor trained on the planted problem with k outputs as it is. Predictors do not change, so all
// checks of a subject share it.
func (s subject) plain(k int) (models.Predictor, error) {
	if p, ok := s.trained[k]; ok {
		return p, nil
	}
	p, err := s.train(planted(plantedRows, k, "train"))
	if err == nil && s.trained != nil {
		s.trained[k] = p
	}
	return p, err
}

func (s subject) trainWith(d models.Data, o models.Options) (models.Predictor, error) {
	p, err := s.trainer.Train(context.Background(), d, o)
	if err != nil {
		return nil, fmt.Errorf("call of Train on %d rows and %d outputs: %w", d.X.N, d.K, err)
	}
	if p == nil {
		return nil, fmt.Errorf("call of Train on %d rows and %d outputs returned neither a predictor nor an error",
			d.X.N, d.K)
	}
	if p.Outputs() != d.K {
		return nil, fmt.Errorf("Outputs() = %d, trained on %d", p.Outputs(), d.K)
	}
	return p, nil
}

// frozen returns the serving form when the predictor or the model has one, else p.
func frozen(p models.Predictor) (models.Predictor, error) {
	f, ok := p.(models.Freezer)
	if !ok {
		return p, nil
	}
	q, err := f.Freeze()
	if err != nil {
		return nil, fmt.Errorf("call of Freeze: %w", err)
	}
	return q, nil
}

func (s subject) hasBinary() bool { return s.o.AppendBinary != nil && s.o.Decode != nil }

// bytes returns the binary form of the frozen predictor.
func (s subject) bytes(p models.Predictor) ([]byte, error) {
	q, err := frozen(p)
	if err != nil {
		return nil, err
	}
	return s.o.AppendBinary(q, nil)
}

// same reports how two trainings differ: in bytes where the model has a binary form, and in the predictions' bits.
func (s subject) same(p, q models.Predictor) error {
	if s.hasBinary() {
		a, err := s.bytes(p)
		if err != nil {
			return err
		}
		b, err := s.bytes(q)
		if err != nil {
			return err
		}
		if !bytes.Equal(a, b) {
			return fmt.Errorf("binary forms differ: %d bytes and %d bytes, first difference at byte %d", len(a), len(b),
				firstDifference(a, b))
		}
	}
	probe := planted(60, 2, "probe")
	return samePredictions(p, q, probe.X)
}

// samePredictions compares bit for bit.
func samePredictions(p, q models.Predictor, x features.Frame) error {
	for i := range x.N {
		a, b := p.Predict(nil, x.Row(i)), q.Predict(nil, x.Row(i))
		if j := unequal(a, b); j >= 0 {
			return fmt.Errorf("row %d, output %d: %v and %v", i, j, a, b)
		}
	}
	return nil
}

// unequal returns the first index at which the bits differ (or the shorter length), -1 when there is none.
func unequal(a, b []float64) int {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || math.Float64bits(a[i]) != math.Float64bits(b[i]) {
			return i
		}
	}
	return -1
}

func firstDifference(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

func allFinite(v []float64) bool {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}
