package gp

import (
	"math"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
)

// exact is a smooth function of two columns without any noise: the likelihood is highest where rounding is all there
// is.
func exact(n int, seed string) models.Data {
	r := stream.New(5, seed)
	d := models.Data{K: 1, X: features.Frame{N: n, Columns: []features.Column{
		{Name: "a", Group: -1}, {Name: "b", Group: -1}}}}
	for range n {
		a, b := r.Float64(), r.Float64()
		d.X.Data = append(d.X.Data, a, b)
		d.Y = append(d.Y, math.Log(1+5*a*b)+b*b)
	}
	return d
}

// TestExactTargets: on targets without noise the order of the rows moves no answer by more than 1e-10 of a deviation,
// and the answers are right to four thousandths of one (2.9, 1.2 and .5 thousandths). Without floors it moves them by
// 1e-8.
func TestExactTargets(t *testing.T) {
	d, q := exact(120, "train"), exact(200, "test")
	for _, kernel := range []Kernel{Matern32, Matern52, RBF} {
		m, err := Trainer{Kernel: kernel}.Fit(t.Context(), d, models.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		h, squares := m.heads[0], make([]float64, len(m.in.ends))
		worst, missed := 0.0, 0.0
		for i := range q.X.N {
			x := q.X.Row(i)
			w, sum := m.begin(x), 0.0
			for j := m.in.n - 1; j >= 0; j-- {
				m.in.squares(squares, w.query, m.in.row(j))
				sum += m.coefficient[j] * m.covariances[h.theta].at(squares)
			}
			answer := m.Predict(nil, x)[0]
			worst = max(worst, math.Abs(answer-(sum*h.scale+h.shift))/h.scale)
			missed += (answer - q.Y[i]) * (answer - q.Y[i]) / (h.scale * h.scale)
		}
		missed = math.Sqrt(missed / float64(q.X.N))
		t.Logf("kernel %d: order %.1e, error %.1e", kernel, worst, missed)
		if worst > 1e-10 || missed > 4e-3 {
			t.Errorf("kernel %d: the order moves an answer by %v, the error is %v of a deviation", kernel,
				worst, missed)
		}
	}
}

// TestFloorsGradient: the gradient with a floor is that by differences.
func TestFloorsGradient(t *testing.T) {
	l := problemOf(planted(40, 0), Matern52, 2)
	l.floor = 1e-2
	at := l.start(1, stream.New(9, "start"))
	grad := make([]float64, len(at))
	l.value(at, grad)
	for i := range at {
		const h = 1e-5
		up, down := append(theta{}, at...), append(theta{}, at...)
		up[i] += h
		down[i] -= h
		want := (l.value(up, nil) - l.value(down, nil)) / (2 * h)
		if math.Abs(grad[i]-want) > 1e-4*max(1, math.Abs(want)) {
			t.Errorf("parameter %d: gradient %v, by differences %v", i, grad[i], want)
		}
	}
}

// TestTermsAreThoseOfEveryPair: the twin asks the covariance of every two rows, query by query.
func TestTermsAreThoseOfEveryPair(t *testing.T) {
	l := problemOf(planted(40, 0), Matern52, 2)
	at := l.start(1, stream.New(9, "start"))
	alphas, k, err := l.solve(at)
	if err != nil {
		t.Fatal(err)
	}
	c, squares, largest := l.covariance(at), make([]float64, l.axes()), 0.0
	for i := range l.in.n {
		for _, alpha := range alphas {
			sum := 0.0
			for j := range l.in.n {
				l.in.squares(squares, l.in.row(i), l.in.row(j))
				v := c.at(squares)
				sum += alpha[j] * v * (alpha[j] * v)
			}
			largest = max(largest, sum)
		}
	}
	if got := l.terms(at, alphas, k); got != math.Sqrt(largest) || got == 0 {
		t.Errorf("%v, want %v", got, math.Sqrt(largest))
	}
}
