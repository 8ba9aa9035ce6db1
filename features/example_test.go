package features_test

import (
	"fmt"
	"log"

	"eahas/features"
)

// space has a rate, a batch size, an optimizer, and an axis that only one optimizer has.
var space = features.Space{Name: "small", Params: []features.Param{
	{Name: "lr", Kind: features.Log, Low: 1e-4, High: 1},
	{Name: "batch", Kind: features.Ordinal, Choices: []features.Value{features.Number(32), features.Number(64),
		features.Number(128)}},
	{Name: "opt", Kind: features.Choice, Choices: []features.Value{features.Text("sgd"), features.Text("adam")}},
	{Name: "momentum", Kind: features.Linear, Low: 0, High: 1,
		When: &features.Condition{Param: "opt", In: []features.Value{features.Text("sgd")}}},
}}

// The encoder scales numbers by their declared range and spreads choices; what is not there is NaN.
func ExampleEncoder() {
	e, err := features.NewEncoder(space)
	if err != nil {
		log.Fatal(err)
	}
	row, err := e.Encode(nil, features.Config{"lr": features.Number(0.01), "batch": features.Number(64),
		"opt": features.Text("adam")})
	if err != nil {
		log.Fatal(err)
	}
	for i, c := range e.Columns() {
		fmt.Printf("%s %.3g\n", c.Name, row[i])
	}
	// Output:
	// lr 0.5
	// batch 0.333
	// opt=sgd 0
	// opt=adam 1
	// momentum NaN
}

// Check says why a configuration does not belong to the space.
func ExampleSpace_Check() {
	fmt.Println(space.Check(features.Config{"lr": features.Number(0.1), "batch": features.Number(64),
		"opt": features.Text("adam")}))
	fmt.Println(space.Check(features.Config{"lr": features.Number(0.1), "batch": features.Number(48),
		"opt": features.Text("adam")}))
	fmt.Println(space.Check(features.Config{"lr": features.Number(0.1), "batch": features.Number(64),
		"opt": features.Text("adam"), "momentum": features.Number(0.9)}))
	// Output:
	// <nil>
	// features: axis "batch" = 48: not one of 32, 64, 128
	// features: axis "momentum" = 0.9: set though inactive: it needs opt in sgd
}

// Scale is the encoder's rule for one axis, for whoever has to repeat it elsewhere.
func ExampleParam_Scale() {
	s := space.Param("lr").Scale()
	fmt.Printf("logarithm %t, %g becomes %.2f and %g becomes %.2f\n", s.Log, 1e-4, s.Of(1e-4), 0.1, s.Of(0.1))
	// Output: logarithm true, 0.0001 becomes 0.00 and 0.1 becomes 0.75
}
