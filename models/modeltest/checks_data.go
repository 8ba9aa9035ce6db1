package modeltest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"eahas/models"
)

// inputsUntouched: Trainers never change the data, and Predict never changes the row.
func inputsUntouched(s subject) error {
	d := planted(plantedRows, 2, "train")
	d.X.Data[7] = math.NaN()
	d.Groups = make([]int, d.X.N)
	for i := range d.Groups {
		d.Groups[i] = i / 3
	}
	if !s.o.IgnoresWeights {
		d.Weights = slices.Repeat([]float64{1, 2}, d.X.N/2)
	}
	before := clone(d)
	p, err := s.train(d)
	if err != nil {
		return err
	}
	row := slices.Clone(d.X.Row(1))
	p.Predict(nil, row)
	switch {
	case unequal(d.X.Data, before.X.Data) >= 0:
		return fmt.Errorf("call of Train changed X.Data at %d", unequal(d.X.Data, before.X.Data))
	case unequal(d.Y, before.Y) >= 0:
		return fmt.Errorf("call of Train changed Y at %d", unequal(d.Y, before.Y))
	case unequal(d.Weights, before.Weights) >= 0:
		return fmt.Errorf("call of Train changed Weights at %d", unequal(d.Weights, before.Weights))
	case !slices.Equal(d.Groups, before.Groups):
		return errors.New("call of Train changed Groups")
	case !slices.Equal(d.X.Columns, before.X.Columns):
		return errors.New("call of Train changed X.Columns")
	case unequal(row, before.X.Row(1)) >= 0:
		return fmt.Errorf("call of Predict changed its row at %d", unequal(row, before.X.Row(1)))
	}
	return nil
}

func noRows(s subject) error {
	d := planted(0, 2, "train")
	_, err := s.trainer.Train(context.Background(), d, models.Options{Seed: plantedSeed})
	if !errors.Is(err, models.ErrNoRows) {
		return fmt.Errorf("training on no rows: got error %v, want models.ErrNoRows", err)
	}
	return nil
}

// oneRow: the only sensible answer is that row's targets.
func oneRow(s subject) error {
	d := planted(1, 2, "train")
	p, err := s.train(d)
	if err != nil {
		return err
	}
	return s.meets(p, d.Y, planted(5, 2, "probe"))
}

// constantTargets: two outputs, each the same in all rows, of unlike size; 0 is included because a scale of 0 divides
// badly.
func constantTargets(s subject) error {
	for _, want := range [][]float64{{93.25, 0}, {-4e5, 1e-3}} {
		d := planted(40, 2, "train")
		for i := range d.Y {
			d.Y[i] = want[i%2]
		}
		p, err := s.train(d)
		if err != nil {
			return err
		}
		if err := s.meets(p, want, planted(20, 2, "probe")); err != nil {
			return err
		}
	}
	return nil
}

func (s subject) meets(p models.Predictor, want []float64, probe models.Data) error {
	tolerance := s.o.ConstTolerance
	if tolerance == 0 {
		tolerance = 1e-9
	}
	for i := range probe.X.N {
		for j, got := range p.Predict(nil, probe.X.Row(i)) {
			if !(math.Abs(got-want[j]) <= tolerance*max(1, math.Abs(want[j]))) {
				return fmt.Errorf("probe row %d, output %d: predicted %v, the targets are all %v (tolerance %g)", i, j,
					got, want[j], tolerance)
			}
		}
	}
	return nil
}

// learns: on unseen rows the squared error is a small share of the targets' variance, for each output.
func learns(s subject) error {
	share := s.o.LearnsShare
	if share == 0 {
		share = 0.3
	}
	test := planted(200, 2, "test")
	p, err := s.plain(2)
	if err != nil {
		return err
	}
	for j := range test.K {
		var mean, squares, residuals float64
		for i := range test.X.N {
			mean += test.Y[i*test.K+j] / float64(test.X.N)
		}
		for i := range test.X.N {
			y := test.Y[i*test.K+j]
			squares += (y - mean) * (y - mean)
			e := y - p.Predict(nil, test.X.Row(i))[j]
			residuals += e * e
		}
		if !(residuals <= share*squares) {
			return fmt.Errorf("output %d: squared error is %.3f of the variance, want at most %.3f", j,
				residuals/squares, share)
		}
	}
	return nil
}

// missingCells: a tenth of the training cells is NaN; every row with missing cells has a finite answer.
func missingCells(s subject) error {
	d := planted(plantedRows, 2, "train")
	for i := 0; i < len(d.X.Data); i += 10 {
		d.X.Data[i] = math.NaN()
	}
	p, err := s.train(d)
	if err != nil {
		return err
	}
	if err := finiteWithMissing(p); err != nil {
		return fmt.Errorf("trained with missing cells: %w", err)
	}
	p, err = s.plain(2)
	if err != nil {
		return err
	}
	if err := finiteWithMissing(p); err != nil {
		return fmt.Errorf("trained without missing cells: %w", err)
	}
	return nil
}

