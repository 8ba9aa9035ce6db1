package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"eahas/features"
	"eahas/models"
	gbdttrain "eahas/models/gbdt/train"
)

// folds predicts every row of a real frame from the rows of the other folds.
func folds(ctx context.Context, dir, name string, rounds int, extra bool) (any, error) {
	var f frame
	b, err := os.ReadFile(filepath.Join(dir, name+".json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, err
	}
	parts := make([][]float64, 3)
	for i, letter := range []string{"X", "Y", "F"} {
		if parts[i], err = read(filepath.Join(dir, letter+"_"+name+".f32")); err != nil {
			return nil, err
		}
	}
	x, y, fold := parts[0], parts[1], parts[2]
	p, k := len(f.Groups), f.Targets
	if len(x) != len(fold)*p || len(y) != len(fold)*k {
		return nil, fmt.Errorf("%s: %d cells, %d targets and %d folds do not fit", name, len(x), len(y), len(fold))
	}
	got := make([]float64, len(y))
	for held := range 5 {
		d := models.Data{X: features.Frame{Columns: f.columns()}, K: k}
		for i, v := range fold {
			if int(v) != held {
				d.X.Data, d.Y = append(d.X.Data, x[i*p:(i+1)*p]...), append(d.Y, y[i*k:(i+1)*k]...)
				d.X.N++
			}
		}
		m, err := gbdttrain.Fit(ctx, d, gbdttrain.Params{Rounds: rounds, ExtraTrees: extra}, models.Options{Seed: 1})
		if err != nil {
			return nil, err
		}
		c := m.Compile()
		for i, v := range fold {
			if int(v) == held {
				c.Predict(got[i*k:(i+1)*k], x[i*p:(i+1)*p])
			}
		}
	}
	return map[string]float64{"r2": rSquared(got, y, k)}, nil
}
