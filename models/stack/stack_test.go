package stack

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"eahas/features"
	"eahas/models"
	"eahas/models/bezier"
	gbdttrain "eahas/models/gbdt/train"
	"eahas/models/internal/problem"
	"eahas/models/knn"
	"eahas/models/linear"
	"eahas/models/modeltest"
	"eahas/models/svd"
)

func plain(name string, tr models.Trainer) Member {
	return Member{Name: name, Trainer: func(models.Representation, *models.Data) (models.Trainer, error) {
		return tr,
			nil
	}}
}

func with(m Member, f models.Fitter) Member {
	m.Fitter = f
	return m
}

var (
	ridge = plain("linear", linear.Trainer{})
	trees = plain("trees", gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 60, MinChildCount: 3}})
	near  = plain("knn", knn.Trainer{K: 3, NoScales: true})
)

func options() modeltest.Options {
	return modeltest.Options{
		AppendBinary: func(p models.Predictor, b []byte) ([]byte, error) { return p.(*Model).AppendBinary(b) },
		Decode: func(b []byte) (models.Predictor, error) {
			m, err := Decode(b)
			if err != nil {
				return nil, err
			}
			return m, nil
		},
	}
}

func TestConformance(t *testing.T) {
	for name, tr := range map[string]Trainer{
		"one":    {Members: []Member{trees}},
		"mean":   {Members: []Member{ridge, trees}},
		"median": {Members: []Member{ridge, trees, near}, Median: true},
		"middle": {Members: []Member{ridge, trees, near}, Weights: []float64{3, 1, 2}, Median: true},
		"fitted": {Members: []Member{ridge, trees}, Folds: 3, Guided: true},
		"given":  {Members: []Member{ridge, trees}, Weights: []float64{1, 3}, Margin: 0.1},
	} {
		o := options()
		if tr.Folds > 0 {
			o.InnerSplit = func(d models.Data, _ uint64) (train, held []int) {
				for i, f := range problem.GroupFolds(&d, tr.Folds, 0) {
					if f == 0 {
						held = append(held, i)
					} else {
						train = append(train, i)
					}
				}
				return train, held
			}
		}
		// two members and more disagree
		o.Spreads = name == "mean" || name == "median" || name == "middle" || name == "given"
		modeltest.Trainer(t, name, tr, o)
	}
}

// sweep is a problem of learning curves (11 times) along one axis with a cliff, in two categories.
func sweep() models.Data {
	d := models.Data{K: 11, X: features.Frame{Columns: []features.Column{{Name: "x", Group: -1},
		{Name: "k=a", Group: 0}, {Name: "k=b", Group: 0}}}}
	for kind := range 2 {
		for i := range 30 {
			x := float64(i) / 30
			d.X.N++
			d.X.Data = append(d.X.Data, x, 1-float64(kind), float64(kind))
			for t := range 11 {
				y := 10.0
				if x < 0.6+0.1*float64(kind) {
					y = 10 + 80*x*(1-math.Exp(-float64(t)))
				}
				d.Y = append(d.Y, y)
			}
		}
	}
	return d
}

func times(k int) []float64 {
	out := make([]float64, k)
	for i := range out {
		out[i] = float64(i)
	}
	return out
}

