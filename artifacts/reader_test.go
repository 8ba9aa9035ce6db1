package artifacts

import (
	"context"
	"flag"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eahas/features"
	"eahas/features/graph"
	"eahas/internal/fixture"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/adapted"
	"eahas/models/auto"
	"eahas/models/bezier"
	"eahas/models/dense"
	"eahas/models/energy"
	"eahas/models/epochwise"
	gbdttrain "eahas/models/gbdt/train"
	"eahas/models/gp"
	"eahas/models/grid"
	"eahas/models/knn"
	"eahas/models/linear"
	"eahas/models/local"
	"eahas/models/mean"
	"eahas/models/mlp"
	"eahas/models/neighbors"
	"eahas/models/parametric"
	"eahas/models/parts"
	"eahas/models/physical"
	"eahas/models/ranks"
	"eahas/models/stack"
	"eahas/models/svd"
	"eahas/models/twopart"
)

// TestSecondReaderAgrees runs the reader that was written from FORMAT.md in another language over the committed
// bundles.
func TestSecondReaderAgrees(t *testing.T) {
	var dirs []string
	for name := range bundles {
		dirs = append(dirs, filepath.Join("testdata", name))
	}
	secondReader(t, dirs)
}

// kindsTo is where bench/campaign finds a small bundle of every kind.
var kindsTo = flag.String("kinds", "", "keep the bundles of TestOtherReadersKnowEveryKind in this folder")

// TestOtherReadersKnowEveryKind makes bundles of the other kinds of models and spaces and runs that reader and the
// tests of clients/python over them.
func TestOtherReadersKnowEveryKind(t *testing.T) {
	to := *kindsTo
	if to == "" {
		to = t.TempDir()
	}
	var dirs []string
	for name, r := range everyKind(t) {
		dirs = append(dirs, filepath.Join(to, strings.NewReplacer(" ", "_", ",", "", "/", "-").Replace(name)))
		makeBundle(t, dirs[len(dirs)-1], r)
	}
	slices.Sort(dirs)
	t.Run("second reader", func(t *testing.T) { secondReader(t, dirs) })
	t.Run("client", func(t *testing.T) { pythonClient(t, dirs) })
}

