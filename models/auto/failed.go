package auto

import (
	"cmp"
	"context"
	"slices"

	"eahas/internal/gather"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/internal/problem"
	"eahas/models/mean"
)

// What makes runs of a group failed ones: enough of them end at one value.
const (
	tieWidth = 0.003 // share of the range of the group's last values within which values count as one
	tieShare = 0.1   // of the group's runs
	tieRuns  = 5
	surely   = 0.9 // chance of failure from which the answer is that of failed runs
)

// failures answers for runs that surely fail.
type failures struct {
	classifier models.Predictor // chance of failure; one output
	curves     *mean.Model      // by group: the median of its failed runs
	runs       int              // training runs that count as failed; not kept in the bytes
}

// fitFailed finds the failed runs of every group and learns where they are; nil where no group has any.
func (t *Trainer) fitFailed(ctx context.Context, d *models.Data, o models.Options) (*failures, error) {
	if t.Failed == nil {
		return nil, nil
	}
	by, err := mean.Trainer{By: t.By, Plain: true}.Fit(ctx, *d, models.Options{}) // knows the groups
	if err != nil {
		return nil, err
	}
	groups := gather.By(gather.Numbers(d.X.N), func(i int) int { return by.GroupOf(d.X.Row(i)) })
	var rows []int // of groups with failed runs
	failed := map[int]bool{}
	curves := models.Data{K: d.K, X: d.X}
	curves.X.N, curves.X.Data = 0, nil
	for _, group := range groups {
		ties := tied(d, group)
		if ties == nil {
			continue
		}
		for _, i := range ties {
			failed[i] = true
		}
		rows = append(rows, group...)
		curves.X.N++
		curves.X.Data = append(curves.X.Data, d.X.Row(ties[0])...)
		curves.Y = append(curves.Y, medians(d, ties)...)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	slices.Sort(rows)
	data := problem.Select(*d, rows)
	data.K, data.Y = 1, make([]float64, len(rows))
	for j, i := range rows {
		if failed[i] {
			data.Y[j] = 1
		}
	}
	out := &failures{runs: len(failed)}
	if out.curves, err = (mean.Trainer{By: t.By, Plain: true}).Fit(ctx, curves, models.Options{}); err != nil {
		return nil, err
	}
	o.Seed = stream.Seed(o.Seed, "auto", "failed")
	out.classifier, err = t.Failed.Train(ctx, data, o)
	return out, err
}

// tied returns those of the rows whose last target is the value that most of them share, in the order of the rows; nil
// where they are too few, or where all rows share it, so that there is nothing to tell apart.
func tied(d *models.Data, rows []int) []int {
	last := func(i int) float64 { return d.Y[i*d.K+d.K-1] }
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b int) int { return cmp.Compare(last(a), last(b)) })
	width := float64(tieWidth * (last(sorted[len(sorted)-1]) - last(sorted[0])))
	from, to := 0, 0 // the best window
	low := 0
	for high := range sorted {
		for last(sorted[high])-last(sorted[low]) > width {
			low++
		}
		if high+1-low > to-from {
			from, to = low, high+1
		}
	}
	if n := to - from; n < tieRuns || float64(n) < tieShare*float64(len(rows)) || n == len(rows) {
		return nil
	}
	ties := sorted[from:to]
	slices.Sort(ties)
	return ties
}

// medians returns the median of each target over the rows.
func medians(d *models.Data, rows []int) []float64 {
	out, column := make([]float64, d.K), make([]float64, len(rows))
	for j := range out {
		for n, i := range rows {
			column[n] = d.Y[i*d.K+j]
		}
		slices.Sort(column)
		a, b := column[(len(column)-1)/2], column[len(column)/2]
		out[j] = a
		if a != b {
			out[j] = float64(a/2) + float64(b/2)
		}
	}
	return out
}

// at returns the curve that the run x surely has, or nil.
func (f *failures) at(x []float64) []float64 {
	if f == nil {
		return nil
	}
	curve, seen := f.curves.Lookup(x)
	if !seen {
		return nil
	}
	var p [1]float64
	if !(f.classifier.Predict(p[:], x)[0] >= surely) {
		return nil
	}
	return curve
}
