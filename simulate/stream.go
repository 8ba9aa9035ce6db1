package simulate

import (
	"context"
	"iter"

	"eahas/features"
	"eahas/internal/par"
	"eahas/trial"
)

// blockSize is how many trials All holds at once: enough to keep the workers busy, a few megabytes.
const blockSize = 512

// All gives the trials of Trials one after the other, a block at a time, so that any number of them needs the memory of
// a block. It can be ranged over several times. A trial may be kept; an error, of ctx too, is the last thing given.
func All(ctx context.Context, space features.Space, n int, o Options) (iter.Seq2[*trial.Trial, error], error) {
	if n < 0 {
		panic("simulate: negative number of trials")
	}
	sim, err := newSimulator(space, o)
	if err != nil {
		return nil, err
	}
	return func(yield func(*trial.Trial, error) bool) {
		for from := 0; from < n; from += blockSize {
			block, err := sim.block(ctx, from, min(n, from+blockSize))
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range block {
				if !yield(&block[i], nil) {
					return
				}
			}
		}
	}, nil
}

// block simulates the trials from, ..., to-1.
func (s *simulator) block(ctx context.Context, from, to int) ([]trial.Trial, error) {
	out := make([]trial.Trial, to-from)
	err := par.Each(ctx, len(out), s.o.Workers, func(_ context.Context, i int) (err error) {
		out[i], err = s.trial(from + i)
		return err
	})
	return out, err
}