// pythonClient runs the tests of clients/python over bundles.
func pythonClient(t *testing.T, dirs []string) {
	t.Helper()
	python := fixture.Tool(t, "EAHAS_PYTHON")
	client, err := filepath.Abs(filepath.Join("..", "clients", "python"))
	must(t, err)
	export := filepath.Join(t.TempDir(), "export")
	if out, err := exec.Command("go", "build", "-o", export, "../cmd/export").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k",
		"golden or single or answers_intervals or refuses", "tests/test_benchmark.py", "tests/test_export.py")
	cmd.Dir = client
	cmd.Env = append(os.Environ(), "PYTHONPATH="+client, "PYTHONDONTWRITEBYTECODE=1", "EAHAS_EXPORT="+export,
		"EAHAS_BUNDLES="+strings.Join(dirs, ":"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// law is a law over the axis batch, and epochs as if it were a power limit.
func law(l physical.Law, limited bool) physical.Trainer {
	t := physical.Trainer{Law: l, Batch: physical.Axis{Name: "batch", Low: 32, High: 128}, Rest: linear.Trainer{}}
	if limited {
		t.Limit = physical.Axis{Name: "epochs", Low: 50, High: 200}
	}
	return t
}

// powerTime trains power by a law and time by a ridge regression where there is one target, the law for more.
func powerTime(d models.Data) (models.Predictor, error) {
	ctx, o := context.Background(), models.Options{Seed: 1}
	if d.K > 1 {
		return law(physical.Time, true).Train(ctx, d, o)
	}
	time, err := linear.Trainer{}.Train(ctx, d, o)
	if err != nil {
		return nil, err
	}
	power, err := energy.TrainPower(ctx, law(physical.Power, true), d, d.Y, make([]float64, d.X.N), o)
	return &energy.PowerTime{Power: power, Time: time}, err
}

// adaptedTo adapts trees, trained on all but the last category of each space's first choice, to that one; a number has
// another scale.
func adaptedTo(d models.Data) (models.Predictor, error) {
	ctx, o := context.Background(), models.Options{Seed: 1}
	var group, columns []int
	for j, c := range d.X.Columns {
		if c.Group == 0 {
			group = append(group, j)
		}
	}
	last := group[len(group)-1]
	var view []adapted.Column
	var known []int
	base := models.Data{K: d.K}
	for j, c := range d.X.Columns {
		if j == last {
			continue
		}
		v := adapted.Column{From: j, Scale: 1}
		if c.Group < 0 && len(known) == 0 {
			v.Shift, v.Scale = 0.1, 0.8
		} else if slices.Contains(group, j) {
			known = append(known, len(view))
		}
		view, columns = append(view, v), append(columns, j)
		base.X.Columns = append(base.X.Columns, c)
	}
	a := adapted.Adaptation{Column: last, Unit: 1, Noise: 0.1}
	for i := range d.X.N {
		if row := d.X.Row(i); row[last] == 1 {
			if d.K == 1 {
				a.Rows, a.Y = append(a.Rows, row...), append(a.Y, d.Y[i])
			}
			continue
		}
		a.Peers = append(a.Peers, d.X.Row(i)...)
		base.X.N++
		base.Y = append(base.Y, d.Y[i*d.K:(i+1)*d.K]...)
		for _, j := range columns {
			base.X.Data = append(base.X.Data, d.X.Row(i)[j])
		}
	}
	p, err := gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 5}}.Train(ctx, base, o)
	if err != nil {
		return nil, err
	}
	if p, err = parts.Freeze(p); err != nil {
		return nil, err
	}
	a.Model = adapted.New(p, d.X.P(), view, known)
	m, _, err := adapted.Fit(ctx, a, 1)
	return m, err
}

