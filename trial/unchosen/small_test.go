package unchosen

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"eahas/features"
)

// In few tables of few runs a search that narrows its settings down makes them look measured.
func TestSmallSearches(t *testing.T) {
	t.Parallel()
	for _, runs := range []int{10, 20, 40} {
		wrong := 0
		for seed := range uint64(200) {
			r := rand.New(rand.NewPCG(seed, 5))
			columns := make([]Column, 5)
			for j := range columns {
				columns[j].Name = fmt.Sprint("x", j)
				best := r.Float64()
				for i := range runs {
					x := r.Float64()
					if i >= runs/3 {
						x = best + .3*float64(runs-i)/float64(runs)*r.NormFloat64()
					}
					columns[j].Of = append(columns[j].Of, features.Number(x))
				}
			}
			if slices.Contains(Among(columns), true) {
				wrong++
			}
		}
		if wrong > 6 {
			t.Errorf("settings were taken for results in %d of 200 tables of %d runs", wrong, runs)
		}
	}
}
