package main

import (
	"context"
	"runtime"
	"runtime/debug"
	"time"

	"eahas/models"
	gbdttrain "eahas/models/gbdt/train"
)

// trained is one training: time, memory and accuracy.
type trained struct {
	Seconds float64 `json:"seconds"`  // binning and training
	R2      float64 `json:"r2"`       // on the test rows, mean over the targets
	PeakMB  float64 `json:"peak_mb"`  // of the process, from the loaded data to the end of the training
	TrainMB float64 `json:"train_mb"` // the peak above what was resident with the data loaded
}

func train(ctx context.Context, dir string, rows, targets, rounds, workers int) (any, error) {
	runtime.GOMAXPROCS(workers)
	d, err := load(dir, itoa(rows), targets)
	if err != nil {
		return nil, err
	}
	debug.FreeOSMemory()
	forgetPeak()
	before := resident()
	start := time.Now()
	m, err := gbdttrain.Fit(ctx, d, gbdttrain.Params{Rounds: rounds}, models.Options{Seed: 1, Workers: workers})
	if err != nil {
		return nil, err
	}
	out := trained{Seconds: time.Since(start).Seconds(), PeakMB: peak()}
	out.TrainMB = out.PeakMB - before
	test, err := load(dir, "test", targets)
	if err != nil {
		return nil, err
	}
	out.R2 = rSquared(m.Compile().PredictBatch(nil, test.X.Data, workers), test.Y, targets)
	return out, nil
}

// rSquared returns 1 - SSE/SST, averaged over the k targets (n x k, row-major).
func rSquared(got, want []float64, k int) float64 {
	total, n := 0.0, float64(len(want)/k)
	for j := range k {
		mean, errors, spread := 0.0, 0.0, 0.0
		for i := j; i < len(want); i += k {
			mean += want[i] / n
		}
		for i := j; i < len(want); i += k {
			errors += (got[i] - want[i]) * (got[i] - want[i])
			spread += (want[i] - mean) * (want[i] - mean)
		}
		total += (1 - errors/spread) / float64(k)
	}
	return total
}