// everyKind lists a recipe for each kind of models and spaces that is not among the committed bundles.
func everyKind(t *testing.T) map[string]recipe {
	all := map[string]recipe{
		"gp, linear mean, svd": {gp.Trainer{LinearMean: true, Iterations: 5, Polish: -1},
			svd.Fitter{Components: 3, Points: 20, Warp: 10}, testSpace()},
		"gp, 5/2, shared, svd": {gp.Trainer{Kernel: gp.Matern52, Shared: true, Iterations: 5, Polish: -1},
			svd.Fitter{Components: 3, Points: 20}, testSpace()},
		"gp, squared exponential": {gp.Trainer{Kernel: gp.RBF, Components: 1, Iterations: 5, Polish: -1}, chord,
			testSpace()},
		"forests of one output": {gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 5, Forest: true}}, chord,
			testSpace()},
		"linear, grid": {linear.Trainer{}, grid.Fitter{Points: 12}, testSpace()},
		"mlp, warp": {trainerFunc(randomNet), bezier.Fitter{Degree: 6, Parameters: bezier.Warp},
			testSpace()},
		"mlp, whitened": {trainerFunc(randomNet), bezier.Fitter{Degree: 5, Parameters: bezier.Whitened},
			testSpace()},
		"neighbors, warped grid":    {trainerFunc(nearest), grid.Fitter{Points: 12, Warp: 50}, testSpace()},
		"local":                     {local.Trainer{}, grid.Fitter{Points: 12}, sweepSpace()},
		"local without lines":       {local.Trainer{}, chord, testSpace()},
		"ranks":                     {linear.Trainer{}, ranks.Fitter{Points: 12, Warp: 10}, sweepSpace()},
		"stack, mean":               {stacked{}, grid.Fitter{Points: 12}, sweepSpace()},
		"stack, fitted, guided":     {stacked{folds: 3, guided: true}, grid.Fitter{Points: 12}, sweepSpace()},
		"stack, median, ranks":      {stacked{median: true}, ranks.Fitter{Points: 12}, sweepSpace()},
		"stack, weighted median":    {stacked{median: true, weighted: true}, grid.Fitter{Points: 12}, sweepSpace()},
		"mean of a group":           {mean.Trainer{By: []string{"lr"}}, grid.Fitter{Points: 12}, sweepSpace()},
		"auto":                      {together{}, grid.Fitter{Points: 12}, sweepSpace()},
		"auto, shrunk, failed runs": {together{noise: true}, grid.Fitter{Points: 12}, sweepSpace()},
		"two parts":                 {twoParts(0.1, 0.9), grid.Fitter{Points: 12}, sweepSpace()},
		"two parts, always blended": {twoParts(0, 1), grid.Fitter{Points: 12}, sweepSpace()},
		"epoch as a feature":        {alone(linear.Trainer{}), grid.Fitter{Points: 12, Warp: 50}, testSpace()},
		"epoch as a feature, forest": {alone(gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 5, Forest: true}}),
			grid.Fitter{Points: 7}, testSpace()},
		"law of time":                 {law(physical.Time, false), grid.Fitter{Points: 12}, testSpace()},
		"law of power, limit":         {law(physical.Power, true), chord, testSpace()},
		"adapted":                     {trainerFunc(adaptedTo), chord, testSpace()},
		"power x time":                {trainerFunc(powerTime), chord, testSpace()},
		"known quantities":            {linear.Trainer{}, chord, knownSpace(t)},
		"derived columns":             {trainerFunc(randomNet), chord, regNet(t, "eahas-cifar10", nil)},
		"derived, other surroundings": {trainerFunc(randomNet), chord, regNet(t, "eahas-tinyimagenet", nil)},
		"derived, other stem": {trainerFunc(randomNet), chord, regNet(t, "eahas-tinyimagenet", func(s *features.Space) {
			s.RegNet = &features.RegNetSpec{Stem: "simple", SERatio: -1, ImageSize: 33}
			s.Constraints = nil
		})},
	}
	for name, spec := range map[string]graph.Spec{
		"graphs on vertices": {Form: graph.Nodes, Operations: []string{"conv3x3", "conv1x1-bn-relu", "maxpool3x3"},
			Vertices: 6,
			Edges:    9, Network: "nasbench101",
			Skeleton: &graph.NASBench101{StemWidth: 16, Modules: 2, ImageSize: 33}},
		"graphs on vertices, kept": {Form: graph.Nodes, Operations: []string{"a b~", "ü"}, Vertices: 5,
			Unused:       graph.Keep,
			Disconnected: true},
		"graphs on edges": {Form: graph.Edges, Operations: []string{"skip", graph.None, "conv", "pool"}, Vertices: 4,
			Disconnected: true},
		"genotypes": {Form: graph.Genotype, Operations: []string{"sep", "dil", "skip"}, Vertices: 6, Partial: true,
			Cells: []string{"normal", "reduce"}, MaxPaths: 9},
	} {
		all[name] = recipe{linear.Trainer{}, chord, graphSpace(t, spec)}
	}
	for _, family := range parametric.Families() {
		all[family] = recipe{knn.Trainer{}, parametric.Fitter{Family: family}, testSpace()}
	}
	return all
}

// knownSpace is the test's space with quantities by formulas of every word, of an axis that may not exist, and one that
// refuses some configurations.
func knownSpace(t *testing.T) features.Space {
	t.Helper()
	s := testSpace()
	s.Known = []features.Known{
		{Name: "steps", Formula: `round(50000/batch) * epochs + if(opt == "adam" && !(lr >= 0.1), 2, 0)`,
			Unit: "steps"},
		{Name: "speed", Formula: "log(steps) * log2(batch)^1.7 - exp(momentum) / log10(batch) + sqrt(abs(-lr))"},
		{Name: "memory", Formula: `1 / (1 - beta1) + min(batch, 64, epochs) - max(2, floor(2.5)) * ceil(0.1)`},
		{Name: "odd", Formula: `(batch != 64) + (lr < 0.5 || lr > 0.9) + (epochs <= 100) + (batch == 32) + 2^-3`},
		{Name: "ratio", Formula: `1 / (batch + epochs - 82)`},
	}
	must(t, s.CompleteKnown())
	return s
}