func finiteWithMissing(p models.Predictor) error {
	row := probeRow()
	for j := range row {
		r := slices.Clone(row)
		r[j] = math.NaN()
		if y := p.Predict(nil, r); !allFinite(y) {
			return fmt.Errorf("column %d missing: predicted %v", j, y)
		}
	}
	for j := range row {
		row[j] = math.NaN()
	}
	if y := p.Predict(nil, row); !allFinite(y) {
		return fmt.Errorf("every column missing: predicted %v", y)
	}
	return nil
}

// missingColumn: column "c" has no value in any training row; a value there when predicting is still defined.
func missingColumn(s subject) error {
	d := planted(plantedRows, 2, "train")
	for i := range d.X.N {
		d.X.Row(i)[2] = math.NaN()
	}
	p, err := s.train(d)
	if err != nil {
		return err
	}
	for _, c := range []float64{0, 0.5, 1, math.NaN()} {
		row := probeRow()
		row[2] = c
		if y := p.Predict(nil, row); !allFinite(y) {
			return fmt.Errorf("column never seen, now %v: predicted %v", c, y)
		}
	}
	return nil
}

func outputCounts(s subject) error {
	for _, k := range []int{1, 5} {
		p, err := s.plain(k)
		if err != nil {
			return err
		}
		if y := p.Predict(nil, probeRow()); len(y) != k || !allFinite(y) {
			return fmt.Errorf("%d outputs: Predict returned %v", k, y)
		}
	}
	return nil
}

// zeroWeight: a row of weight 0 must leave no trace, neither in bins, scales nor random draws; all weights 0 is no
// rows. The simple way to hold this is to drop such rows first.
func zeroWeight(s subject) error {
	if s.o.IgnoresWeights {
		return nil
	}
	d := planted(plantedRows, 2, "train")
	d.Weights = make([]float64, d.X.N)
	absent := func(i int) bool { return i%4 == 1 }
	for i := range d.X.N {
		d.Weights[i] = 1
		if absent(i) {
			d.Weights[i] = 0
			d.Y[i*d.K] = 1e6
			d.X.Row(i)[0] = 50
		}
	}
	p, err := s.train(d)
	if err != nil {
		return err
	}
	q, err := s.train(keep(d, func(i int) bool { return !absent(i) }))
	if err != nil {
		return err
	}
	if err := s.same(p, q); err != nil {
		return fmt.Errorf("with rows of weight 0 and without them: %w", err)
	}
	clear(d.Weights)
	if _, err := s.trainer.Train(context.Background(), d, models.Options{Seed: plantedSeed}); !errors.Is(err,
		models.ErrNoRows) {
		return fmt.Errorf("every weight 0: got error %v, want models.ErrNoRows", err)
	}
	return nil
}

// nilGroups: groups 0..n-1 say the same as nil.
func nilGroups(s subject) error {
	p, err := s.plain(2)
	if err != nil {
		return err
	}
	d := planted(plantedRows, 2, "train")
	d.Groups = make([]int, d.X.N)
	for i := range d.Groups {
		d.Groups[i] = i
	}
	q, err := s.train(d)
	if err != nil {
		return err
	}
	return s.same(p, q)
}

// innerSplit: every row is on exactly one side, no group on both, and neither side is empty.
func innerSplit(s subject) error {
	if s.o.InnerSplit == nil {
		return nil
	}
	for seed := range uint64(20) {
		d := planted(90, 2, "train")
		d.Groups = make([]int, d.X.N)
		for i := range d.Groups {
			d.Groups[i] = (i * 7 % 18) * 1000003
		}
		train, held := s.o.InnerSplit(d, seed)
		if len(train) == 0 || len(held) == 0 {
			return fmt.Errorf("seed %d: %d rows to train on and %d held back, of 18 groups", seed, len(train),
				len(held))
		}
		rows := slices.Sorted(slices.Values(slices.Concat(train, held)))
		if len(rows) != d.X.N || len(slices.Compact(rows)) != d.X.N {
			return fmt.Errorf("seed %d: %d and %d rows are no split of %d", seed, len(train), len(held), d.X.N)
		}
		side := map[int]bool{}
		for _, i := range train {
			side[d.Groups[i]] = true
		}
		for _, i := range held {
			if side[d.Groups[i]] {
				return fmt.Errorf("seed %d: group %d stands on both sides", seed, d.Groups[i])
			}
		}
	}
	return nil
}
