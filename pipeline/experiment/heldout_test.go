package experiment

import (
	"slices"
	"testing"

	"eahas/pipeline/dataset"
	"eahas/trial"
)

// Of very many held-out trials each fold gives its share, evenly chosen; of few all are asked.
func TestHeldOutIsAnEvenShare(t *testing.T) {
	const n = 2*maxHeldOut + 12345
	p := Plan{Table: &dataset.Table{Folds: 3, Fold: make([]int, n)}}
	counts := make([]int, 3)
	for i := range n {
		f := 0
		if i%10 >= 5 {
			f = 1
		}
		if i == 77 {
			f = 2
		}
		p.Table.Fold[i] = f
		counts[f]++
	}
	total := 0
	for f, count := range counts {
		rows := p.heldOut(f)
		total += len(rows)
		if want := max(1, count*maxHeldOut/n); len(rows) != want {
			t.Errorf("fold %d: %d of %d rows, want %d", f, len(rows), count, want)
		}
		for j, i := range rows {
			if p.Table.Fold[i] != f {
				t.Fatalf("row %d is in fold %d", i, p.Table.Fold[i])
			}
			if j > 0 && (i <= rows[j-1] || i-rows[j-1] > 3*n/maxHeldOut+10) {
				t.Fatalf("row %d comes after row %d", i, rows[j-1])
			}
		}
	}
	if total > maxHeldOut+1 {
		t.Errorf("%d rows", total)
	}
	p.Table.Fold = p.Table.Fold[:1000]
	if got, want := len(p.heldOut(1)), len(p.Table.In(1)); got != want {
		t.Errorf("of a small log %d of %d rows are asked", got, want)
	}
}

// Of a sample the true curves are copied out of the log's columns, where they lie far apart; of most of a log they
// stay.
func TestGatherCopiesTheTruthOfASample(t *testing.T) {
	for _, rows := range [][]int{{1, 3}, {0, 1, 2}} {
		p := Plan{Table: &dataset.Table{Trials: make([]trial.Trial, 5)}}
		log := make([]trial.Curve, 5)
		for i := range log {
			log[i] = trial.Curve{Epochs: []float64{1, 2}, Values: []float64{float64(i), 9}}
			p.Table.Trials[i].Curve, p.Table.Trials[i].Curves = log[i], []trial.TargetCurve{{Curve: log[i]}}
		}
		p.Gather([]Competitor{{Seeds: []*Predictions{{Rows: rows}}}})
		for i := range log {
			want := len(rows) == 2 && slices.Contains(rows, i)
			one := p.Table.Trials[i]
			for _, got := range []trial.Curve{one.Curve, one.Curves[0].Curve} {
				copied := &got.Values[0] != &log[i].Values[0]
				if copied != want || !slices.Equal(got.Values, log[i].Values) {
					t.Errorf("%d of 5 trials, trial %d: %v, copied: %t", len(rows), i, got.Values, copied)
				}
			}
		}
	}
	Plan{Table: &dataset.Table{}}.Gather(nil)
}
