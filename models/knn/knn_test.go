package knn

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/dense"
	"eahas/models/internal/wire"
	"eahas/models/modeltest"
)

func appendModel(p models.Predictor, b []byte) ([]byte, error) { return p.(*Model).AppendBinary(b) }

func decodeModel(b []byte) (models.Predictor, error) {
	m, err := Decode(b)
	if err != nil {
		return nil, err
	}
	return m, nil
}

func TestConformance(t *testing.T) {
	o := modeltest.Options{AppendBinary: appendModel, Decode: decodeModel}
	modeltest.Trainer(t, "one", Trainer{K: 1, NoScales: true}, o)
	o.Spreads = true
	modeltest.Trainer(t, "learned", Trainer{}, o)
	modeltest.Trainer(t, "fixed", Trainer{K: 3, Weighting: Inverse, Loss: Squared, NoScales: true}, o)
	modeltest.Trainer(t, "drawn", Trainer{TuneRows: 60}, o)
}

// planted is a problem in which column 0 decides, a category shifts the level, and column 1 is noise.
func planted(n int) models.Data {
	r := stream.New(1, "knn test")
	d := models.Data{K: 1, X: features.Frame{N: n, Columns: []features.Column{
		{Name: "x", Group: -1}, {Name: "noise", Group: -1}, {Name: "c=a", Group: 0}, {Name: "c=b", Group: 0}}}}
	for range n {
		x, c := r.Float64(), float64(r.IntN(2))
		d.X.Data = append(d.X.Data, x, r.Float64(), c, 1-c)
		d.Y = append(d.Y, math.Sin(6*x)+10*c)
	}
	return d
}

