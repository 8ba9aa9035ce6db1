package bezier_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"eahas/internal/fixture"
	"eahas/models"
	"eahas/models/bezier"
	"eahas/models/grid"
	"eahas/models/parametric"
	"eahas/models/svd"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// TestFloor measures how well each representation alone can do on real learning curves: every curve is encoded and
// decoded, with no regression between. The floor values are those of the table in the data folder's README for
// chord-length Bezier curves, which this package must not fall below; for the others they are this code's own, less a
// little. Run with -v for the table.
func TestFloor(t *testing.T) {
	groups := accuracyCurves(t)
	t.Logf("%-16s %7s %7s", "representation", "avg_r2", "rmse")
	for _, k := range []struct {
		name     string
		f        models.Fitter
		r2, rmse float64
	}{
		{"chord 3", bezier.Fitter{Degree: 3}, .943, 6.0},
		{"chord 4", bezier.Fitter{Degree: 4}, .980, 4.6},
		{"chord 5", bezier.Fitter{Degree: 5}, .988, 4.1},
		{"chord 6", bezier.Fitter{Degree: 6}, .988, 4.1}, // the table's .970 and 5.2 are of a curve that folds back
		{"chord chosen", bezier.Fitter{}, .980, 4.6},
		{"warp 3", warp(3), .980, 3.1},
		{"warp 4", warp(4), .988, 2.5},
		{"warp 5", warp(5), .989, 2.3},
		{"warp 6", warp(6), .991, 2.2},
		{"warp 8", warp(8), .993, 2.0},
		{"warp 12", warp(12), .995, 1.9},
		{"warp chosen", warp(0), .988, 2.5},
		{"svd 6", svd.Fitter{}, .992, 2.1},
		{"svd 6 log", svd.Fitter{Warp: 100}, .993, 2.2},
		{"svd 10", svd.Fitter{Components: 10}, .994, 1.9},
		{"grid 101", grid.Fitter{}, .996, 1.5},
		{"grid 101 log", grid.Fitter{Warp: 100}, .996, 1.7},
		{"pow2", parametric.Fitter{Family: "pow2"}, .83, 3.6},
		{"pow3", parametric.Fitter{Family: "pow3"}, .94, 3.0},
		{"pow4", parametric.Fitter{Family: "pow4"}, .98, 2.4},
		{"ilog2", parametric.Fitter{Family: "ilog2"}, .82, 3.8},
		{"logx_linear", parametric.Fitter{Family: "logx_linear"}, .90, 3.4},
		{"exp3", parametric.Fitter{Family: "exp3"}, .97, 2.7},
		{"exp4, janoschek", parametric.Fitter{Family: "exp4"}, .98, 2.3},
		{"weibull", parametric.Fitter{Family: "weibull"}, .98, 2.3},
		{"mmf", parametric.Fitter{Family: "mmf"}, .98, 2.2},
		{"dr_hill", parametric.Fitter{Family: "dr_hill"}, .97, 3.1},
		{"vap", parametric.Fitter{Family: "vap"}, .98, 2.7},
	} {
		r2, rmse, err := floor(groups, k.f)
		if err != nil {
			t.Errorf("%s: %v", k.name, err)
			continue
		}
		t.Logf("%-16s %7.4f %7.3f", k.name, r2, rmse)
		if r2 < k.r2 || rmse > k.rmse {
			t.Errorf("%s: average R2 %.4f and RMSE %.3f, want at least %v and at most %v", k.name, r2, rmse, k.r2,
				k.rmse)
		}
	}
}

func warp(degree int) bezier.Fitter { return bezier.Fitter{Parameters: bezier.Warp, Degree: degree} }

// accuracyCurves returns the test accuracy curves (percent) of deepobs by problem.
func accuracyCurves(t *testing.T) map[string][]models.Curve {
	path := fixture.Data(t, "deepobs.parquet")
	res, err := arrowio.Ingest(context.Background(), []trial.Mapping{{
		Path: trial.Strings{filepath.Base(path)}, Layout: trial.Wide, ID: "trial_id", Group: trial.Strings{"group_id"},
		Params: trial.Columns{"problem": "problem"},
		Curve: &trial.CurveColumn{Column: "test_acc", Kind: "accuracy", Unit: "fraction",
			Epochs: trial.EpochsSpec{First: new(0.0)}},
	}}, filepath.Dir(path), arrowio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string][]models.Curve{}
	n := 0
	for _, r := range res.Trials {
		if len(r.Curve.Epochs) > 0 {
			problem := r.Config.Get("problem").String()
			groups[problem] = append(groups[problem], models.Curve{Epochs: r.Curve.Epochs, Values: r.Curve.Values})
			n++
		}
	}
	if n != 675 || len(groups) != 5 {
		t.Fatalf("%d accuracy curves of %d problems, want 675 of 5", n, len(groups))
	}
	return groups
}

// floor returns R2 per problem and epoch over the curves, averaged over the epochs but epoch 0, then over the problems;
// and the root mean squared error over all points but those of epoch 0.
func floor(groups map[string][]models.Curve, f models.Fitter) (r2, rmse float64, err error) {
	var all []models.Curve
	problems := slices.Sorted(maps.Keys(groups))
	for _, p := range problems {
		all = append(all, groups[p]...)
	}
	rep, err := f.Fit(all)
	if err != nil {
		return 0, 0, err
	}
	var square, count float64
	for _, p := range problems {
		curves := groups[p]
		n, m := float64(len(curves)), len(curves[0].Epochs)
		mean, wrong, total := make([]float64, m), make([]float64, m), make([]float64, m)
		for _, c := range curves {
			if len(c.Epochs) != m {
				return 0, 0, fmt.Errorf("%s has curves of %d and %d points", p, m, len(c.Epochs))
			}
			for i, y := range c.Values {
				mean[i] += y / n
			}
		}
		for _, c := range curves {
			v, err := rep.Encode(nil, c.Epochs, c.Values)
			if err != nil {
				return 0, 0, err
			}
			for i, y := range rep.Decode(nil, v, c.Epochs, c.Epochs[0], c.Epochs[m-1]) {
				wrong[i] += (y - c.Values[i]) * (y - c.Values[i])
				total[i] += (c.Values[i] - mean[i]) * (c.Values[i] - mean[i])
			}
		}
		for i := 1; i < m; i++ {
			r2 += (1 - wrong[i]/total[i]) / float64(m-1) / float64(len(problems))
			square += wrong[i]
			count += n
		}
	}
	return r2, math.Sqrt(square / count), nil
}
