package auto

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/bezier"
	gbdttrain "eahas/models/gbdt/train"
	"eahas/models/linear"
	"eahas/models/modeltest"
	"eahas/models/stack"
)

func member(name string, tr models.Trainer) stack.Member {
	return stack.Member{Name: name, Trainer: func(models.Representation, *models.Data) (models.Trainer,
		error) {
		return tr, nil
	}}
}

var (
	ridge   = member("linear", linear.Trainer{})
	trees   = member("trees", gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 60, MinChildCount: 3}})
	extra   = gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 40, Forest: true, ExtraTrees: true}}
	options = modeltest.Options{
		AppendBinary: func(p models.Predictor, b []byte) ([]byte, error) { return p.(*Model).AppendBinary(b) },
		Decode: func(b []byte) (models.Predictor, error) {
			m, err := Decode(b)
			if err != nil {
				return nil, err
			}
			return m, nil
		},
	}
)

func TestConformance(t *testing.T) {
	modeltest.Trainer(t, "two", Trainer{Members: []stack.Member{ridge, trees}, By: []string{"kind"}, Repeats: 1,
		Folds: 3}, options)
	o := options
	o.LearnsShare = 1.05 // a mean learns nothing
	modeltest.Trainer(t, "none", Trainer{By: []string{"kind"}}, o)
	guided := Stack{Name: "guided", Trainer: stack.Trainer{Members: []stack.Member{ridge}, Guided: true}}
	modeltest.Trainer(t, "stacks", Trainer{Members: []stack.Member{ridge}, Stacks: []Stack{guided}, Repeats: 1,
		Folds: 3}, options)
	modeltest.Trainer(t, "failed", Trainer{Members: []stack.Member{trees}, Failed: extra, Repeats: 1, Folds: 3},
		options)
}

// The twin: no grid of weights does better, and none as good is far from the solution.
func TestWeightsAgainstAGrid(t *testing.T) {
	r := stream.New(7, "weights")
	for n := range 40 {
		const members, rows = 3, 12
		e := make([]float64, members*rows)
		for i := range e {
			e[i] = r.NormFloat64() + float64(i%members)*r.Float64()
		}
		c := make([]float64, members*members)
		for i := range rows {
			for a := range members {
				for b := range members {
					c[a*members+b] += e[i*members+a] * e[i*members+b]
				}
			}
		}
		pull := []float64{0, 0.1, 5}[n%3]
		p := [][]float64{{1. / 3, 1. / 3, 1. / 3}, {0.7, 0.1, 0.2}}[n%2]
		w := weights(c, p, pull)
		if sum := w[0] + w[1] + w[2]; math.Abs(sum-1) > 1e-12 || slices.Min(w) < 0 {
			t.Fatalf("weights %v", w)
		}
		least := math.Inf(1)
		for a := 0; a <= 200; a++ {
			for b := 0; a+b <= 200; b++ {
				least = min(least, objective([]float64{float64(a) / 200, float64(b) / 200, float64(200-a-b) / 200}, c,
					p, pull))
			}
		}
		if got := objective(w, c, p, pull); got > least+1e-12*math.Abs(least) || got < least-0.02*math.Abs(least) {
			t.Errorf("objective %v, on a grid %v", got, least)
		}
	}
}

func TestWeightsOfEqualMembersAreEqual(t *testing.T) {
	half := []float64{0.5, 0.5}
	w := weights([]float64{2, 2, 2, 2}, half, 0.1) // C is singular
	if math.Abs(w[0]-w[1]) > 1e-12 {
		t.Errorf("weights %v", w)
	}
	if w := weights([]float64{0, 0, 0, 0}, half, 0); w[0]+w[1] != 1 {
		t.Errorf("members without any error: weights %v", w)
	}
	// A strong pull gives equal weights, none gives the better of two that err alike.
	c := []float64{1, 1.5, 1.5, 4}
	if w := weights(c, half, 1e9); math.Abs(w[0]-0.5) > 1e-6 {
		t.Errorf("pulled: %v", w)
	}
	if w := weights(c, half, 0); w[1] != 0 {
		t.Errorf("free: %v", w)
	}
}