// The weighted covariance by its definition: sum of w y y' over sum of w, minus the mean's product, over the K nearest
// of all sites.
func TestSpreadIsTheNeighboursCovariance(t *testing.T) {
	d := planted(60)
	d.K = 2
	for i := 59; i >= 0; i-- {
		d.Y = slices.Insert(d.Y, i+1, 3*d.X.Row(i)[0]+d.X.Row(i)[1])
	}
	for i := range 60 {
		d.Weights = append(d.Weights, 1+float64(i%3))
	}
	for _, tr := range []Trainer{{K: 2, Weighting: Inverse}, {K: 5, Weighting: Uniform},
		{K: 7, Weighting: InverseSquare}} {
		m, err := tr.Fit(context.Background(), d, models.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range [][]float64{{0.2, 0.9, 1, 0}, {0.5, 0.5, 0, 1}, {3, -1, 0, 1}} {
			row, query := m.scaler.Apply(nil, x), make([]float64, m.sites.width)
			for c, j := range m.sites.column {
				query[c] = row[j] * m.sites.factor[c]
			}
			order := make([]int, m.sites.n)
			for i := range order {
				order[i] = i
			}
			far := func(i int) float64 { return math.Sqrt(m.sites.distance(query, i, math.Inf(1))) }
			slices.SortFunc(order, func(a, b int) int { return cmp.Compare(far(a), far(b)) })
			var sum, a, b, aa, ab, bb float64
			for _, i := range order[:tr.K] {
				w := m.weight[i] / math.Pow(far(i), map[Weighting]float64{Uniform: 0, Inverse: 1,
					InverseSquare: 2}[tr.Weighting])
				y, z := m.y[2*i], m.y[2*i+1]
				sum, a, b, aa, ab, bb = sum+w, a+w*y, b+w*z, aa+w*y*y, ab+w*y*z, bb+w*z*z
			}
			want := [3]float64{aa/sum - a*a/sum/sum, ab/sum - a*b/sum/sum, bb/sum - b*b/sum/sum}
			var got [3]float64
			f := m.Spread(nil, x)
			for r := 0; r < len(f); r += 2 {
				got = [3]float64{got[0] + f[r]*f[r], got[1] + f[r]*f[r+1], got[2] + f[r+1]*f[r+1]}
			}
			for j := range got {
				if len(f) != 4 || !(math.Abs(got[j]-want[j]) <= 1e-10*(1+math.Abs(want[j]))) {
					t.Errorf("%+v at %v: covariance %v (%d numbers), by the definition %v", tr, x, got, len(f), want)
				}
			}
		}
		if f := m.Spread(nil, d.X.Row(4)); tr.Weighting != Uniform && (f[0] != 0 || f[1] != 0) {
			t.Errorf("%+v on a site: %v", tr, f)
		}
	}
}

func TestOneNeighbourKnowsNoSpread(t *testing.T) {
	m, err := Trainer{K: 1, NoScales: true}.Fit(context.Background(), planted(20), models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f := m.Spread(nil, []float64{0.5, 0.5, 1, 0}); len(f) > 0 {
		t.Errorf("it says %v", f)
	}
}

func TestScalesFindWhatMatters(t *testing.T) {
	d, test := planted(300), planted(450)
	squared := func(tr Trainer) float64 {
		m, err := tr.Fit(context.Background(), d, models.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for i := 300; i < 450; i++ {
			e := m.Predict(nil, test.X.Row(i))[0] - test.Y[i]
			sum += e * e
		}
		return sum / 150
	}
	learned, fixed := squared(Trainer{}), squared(Trainer{NoScales: true})
	if !(learned < 0.005 && learned < fixed/5) {
		t.Errorf("mean squared error %.5f with learned scales, %.5f without", learned, fixed)
	}
}

// TestPredictAgainstNaive compares with a sort of all distances.
func TestPredictAgainstNaive(t *testing.T) {
	for _, w := range []Weighting{Uniform, Inverse, InverseSquare} {
		d := planted(200)
		m, err := Trainer{K: 5, Weighting: w}.Fit(context.Background(), d, models.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		probe := planted(250)
		for i := 200; i < 250; i++ {
			got, want := m.Predict(nil, probe.X.Row(i))[0], naive(m, probe.X.Row(i))
			if math.Abs(got-want) > 1e-9 {
				t.Errorf("weighting %d, row %d: %v, naive %v", w, i, got, want)
			}
		}
	}
}

func naive(m *Model, x []float64) float64 {
	dn := m.scaler.Apply(nil, x)
	var all []neighbour
	for i := range m.sites.n {
		sum := 0.0
		for c, j := range m.sites.column {
			sum += math.Pow(dn[j]*m.sites.factor[c]-m.sites.row(i)[c], 2)
		}
		all = append(all, neighbour{i, sum})
	}
	slices.SortStableFunc(all, func(a, b neighbour) int { return cmp.Compare(a.square, b.square) })
	var sum, total float64
	for _, nb := range all[:m.k] {
		f := map[Weighting]float64{Uniform: 1, Inverse: 1 / math.Sqrt(nb.square),
			InverseSquare: 1 / nb.square}[m.weighting]
		sum, total = sum+f*m.y[nb.site], total+f
	}
	return sum / total
}

func TestEqualNeighboursAreExact(t *testing.T) {
	d := planted(120)
	const chance = 0.1 + 0.2 // not representable: any rounding would show
	for i := range d.Y {
		d.Y[i] = chance
		if d.X.Row(i)[0] > 0.5 {
			d.Y[i] = 70 + float64(i)
		}
	}
	m, err := Trainer{K: 7, Weighting: Inverse}.Fit(context.Background(), d, models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Predict(nil, []float64{0.05, 0.5, 1, 0})[0]; got != chance {
		t.Errorf("predicted %v among neighbours that are all %v", got, chance)
	}
}

func TestRepeatsMergeAndGroupsStayOut(t *testing.T) {
	// Ten repeats at x=0 and single runs elsewhere: two neighbours mean two configurations.
	d := models.Data{K: 1, X: features.Frame{Columns: []features.Column{{Name: "x", Group: -1}}}}
	for i := range 10 {
		d.X.Data, d.Y, d.Groups = append(d.X.Data, 0), append(d.Y, float64(i)), append(d.Groups, 0)
	}
	d.X.Data, d.Y, d.Groups = append(d.X.Data, 1, 9), append(d.Y, 14.5, 1000), append(d.Groups, 1, 2)
	d.X.N = 12
	m, err := Trainer{K: 2, Weighting: Uniform, NoScales: true}.Fit(context.Background(), d, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Predict(nil, []float64{0.4})[0]; m.sites.n != 3 || math.Abs(got-9.5) > 1e-12 {
		t.Errorf("%d sites, predicted %v; want 3 and (4.5+14.5)/2", m.sites.n, got)
	}
}

// TestGroupsStayTogether plants noise that rows of one group share: alone, a row's nearest neighbour is its twin and
// one neighbour looks best; kept together, averaging over more neighbours is seen to be better.
func TestGroupsStayTogether(t *testing.T) {
	r := stream.New(2, "knn groups")
	d := models.Data{K: 1, X: features.Frame{Columns: []features.Column{{Name: "x", Group: -1}}}}
	for g := range 60 {
		x, noise := r.Float64(), r.NormFloat64()
		for range 3 {
			d.X.Data, d.Y, d.Groups = append(d.X.Data, x+1e-6*r.Float64()), append(d.Y, x+noise), append(d.Groups, g)
			d.X.N++
		}
	}
	apart, err := Trainer{Weighting: Uniform}.Fit(context.Background(), d, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d.Groups = nil
	alone, err := Trainer{Weighting: Uniform}.Fit(context.Background(), d, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if alone.k > 2 || apart.k < 10 {
		t.Errorf("%d neighbours without groups and %d with them, want at most 2 and at least 10", alone.k, apart.k)
	}
}

// TestLossesOfAllCountsAtOnce: the twin averages every number of neighbours afresh; same bits, also where there are
// fewer neighbours than asked.
func TestLossesOfAllCountsAtOnce(t *testing.T) {
	for _, n := range []int{6, 40} {
		d := planted(n)
		scaler := dense.Fit(&d.X)
		s, axes := mergeSites(&d, scaler), scaler.Axes(d.X.Columns, false)
		e := newEvaluator(Trainer{}, s, axes, 1)
		x := scaled(s, axes, slices.Repeat([]float64{1}, len(axes)))
		got, buf := make([]float64, len(e.ks)*len(e.weightings)), make([]float64, d.K)
		for i := range s.n {
			e.evaluateSite(got, newAveraging(d.K), x, i)
			q := nearest{k: e.ks[len(e.ks)-1]}
			for j := range s.n {
				if s.group[j] != s.group[i] {
					q.offer(j, x.distance(x.row(i), j, math.Inf(1)))
				}
			}
			for v, loss := range got {
				k, w := e.ks[v/len(e.weightings)], e.weightings[v%len(e.weightings)]
				average(buf, q.list[:min(k, q.n)], w, s.y, s.weight)
				if want := e.lossOf(buf, s.y[i*d.K:(i+1)*d.K]); loss != want {
					t.Fatalf("site %d of %d, %d neighbours, weighting %d: loss %v, want %v", i, n, k, w, loss, want)
				}
			}
		}
	}
}

// Distances are given up early only if the columns that tell most come first.
func TestColumnsDescend(t *testing.T) {
	m, err := Trainer{}.Fit(context.Background(), planted(200), models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if f := m.sites.factor; !slices.IsSortedFunc(f, func(a, b float64) int { return cmp.Compare(b, a) }) {
		t.Errorf("factors are %v", f)
	}
}

func TestRowOrderDoesNotMatter(t *testing.T) {
	d := planted(150)
	e := d
	e.X.Data, e.Y = nil, nil
	for i := d.X.N - 1; i >= 0; i-- {
		e.X.Data, e.Y = append(e.X.Data, d.X.Row(i)...), append(e.Y, d.Y[i])
	}
	a, err := Trainer{}.Fit(context.Background(), d, models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Trainer{}.Fit(context.Background(), e, models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	probe := planted(200)
	for i := range 50 {
		x := probe.X.Row(150 + i)
		if p, q := a.Predict(nil, x)[0], b.Predict(nil, x)[0]; math.Abs(p-q) > 1e-9 {
			t.Errorf("row %d: %v forwards, %v backwards", i, p, q)
		}
	}
}

func TestBadInput(t *testing.T) {
	for name, tr := range map[string]Trainer{"K": {K: 33}, "weighting": {Weighting: 9}, "loss": {Loss: 7},
		"rows": {TuneRows: -1}} {
		if _, err := tr.Train(context.Background(), planted(9), models.Options{}); err == nil {
			t.Errorf("%s out of range was accepted", name)
		}
	}
	d := planted(9)
	d.Y = slices.Clone(d.Y)
	d.Y[3] = math.NaN()
	if _, err := (Trainer{}).Train(context.Background(), d, models.Options{}); err == nil {
		t.Error("a NaN target was accepted")
	}
	if _, err := Decode([]byte("knn2")); !errors.Is(err, wire.ErrFormat) {
		t.Errorf("another version gave %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	d := planted(12)
	d.X.Data = slices.Clone(d.X.Data)
	d.X.Data[1] = math.NaN()
	m, err := Trainer{}.Fit(context.Background(), d, models.Options{})
	if err != nil {
		f.Fatal(err)
	}
	b, _ := m.AppendBinary(nil)
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			return
		}
		if again, _ := m.AppendBinary(nil); !bytes.Equal(again, b) {
			t.Error("decoded and encoded again, the bytes differ")
		}
		if m.scaler.Inputs() < 1<<10 {
			m.Predict(nil, make([]float64, m.scaler.Inputs()))
		}
	})
}

func BenchmarkPredict(b *testing.B) {
	d := planted(20000)
	m, err := Trainer{TuneRows: 200}.Fit(context.Background(), d, models.Options{Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	dst, x := make([]float64, 1), []float64{0.3, 0.3, 1, 0}
	for b.Loop() {
		m.Predict(dst, x)
	}
}
