package bezier_test

import (
	"fmt"
	"log"
	"math"

	"eahas/models/bezier"
)

// A learning curve of 50 epochs becomes six numbers, from which it can be evaluated at any epoch.
func ExampleCodec() {
	c, err := bezier.New(bezier.Warp, 5, 100)
	if err != nil {
		log.Fatal(err)
	}
	epochs, accuracy := make([]float64, 50), make([]float64, 50)
	for i := range epochs {
		epochs[i], accuracy[i] = float64(i+1), 90-70*math.Exp(-float64(i)/8)
	}
	target, err := c.Encode(nil, epochs, accuracy)
	if err != nil {
		log.Fatal(err)
	}
	back := c.Decode(nil, target, []float64{1, 20, 50}, 1, 50)
	fmt.Printf("%d numbers; after epochs 1, 20, 50: %.1f %.1f %.1f %%, in the log %.1f %.1f %.1f %%\n", len(target),
		back[0], back[1], back[2], accuracy[0], accuracy[19], accuracy[49])
	// Output: 6 numbers; after epochs 1, 20, 50: 20.0 83.3 89.8 %, in the log 20.0 83.5 89.8 %
}