// The pull is towards what errs least: equal shares for equal errors, a sixteenth for twice the error.
func TestNear(t *testing.T) {
	if p := near([]float64{1, 4}); math.Abs(p[0]-16./17) > 1e-15 || math.Abs(p[1]-1./17) > 1e-15 {
		t.Errorf("errors of 1 and 2: %v", p)
	}
	if p := near([]float64{0, 4}); p[0] != 0.5 {
		t.Errorf("a member without errors: %v", p)
	}
}

// held makes held-out rows of one target: y, the mean's answer and another member's.
func held(rows ...[3]float64) *heldOut {
	h := &heldOut{members: 2, k: 1, groups: len(rows)}
	for i, r := range rows {
		h.rows = append(h.rows, heldRow{row: i, group: i, fold: i % 2, weight: 1, y: r[:1], answers: r[1:]})
	}
	return h
}

func answers(h *heldOut, m int) (out [][]float64) {
	for i := range h.rows {
		out = append(out, h.rows[i].member(m))
	}
	return out
}

// Twenty configurations of six runs, whose levels have nothing to do with the axis: a table of them is right where
// repeats are asked, and wrong where whole configurations are. ByRow says which.
func TestByRowFollowsWhatIsAsked(t *testing.T) {
	r := stream.New(9, "levels")
	d := models.Data{K: 1, X: features.Frame{N: 120, Columns: []features.Column{{Name: "x", Group: -1}}}}
	for g := range 20 {
		level := 10 * r.NormFloat64()
		for range 6 {
			d.X.Data, d.Y = append(d.X.Data, float64(g*7%20)), append(d.Y, level+0.1*r.NormFloat64())
			d.Groups = append(d.Groups, g)
		}
	}
	table := member("table", gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 1, Rate: 1, Leaves: 1000,
		MinChildCount: 1}})
	for _, byRow := range []bool{false, true} {
		m, err := Trainer{Members: []stack.Member{table}, ByRow: byRow}.Fit(context.Background(), d,
			models.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if w := m.Study().Weights; (w[1] > 0.9) != byRow {
			t.Errorf("by row %v: weights %v", byRow, w)
		}
	}
}

// knows is a member that is exact where it was trained on the row's device, and far off elsewhere; without an axis it
// is a little off everywhere.
type knows struct {
	device  int // column; -1: none
	trained map[float64]bool
}

func (k knows) Train(_ context.Context, d models.Data, _ models.Options) (models.Predictor, error) {
	k.trained = map[float64]bool{}
	for i := 0; k.device >= 0 && i < d.X.N; i++ {
		k.trained[d.X.Row(i)[k.device]] = true
	}
	return k, nil
}

func (knows) Outputs() int { return 1 }

func (k knows) Predict(dst, x []float64) []float64 {
	off := 0.5
	if k.device >= 0 {
		off = 0
		if !k.trained[x[k.device]] {
			off = 20
		}
	}
	return append(dst[:0], x[1]+off)
}