// graphSpace is the test's space with an axis of graphs, which exists for one optimizer only and may be missing there.
func graphSpace(t *testing.T, spec graph.Spec) features.Space {
	t.Helper()
	s := testSpace()
	s.Params = append(s.Params, features.Param{Name: "cell", Kind: features.Graph, Graph: &spec, Optional: true,
		When: &features.Condition{Param: "opt", In: []features.Value{features.Text("sgd")}}})
	sampler, rng := s.NewSampler(), stream.New(1, "graphs")
	var configs []features.Config
	for range 50 {
		c, err := sampler.Sample(rng)
		must(t, err)
		configs = append(configs, c)
	}
	return s.SeeGraphs(slices.Values(configs))
}

// secondReader fails the test unless reader.py gives the golden answers of each bundle within 1e-9.
func secondReader(t *testing.T, dirs []string) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: no other programs")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("python3 is missing, and in CI it must be there: %v", err)
		}
		t.Skipf("no python3 here: %v", err)
	}
	args := append([]string{filepath.Join("testdata", "reader.py")}, dirs...)
	out, err := exec.Command(python, args...).CombinedOutput()
	if err != nil || strings.Count(string(out), " golden queries, largest") != len(dirs) {
		t.Errorf("%v\n%s", err, out)
		return
	}
	t.Logf("%s", out)
}

// trainerFunc is a Trainer that does without a context and options.
type trainerFunc func(models.Data) (models.Predictor, error)

func (f trainerFunc) Train(_ context.Context, d models.Data, _ models.Options) (models.Predictor, error) {
	return f(d)
}

// randomNet is two networks with drawn weights, so that every column counts, one with branches; outputs are bounded and
// unbounded by turns.
func randomNet(d models.Data) (models.Predictor, error) {
	r := stream.New(2, "net")
	draw := func(n int) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = r.Float64() - 0.5
		}
		return out
	}
	layer := func(in, out int, a mlp.Activation) mlp.Layer {
		return mlp.Layer{In: in, Out: out, Weights: draw(in * out), Bias: draw(out), Activation: a}
	}
	scaler := dense.Fit(&d.X)
	w := scaler.Width()
	all := make([]int, w)
	for i := range all {
		all[i] = i
	}
	outputs := make([]mlp.Output, d.K)
	for j := range outputs {
		outputs[j] = mlp.Output{Bounded: j%2 == 0, Shift: float64(10 * j), Scale: 5}
	}
	return mlp.New(scaler, outputs, []mlp.Network{
		{
			Branches: []mlp.Branch{{Columns: all[:2], Layers: []mlp.Layer{layer(2, 3, mlp.ReLU)}}, {Columns: all[2:]}},
			Trunk:    []mlp.Layer{layer(w+1, 4, mlp.ReLU), layer(4, d.K, mlp.Identity)},
		},
		{Branches: []mlp.Branch{{Columns: all}}, Trunk: []mlp.Layer{layer(w, d.K, mlp.Identity)}},
	})
}

// nearest asks three neighbours among weighted points, some of which stand twice, so that they tie.
func nearest(d models.Data) (models.Predictor, error) {
	scaler := dense.Fit(&d.X)
	points := scaler.Matrix(&d.X)
	points = append(points, points[:10*scaler.Width()]...)
	targets := append(append([]float64{}, d.Y...), d.Y[d.K:11*d.K]...)
	weights := make([]float64, d.X.N+10)
	for i := range weights {
		weights[i] = 1 + math.Mod(float64(i)/7, 1)
	}
	return neighbors.New(scaler, 3, points, targets, weights, d.K)
}

