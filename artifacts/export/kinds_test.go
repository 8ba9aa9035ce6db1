package export

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/artifacts/export/internal/ensemble"
	"eahas/artifacts/export/onnx"
	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/bezier"
	"eahas/models/dense"
	"eahas/models/gbdt"
	gbdttrain "eahas/models/gbdt/train"
	"eahas/models/grid"
	"eahas/models/linear"
	"eahas/models/mlp"
	"eahas/models/svd"
	"eahas/trial/target"
)

// wide has an axis of every kind: with steps, logarithms, texts, numbers among texts, conditions on texts, on numbers
// and on conditional axes, and axes that may be missing.
func wide() features.Space {
	n, t := features.Number, features.Text
	return features.Space{Name: "wide", Params: []features.Param{
		{Name: "size", Kind: features.Linear, Low: -10, High: 30, Step: 0.1},
		{Name: "free range", Kind: features.Linear, Low: 0, High: 3},
		{Name: "lr", Kind: features.Log, Low: 1e-5, High: 1},
		{Name: "wa", Kind: features.Log, Low: 8, High: 32, Step: 0.1},
		{Name: "batch", Kind: features.Integer, Low: 16, High: 1024, Step: 16, Log: true},
		{Name: "steps", Kind: features.Integer, Low: 3, High: 40, Unit: "epochs"},
		{Name: "limit", Kind: features.Ordinal, Choices: []features.Value{n(100), n(150), n(300)}, Log: true},
		{Name: "level", Kind: features.Ordinal, Choices: []features.Value{t("low"), t("mid"), t("high")}},
		{Name: "rate", Kind: features.Choice, Choices: []features.Value{n(0.1), n(0.01), n(-3)}, Optional: true},
		{Name: "opt", Kind: features.Choice, Choices: []features.Value{t("sgd"), t("größe <&\"x\""), n(0.5)}},
		{Name: "momentum", Kind: features.Linear, Low: 0, High: 1,
			When: &features.Condition{Param: "opt", In: []features.Value{t("sgd"), n(0.5)}}},
		{Name: "nested", Kind: features.Choice, Choices: []features.Value{t("a"), t("b")}, Optional: true,
			When: &features.Condition{Param: "momentum", In: []features.Value{n(0), n(1)}}},
		{Name: "by number", Kind: features.Linear, Low: 0, High: 1,
			When: &features.Condition{Param: "limit", In: []features.Value{n(150)}}},
	}}
}

// wideKnown is that space with quantities that formulas give: of every word of the language, of axes that may be
// missing, and of one another.
func wideKnown(t *testing.T) features.Space {
	t.Helper()
	s := wide()
	s.Known = []features.Known{
		{Name: "area", Formula: `steps^2 * batch + if(opt == "sgd", 2, 0) * limit`, Unit: "px"},
		{Name: "depths", Formula: "log2(area) / exp(-lr) + log(limit)^1.5 + log10(batch)"},
		{Name: "even", Formula: "round(steps / 8) * 8 + max(min(floor(size), ceil(wa)), -abs(size)) - sqrt(steps)"},
		{Name: "sometimes",
			Formula: `momentum * 2 + if(!(level == "low") && steps >= 10 || rate < 0, 1, 3) + (wa != 8)`},
	}
	if err := s.CompleteKnown(); err != nil {
		t.Fatal(err)
	}
	return s
}

