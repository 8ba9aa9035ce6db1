package eval_test

import (
	"fmt"
	"log"

	"eahas/eval"
)

// Rank correlation is what a search needs of a surrogate: whether it puts configurations in the right order.
func ExampleKendallTauB() {
	truth := []float64{91, 93, 88, 95}
	fmt.Printf("%.2f %.2f\n", eval.KendallTauB(truth, []float64{80, 85, 70, 90}),
		eval.KendallTauB(truth, []float64{80, 85, 86, 90}))
	// Output: 1.00 0.33
}

// Costs span orders of magnitude: errors are counted relative to the truth.
func ExampleMAPE() {
	truth, pred := []float64{1e3, 1e6}, []float64{1.1e3, 0.9e6}
	fmt.Printf("%.2f, R2 of logarithms %.3f\n", eval.MAPE(truth, pred), eval.LogR2(truth, pred))
	// Output: 0.10, R2 of logarithms 0.999
}

// All repeats of one configuration fall into one fold, whatever their order.
func ExampleFoldsByHash() {
	folds, err := eval.FoldsByHash([]string{"a", "b", "a", "c", "b", "d"}, 3, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(folds[0] == folds[2], folds[1] == folds[4])
	// Output: true true
}