// A member that is exact on the devices that it saw is worth much where those are asked, and little where whole devices
// are: Whole says which.
func TestWholeValuesThatAreAsked(t *testing.T) {
	r := stream.New(4, "devices")
	d := models.Data{K: 1, X: features.Frame{N: 90, Columns: []features.Column{{Name: "device", Param: "device",
		Group: -1}, {Name: "x", Param: "x", Group: -1}}}}
	for i := range d.X.N {
		x := r.NormFloat64()
		d.X.Data, d.Y = append(d.X.Data, float64(i%6), x), append(d.Y, x)
	}
	members := []stack.Member{member("devices", knows{device: 0}), member("all", knows{device: -1})}
	for axis, exact := range map[string]bool{"": true, "device": false, "nowhere": true} {
		tr := Trainer{Members: members}
		if axis != "" {
			tr.Whole = []string{axis}
		}
		m, err := tr.Fit(context.Background(), d, models.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if w := m.Study().Weights; (w[1] > 0.9) != exact || (w[2] > 0.5) == exact {
			t.Errorf("whole values of %q are asked: weights %v", axis, w)
		}
	}
}

// strays is a member that is off by so much everywhere, and by 100 where x is above from.
type strays struct{ off, from float64 }

func (s strays) Train(context.Context, models.Data, models.Options) (models.Predictor, error) {
	return s, nil
}

func (strays) Outputs() int { return 1 }

func (s strays) Predict(dst, x []float64) []float64 {
	y := x[0] + s.off
	if x[0] > s.from {
		y += 100
	}
	return append(dst[:0], y)
}

// Three members of about equal worth, of which one strays where x is above 189: the mean of their answers goes with it,
// the weighted median does not, in answers and in what is said of held-out rows.
func TestMedianKeepsToTheOthers(t *testing.T) {
	d := models.Data{K: 1, X: features.Frame{N: 200, Columns: []features.Column{{Name: "x", Group: -1}}}}
	for i := range d.X.N {
		d.X.Data, d.Y = append(d.X.Data, float64(i*37%200)), append(d.Y, float64(i*37%200))
	}
	members := []stack.Member{member("a", strays{9, 189}), member("b", strays{10, 1e9}),
		member("c", strays{11, 1e9})}
	var rmse [2]float64
	for i, median := range []bool{false, true} {
		m, err := Trainer{Members: members, Median: median, Power: 1, Pull: 1e6, Margin: 1}.Fit(context.Background(),
			d, models.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		rmse[i] = m.Study().Joined
		off := math.Abs(m.Predict(nil, []float64{195})[0] - 195)
		if (off < 12) != median {
			t.Errorf("median %v: off by %g with weights %v", median, off, m.Study().Weights)
		}
	}
	if !(rmse[1] < rmse[0]) {
		t.Errorf("RMSE of the held-out answers: median %g, mean %g", rmse[1], rmse[0])
	}
	for _, tr := range []Trainer{{Median: true}, {Either: true}} {
		tr.Members, tr.Stacks = members, []Stack{{Name: "s"}}
		if _, err := tr.Fit(context.Background(), d, models.Options{}); !errors.Is(err, ErrParams) {
			t.Errorf("stacks beside a median: %v", err)
		}
	}
}

// Two of three members are 1 too high, the third is 2 too low, another one in each run: their mean is right, their
// median is not. Where the third is 60 too low it is the other way round. Either join finds that out.
func TestEitherJoin(t *testing.T) {
	h := &heldOut{members: 3, k: 1, groups: 60}
	for i := range 60 {
		y := float64(i)
		errs := [3]float64{1, 1, 1}
		errs[i%3] = -2
		h.rows = append(h.rows, heldRow{row: i, group: i, fold: i % 5, weight: 1, y: []float64{y},
			answers: []float64{y + errs[0], y + errs[1], y + errs[2]}})
	}
	for _, scale := range []float64{1, 30} { // of the errors that go the other way
		for i := range h.rows {
			h.rows[i].answers[i%3] = h.rows[i].y[0] - 2*scale
		}
		tr, err := Trainer{Either: true, Power: 1}.resolve(60)
		if err != nil {
			t.Fatal(err)
		}
		joined := tr.nested(h)
		off := math.Abs(joined[30][0] - 30)
		if want := scale > 1; tr.Median != want || off > 1.5 {
			t.Errorf("scale %g: median %v, off by %g", scale, tr.Median, off)
		}
	}
}

// Of two members that err alike on logarithms one is ten times too high now and then, the other as much too low: by
// relative errors the second is better. An answer without bounds counts as one of ten times.
func TestRelativeSizes(t *testing.T) {
	h := held([3]float64{0, 0.1, 0.1}, [3]float64{0, math.Log(10), -math.Log(10)}, [3]float64{0, -0.1, 0.1})
	all := func(*heldRow) bool { return true }
	tr := Trainer{Power: 1}
	if s := tr.sizes(h, all); math.Abs(s[0]/s[1]-1) > 1e-12 {
		t.Errorf("sizes of the same errors: %v", s)
	}
	tr.Relative = true
	low := math.Expm1(0.1)
	if s, want := tr.sizes(h, all), []float64{9 + low - math.Expm1(-0.1), 0.9 + 2*low}; math.Abs(s[0]-want[0]*want[0]) >
		1e-9 || math.Abs(s[1]-want[1]*want[1]) > 1e-9 {
		t.Errorf("sizes %v, want the squares of %v", s, want)
	}
	h.rows[1].answers[0] = 1e6
	if s := tr.sizes(h, all); math.Abs(s[0]-math.Pow(9+low-math.Expm1(-0.1), 2)) > 1e-9 {
		t.Errorf("an answer without bounds has size %v", s)
	}
}

// One member is nearly right but for one run in ten, the other always a little off. Squared errors prefer the second,
// roots of errors the first.
func TestPowerOfTheErrors(t *testing.T) {
	var rows [][3]float64
	for i := range 40 {
		y, first := float64(i%7), 0.01
		if i%10 == 3 {
			first = 3
		}
		sign := 1 - 2*float64(i%2)
		rows = append(rows, [3]float64{y, y + sign*first, y + 0.5*sign})
	}
	all := func(*heldRow) bool { return true }
	for power, first := range map[float64]bool{2: false, 0.5: true} {
		tr, err := Trainer{Power: power}.resolve(40)
		if err != nil {
			t.Fatal(err)
		}
		if w := tr.fitWeights(held(rows...), all); (w[0] > 0.8) != first || (w[1] > 0.8) == first {
			t.Errorf("power %v: weights %v", power, w)
		}
	}
	exact := held([3]float64{1, 1, 1}, [3]float64{2, 2, 2})
	tr, _ := Trainer{Power: 0.5}.resolve(2)
	if w := tr.fitWeights(exact, all); w[0] != 0.5 || w[1] != 0.5 {
		t.Errorf("members without any error: weights %v", w)
	}
}

func TestKeep(t *testing.T) {
	perfect := held([3]float64{1, 0, 1}, [3]float64{-2, 0, -2}, [3]float64{3, 0, 3})
	if s := keep(perfect, answers(perfect, 1)); s != 1 {
		t.Errorf("a perfect answer is kept by %v", s)
	}
	// Twice too far from the mean, always: half is right, and the jackknife is sure of it.
	far := held([3]float64{1, 0, 2}, [3]float64{-2, 0, -4}, [3]float64{3, 0, 6})
	if s := keep(far, answers(far, 1)); math.Abs(s-0.5) > 1e-12 {
		t.Errorf("twice too far: kept by %v, want .5", s)
	}
	wrong := held([3]float64{1, 0, -1}, [3]float64{-2, 0, 2}, [3]float64{3, 0, -3})
	if s := keep(wrong, answers(wrong, 1)); s != 0 {
		t.Errorf("the opposite of the truth is kept by %v", s)
	}
	// Unsure: s = (1-1)/(1+1) = 0; without a group it is 1 or -1, so the jackknife's standard error is sqrt(1/2 * 2) =
	// 1.
	unsure := held([3]float64{1, 0, 1}, [3]float64{-1, 0, 1})
	if s := keep(unsure, answers(unsure, 1)); s != 1 {
		t.Errorf("unsure: kept by %v, want 0 + 1", s)
	}
	same := held([3]float64{1, 2, 2}, [3]float64{1, 2, 2})
	if s := keep(same, answers(same, 1)); s != 1 {
		t.Errorf("answers that are the mean: kept by %v", s)
	}
}

// noise returns rows whose targets have nothing to do with the one column.
func noise(n int) models.Data {
	r := stream.New(11, "noise")
	d := models.Data{K: 1, X: features.Frame{N: n, Columns: []features.Column{{Name: "x", Group: -1}}}}
	for range n {
		d.X.Data, d.Y = append(d.X.Data, r.Float64()), append(d.Y, 5+r.NormFloat64())
	}
	return d
}

// A nearest neighbour on noise has twice the mean's squared error: the ensemble must not follow it.
func TestNoiseIsAnsweredByTheMean(t *testing.T) {
	d := noise(200)
	deep := member("deep", gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 1, Rate: 1, Leaves: 1000,
		MinChildCount: 1}})
	m, err := Trainer{Members: []stack.Member{deep}}.Fit(context.Background(), d, models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	s := m.Study()
	if s.Names[0] != MeanName || s.Weights[0] < 0.85 || s.RMSE[1] < 1.2*s.RMSE[0] || s.Joined > 1.01*s.RMSE[0] {
		t.Errorf("study %+v: the mean is the better answer", s)
	}
}

// What would be shrunk towards the mean is not where the trainer says so: logarithms of costs.
func TestUnshrunk(t *testing.T) {
	d := noise(200)
	deep := member("deep", gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 1, Rate: 0.3, Leaves: 1000,
		MinChildCount: 1}})
	for _, unshrunk := range []bool{false, true} {
		m, err := Trainer{Members: []stack.Member{deep}, Unshrunk: unshrunk}.Fit(context.Background(), d,
			models.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if s := m.Study(); (s.Keep == 1) != unshrunk {
			t.Errorf("unshrunk %v: keeps %g of the way from the mean", unshrunk, s.Keep)
		}
	}
}

