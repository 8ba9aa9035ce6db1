package modeltest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"testing"

	"eahas/models"
)

func sameSeed(s subject) error {
	p, err := s.plain(2)
	if err != nil {
		return err
	}
	q, err := s.train(planted(plantedRows, 2, "train"))
	if err != nil {
		return err
	}
	return s.same(p, q)
}

// sameForWorkers: 1, 2, 7 goroutines and GOMAXPROCS of them give the same result.
func sameForWorkers(s subject) error {
	d := planted(plantedRows, 3, "train")
	one, err := s.train(d)
	if err != nil {
		return err
	}
	for _, w := range []int{0, 2, 7} {
		if w == runtime.GOMAXPROCS(0) {
			continue // 0 says the same
		}
		p, err := s.trainWith(d, models.Options{Seed: plantedSeed, Workers: w})
		if err != nil {
			return err
		}
		if err := s.same(one, p); err != nil {
			return fmt.Errorf("1 worker and %d: %w", w, err)
		}
	}
	return nil
}

// rowByRow: the answer for a row does not depend on what was asked before, nor on dst's old content.
func rowByRow(s subject) error {
	p, err := s.plain(2)
	if err != nil {
		return err
	}
	probe := planted(30, 2, "probe")
	first := make([][]float64, probe.X.N)
	for i := range first {
		first[i] = p.Predict(nil, probe.X.Row(i))
	}
	dst := []float64{math.NaN(), math.Inf(1)}
	for i := probe.X.N - 1; i >= 0; i-- {
		got := p.Predict(dst, probe.X.Row(i))
		if len(got) != 2 || &got[0] != &dst[0] {
			return errors.New("call of Predict did not return the dst that it was given")
		}
		if j := unequal(got, first[i]); j >= 0 {
			return fmt.Errorf("row %d, output %d: %v backwards and with dst, %v at first", i, j, got[j], first[i][j])
		}
	}
	return nil
}

// cancelled: a context that is done before, and one that ends at the first progress report.
func cancelled(s subject) error {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	d := planted(plantedRows, 2, "train")
	if _, err := s.trainer.Train(ctx, d, models.Options{Seed: plantedSeed}); !errors.Is(err, context.Canceled) {
		return fmt.Errorf("context cancelled before: got error %v, want context.Canceled", err)
	}

	ctx, cancel = context.WithCancel(context.Background())
	defer cancel()
	finished := false
	_, err := s.trainer.Train(ctx, d, models.Options{Seed: plantedSeed, Workers: 2, Progress: func(done, total int) {
		if ctx.Err() == nil {
			finished = done >= total // nothing was left to do when the context ended
		}
		cancel()
	}})
	if ctx.Err() != nil && !finished && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("context cancelled at the first progress report: got error %v, want context.Canceled", err)
	}
	return nil
}

// progress: never two calls at a time, done grows, stays within a total that stays the same, and ends at it.
func progress(s subject) error {
	var mu sync.Mutex
	var problem error
	calls, last, whole := 0, 0, 0
	report := func(done, total int) {
		if !mu.TryLock() {
			panic("modeltest: Progress called by two goroutines at a time")
		}
		defer mu.Unlock()
		if problem == nil && (done < last || done > total || calls > 0 && total != whole) {
			problem = fmt.Errorf("Progress(%d, %d) after Progress(%d, %d)", done, total, last, whole)
		}
		calls, last, whole = calls+1, done, total
	}
	_, err := s.trainWith(planted(plantedRows, 2, "train"), models.Options{Seed: plantedSeed, Workers: 4,
		Progress: report})
	if err == nil {
		err = problem
	}
	if err == nil && calls > 0 && last != whole {
		err = fmt.Errorf("the last report was Progress(%d, %d)", last, whole)
	}
	return err
}

func noAllocation(s subject) error {
	p, err := s.plain(2)
	if err != nil {
		return err
	}
	if p, err = frozen(p); err != nil {
		return err
	}
	x := probeRow()
	dst := make([]float64, 2)
	if n := testing.AllocsPerRun(200, func() { p.Predict(dst, x) }); n != 0 && !raceDetector {
		return fmt.Errorf("call of Predict with dst given: %v allocations a call", n)
	}
	return nil
}

// concurrent: run it under -race. Without, it still sees answers that mix.
func concurrent(s subject) error {
	p, err := s.plain(2)
	if err != nil {
		return err
	}
	probe := planted(20, 2, "probe")
	want := make([][]float64, probe.X.N)
	for i := range want {
		want[i] = slices.Clone(p.Predict(nil, probe.X.Row(i)))
	}
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for g := range errs {
		wg.Go(func() {
			dst := make([]float64, 2)
			for turn := range 200 {
				i := (turn*7 + g*5) % probe.X.N
				if j := unequal(p.Predict(dst, probe.X.Row(i)), want[i]); j >= 0 {
					errs[g] = fmt.Errorf("row %d, output %d: %v among goroutines, %v alone", i, j, dst[j], want[i][j])
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// roundTrip: bytes -> model -> the same bytes and the same predictions; AppendBinary appends.
func roundTrip(s subject) error {
	d := planted(plantedRows, 2, "train")
	p, err := s.plain(2)
	if err != nil {
		return err
	}
	q, err := frozen(p)
	if err != nil {
		return err
	}
	if err := samePredictions(p, q, d.X); err != nil {
		return fmt.Errorf("trained and frozen: %w", err)
	}
	if !s.hasBinary() {
		return nil
	}
	b, err := s.o.AppendBinary(q, nil)
	if err != nil {
		return fmt.Errorf("call of AppendBinary: %w", err)
	}
	if behind, err := s.o.AppendBinary(q, []byte("ab")); err != nil ||
		!bytes.Equal(behind, append([]byte("ab"), b...)) {
		return fmt.Errorf("call of AppendBinary to 2 bytes did not append the same %d bytes (error %v)", len(b), err)
	}
	back, err := s.o.Decode(b)
	if err != nil {
		return fmt.Errorf("call of Decode of what AppendBinary wrote: %w", err)
	}
	if err := samePredictions(q, back, d.X); err != nil {
		return fmt.Errorf("before and after the round trip: %w", err)
	}
	again, err := s.o.AppendBinary(back, nil)
	if err != nil || !bytes.Equal(b, again) {
		return fmt.Errorf("second AppendBinary differs at byte %d of %d (error %v)", firstDifference(b, again), len(b),
			err)
	}
	for n := range min(len(b), 64) {
		if _, err := s.o.Decode(b[:n]); err == nil {
			return fmt.Errorf("call of Decode accepted the first %d bytes of %d", n, len(b))
		}
	}
	if _, err := s.o.Decode(b[:len(b)-1]); err == nil {
		return errors.New("call of Decode accepted a form without its last byte")
	}
	return nil
}
