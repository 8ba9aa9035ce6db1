package experiment

import (
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

// Of a sample the true curves are copied out of the log's columns, where they lie far apart; of most of a log they stay.
func TestTruthOfASampleIsCopied(t *testing.T) {
	p := Plan{Table: &dataset.Table{Trials: make([]trial.Trial, 5)}}
	for i := range p.Table.Trials {
		p.Table.Trials[i].Curve = trial.Curve{Epochs: []float64{1, 2}, Values: []float64{float64(i), 9}}
	}
	for _, rows := range [][]int{{1, 3}, {0, 1, 2}} {
		curves := make([][]float64, len(rows))
		for k := range curves {
			curves[k] = []float64{0, 0}
		}
		data := p.curveData(&Predictions{Rows: rows, Curve: curves}, curves)
		for k, i := range rows {
			own := p.Table.Trials[i].Curve.Values
			if got := data.Trials[k].Truth; got[0] != own[0] || (&got[0] != &own[0]) != (len(rows) == 2) {
				t.Errorf("%d of 5 trials, trial %d: truth %v, of %v; copied: %t", len(rows), i, got, own, &got[0] != &own[0])
			}
		}
	}
}