// rows encodes n configurations of the space.
func rows(t *testing.T, s features.Space, n int) features.Frame {
	t.Helper()
	e, err := features.NewEncoder(s)
	if err != nil {
		t.Fatal(err)
	}
	rng, z := stream.New(3, "kinds"), s.NewSampler()
	configs := make([]features.Config, n)
	for i := range configs {
		if configs[i], err = z.Sample(rng); err != nil {
			t.Fatal(err)
		}
		if i%9 == 0 {
			delete(configs[i], "rate")
			delete(configs[i], "nested")
		}
	}
	f, err := e.Frame(configs)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// problem gives k outputs that depend on all columns: around the given middles, spread as wide.
func problem(f features.Frame, middle, width []float64) models.Data {
	rng := stream.New(4, "kinds")
	d := models.Data{X: f, K: len(middle)}
	for i := range f.N {
		for k := range middle {
			sum := 0.0
			for c, x := range f.Row(i) {
				if x != x {
					x = -0.5
				}
				sum += math.Sin(float64(c*7+k*3)+3*x) / 3
			}
			d.Y = append(d.Y, middle[k]+width[k]*(sum+0.3*rng.NormFloat64()))
		}
	}
	return d
}

func trees(t *testing.T, f features.Frame, middle, width []float64, vector bool) models.Predictor {
	t.Helper()
	m, err := gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 40, MultiOutput: vector}}.Train(context.Background(),
		problem(f, middle, width), models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func ridge(t *testing.T, f features.Frame, middle, width []float64) models.Predictor {
	t.Helper()
	m, err := linear.Trainer{}.Train(context.Background(), problem(f, middle, width), models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// net is two networks with random weights, branches, and outputs of both kinds.
func net(t *testing.T, f features.Frame, middle, width []float64) models.Predictor {
	t.Helper()
	scaler := dense.Fit(&f)
	w, k := scaler.Width(), len(middle)
	rng := stream.New(5, "kinds")
	layer := func(in, out int, a mlp.Activation) mlp.Layer {
		l := mlp.Layer{In: in, Out: out, Activation: a}
		for range in * out {
			l.Weights = append(l.Weights, rng.NormFloat64()/math.Sqrt(float64(in)))
		}
		for range out {
			l.Bias = append(l.Bias, rng.NormFloat64()/3)
		}
		return l
	}
	all := make([]int, w)
	for i := range all {
		all[i] = i
	}
	var members []mlp.Network
	for range 2 {
		members = append(members, mlp.Network{
			Branches: []mlp.Branch{{Columns: all[:3]}, {Columns: all[2:],
				Layers: []mlp.Layer{layer(w-2, 12, mlp.ReLU)}}},
			Trunk: []mlp.Layer{layer(15, 9, mlp.ReLU), layer(9, k, mlp.Identity)},
		})
	}
	outputs := make([]mlp.Output, k)
	for j := range outputs {
		outputs[j] = mlp.Output{Bounded: j%2 == 0, Shift: middle[j], Scale: width[j]}
	}
	m, err := mlp.New(scaler, outputs, members)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// same repeats a number.
func same(x float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = x
	}
	return out
}

// chord gives middles and widths of control points of which many are out of order.
func chord(degree int) (c *bezier.Codec, middle, width []float64) {
	c, err := bezier.New(bezier.Chord, degree, 0)
	if err != nil {
		panic(err)
	}
	middle, width = same(50, degree+1), same(40, degree+1)
	for i := 1; i < degree; i++ {
		middle, width = append(middle, float64(i)/float64(degree)), append(width, 0.4)
	}
	return c, middle, width
}

// TestKindsAgree verifies surrogates of every kind of model, representation and length that can be written.
func TestKindsAgree(t *testing.T) {
	f := rows(t, wide(), 700)
	metric := artifacts.Metric{Name: "acc", Kind: artifacts.Accuracy, Unit: "percent", HigherBetter: true}
	log := func(of target.Target, p models.Predictor) artifacts.Head {
		return artifacts.Head{Target: of, Transform: artifacts.Log, Predictor: p}
	}
	one := []float64{1}
	curve := func(p models.Predictor, r models.Representation) artifacts.Head {
		return artifacts.Head{Target: artifacts.Curve, Predictor: p, Representation: r}
	}
	c3, m3, w3 := chord(3)
	c4, m4, w4 := chord(4)
	c6, m6, w6 := chord(6)
	warp, err := bezier.New(bezier.Warp, 5, 100)
	if err != nil {
		t.Fatal(err)
	}
	white, err := bezier.New(bezier.Whitened, 7, 30)
	if err != nil {
		t.Fatal(err)
	}
	points, err := grid.New(11, 50)
	if err != nil {
		t.Fatal(err)
	}
	var curves []models.Curve
	for i := range 30 {
		c := models.Curve{}
		for e := range 20 {
			c.Epochs = append(c.Epochs, float64(e))
			c.Values = append(c.Values, 90-40*math.Exp(-float64(e)/float64(1+i%7))+float64(i%3)*float64(e%2))
		}
		curves = append(curves, c)
	}
	basis, err := svd.Fitter{Components: 3, Points: 31, Warp: 20}.Fit(curves)
	if err != nil {
		t.Fatal(err)
	}
	some := []int{0, 2, 5, 9, 3}
	part := features.Frame{N: f.N}
	for i := range f.N {
		for _, c := range some {
			part.Data = append(part.Data, f.Row(i)[c])
		}
	}
	for _, c := range some {
		part.Columns = append(part.Columns, f.Columns[c])
	}
	axis := artifacts.EpochRule{Length: artifacts.LengthAxis, Axis: "steps", First: 1, Step: 1}
	cases := map[string]struct {
		epochs artifacts.EpochRule
		heads  []artifacts.Head
		onnx   bool // not all are trees
	}{
		"chord-3 of vector trees, length of an axis": {axis, []artifacts.Head{
			curve(trees(t, f, m3, w3, true), c3), log(artifacts.EnergyPerEpoch, trees(t, f, []float64{9}, one, false)),
			{Target: artifacts.TimePerEpoch, Predictor: trees(t, part, []float64{3}, one, false), Columns: some,
				Clip: &artifacts.Range{Low: 2, High: 4}},
		}, false},
		"chord-4 of nets, predicted length, offset": {artifacts.EpochRule{Length: artifacts.LengthHead, First: 0,
			Step: 2, Offset: 1}, []artifacts.Head{
			curve(net(t, f, m4, w4), c4), log(artifacts.Length, trees(t, f, []float64{3}, []float64{0.5}, false)),
			log(artifacts.EnergyTotal, net(t, f, []float64{9}, one)),
			log(artifacts.InferenceEnergy, ridge(t, f, []float64{-2}, one)),
		}, true},
		"chord-6 of linear models, odd steps": {artifacts.EpochRule{Length: artifacts.LengthAxis, Axis: "steps",
			First: 1, Step: 2.5, Offset: 0}, []artifacts.Head{
			curve(ridge(t, f, m6, w6), c6),
		}, true},
		"warp, fixed length": {artifacts.EpochRule{Length: artifacts.LengthFixed, Last: 17, First: 0, Step: 1,
			Offset: 0}, []artifacts.Head{
			curve(trees(t, f, same(50, 6), same(40, 6), false), warp),
			log(artifacts.EnergyTotal, trees(t, f, []float64{9}, one, false)),
		}, false},
		"whitened": {axis, []artifacts.Head{curve(trees(t, f, same(5, 8), same(3, 8), true), white)}, false},
		"grid":     {axis, []artifacts.Head{curve(net(t, f, same(50, 11), same(40, 11)), points)}, true},
		"svd":      {axis, []artifacts.Head{curve(trees(t, f, same(0, 3), same(60, 3), false), basis)}, false},
		"costs alone, length unknown": {artifacts.EpochRule{}, []artifacts.Head{
			log(artifacts.EnergyTotal, trees(t, f, []float64{9}, one, false)),
			log(artifacts.TimePerEpoch, trees(t, f, []float64{2}, one, false)),
		}, false},
	}
	all := map[string]*artifacts.Surrogate{}
	for name, c := range cases {
		s, err := artifacts.New(artifacts.Spec{Name: name, Space: wide(), Metric: metric, Epochs: c.epochs}, c.heads)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = s
	}
	verifyAll(t, all, questionsFor(t)/5, func(name string, d Difference) bool {
		return cases[name].onnx && (strings.HasPrefix(d.Format, "lightgbm") || strings.HasPrefix(d.Format, "xgboost"))
	})
}

// TestDerivedColumnsAgree verifies networks that are generated and counted inside the graph, as columns and as
// constraints, for both stems, with and without squeeze-excitation.
func TestDerivedColumnsAgree(t *testing.T) {
	space, err := features.Builtin("eahas-tinyimagenet")
	if err != nil {
		t.Fatal(err)
	}
	space.DerivedColumns = true
	all := map[string]*artifacts.Surrogate{}
	for name, c := range map[string]struct {
		net         features.RegNetSpec
		constraints []features.Constraint
	}{
		"cifar stem, two stages": {features.RegNetSpec{},
			[]features.Constraint{{Quantity: "stages", Low: 2, High: 2}, {Quantity: "params", High: 3e6}}},
		"simple stem, no squeeze, any stages": {features.RegNetSpec{Stem: "simple", StemWidth: 32, ImageSize: 57,
			Classes: 200, SERatio: -1}, nil},
	} {
		s := space
		s.RegNet, s.Constraints = &c.net, c.constraints
		f := rows(t, s, 400)
		p := ridge(t, f, []float64{9}, []float64{1}) // smooth: sees every digit of every column
		if all[name], err = artifacts.New(artifacts.Spec{Name: name, Space: s}, []artifacts.Head{
			{Target: artifacts.EnergyPerEpoch, Transform: artifacts.Log, Predictor: p},
		}); err != nil {
			t.Fatal(err)
		}
	}
	verifyAll(t, all, questionsFor(t)/10, func(_ string, d Difference) bool {
		return strings.HasPrefix(d.Format, "lightgbm") || strings.HasPrefix(d.Format, "xgboost") // a ridge regression
	})
}

// TestKnownQuantitiesAgree verifies formulas inside the graph, and that it refuses one whose rounding would hang on a
// logarithm's last digit.
func TestKnownQuantitiesAgree(t *testing.T) {
	space := wideKnown(t)
	head := func(s features.Space) *artifacts.Surrogate {
		p := ridge(t, rows(t, s, 400), []float64{9}, []float64{1})
		out, err := artifacts.New(artifacts.Spec{Name: "known", Space: s}, []artifacts.Head{
			{Target: artifacts.EnergyPerEpoch, Transform: artifacts.Log, Predictor: p}})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	all := map[string]*artifacts.Surrogate{"formulas": head(space)}
	verifyAll(t, all, questionsFor(t)/10, func(_ string, d Difference) bool {
		return strings.HasPrefix(d.Format, "lightgbm") || strings.HasPrefix(d.Format, "xgboost") // a ridge regression
	})
	rounded := wide()
	rounded.Known = []features.Known{{Name: "octave", Formula: "floor(log2(batch))"}}
	if err := rounded.CompleteKnown(); err != nil {
		t.Fatal(err)
	}
	if _, err := onnx.Query(head(rounded), "test"); !errors.Is(err, ErrUnsupported) ||
		!strings.Contains(err.Error(), "floor(log2(batch))") {
		t.Errorf("%v", err)
	}
}

// TestUnsupportedIsNamed: what cannot be written is refused with the kind's name.
func TestUnsupportedIsNamed(t *testing.T) {
	s, err := artifacts.Open("../testdata/v1-knn-bezier")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Formats() {
		_, err := f.Files(s, Options{Rows: 10, Bundle: "../testdata/v1-knn-bezier"})
		if f.Accepts == Any || f.Name == "configspace" {
			if err != nil {
				t.Errorf("%s accepts %s: %v", f.Name, f.Accepts, err)
			}
			continue
		}
		if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "kind knn") {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

// TestAxisNamedLikeAnOutput: the graph cannot have two values of one name.
func TestAxisNamedLikeAnOutput(t *testing.T) {
	s := features.Space{Name: "clash", Params: []features.Param{{Name: "accepted", Kind: features.Linear, Low: 0,
		High: 1}}}
	f := rows(t, s, 50)
	surrogate, err := artifacts.New(artifacts.Spec{Space: s}, []artifacts.Head{
		{Target: artifacts.EnergyPerEpoch, Transform: artifacts.Log,
			Predictor: ridge(t, f, []float64{1}, []float64{1})},
	})
	if err != nil {
		t.Fatal(err)
	}
	query, err := Find("onnx-query")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := query.Files(surrogate, Options{}); !errors.Is(err, onnx.ErrName) {
		t.Errorf("got %v", err)
	}
}

// TestRoundingKeepsSides: training rows rounded to float32 fall into the same leaves, by the thresholds as they are and
// as they are exported.
func TestRoundingKeepsSides(t *testing.T) {
	rng := stream.New(8, "rounding")
	f := features.Frame{N: 600, Columns: []features.Column{{Name: "a", Group: -1}, {Name: "b", Group: -1}}}
	for i := range f.N {
		a := float64(i%40) / 39                                     // grid points, most of which are no float32 numbers
		f.Data = append(f.Data, a, 0.5+float64(rng.IntN(300))*4e-7) // seven float32 steps apart
	}
	m := trees(t, f, []float64{1}, []float64{1}, false).(*gbdt.Model)
	all := m.Trees()
	for i := range all {
		for j := range all[i].Nodes {
			n := &all[i].Nodes[j]
			below := ensemble.Below(n.Threshold)
			for r := range f.N {
				x := f.Row(r)[n.Column]
				if (float32(x) <= below) != (x <= n.Threshold) {
					t.Fatalf("tree %d, node %d: %.17g changes sides of %.17g", i, j, x, n.Threshold)
				}
			}
		}
	}
}

// TestCategorySetsAgree verifies splits of one column of codes: an ordinal axis of two or three texts has the codes 0
// and 1, and 0.5, which only ONNX in double precision can hold.
func TestCategorySetsAgree(t *testing.T) {
	cases := map[string]struct {
		levels []features.Value
		can    []string
	}{
		"whole numbers": {[]features.Value{features.Text("low"), features.Text("high")},
			[]string{"lightgbm", "lightgbm-v3", "xgboost-json", "xgboost-ubj", "xgboost-ubj -vector-leaves",
				"onnx -double", "onnx-query", "configspace", "tabular"}},
		"fractions": {[]features.Value{features.Text("low"), features.Text("mid"), features.Text("high")},
			[]string{"onnx -double", "onnx-query", "configspace", "tabular"}},
	}
	all := map[string]*artifacts.Surrogate{}
	for name, c := range cases {
		s := features.Space{Name: name, Params: []features.Param{
			{Name: "x", Kind: features.Linear, Low: 0, High: 1, Optional: true},
			{Name: "level", Kind: features.Ordinal, Choices: c.levels, Optional: true},
		}}
		f := rows(t, s, 500)
		d := problem(f, []float64{2}, []float64{1})
		for i := range f.N { // what a threshold cannot say: the middle is high
			d.Y[i] += 4 * math.Sin(f.Row(i)[1]*math.Pi/(1+f.Row(i)[1]*f.Row(i)[1]))
		}
		m, err := gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 30,
			Categorical: []int{1}}}.Train(context.Background(), d, models.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if all[name], err = artifacts.New(artifacts.Spec{Space: s},
			[]artifacts.Head{{Target: artifacts.EnergyPerEpoch, Transform: artifacts.Log, Predictor: m}}); err != nil {
			t.Fatal(err)
		}
	}
	verifyAll(t, all, 500, func(name string, d Difference) bool { return !slices.Contains(cases[name].can, d.Format) })
}
