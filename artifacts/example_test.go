package artifacts_test

import (
	"fmt"
	"log"
	"math"

	"eahas/artifacts"
	"eahas/features"
)

// A bundle that was frozen by "eahas run" answers for any configuration of its space.
func ExampleOpen() {
	s, err := artifacts.Open("testdata/v1-gbdt-bezier")
	if err != nil {
		log.Fatal(err)
	}
	a, err := s.Query(features.Config{
		"lr": features.Number(0.01), "momentum": features.Number(0.9), "opt": features.Text("sgd"),
		"batch": features.Number(64), "epochs": features.Number(50),
	})
	if err != nil {
		log.Fatal(err)
	}
	last := len(a.Epochs) - 1
	fmt.Printf("after epoch %g: %.1f %s, %.2f MJ spent of %.2f MJ\n", a.Epochs[last], a.Curve[last], a.Unit,
		a.Energy[last]/1e6, a.EnergyTotal/1e6)
	// Output: after epoch 50: 91.5 percent, 1.42 MJ spent of 1.42 MJ
}

// A configuration outside of the space is refused; the error names the axis.
func ExampleSurrogate_Query() {
	s, err := artifacts.Open("testdata/v1-gbdt-bezier")
	if err != nil {
		log.Fatal(err)
	}
	_, err = s.Query(features.Config{
		"lr": features.Number(7), "momentum": features.Number(0.9), "opt": features.Text("sgd"),
		"batch": features.Number(64), "epochs": features.Number(50),
	})
	fmt.Println(err)
	// Output: configuration refused: features: axis "lr" = 7: outside 0.0001..1
}

// For many queries one Answer serves after the other: nothing is allocated then. Series stop at the epoch asked for,
// totals do not.
func ExampleSurrogate_QueryInto() {
	s, err := artifacts.Open("testdata/v1-gbdt-bezier")
	if err != nil {
		log.Fatal(err)
	}
	config := features.Config{"momentum": features.Number(0.9), "opt": features.Text("sgd"),
		"batch": features.Number(64), "epochs": features.Number(50)}
	var a artifacts.Answer
	best, at := math.Inf(-1), 0.0
	for _, lr := range []float64{0.001, 0.01, 0.1} {
		config["lr"] = features.Number(lr)
		if err := s.QueryInto(&a, config, 10); err != nil {
			log.Fatal(err)
		}
		if y := a.Curve[len(a.Curve)-1]; y > best {
			best, at = y, lr
		}
	}
	fmt.Printf("the best rate after 10 epochs is %g\n", at)
	// Output: the best rate after 10 epochs is 0.01
}