func TestTheBetterMemberGetsTheWeight(t *testing.T) {
	d := models.Data{K: 1, X: features.Frame{N: 120, Columns: []features.Column{{Name: "x", Group: -1}}}}
	for i := range 120 {
		x := float64(i) / 120
		d.X.Data, d.Y = append(d.X.Data, x), append(d.Y, 3*x)
	}
	m, err := Trainer{Members: []stack.Member{ridge, trees}}.Fit(context.Background(), d, models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if w := m.Study().Weights; w[1] < 0.9 {
		t.Errorf("weights %v of mean, line, trees: it is a line", w)
	}
}

// sweep is a problem of curves at 6 times in two categories; in the second half of each the runs fail and end at 10.
func sweep() models.Data {
	d := models.Data{K: 6, X: features.Frame{Columns: []features.Column{{Name: "x", Param: "x", Group: -1},
		{Name: "k=a", Param: "k", Category: "a", Group: 0}, {Name: "k=b", Param: "k", Category: "b", Group: 0}}}}
	r := stream.New(5, "sweep")
	for kind := range 2 {
		for i := range 60 {
			x := float64(i) / 60
			d.X.N++
			d.X.Data = append(d.X.Data, x, 1-float64(kind), float64(kind))
			for t := range 6 {
				y := 10.0 + float64(kind)
				if x < 0.5 {
					y += float64(t) * (5 + 3*x) * (1 + 0.05*r.NormFloat64())
				}
				d.Y = append(d.Y, y)
			}
		}
	}
	return d
}

func TestFailedRunsEndAtTheirValue(t *testing.T) {
	d := sweep()
	times := []float64{0, 1, 2, 3, 4, 5}
	bernstein := trees
	bernstein.Name, bernstein.Fitter = "curves", bezier.Fitter{Degree: 3, Parameters: bezier.Warp}
	tr := Trainer{Members: []stack.Member{trees, bernstein}, Times: times, By: []string{"k"}, Failed: extra}
	m, err := tr.Fit(context.Background(), d, models.Options{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	if n := m.Study().Failed; n != 60 {
		t.Errorf("%d failed runs, want 60", n)
	}
	for kind, want := range []float64{10, 11} {
		got := m.Predict(nil, []float64{0.8123, 1 - float64(kind), float64(kind)})
		if slices.Min(got) != want || slices.Max(got) != want {
			t.Errorf("kind %d: a failed run is answered by %v, want %v", kind, got, want)
		}
		if f := m.Spread(nil, []float64{0.8123, 1 - float64(kind), float64(kind)}); len(f) != 6 || slices.Max(f) != 0 {
			t.Errorf("kind %d: spread %v", kind, f)
		}
	}
	if got := m.Predict(nil, []float64{0.1, 1, 0}); got[5] < 30 {
		t.Errorf("a run that goes on: %v", got)
	}
	if got := m.Predict(nil, []float64{0.8, 0, 0}); got[5] == 10 || got[5] == 11 {
		t.Errorf("a group that was never seen has no failed runs, got %v", got)
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
	for i := range 40 {
		x := []float64{float64(i) / 40, float64(i % 2), 1 - float64(i%2)}
		if a, b := m.Predict(nil, x), back.Predict(nil, x); !slices.Equal(a, b) {
			t.Fatalf("read back, %v is answered by %v, not %v", x, b, a)
		}
	}
}

// A guided stack is right at a cliff, where models that smear it are not: it gets the weight, and answers so after it
// was frozen and read.
func TestAGuidedStackIsAMember(t *testing.T) {
	d := sweep()
	guided := Stack{Name: "guided", Trainer: stack.Trainer{Members: []stack.Member{ridge}, Guided: true}}
	m, err := Trainer{Members: []stack.Member{ridge}, Stacks: []Stack{guided}}.Fit(context.Background(), d,
		models.Options{Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	if s := m.Study(); len(s.Weights) != 3 || s.Weights[2] < 0.8 || s.RMSE[2] > 0.5*s.RMSE[1] {
		t.Errorf("study %+v: a line has no cliff", s)
	}
	stacks, weights := m.Stacks()
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	if len(stacks) != len(weights) || math.Abs(sum-1) > 1e-12 {
		t.Errorf("%d stacks, weights %v", len(stacks), weights)
	}
	x := []float64{0.31, 0, 1}
	want := 0.0
	for i, s := range stacks {
		want += weights[i] * s.Predict(nil, x)[5]
	}
	if got := m.Predict(nil, x)[5]; math.Abs(got-want) > 1e-12 {
		t.Errorf("joined %v, want the weighted mean %v", got, want)
	}
}

func TestTied(t *testing.T) {
	d := models.Data{K: 1, Y: []float64{10, 50, 10.01, 60, 10.02, 70, 10.03, 90, 10.2, 10.04, 80}}
	d.X.N = len(d.Y)
	rows := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	if got := tied(&d, rows); !slices.Equal(got, []int{0, 2, 4, 6, 8, 9}) { // .3 % of 80 is .24
		t.Errorf("tied %v", got)
	}
	if got := tied(&d, rows[:7]); got != nil {
		t.Errorf("four runs are tied: %v", got)
	}
	if got := tied(&models.Data{K: 1, Y: make([]float64, 8)}, rows[:8]); got != nil {
		t.Errorf("a group that never varies: %v", got)
	}
}

func TestRefusals(t *testing.T) {
	for name, tr := range map[string]Trainer{
		"one fold":    {Folds: 1},
		"repeats":     {Repeats: -1},
		"pull":        {Pull: -1},
		"power":       {Power: 3},
		"twice":       {Members: []stack.Member{ridge, ridge}},
		"called mean": {Members: []stack.Member{member("mean", linear.Trainer{})}},
		"many":        {Members: make([]stack.Member, 10)},
	} {
		if _, err := tr.Train(context.Background(), sweep(), models.Options{}); !errors.Is(err, ErrParams) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Of two groups nothing can be chosen; of three and four the members are weighed, without stacks and failed runs.
func TestFewGroups(t *testing.T) {
	guided := Stack{Name: "guided", Trainer: stack.Trainer{Members: []stack.Member{ridge}, Guided: true}}
	for groups, want := range map[int]int{2: 1, 3: 2, 4: 2, 5: 3} {
		few := sweep()
		few.Groups = make([]int, few.X.N)
		for i := range few.Groups {
			few.Groups[i] = i % groups
		}
		tr := Trainer{Members: []stack.Member{ridge}, Stacks: []Stack{guided}, Failed: extra}
		m, err := tr.Fit(context.Background(), few, models.Options{})
		if err != nil || len(m.Study().Names) != want {
			t.Errorf("%d groups: %+v, %v; want %d members", groups, m, err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	m, err := Trainer{Members: []stack.Member{ridge}, By: []string{"k"},
		Failed: gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 2, Forest: true}}}.
		Fit(context.Background(), sweep(), models.Options{})
	if err != nil {
		f.Fatal(err)
	}
	frozen, err := m.Freeze()
	if err != nil {
		f.Fatal(err)
	}
	b, err := frozen.(*Model).AppendBinary(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:40])
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			return
		}
		if again, err := m.AppendBinary(nil); err != nil || !bytes.Equal(again, b) {
			t.Error("decoded and encoded again, the bytes differ")
		}
	})
}