func TestMembersWithRepresentationsOfTheirOwn(t *testing.T) {
	d := sweep()
	tr := Trainer{Times: times(11), Guided: true, Folds: 3, Members: []Member{
		with(trees, bezier.Fitter{Degree: 5, Parameters: bezier.Warp}),
		with(trees, svd.Fitter{Components: 4, Points: 20}), trees}}
	m, err := tr.Fit(context.Background(), d, models.Options{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i := range d.X.N {
		for j, v := range m.Predict(nil, d.X.Row(i)) {
			e := v - d.Y[i*d.K+j]
			sum += e * e / float64(len(d.Y))
		}
	}
	if rmse := math.Sqrt(sum); !(rmse < 1e-9) {
		t.Errorf("rows on their own sites come back with an error of %v: the guide must be exact there", rmse)
	}
	frozen, err := m.Freeze()
	if err != nil {
		t.Fatal(err)
	}
	b, err := frozen.(*Model).AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	failed := []float64{0.88123, 1, 0} // both neighbours are at chance
	for _, p := range []models.Predictor{m, frozen, back} {
		if got := p.Predict(nil, failed); slices.Min(got) != 10 || slices.Max(got) != 10 {
			t.Errorf("%T: a failed run is predicted at %v, want exactly 10", p, got)
		}
	}
}

func TestWeightsFindTheBetterMember(t *testing.T) {
	m, err := Trainer{Members: []Member{ridge, trees}, Folds: 4}.Fit(context.Background(), sweep(),
		models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var w []float64
	for _, c := range m.Members() {
		w = append(w, c.Weight)
	}
	if w[len(w)-1] < 0.8 {
		t.Errorf("weights %v; a straight line has no cliff", w)
	}
	sum := 0.0
	for _, v := range w {
		sum += v
	}
	if math.Abs(sum-1) > 1e-12 {
		t.Errorf("weights %v do not sum to 1", w)
	}
}

func TestPredictIsTheWeightedMean(t *testing.T) {
	constant := func(v float64) member {
		d := models.Data{X: features.Frame{Columns: []features.Column{{Name: "x", Group: -1}}, N: 1,
			Data: []float64{0}}, Y: []float64{v}, K: 1}
		p, err := linear.Trainer{}.Train(context.Background(), d, models.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return member{predictor: p}
	}
	m := &Model{outputs: 1, members: []member{constant(1), constant(10), constant(100)}}
	for i, w := range []float64{0.5, 0.3, 0.2} {
		m.members[i].weight = w
	}
	if got := m.finish().Predict(nil, []float64{3})[0]; math.Abs(got-23.5) > 1e-12 {
		t.Errorf("the weighted mean is %v, want 23.5", got)
	}
	m.joined = byMedian
	if got := m.Predict(nil, []float64{3})[0]; got != 10 {
		t.Errorf("the median is %v, want 10", got)
	}
	m.joined = byWeightedMedian
	if got := m.Predict(nil, []float64{3})[0]; got != 6.625 { // numpy 2.4: interp(.5, [.25, .65, .9], [1, 10, 100])
		t.Errorf("the weighted median is %v, want 6.625", got)
	}
}

// Expected values: numpy 2.4, interp(half of the weight, cumulated weights less half of the own, sorted values).
func TestWeightedMedian(t *testing.T) {
	for _, c := range []struct {
		values, weights []float64
		want            float64
	}{
		{[]float64{7}, []float64{0.2}, 7},
		{[]float64{3, 3, 3}, []float64{1, 2, 4}, 3},
		{[]float64{2, 1}, []float64{1, 1}, 1.5},
		{[]float64{1000, 1, 2}, []float64{0.1, 0.45, 0.45}, 1 + 0.275/0.45}, // one far off hardly counts
		{[]float64{5, 0, 9}, []float64{0.96, 0.02, 0.02}, 5},
		{[]float64{0, 10}, []float64{0.99, 0.01}, 0.1}, // at .495 of the weight 0, at .995 10
		{[]float64{10, 0}, []float64{1, 3}, 2.5},
	} {
		if got := WeightedMedian(slices.Clone(c.values), slices.Clone(c.weights)); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("values %v, weights %v: %v, want %v", c.values, c.weights, got, c.want)
		}
	}
}

// A line through rising runs goes on beyond them; held to a tenth of their range it does not.
func TestMembersAreHeldToTheMeasuredRange(t *testing.T) {
	d := models.Data{K: 1, X: features.Frame{Columns: []features.Column{{Name: "x", Group: -1}}, N: 11}}
	for i := range 11 {
		d.X.Data, d.Y = append(d.X.Data, float64(i)), append(d.Y, 100+float64(i))
	}
	tr := Trainer{Members: []Member{plain("line", linear.Trainer{Lambda: 1e-9}), near}, Weights: []float64{3, 1},
		Margin: 0.1}
	m, err := tr.Fit(context.Background(), d, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	answers := m.Answers(nil, []float64{1000})
	if answers[0] != 111 || !(answers[1] > 100 && answers[1] <= 110) {
		t.Errorf("members say %v far above the runs, want 111 (the largest, 110, and a tenth of 10) and a neighbour's",
			answers)
	}
	if got, want := m.Predict(nil, []float64{1000})[0], 0.75*111+0.25*answers[1]; math.Abs(got-want) > 1e-12 {
		t.Errorf("joined %v, want %v", got, want)
	}
	if got := m.Answers(nil, []float64{-1000})[0]; got != 99 {
		t.Errorf("far below the line says %v, want 99", got)
	}
}

func TestSearchMatchesLeastSquares(t *testing.T) {
	// y = 0.75 a + 0.25 b exactly: the only zero of the error.
	var rows []heldOut
	for i := range 40 {
		a, b := math.Sin(float64(i)), math.Cos(3*float64(i))
		rows = append(rows, heldOut{model: &Model{}, y: []float64{0.75*a + 0.25*b}, answers: []float64{a, b},
			weight: 1})
	}
	w := search(rows, 2, 1)
	if math.Abs(w[0]-0.75) > 1e-9 || math.Abs(w[1]-0.25) > 1e-9 {
		t.Errorf("weights %v", w)
	}
	for i := range rows { // three members of which one is noise
		r := &rows[i]
		r.answers = append(r.answers, 5*math.Sin(7*float64(i)))
	}
	if w := search(rows, 3, 1); w[2] != 0 {
		t.Errorf("noise has the weight %v", w)
	}
}

func TestRefusals(t *testing.T) {
	d := sweep()
	for name, k := range map[string]struct {
		tr   Trainer
		want error
	}{
		"no members":   {Trainer{}, ErrMembers},
		"margin":       {Trainer{Members: []Member{ridge}, Margin: -1}, ErrMembers},
		"few weights":  {Trainer{Members: []Member{ridge, near}, Weights: []float64{1}}, ErrMembers},
		"no weight":    {Trainer{Members: []Member{ridge}, Weights: []float64{0}}, ErrMembers},
		"minus weight": {Trainer{Members: []Member{ridge, near}, Weights: []float64{2, -1}}, ErrMembers},
		"no trainer":   {Trainer{Members: []Member{{Name: "empty"}}}, ErrMembers},
		"no times":     {Trainer{Members: []Member{with(ridge, svd.Fitter{})}}, ErrTimes},
		"times repeat": {Trainer{Members: []Member{with(ridge, svd.Fitter{})}, Times: make([]float64, 11)}, ErrTimes},
	} {
		if _, err := k.tr.Train(context.Background(), d, models.Options{}); !errors.Is(err, k.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	m, err := Trainer{Members: []Member{trees}}.Fit(context.Background(), d, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.AppendBinary(nil); !errors.Is(err, ErrPart) {
		t.Errorf("the training form was written: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	tr := Trainer{Times: times(11), Guided: true, Members: []Member{with(ridge, svd.Fitter{Components: 2, Points: 5}),
		near}}
	d := sweep()
	d.X.N, d.X.Data, d.Y = 6, d.X.Data[:18], d.Y[:66]
	m, err := tr.Fit(context.Background(), d, models.Options{})
	if err != nil {
		f.Fatal(err)
	}
	b, err := m.AppendBinary(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Errorf("%v is not ErrFormat", err)
			}
			return
		}
		if again, err := m.AppendBinary(nil); err != nil || !bytes.Equal(again, b) {
			t.Errorf("%d bytes came back as %d, %v", len(b), len(again), err)
		}
	})
}
