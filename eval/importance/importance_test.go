package importance

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"
)

// golden is what testdata/make.py wrote: scikit-learn 1.9.1.
type golden struct {
	X             [][]float64
	Y             []float64
	Draws         [][][]int
	Mean, SD      []float64
	Grid, Average []float64
	Individual    [][]float64
}

func readGolden(t *testing.T) golden {
	t.Helper()
	b, err := os.ReadFile("testdata/sklearn.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// formula is the model of testdata/make.py.
func formula(x []float64) float64 { return 3*x[0] + x[1]*x[1] + x[0]*x[1] }

func TestPermutationIsScikitLearns(t *testing.T) {
	g := readGolden(t)
	gap := append([]float64{math.NaN()}, g.Y[1:]...)
	effects, err := Permutation([][]float64{g.Y, gap}, g.Draws, func(dst [][]float64, input int, from []int) error {
		for i, row := range g.X {
			row = append([]float64(nil), row...)
			if input != Asked {
				row[input] = g.X[from[i]][input]
			}
			dst[0][i], dst[1][i] = formula(row), formula(row)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for j, d := range effects[0].Inputs {
		if math.Abs(d.Mean-g.Mean[j]) > 1e-12 || math.Abs(d.SD-g.SD[j]) > 1e-12 {
			t.Errorf("input %d: %+v, scikit-learn %v, %v", j, d, g.Mean[j], g.SD[j])
		}
	}
	if d := effects[0].Inputs[2]; d.Mean != 0 || d.SD != 0 {
		t.Errorf("an input that the model never reads matters: %+v", d)
	}
	if d := effects[1].Inputs[0]; d.Mean == effects[0].Inputs[0].Mean || math.IsNaN(d.Mean) {
		t.Errorf("a row without a truth: %+v", d)
	}
}

func TestPermutationPassesErrorsOn(t *testing.T) {
	bad := errors.New("bad")
	_, err := Permutation([][]float64{{1, 2}}, [][][]int{{{1, 0}}}, func(_ [][]float64, input int, _ []int) error {
		if input == 0 {
			return bad
		}
		return nil
	})
	if !errors.Is(err, bad) {
		t.Errorf("%v", err)
	}
}

func TestSpreadIsScikitLearns(t *testing.T) {
	g := readGolden(t)
	for k, v := range g.Grid {
		var lines []float64
		for i, row := range g.X {
			y := formula([]float64{v, row[1], row[2]})
			if math.Abs(y-g.Individual[i][k]) > 1e-12 {
				t.Fatalf("row %d: %v, scikit-learn %v", i, y, g.Individual[i][k])
			}
			lines = append(lines, y)
		}
		d := Spread(append(lines, math.NaN()))
		if math.Abs(d.Mean-g.Average[k]) > 1e-12 || d.N != len(lines) || !(d.Low < d.Mean && d.Mean < d.High) {
			t.Errorf("%+v, scikit-learn %v", d, g.Average[k])
		}
	}
	if d := Spread([]float64{math.NaN()}); d.N != 0 || !math.IsNaN(d.Mean) || !math.IsNaN(d.Low) {
		t.Errorf("nothing: %+v", d)
	}
	if d := Spread([]float64{0, 10}); d.Low != 1 || d.High != 9 || d.Mean != 5 { // by hand
		t.Errorf("two: %+v", d)
	}
}
