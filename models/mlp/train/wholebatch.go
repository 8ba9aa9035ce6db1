package train

import (
	"context"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"

	"eahas/models/internal/lbfgs"
	"eahas/models/mlp"
)

// whole is a plain network (no branches, no bounded outputs) whose steps see all rows at once, for L-BFGS: with few
// rows it is done sooner than steps of a batch are, and nearer to a minimum. Without gorgonia.
type whole struct {
	q        *problem
	widths   []int // inputs, hidden layers, outputs
	penalty  float64
	x        *mat.Dense   // n x p
	targets  *mat.Dense   // n x k
	loss     *mat.Dense   // k x k, of the problem
	values   []*mat.Dense // by layer: n x out, after the ReLU
	slopes   []*mat.Dense // by layer: n x out, of the cost by what goes into the ReLU
	residual *mat.Dense   // n x k
}

func newWhole(q *problem, p Params) *whole {
	widths := append([]int{q.p}, p.Hidden...)
	w := &whole{q: q, widths: append(widths, q.k), penalty: p.Penalty,
		x: mat.NewDense(q.n, q.p, q.x), targets: mat.NewDense(q.n, q.k, q.t), loss: mat.NewDense(q.k, q.k, q.loss),
		residual: mat.NewDense(q.n, q.k, nil)}
	for _, out := range w.widths[1:] {
		w.values = append(w.values, mat.NewDense(q.n, out, nil))
		w.slopes = append(w.slopes, mat.NewDense(q.n, out, nil))
	}
	return w
}

// start draws weights (Glorot and Bengio 2010, equation 16) in the order of the layers: in x out weights, out biases.
func (w *whole) start(rng *rand.Rand) []float64 {
	var out []float64
	for i, in := range w.widths[:len(w.widths)-1] {
		out = append(out, xavier(rng, in, w.widths[i+1])...)
		out = append(out, make([]float64, w.widths[i+1])...)
	}
	return out
}

// layers cuts the numbers into weight matrices and biases, which share their memory.
func (w *whole) layers(theta []float64) (weights []*mat.Dense, biases [][]float64) {
	for i, in := range w.widths[:len(w.widths)-1] {
		out := w.widths[i+1]
		weights = append(weights, mat.NewDense(in, out, theta[:in*out]))
		biases = append(biases, theta[in*out:(in+1)*out])
		theta = theta[(in+1)*out:]
	}
	return weights, biases
}

// cost is half the mean cost of a row, which is 1 for an answer that is the mean, and half the penalty for each row
// times the squared weights: (1/2n) (sum of w_i |r_i M|^2 + penalty |W|^2), the cost of scikit-learn's MLPRegressor for
// its alpha. It writes the gradient.
func (w *whole) cost(gradient, theta []float64) float64 {
	n := float64(w.q.n)
	weights, biases := w.layers(theta)
	weightSlopes, biasSlopes := w.layers(gradient)
	w.forward(weights, biases)
	sum := w.residuals()
	last := len(weights) - 1
	for i := last; i >= 0; i-- {
		below := w.x
		if i > 0 {
			below = w.values[i-1]
		}
		weightSlopes[i].Mul(below.T(), w.slopes[i])
		clear(biasSlopes[i])
		for r := range w.q.n {
			for j, v := range w.slopes[i].RawRowView(r) {
				biasSlopes[i][j] += v
			}
		}
		if i > 0 {
			w.slopes[i-1].Mul(w.slopes[i], weights[i].T())
			slopes := w.slopes[i-1].RawMatrix().Data
			for j, v := range w.values[i-1].RawMatrix().Data {
				if v == 0 {
					slopes[j] = 0
				}
			}
		}
		flat, slope := weights[i].RawMatrix().Data, weightSlopes[i].RawMatrix().Data
		for j, v := range flat {
			sum += float64(w.penalty * float64(v*v))
			slope[j] += float64(w.penalty / n * v)
		}
	}
	return sum / (2 * n)
}

// forward fills values.
func (w *whole) forward(weights []*mat.Dense, biases [][]float64) {
	below := w.x
	for i := range weights {
		w.values[i].Mul(below, weights[i])
		for r := range w.q.n {
			row := w.values[i].RawRowView(r)
			for j, b := range biases[i] {
				row[j] += b
				if i < len(weights)-1 {
					row[j] = max(0, row[j])
				}
			}
		}
		below = w.values[i]
	}
}

// residuals returns the summed cost of the rows and fills the last slopes.
func (w *whole) residuals() float64 {
	last := len(w.values) - 1
	off := w.slopes[last] // until they are known
	off.Sub(w.values[last], w.targets)
	w.residual.Mul(off, w.loss)
	sum := 0.0
	for r := range w.q.n {
		weight := 1.0
		if w.q.weights != nil {
			weight = w.q.weights[r]
		}
		row := w.residual.RawRowView(r)
		for j, v := range row {
			sum += float64(weight * float64(v*v))
			row[j] = weight * v / float64(w.q.n)
		}
	}
	w.slopes[last].Mul(w.residual, w.loss.T())
	return sum
}

// fit runs L-BFGS for at most Epochs steps; a line search that fails ends it, and the best point seen counts.
func (w *whole) fit(ctx context.Context, p Params, rng *rand.Rand) (mlp.Network, error) {
	settings := optimize.Settings{MajorIterations: p.Epochs, FuncEvaluations: 2 * p.Epochs, GradientThreshold: 1e-4,
		Converger: &optimize.FunctionConverge{Relative: 1e-5, Iterations: 10}}
	best, _, _ := lbfgs.Minimise(ctx, w.start(rng), settings, &optimize.LBFGS{}, w.cost)
	return w.network(best), ctx.Err()
}

// network is the serving form of the numbers.
func (w *whole) network(theta []float64) mlp.Network {
	weights, biases := w.layers(theta)
	branch := mlp.Branch{Columns: upTo(w.q.p)}
	out := mlp.Network{Branches: []mlp.Branch{branch}}
	for i := range weights {
		l := mlp.Layer{In: w.widths[i], Out: w.widths[i+1], Weights: weights[i].RawMatrix().Data, Bias: biases[i],
			Activation: mlp.ReLU}
		if i == len(weights)-1 {
			l.Activation = mlp.Identity
		}
		out.Trunk = append(out.Trunk, l)
	}
	return out
}
