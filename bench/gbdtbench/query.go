package main

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"eahas/internal/synthtask"
	"eahas/models"
	"eahas/models/gbdt"
	gbdttrain "eahas/models/gbdt/train"
)

// queried is the cost of answers from a compiled model of `rounds` trees of 31 leaves, binning included.
type queried struct {
	RowP50      float64 `json:"row_p50_us"` // one row, one target
	RowP99      float64 `json:"row_p99_us"`
	RowAllocs   float64 `json:"row_allocs"`
	AllP50      float64 `json:"all_p50_us"` // one row, ten targets of half as many trees each
	AllP99      float64 `json:"all_p99_us"`
	BatchRows   int     `json:"batch_rows"`
	BatchSecond float64 `json:"batch_s"` // one target, one goroutine, best of three
}

func query(ctx context.Context, dir string, rows, rounds int) (any, error) {
	runtime.GOMAXPROCS(1)
	one, err := compiled(ctx, dir, rows, 1, rounds)
	if err != nil {
		return nil, err
	}
	all, err := compiled(ctx, dir, rows, synthtask.Outputs, (rounds+1)/2)
	if err != nil {
		return nil, err
	}
	test, err := load(dir, "test", 1)
	if err != nil {
		return nil, err
	}
	var out queried
	out.RowP50, out.RowP99 = latency(one, &test, 1)
	out.AllP50, out.AllP99 = latency(all, &test, synthtask.Outputs)
	dst := make([]float64, 1)
	out.RowAllocs = testing.AllocsPerRun(100, func() { one.Predict(dst, test.X.Row(3)) })

	batch := test.X.Data
	for range 4 { // 5 x 20,000 rows
		batch = append(batch, test.X.Data...)
	}
	out.BatchRows = len(batch) / synthtask.Columns
	answers := make([]float64, out.BatchRows)
	for range 3 {
		start := time.Now()
		one.PredictBatch(answers, batch, 1)
		if s := time.Since(start).Seconds(); out.BatchSecond == 0 || s < out.BatchSecond {
			out.BatchSecond = s
		}
	}
	return out, nil
}

func compiled(ctx context.Context, dir string, rows, targets, rounds int) (*gbdt.Compiled, error) {
	d, err := load(dir, itoa(rows), targets)
	if err != nil {
		return nil, err
	}
	m, err := gbdttrain.Fit(ctx, d, gbdttrain.Params{Rounds: rounds}, models.Options{Seed: 1, Workers: 1})
	if err != nil {
		return nil, err
	}
	return m.Compile(), nil
}

// latency times each test row by itself and returns the median and the 99th percentile in microseconds.
func latency(c *gbdt.Compiled, test *models.Data, targets int) (p50, p99 float64) {
	dst := make([]float64, targets)
	times := make([]float64, test.X.N)
	for range 2 { // the first pass warms up
		for i := range times {
			start := time.Now()
			c.Predict(dst, test.X.Row(i))
			times[i] = float64(time.Since(start).Nanoseconds()) / 1e3
		}
	}
	slices.Sort(times)
	return times[len(times)/2], times[len(times)*99/100]
}