// sweepSpace has few values on each axis, so that runs lie on lines, and one that may be missing.
func sweepSpace() features.Space {
	s := testSpace()
	s.Params = []features.Param{
		{Name: "lr", Kind: features.Linear, Low: 0.01, High: 0.09, Step: 0.01, Optional: true},
		s.Params[2],
		{Name: "batch", Kind: features.Ordinal, Choices: []features.Value{features.Number(32), features.Number(64)}},
		{Name: "epochs", Kind: features.Ordinal, Choices: []features.Value{features.Number(50), features.Number(100)}},
	}
	return s
}

// stacked trains a stack of three regressors on the targets themselves and, where these are points of a curve, of one
// with a representation of its own.
type stacked struct {
	folds                    int
	median, weighted, guided bool
}

func (t stacked) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	always := func(t models.Trainer) func(models.Representation, *models.Data) (models.Trainer, error) {
		return func(models.Representation, *models.Data) (models.Trainer, error) { return t, nil }
	}
	s := stack.Trainer{Folds: t.folds, Median: t.median, Guided: t.guided, Members: []stack.Member{
		{Name: "line", Trainer: always(linear.Trainer{})},
		{Name: "neighbours", Trainer: always(knn.Trainer{})},
		{Name: "local", Trainer: always(local.Trainer{})},
	}}
	if d.K > 1 {
		for i := range d.K {
			s.Times = append(s.Times, float64(i)/float64(d.K-1))
		}
		s.Members = append(s.Members, stack.Member{Name: "curves", Fitter: svd.Fitter{Components: 2, Points: 20},
			Trainer: always(linear.Trainer{})})
	}
	for i := 0; t.weighted && i < len(s.Members); i++ {
		s.Weights = append(s.Weights, float64(4-i))
	}
	return s.Train(ctx, d, o)
}

// together trains the ensemble of a ridge regression, the group's mean and a guided stack of it. With noise its runs
// are hard to predict, so that answers are shrunk, and many end alike.
type together struct{ noise bool }

func (t together) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	var inner models.Trainer = linear.Trainer{}
	if t.noise {
		inner = knn.Trainer{K: 1, NoScales: true}
	}
	line := stack.Member{Name: "inner", Trainer: func(models.Representation, *models.Data) (models.Trainer,
		error) {
		return inner, nil
	}}
	a := auto.Trainer{Members: []stack.Member{line}, By: []string{"batch"}, Repeats: 1, Folds: 3,
		Stacks: []auto.Stack{{Name: "guided", Trainer: stack.Trainer{Members: []stack.Member{line}, Guided: true}}}}
	if t.noise {
		a.Failed = gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 20, Forest: true}}
		a.Pull = 1e9 // equal weights, so that the neighbour, which knows nothing, has to be shrunk
		d.Y = slices.Clone(d.Y)
		r := stream.New(4, "noise")
		for i := range d.X.N {
			for j := range d.K {
				d.Y[i*d.K+j] = 3 + r.NormFloat64()
				if x := d.X.Row(i)[0]; x < 0.3 && d.K > 1 {
					d.Y[i*d.K+j] = 1
				}
			}
		}
	}
	return a.Train(ctx, d, o)
}

// alone trains a regressor on one epoch at a time.
func alone(t models.Trainer) models.Trainer {
	return epochwise.Trainer{Inner: func(*models.Data) (models.Trainer, error) { return t, nil }}
}

// twoParts calls curves failed that move little at their end.
func twoParts(low, high float64) models.Trainer {
	return twopart.Trainer{Gate: linear.Trainer{}, Alive: linear.Trainer{}, Failed: knn.Trainer{}, Tolerance: 4,
		Low: low, High: high}
}

// regNet is a built-in space with its derived columns.
func regNet(t *testing.T, name string, change func(*features.Space)) features.Space {
	t.Helper()
	s, err := features.Builtin(name)
	must(t, err)
	s.DerivedColumns = true
	if change != nil {
		change(&s)
	}
	return s
}
