package arrowio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"eahas/internal/stream"
	"eahas/trial"
)

// sampleFiles writes one small file of each format, with lists, structs, texts and nulls.
func sampleFiles(t testing.TB) map[string][]byte {
	out := map[string][]byte{}
	trials := someTrials(40, 8)
	trials[3].TrainEnergy = unknown()
	for _, l := range []trial.Layout{trial.Pycls, trial.Long, trial.Wide} {
		for _, f := range formats {
			w, err := WriteTrials(filepath.Join(t.TempDir(), "x"), l, f, trials, errorPercent)
			if err != nil {
				t.Fatal(err)
			}
			b, err := os.ReadFile(w.Files[0])
			if err != nil {
				t.Fatal(err)
			}
			out[string(l)+"-"+f.Kind+"-"+f.Compression] = b
		}
	}
	for format, b := range deepFiles(t) {
		out["deep-"+format] = b
	}
	return out
}

// readAll reads every column of a file in memory. It returns the number of rows.
func readAll(ctx context.Context, b []byte) (rows int64, err error) {
	src, err := openReader(bytes.NewReader(b), int64(len(b)), nil)
	if err != nil {
		return 0, err
	}
	defer src.close()
	var want []int
	for i, l := range src.leaves() {
		if l.use == nil || l.deep {
			want = append(want, i)
		}
	}
	err = src.scan(ctx, want, func(b *batch) error {
		rows += int64(b.n)
		for _, c := range b.cols {
			if !c.list && c.elements() != b.n {
				return fmt.Errorf("%w: %s has %d values for %d rows", errors.ErrUnsupported, c.name, c.elements(), b.n)
			}
			for e := range c.elements() {
				c.value(e)
			}
			for r := 0; c.list && r < c.n; r++ {
				if lo, hi := c.span(r); lo < 0 || hi < lo || hi > c.elements() {
					return fmt.Errorf("%w: span", errors.ErrUnsupported)
				}
			}
		}
		return nil
	})
	return rows, err
}

// harmless reads altered bytes and fails the test on a crash, a hang or absurd memory. It reports whether an error
// came.
func harmless(t testing.TB, what string, b []byte) bool {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	_, err := readAll(context.Background(), b)
	runtime.ReadMemStats(&after)
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("%s: took %v", what, d)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<30 {
		t.Errorf("%s: allocated %d MiB", what, n>>20)
	}
	if errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("%s: %v", what, err)
	}
	return err != nil
}

func TestTruncatedFilesAreErrors(t *testing.T) {
	for name, b := range sampleFiles(t) {
		step := max(1, len(b)/300)
		for n := 0; n < len(b); n += step {
			if !harmless(t, fmt.Sprintf("%s cut at %d", name, n), b[:n:n]) {
				t.Errorf("%s cut at %d of %d: no error", name, n, len(b))
			}
		}
	}
}

func TestFlippedFilesAreHarmless(t *testing.T) {
	for name, b := range sampleFiles(t) {
		rng := stream.New(1, "flips", name)
		noticed := 0
		const flips = 300
		for range flips {
			at, c := flip(rng, b)
			if harmless(t, fmt.Sprintf("%s bit %d flipped", name, at), c) {
				noticed++
			}
		}
		if noticed == 0 {
			t.Errorf("%s: no flip was noticed", name)
		}
	}
}

// flip alters one bit, in every second call one near the end, where the metadata of files stands.
func flip(rng *rand.Rand, b []byte) (bit int, c []byte) {
	c = bytes.Clone(b)
	bit = rng.IntN(8 * len(b))
	if rng.IntN(2) == 0 {
		tail := min(len(b), 3000)
		bit = 8*(len(b)-tail) + rng.IntN(8*tail)
	}
	c[bit/8] ^= 1 << (bit % 8)
	return bit, c
}

func FuzzRead(f *testing.F) {
	for _, b := range sampleFiles(f) {
		f.Add(b)
	}
	f.Add([]byte("PAR1"))
	f.Add([]byte("ARROW1\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if _, err := readAll(ctx, b); errors.Is(err, context.DeadlineExceeded) ||
			errors.Is(err, errors.ErrUnsupported) {
			t.Fatal(err)
		}
	})
}

// levelsOnly is a column chunk whose definition levels go beyond the schema's.
type levelsOnly struct{}

func (levelsOnly) Err() error { return nil }
func (levelsOnly) ReadBatch(_ int64, _ []float64, def, _ []int16) (int64, int, error) {
	return int64(copy(def, []int16{1, 2, 3})), 1, nil
}

func TestLevelsBeyondTheSchemaAreCorruption(t *testing.T) {
	t.Parallel()
	l := &typedLeaf[float64]{rd: levelsOnly{}, maxDef: 2, def: make([]int16, 8), values: make([]float64, 8)}
	if _, err := l.more(); !errors.Is(err, ErrCorrupt) {
		t.Errorf("%v", err)
	}
	l.maxDef = 3
	if _, err := l.more(); err != nil {
		t.Error(err)
	}
}
