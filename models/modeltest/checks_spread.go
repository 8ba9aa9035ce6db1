package modeltest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"eahas/models"
)

// spreader returns p as a models.Spreader; nil where it is none and need not be.
func (s subject) spreader(p models.Predictor) (models.Spreader, error) {
	q, ok := p.(models.Spreader)
	if !ok && s.o.Spreads {
		return nil, fmt.Errorf("%T is no models.Spreader", p)
	}
	return q, nil
}

// plainSpreader returns what plain does; nil where the trainer makes no Spreader.
func (s subject) plainSpreader(k int) (models.Spreader, error) {
	p, err := s.plain(k)
	if err != nil {
		return nil, err
	}
	return s.spreader(p)
}

// spreadShape: Spread appends rows of k finite numbers behind what dst holds, leaves its row alone, and says the same
// when asked again. One, two and five outputs; rows with missing cells; one training row, about which nothing need be
// known.
func spreadShape(s subject) error {
	for _, k := range []int{1, 2, 5} {
		p, err := s.plainSpreader(k)
		if err != nil || p == nil {
			return err
		}
		probe := planted(20, 2, "probe")
		for i := 0; i < len(probe.X.Data); i += 7 {
			probe.X.Data[i] = math.NaN()
		}
		for i := range probe.X.N {
			if err := s.spreadRow(p, probe.X.Row(i), k, s.o.Spreads); err != nil {
				return fmt.Errorf("%d outputs, probe row %d: %w", k, i, err)
			}
		}
	}
	one, err := s.train(planted(1, 2, "train"))
	if err != nil {
		return err
	}
	p, err := s.spreader(one)
	if err != nil || p == nil {
		return err
	}
	if err := s.spreadRow(p, probeRow(), 2, false); err != nil {
		return fmt.Errorf("trained on one row: %w", err)
	}
	return nil
}

func (s subject) spreadRow(p models.Spreader, x []float64, k int, must bool) error {
	before := slices.Clone(x)
	f := p.Spread(nil, x)
	behind := p.Spread([]float64{1.5, 2.5, 3.5}, x)
	switch {
	case unequal(x, before) >= 0:
		return fmt.Errorf("call of Spread changed its row at %d", unequal(x, before))
	case len(f)%k != 0 || !allFinite(f):
		return fmt.Errorf("call of Spread returned %v", f)
	case must && len(f) == 0:
		return errors.New("call of Spread appended nothing")
	case unequal(behind, slices.Concat([]float64{1.5, 2.5, 3.5}, f)) >= 0:
		return fmt.Errorf("call of Spread appended %v to three numbers, %v to none", behind, f)
	}
	return nil
}

// spreadKept: the trained form, the frozen one and the one read back from bytes say the same bits.
func spreadKept(s subject) error {
	p, err := s.plainSpreader(2)
	if err != nil || p == nil {
		return err
	}
	q, err := frozen(p)
	if err != nil {
		return err
	}
	forms := []models.Predictor{q}
	if s.hasBinary() {
		b, err := s.o.AppendBinary(q, nil)
		if err != nil {
			return fmt.Errorf("call of AppendBinary: %w", err)
		}
		back, err := s.o.Decode(b)
		if err != nil {
			return fmt.Errorf("call of Decode of what AppendBinary wrote: %w", err)
		}
		forms = append(forms, back)
	}
	probe := planted(40, 2, "probe")
	for f, form := range forms {
		r, ok := form.(models.Spreader)
		if !ok {
			return fmt.Errorf("%T is a models.Spreader, its serving form %T is none", p, form)
		}
		for i := range probe.X.N {
			a, b := p.Spread(nil, probe.X.Row(i)), r.Spread(nil, probe.X.Row(i))
			if j := unequal(a, b); j >= 0 {
				return fmt.Errorf("row %d: trained and %s differ at number %d of %d and %d", i,
					[2]string{"frozen", "read back"}[f], j, len(a), len(b))
			}
		}
	}
	return nil
}

// spreadConcurrent: run it under -race. Without, it still sees answers that mix.
func spreadConcurrent(s subject) error {
	p, err := s.plainSpreader(2)
	if err != nil || p == nil {
		return err
	}
	probe := planted(10, 2, "probe")
	want := make([][]float64, probe.X.N)
	for i := range want {
		want[i] = p.Spread(nil, probe.X.Row(i))
	}
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for g := range errs {
		wg.Go(func() {
			var f []float64
			for turn := range 30 {
				i := (turn*7 + g*5) % probe.X.N
				f = p.Spread(f[:0], probe.X.Row(i))
				if j := unequal(f, want[i]); j >= 0 {
					errs[g] = fmt.Errorf("row %d: number %d differs among goroutines", i, j)
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// spreadOff: the total variance, added over rows, is larger for rows with every number moved by three times its range
// than for the training rows.
func spreadOff(s subject) error {
	if !s.o.WiderOff {
		return nil
	}
	d := planted(plantedRows, 2, "train")
	p, err := s.plainSpreader(2)
	if err != nil || p == nil {
		return err
	}
	on, off := 0.0, 0.0
	for i := range 60 {
		x := slices.Clone(d.X.Row(i))
		on += total(p.Spread(nil, x))
		for j := range 3 {
			x[j] += 3 * float64(1-2*(i>>j&1))
		}
		off += total(p.Spread(nil, x))
	}
	if !(off > on) {
		return fmt.Errorf("the variance of 60 rows off the data adds up to %v, on the data to %v", off, on)
	}
	return nil
}

func total(f []float64) float64 {
	sum := 0.0
	for _, v := range f {
		sum += v * v
	}
	return sum
}
