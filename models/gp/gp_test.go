package gp

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
	"eahas/models/dense"
	"eahas/models/internal/wire"
	"eahas/models/modeltest"

	"gonum.org/v1/gonum/mat"
)

// TestLanesAreTheTwin: four rows at once give the bits of one after the other, for every kernel and number of rows.
func TestLanesAreTheTwin(t *testing.T) {
	r := stream.New(8, "lanes")
	for n := 3; n < 12; n++ {
		d := models.Data{K: 2, X: features.Frame{N: n, Columns: []features.Column{{Name: "a", Group: -1},
			{Name: "b", Group: -1}, {Name: "c", Group: -1}}}}
		for range n {
			d.X.Data = append(d.X.Data, r.Float64(), r.Float64(), r.Float64())
			d.Y = append(d.Y, r.NormFloat64(), r.NormFloat64())
		}
		for _, kernel := range []Kernel{Matern32, Matern52, RBF} {
			m, err := Trainer{Kernel: kernel, Iterations: 3}.Fit(t.Context(), d, models.Options{Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			x := []float64{r.Float64(), r.Float64(), r.Float64()}
			want, w := make([]float64, 2), m.begin(x)
			squares := make([]float64, len(m.in.ends))
			for i := range m.in.n {
				m.in.squares(squares, w.query, m.in.row(i))
				for k, h := range m.heads {
					want[k] += m.coefficient[2*i+k] * m.covariances[h.theta].at(squares)
				}
			}
			for k, h := range m.heads {
				want[k] = want[k]*h.scale + h.shift
			}
			if got := m.Predict(nil, x); !slices.Equal(got, want) {
				t.Errorf("%d rows, kernel %d: %v, one after the other %v", n, kernel, got, want)
			}
		}
	}
}

func TestConformance(t *testing.T) {
	o := modeltest.Options{
		Spreads:      true,
		WiderOff:     true,
		AppendBinary: func(p models.Predictor, b []byte) ([]byte, error) { return p.(*Model).AppendBinary(b) },
		Decode: func(b []byte) (models.Predictor, error) {
			m, err := Decode(b)
			if err != nil {
				return nil, err
			}
			return m, nil
		},
	}
	modeltest.Trainer(t, "sum", Trainer{TuneRows: 60, Iterations: 10, Polish: 1}, o)
	modeltest.Trainer(t, "shared", Trainer{Kernel: Matern52, Components: 1, Shared: true, LinearMean: true,
		TuneRows: 50, Iterations: 8, Polish: -1, Starts: 2}, o)
	modeltest.Trainer(t, "subset", Trainer{Kernel: RBF, Components: 1, SplitGroups: true, MaxRows: 120, TuneRows: 60,
		Iterations: 10, Polish: -1}, o)
}

// scikit-learn 1.9.1: kernels.Matern(nu=1.5), Matern(nu=2.5) and RBF() between 0 and 0.3, 0.7, 2.
func TestKernelsAgainstScikitLearn(t *testing.T) {
	want := map[Kernel][3]float64{
		Matern32: {0.9037901598990385, 0.658137376316584, 0.13973135019231467},
		Matern52: {0.930965342775005, 0.7069426819040978, 0.13866021913850426},
		RBF:      {0.9559974818330998, 0.7827045382418681, 0.1353352832366127},
	}
	for k, values := range want {
		for i, r := range []float64{0.3, 0.7, 2} {
			got, slope := k.at(r * r)
			if math.Abs(got-values[i]) > 1e-14 {
				t.Errorf("kernel %d at %v is %v, want %v", k, r, got, values[i])
			}
			const h = 1e-6
			up, _ := k.at(r*r + h)
			down, _ := k.at(r*r - h)
			if math.Abs(slope-(up-down)/(2*h)) > 1e-8 {
				t.Errorf("kernel %d at %v: slope %v, by differences %v", k, r, slope, (up-down)/(2*h))
			}
		}
	}
}

// planted is smooth in x, with a shift and another slope for one of two categories, and ignores the last column.
func planted(n int, noise float64) models.Data {
	r := stream.New(5, "gp test")
	d := models.Data{K: 2, X: features.Frame{N: n, Columns: []features.Column{
		{Name: "x", Group: -1}, {Name: "c=a", Group: 0}, {Name: "c=b", Group: 0}, {Name: "idle", Group: -1}}}}
	for range n {
		x, c := r.Float64(), float64(r.IntN(2))
		d.X.Data = append(d.X.Data, x, c, 1-c, r.Float64())
		d.Y = append(d.Y, math.Sin(5*x)+c*(2+x)+noise*r.NormFloat64(), 1000*x)
	}
	return d
}

func problemOf(d models.Data, k Kernel, components int) *likelihood {
	m := &Model{}
	s := dense.Fit(&d.X)
	targets := m.standardise(&d)
	spread := make([]float64, d.X.N)
	for i := range spread {
		spread[i] = 0.5 + float64(i%3)
	}
	return &likelihood{in: rowsOf(&d, s, false), spread: spread, targets: targets, kernel: k, components: components}
}

func TestGradientByDifferences(t *testing.T) {
	for _, k := range []Kernel{Matern32, Matern52, RBF} {
		l := problemOf(planted(40, 0.1), k, 2)
		at := l.start(1, stream.New(9, "start"))
		grad := make([]float64, len(at))
		l.value(at, grad)
		for i := range at {
			const h = 1e-5
			up, down := slices.Clone(at), slices.Clone(at)
			up[i] += h
			down[i] -= h
			want := (l.value(up, nil) - l.value(down, nil)) / (2 * h)
			if math.Abs(grad[i]-want) > 1e-4*max(1, math.Abs(want)) {
				t.Errorf("kernel %d, parameter %d: gradient %v, by differences %v", k, i, grad[i], want)
			}
		}
	}
}

// TestAgainstNaive solves the dense system of a trained model by LU and compares mean and variance.
// TestPairsAreTheTwin: what a search keeps of the pairs gives the bits of working them out anew.
func TestPairsAreTheTwin(t *testing.T) {
	for _, k := range []Kernel{Matern32, Matern52, RBF} {
		plain, kept := problemOf(planted(40, 0.1), k, 2), problemOf(planted(40, 0.1), k, 2)
		if kept.keepPairs(); kept.pairs == nil {
			t.Fatal("40 rows are too many to keep")
		}
		r := stream.New(9, "start")
		for range 3 {
			at := plain.start(1, r)
			want, got := make([]float64, len(at)), make([]float64, len(at))
			a, b := plain.value(at, want), kept.value(at, got)
			if a != b || !slices.Equal(got, want) {
				t.Errorf("kernel %d: %v, gradient %v; anew %v, %v", k, b, got, a, want)
			}
		}
	}
	many := problemOf(planted(1500, 0.1), RBF, 2)
	if many.keepPairs(); many.pairs != nil {
		t.Error("the pairs of 1500 rows are kept")
	}
}

func TestAgainstNaive(t *testing.T) {
	d := planted(60, 0.1)
	m, err := Trainer{Iterations: 20}.Fit(context.Background(), d, models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	n, c := m.in.n, m.covariances[0]
	k := mat.NewDense(n, n, nil)
	cov := func(a, b []float64) float64 {
		sum := 0.0
		for comp := range m.components {
			s := 0.0
			for g, to := range m.in.ends {
				from := 0
				if g > 0 {
					from = m.in.ends[g-1]
				}
				for col := from; col < to; col++ {
					s += math.Pow(a[col]-b[col], 2) * c.inverse[comp][g]
				}
			}
			sum += c.variance[comp] * (1 + math.Sqrt(3*s)) * math.Exp(-math.Sqrt(3*s))
		}
		return sum
	}
	y := mat.NewVecDense(n, nil)
	for i := range n {
		for j := range n {
			k.Set(i, j, cov(m.in.row(i), m.in.row(j)))
		}
		k.Set(i, i, k.At(i, i)+c.noise)
		y.SetVec(i, (d.Y[2*i]-m.heads[0].shift)/m.heads[0].scale)
	}
	for _, x := range [][]float64{{0.3, 1, 0, 0.5}, {0.9, 0, 1, 0}, {2, 0, 1, 0}} {
		q := make([]float64, m.in.width)
		m.in.pick(q, m.scaler.Apply(nil, x))
		against := mat.NewVecDense(n, nil)
		for i := range n {
			against.SetVec(i, cov(q, m.in.row(i)))
		}
		var solved mat.VecDense
		if err := solved.SolveVec(k, against); err != nil {
			t.Fatal(err)
		}
		mean := mat.Dot(&solved, y)*m.heads[0].scale + m.heads[0].shift
		variance := (cov(q, q) - mat.Dot(&solved, against) + c.noise) * m.heads[0].scale * m.heads[0].scale
		if got := m.Predict(nil, x)[0]; math.Abs(got-mean) > 1e-7 {
			t.Errorf("at %v: mean %v, naive %v", x, got, mean)
		}
		if got := m.PredictVar(nil, x)[0]; math.Abs(got-variance) > 1e-7 {
			t.Errorf("at %v: variance %v, naive %v", x, got, variance)
		}
		sd := math.Sqrt(cov(q, q)-mat.Dot(&solved, against)) * m.heads[0].scale
		if f := m.Spread(nil, x); len(f) != 4 || math.Abs(f[0]-sd) > 1e-6 || f[1] != 0 || f[2] != 0 || !(f[3] > 0) {
			t.Errorf("at %v: spread %v, naive standard deviation of the first output %v", x, f, sd)
		}
	}
}

func TestPlantedTruthAndSpread(t *testing.T) {
	d, test := planted(150, 0.1), planted(400, 0)
	m, err := Trainer{}.Fit(context.Background(), d, models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	worst := 0.0
	for i := 150; i < 400; i++ {
		worst = max(worst, math.Abs(m.Predict(nil, test.X.Row(i))[0]-test.Y[2*i]))
	}
	if worst > 0.2 { // noise 0.1, about 75 rows a curve
		t.Errorf("worst error %v", worst)
	}
	inside, outside := m.PredictVar(nil, []float64{0.5, 1, 0, 0.5})[0], m.PredictVar(nil, []float64{3, 1, 0, 0.5})[0]
	if sd := math.Sqrt(inside); sd < 0.07 || sd > 0.15 || outside < 10*inside {
		t.Errorf("standard deviation %v inside (noise is 0.1), variance %v outside", sd, outside)
	}
}

func TestWeightsCountAsRepeats(t *testing.T) {
	// Two equal rows with targets 0 and 1: weights 3 and 1 pull the mean there to nearly 1/4.
	d := models.Data{K: 1, X: features.Frame{Columns: []features.Column{{Group: -1}}}}
	for i := range 10 {
		d.X.Data, d.Y, d.Weights = append(d.X.Data, float64(i/2)), append(d.Y, float64(i%2)),
			append(d.Weights, 3-2*float64(i%2))
	}
	d.X.N = 10
	m, err := Trainer{}.Fit(context.Background(), d, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Predict(nil, []float64{2})[0]; math.Abs(got-0.25) > 0.03 {
		t.Errorf("predicted %v, want about 0.25", got)
	}
}

func TestSubsetKeepsWholeGroups(t *testing.T) {
	d := planted(90, 0)
	for i := range 90 {
		d.Groups = append(d.Groups, i%30)
	}
	rows := drawGroups(&d, 50, stream.New(1, "subset"))
	count := map[int]int{}
	for _, i := range rows {
		count[d.Groups[i]]++
	}
	for g, c := range count {
		if c != 3 {
			t.Errorf("group %d is there with %d of 3 rows", g, c)
		}
	}
	if len(rows) != 48 || !slices.IsSorted(rows) {
		t.Errorf("%d rows drawn, want 48 in order", len(rows))
	}
}

func TestBadInput(t *testing.T) {
	for _, tr := range []Trainer{{Kernel: 9}, {Components: 5}, {MaxRows: -1}, {Starts: -2}} {
		if _, err := tr.Train(context.Background(), planted(9, 0), models.Options{}); err == nil {
			t.Errorf("%+v was accepted", tr)
		}
	}
	if _, err := Decode([]byte("gpr9")); !errors.Is(err, wire.ErrFormat) {
		t.Errorf("another version gave %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, tr := range []Trainer{{Iterations: 2}, {Iterations: 2, LinearMean: true, Shared: true}} {
		m, err := tr.Fit(context.Background(), planted(7, 0.1), models.Options{})
		if err != nil {
			f.Fatal(err)
		}
		b, _ := m.AppendBinary(nil)
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			return
		}
		if again, _ := m.AppendBinary(nil); !bytes.Equal(again, b) {
			t.Error("decoded and encoded again, the bytes differ")
		}
		if m.scaler.Inputs() < 1<<10 {
			x := make([]float64, m.scaler.Inputs())
			m.Predict(nil, x)
			m.PredictVar(nil, x)
			m.Spread(nil, x)
		}
	})
}

func BenchmarkPredict(b *testing.B) {
	m, err := Trainer{TuneRows: 100, Polish: -1}.Fit(context.Background(), planted(1000, 0.1), models.Options{})
	if err != nil {
		b.Fatal(err)
	}
	dst, x := make([]float64, 2), []float64{0.3, 1, 0, 0.2}
	for b.Loop() {
		m.Predict(dst, x)
	}
}
