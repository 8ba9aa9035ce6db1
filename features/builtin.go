package features

import (
	"fmt"
	"math"
	"strings"
)

// Builtins returns the names of the built-in spaces.
func Builtins() []string { return []string{"eahas-cifar10", "eahas-tinyimagenet"} }

// Builtin returns a built-in space by name. The spaces are those of EA-HAS-Bench (Dou et al., ICLR 2023): RegNet
// architecture axes and training hyperparameters, with the value lists and the constraints of the released sweep
// settings. The error lists the known names.
func Builtin(name string) (Space, error) {
	switch name {
	case "eahas-cifar10":
		s := eahas(name, 2.5)
		s.Constraints = append(s.Constraints,
			Constraint{Quantity: "flops", Low: 0.12e9, High: 0.13e9},
			Constraint{Quantity: "params", High: 2.0e6},
			Constraint{Quantity: "acts", High: 1.0e6})
		return s, nil
	case "eahas-tinyimagenet":
		s := eahas(name, 1.5)
		s.RegNet = &RegNetSpec{StemWidth: 32, Classes: 200}
		return s, nil
	}
	return Space{}, fmt.Errorf("%w: no built-in space %q; there are %s", ErrSpace, name, strings.Join(Builtins(), ", "))
}

func eahas(name string, lowWM float64) Space {
	return Space{
		Name:    name,
		Derived: "regnet",
		Params: []Param{
			{Name: "depth", Kind: Integer, Low: 6, High: 15, Unit: "blocks", Doc: "number of residual blocks"},
			{Name: "w0", Kind: Integer, Low: 48, High: 128, Step: 8, Log: true, Unit: "channels",
				Doc: "width of the first block"},
			{Name: "wa", Kind: Log, Low: 8, High: 32, Step: 0.1, Unit: "channels per block",
				Doc: "slope of the widths"},
			{Name: "wm", Kind: Log, Low: lowWM, High: 3, Step: 0.001, Doc: "width multiplier of the quantisation"},
			{Name: "group_w", Kind: Ordinal, Choices: numbers(1, 2, 4, 8, 16, 24, 32), Weights: groupWidthLaw(),
				Unit: "channels", Doc: "group width of the 3x3 convolutions"},
			{Name: "lr", Kind: Choice, Choices: numbers(.001, .003, .005, .01, .03, .05, .1, .3, .5, 1),
				Doc: "base learning rate"},
			{Name: "optimizer", Kind: Choice, Choices: []Value{Text("sgd"), Text("adam"), Text("adamw")}},
			{Name: "policy", Kind: Choice, Choices: []Value{Text("cos"), Text("exp"), Text("lin")},
				Doc: "decay of the learning rate"},
			{Name: "cutout", Kind: Choice, Choices: numbers(0, 16), Unit: "pixels",
				Doc: "side of the square that is cut out; 0 is none"},
			{Name: "epochs", Kind: Choice, Choices: numbers(50, 100, 200), Unit: "epochs",
				Doc: "length of the training"},
		},
		Constraints: []Constraint{{Quantity: "stages", Low: 2, High: 2}},
	}
}

func numbers(xs ...float64) []Value {
	out := make([]Value, len(xs))
	for i, x := range xs {
		out[i] = Number(x)
	}
	return out
}

// groupWidthLaw gives the probabilities of group widths 1, 2, 4, 8, 16, 24, 32 under the law "a power of two, or from
// 8 on log-uniform in steps of 8" of pycls' sweeps (power2_or_log_uniform): a power of two from 1 to 32 is drawn; from
// 8 on it is replaced by 8*ceil(f/8) with f log-uniform in (4, 32].
func groupWidthLaw() []float64 {
	w := []float64{1. / 6, 1. / 6, 1. / 6, 0, 0, 0, 0}
	for i, ends := range [...][2]float64{{4, 8}, {8, 16}, {16, 24}, {24, 32}} {
		w[3+i] = 0.5 * math.Log(ends[1]/ends[0]) / math.Log(8)
	}
	return w
}
