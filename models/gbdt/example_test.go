package gbdt_test

import (
	"context"
	"fmt"
	"log"

	"eahas/features"
	"eahas/models"
	"eahas/models/gbdt"
	"eahas/models/gbdt/train"
)

// Training gives a Model; what answers in a program is its compiled form, with the same bits.
func Example() {
	const n = 200
	d := models.Data{X: features.Frame{Columns: []features.Column{{Name: "x", Group: -1}, {Name: "noise", Group: -1}},
		N: n}, K: 1}
	for i := range n {
		x := float64(i) / n
		d.X.Data = append(d.X.Data, x, float64(i*7919%n)/n)
		y := 1.0
		if x > 0.5 {
			y = 3
		}
		d.Y = append(d.Y, y)
	}
	m, err := train.Fit(context.Background(), d, train.Params{Rounds: 50}, models.Options{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	c, err := gbdt.CompileAll(m)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f %.1f\n", c.Predict(nil, []float64{0.2, 0.5})[0], c.Predict(nil, []float64{0.8, 0.5})[0])
	// Output: 1.0 3.0
}
