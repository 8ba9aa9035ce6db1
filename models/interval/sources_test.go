package interval

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"eahas/eval"
	"eahas/models"
	"eahas/models/interval/trees"
)

// knowing gives planted trials a spread that is the true scale, divided by four and times exp(noise z).
func knowing(trials []Trial, noise float64, seed uint64) []Trial {
	r := rand.New(rand.NewPCG(seed, 3))
	for i := range trials {
		t := &trials[i]
		knots := CurveKnots
		if len(t.Guess) == 1 {
			knots = CostKnots
		}
		f := math.Exp(2*t.X[0]+noise*r.NormFloat64()) / 4
		t.Spread = nil
		for _, u := range knots {
			t.Spread = append(t.Spread, f*(1-2*u/3))
		}
	}
	return trials
}

// hidden plants residuals whose size only the predictor's spread knows: the columns say nothing.
func hidden(n int, seed uint64) []Trial {
	r := rand.New(rand.NewPCG(seed, 5))
	out := planted(n, 1, 0, 0, seed)
	for i := range out {
		size := math.Exp(r.NormFloat64())
		out[i].Spread = []float64{size / 3}
		out[i].Residual[0] = size * r.NormFloat64()
	}
	return out
}

// shifted plants residuals that are skewed and lie far from 0 where x1 is large.
func shifted(n int, seed uint64) []Trial {
	r := rand.New(rand.NewPCG(seed, 6))
	out := planted(n, 1, 0, 0, seed)
	for i := range out {
		out[i].Spread = []float64{1}
		out[i].Residual[0] = r.ExpFloat64()
		if out[i].X[1] > 0.5 {
			out[i].Residual[0] = 20 + r.ExpFloat64()
		}
	}
	return out
}

// observed returns the share of residuals inside the bounds and the mean interval score, by level.
func observed(t *testing.T, m *Model, trials []Trial) (inside, score []float64) {
	t.Helper()
	for _, level := range m.Levels() {
		var truth, low, high []float64
		for _, trial := range trials {
			l := m.At(trial.X, trial.Guess, trial.Spread)
			for j, u := range trial.Time {
				a, b, err := l.Bounds(level, u)
				if err != nil || !(a <= b) || m.Source() != Quantiles && !(a <= 0 && b >= 0) {
					t.Fatalf("bounds %g..%g: %v", a, b, err)
				}
				truth, low, high = append(truth, trial.Residual[j]), append(low, a), append(high, b)
			}
		}
		c := eval.IntervalCoverage(level, truth, low, high)
		inside, score = append(inside, c.Observed), append(score, c.Score)
	}
	return inside, score
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x / float64(len(v))
	}
	return sum
}

func TestEverySourceKeepsItsPromise(t *testing.T) {
	for _, points := range []int{1, 20} {
		s := Settings{Knots: CostKnots, Grow: trees.Grow}
		if points > 1 {
			s.Knots = nil
		}
		trials := knowing(planted(1000, points, 0.2, 0.5, 11), 0.3, 11)
		fresh := knowing(planted(2000, points, 0.2, 0.5, 12), 0.3, 12)
		for i := range trials {
			if i%7 == 0 {
				trials[i].Spread = nil // some predictions come without
			}
		}
		for _, s.Source = range Sources {
			inside, _ := observed(t, mustFit(t, trials, s), fresh)
			for l, level := range DefaultLevels {
				if math.Abs(inside[l]-level) > 0.04 {
					t.Errorf("%d points, %s, level %g: %g of the fresh residuals lie inside", points, s.Source, level,
						inside[l])
				}
			}
		}
	}
}

// A wrong learner must not spoil the coverage: here the spread is pure noise.
func TestNoiseAsSpreadKeepsThePromise(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 13))
	junk := func(trials []Trial) []Trial {
		for i := range trials {
			trials[i].Spread = []float64{math.Exp(3 * r.NormFloat64())}
		}
		return trials
	}
	trials, fresh := junk(planted(600, 1, 0, 0, 13)), junk(planted(3000, 1, 0, 0, 14))
	for _, source := range []Source{Spread, ResidualSpread} {
		inside, _ := observed(t, mustFit(t, trials, Settings{Source: source, Knots: CostKnots}), fresh)
		for l, level := range DefaultLevels {
			if math.Abs(inside[l]-level) > 0.05 {
				t.Errorf("%s, level %g: %g inside", source, level, inside[l])
			}
		}
	}
}

func TestAutoTakesTheSourceThatKnowsMost(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(int, uint64) []Trial
		want []Source
	}{
		{"the spread alone knows", hidden, []Source{Spread, ResidualSpread}},
		{"biased predictions", shifted, []Source{Quantiles}},
	} {
		t.Run(c.name, func(t *testing.T) {
			trials, fresh := c.make(600, 15), c.make(2000, 16)
			s := Settings{Source: Auto, Knots: CostKnots, Grow: trees.Grow}
			n, err := FitNested(t.Context(), trials, s, models.Options{Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range append(n.Parts, n.Whole) {
				if got := f.Chosen().Source(); !slices.Contains(c.want, got) {
					t.Errorf("chosen %s with the scores %v", got, f.Scores)
				}
			}
			_, score := observed(t, n.Whole.Chosen(), fresh)
			for _, m := range n.Whole.Models {
				if _, other := observed(t, m, fresh); mean(other) < 0.97*mean(score) {
					t.Errorf("%s scores %g on fresh trials, the chosen %s %g", m.Source(), mean(other),
						n.Whole.Chosen().Source(), mean(score))
				}
			}
		})
	}
}

// What a part is checked with has not seen its trials: changing all their residuals changes nothing in it.
func TestNestedPartsHaveNotSeenTheirTrials(t *testing.T) {
	fit := func(trials []Trial) *Nested {
		n, err := FitNested(t.Context(), trials, Settings{Source: Auto, Knots: CostKnots, Grow: trees.Grow},
			models.Options{Seed: 2})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	trials := knowing(planted(100, 1, 0, 0, 17), 1, 17)
	before := fit(trials)
	const part = 2
	for i := range trials {
		if before.Part[i] == part {
			trials[i].Residual = []float64{1000}
			trials[i].Spread = []float64{50}
		}
	}
	after := fit(trials)
	for p := range before.Parts {
		var bytes [2][]byte
		for k, n := range []*Nested{before, after} {
			for _, m := range n.Parts[p].Models {
				var err error
				if bytes[k], err = m.AppendBinary(bytes[k]); err != nil {
					t.Fatal(err)
				}
			}
		}
		if equal := slices.Equal(bytes[0], bytes[1]); equal != (p == part) {
			t.Errorf("part %d: equal %t after a change of part %d", p, equal, part)
		}
	}
}

// FitNested shares what is learnt without two parts; the same learnt for each check on its own must give the same
// models.
func TestNestedAgainstFittingEachPart(t *testing.T) {
	trials := knowing(planted(90, 1, 0, 0, 18), 1, 18)
	n, err := FitNested(t.Context(), trials, Settings{Source: Auto, Knots: CostKnots, Grow: trees.Grow},
		models.Options{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	s := Settings{Source: n.Whole.Chosen().Source(), Knots: CostKnots, Grow: trees.Grow}
	whole, err := Fit(t.Context(), trials, s, models.Options{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	same(t, trials, n.Whole.Chosen(), whole)
	for part, f := range n.Parts {
		p, err := newProblem(trials, Settings{Source: Auto, Knots: CostKnots, Grow: trees.Grow})
		if err != nil {
			t.Fatal(err)
		}
		for q := range p.count {
			w := leaving(part, q)
			if p.learnt[w], err = p.learn(t.Context(), w, models.Options{Seed: 3}); err != nil {
				t.Fatal(err)
			}
		}
		own := p.family(part)
		for k, m := range own.Models {
			same(t, trials, m, f.Models[k])
		}
		if !slices.Equal(own.Scores, f.Scores) {
			t.Errorf("part %d: scores %v, shared %v", part, own.Scores, f.Scores)
		}
	}
}

func TestScoresAreThoseOfEval(t *testing.T) {
	trials := planted(80, 3, 0, 0, 19)
	for i := range trials {
		trials[i].Pred = []float64{0.2, 0.5, 0.7}
	}
	s := Settings{Range: []float64{0, 1}, Grow: trees.Grow}
	p, err := newProblem(trials, s)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.learnAll(t.Context(), false, models.Options{Seed: 4}); err != nil {
		t.Fatal(err)
	}
	f := p.family(none)
	sum := 0.0
	for l, level := range DefaultLevels {
		var truth, low, high []float64
		for i, trial := range trials {
			at := p.model(Residuals, leaving(none, p.part[i]))
			at.low, at.high = f.Models[0].low, f.Models[0].high
			for j, u := range trial.Time {
				a, b := at.At(trial.X, trial.Guess, nil).ends(l, u)
				truth = append(truth, trial.Pred[j]+trial.Residual[j])
				low, high = append(low, min(1, max(0, trial.Pred[j]+a))), append(high, min(1, max(0, trial.Pred[j]+b)))
			}
		}
		sum += eval.IntervalCoverage(level, truth, low, high).Score / float64(len(DefaultLevels))
	}
	if math.Abs(sum/f.Scores[0]-1) > 1e-12 {
		t.Errorf("score %g, by eval %g", f.Scores[0], sum)
	}
}

func TestLevelsNest(t *testing.T) {
	trials := knowing(planted(60, 5, 0, 0, 20), 2, 20)
	for i := range trials {
		trials[i].Residual[2] += 3 * float64(i%2) // two heaps: trees of few trials cross
	}
	for _, source := range Sources {
		m := mustFit(t, trials, Settings{Source: source, Levels: []float64{0.1, 0.2, 0.5, 0.8, 0.95}})
		for _, trial := range trials {
			l := m.At(trial.X, trial.Guess, trial.Spread)
			lastLow, lastHigh := math.Inf(1), math.Inf(-1)
			for _, level := range m.Levels() {
				for _, u := range []float64{0.2} {
					low, high, err := l.Bounds(level, u)
					if err != nil || !(low <= high && low <= lastLow && high >= lastHigh) {
						t.Fatalf("%s, level %g: %g..%g around %g..%g: %v", source, level, low, high, lastLow, lastHigh,
							err)
					}
					lastLow, lastHigh = low, high
				}
			}
		}
	}
}

func TestNest(t *testing.T) {
	low, high := []float64{3, 2, 5}, []float64{1, 4, 3}
	nest(low, high)
	if !slices.Equal(low, []float64{2, 2, 2}) || !slices.Equal(high, []float64{2, 4, 4}) {
		t.Errorf("%v, %v", low, high)
	}
}

// The likelihood of a Laplace distribution with its best width, written out, over a fine grid of floors.
func TestBestFloorIsTheMostLikely(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 21))
	const floor = 0.5
	var spread, size []float64
	for range 4000 {
		s := r.ExpFloat64()
		spread, size = append(spread, s), append(size, 7*(s+floor)*r.ExpFloat64())
	}
	loss := func(f float64) float64 {
		width := 0.0
		for i, s := range spread {
			width += size[i] / (s + f) / float64(len(spread))
		}
		sum := 0.0
		for i, s := range spread {
			sum += math.Log(2*width*(s+f)) + size[i]/(width*(s+f))
		}
		return sum
	}
	got := bestFloor(spread, size)
	for f := 0.01; f < 100; f *= 1.1 {
		if loss(f) < loss(got)-20 && (f < got/1.5 || f > got*1.5) {
			t.Errorf("the floor %g is less likely than %g: %g, %g", got, f, loss(got), loss(f))
		}
	}
	if got < floor/2 || got > 2*floor {
		t.Errorf("the floor is %g, planted %g", got, floor)
	}
	if f := bestFloor([]float64{0, 0}, []float64{1, 2}); f != 1 {
		t.Errorf("the floor of nothing is %g", f)
	}
}

func TestSourcesThatCannotBeMade(t *testing.T) {
	trials := planted(60, 1, 0, 0, 22)
	for _, source := range []Source{Spread, ResidualSpread, "love"} {
		if _, err := Fit(t.Context(), trials, Settings{Source: source, Knots: CostKnots, Grow: trees.Grow},
			models.Options{}); !errors.Is(err, ErrSource) {
			t.Errorf("%s without spreads: %v", source, err)
		}
	}
	n, err := FitNested(t.Context(), trials, Settings{Source: Auto, Knots: CostKnots, Grow: trees.Grow},
		models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n.Whole.Of(Spread) != nil || n.Whole.Of(Quantiles) == nil || len(n.Whole.Models) != 2 {
		t.Errorf("%d models without spreads", len(n.Whole.Models))
	}
	for i := range trials {
		trials[i].Fold %= 2
	}
	if _, err := FitNested(t.Context(), trials, Settings{Knots: CostKnots, Grow: trees.Grow},
		models.Options{}); !errors.Is(err, ErrFew) {
		t.Errorf("two folds: %v", err)
	}
}

// With rows of equal weight and one part a row the error is that of the mean: the values' standard deviation over the
// root of their number. By hand: 1, 2, 3, 6 have mean 3 and standard deviation sqrt(14/3).
func TestRatio(t *testing.T) {
	mean, se := ratio([]float64{2, 4, 6, 12}, []float64{2, 2, 2, 2}, []int{0, 1, 2, 3})
	if mean != 3 || math.Abs(se-math.Sqrt(14./3)/2) > 1e-12 {
		t.Errorf("%g and %g", mean, se)
	}
	_, pairs := ratio([]float64{2, 4, 6, 12, 2, 4, 6, 12}, []float64{2, 2, 2, 2, 2, 2, 2, 2},
		[]int{0, 1, 2, 3, 0, 1, 2, 3})
	if math.Abs(pairs-se) > 1e-12 {
		t.Errorf("%g with every row twice, %g once", pairs, se)
	}
}

// By hand: rivals of a first source that scores 10 in each of four parts.
func TestTheFirstSourceStaysUnlessAnotherIsReallyBetter(t *testing.T) {
	trials := make([]Trial, 4)
	for i := range trials {
		trials[i].Time = []float64{0}
	}
	p := &problem{trials: trials, part: []int{0, 1, 2, 3}}
	first := []float64{10, 10, 10, 10}
	for _, c := range []struct {
		name   string
		rivals [][]float64
		want   int
	}{
		{"equal", [][]float64{{10, 10, 10, 10}}, 0},
		{"better by one part alone", [][]float64{{2, 10, 10, 10}}, 0},
		{"a little better everywhere", [][]float64{{9.9, 9.8, 9.9, 9.8}}, 1},
		{"the best of two that are really better", [][]float64{{9.9, 9.8, 9.9, 9.8}, {7, 8, 7, 8}, {9, 10, 11, 9}}, 2},
		{"the lowest is not really better", [][]float64{{9.9, 9.8, 9.9, 9.8}, {2, 10, 10, 10}}, 1},
	} {
		f := new(Family)
		f.choose(p, []int{0, 1, 2, 3}, append([][]float64{first}, c.rivals...))
		if f.chosen != c.want {
			t.Errorf("%s: chosen %d, wanted %d", c.name, f.chosen, c.want)
		}
	}
}

// FORMAT.md, section 9, word by word at the knots.
func TestBoundsAgainstTheFormat(t *testing.T) {
	trials := knowing(planted(80, 6, 0.1, 0.5, 24), 1, 24)
	for _, source := range Sources {
		m := mustFit(t, trials, Settings{Source: source})
		for _, trial := range trials[:20] {
			row := slices.Concat(trial.X, trial.Guess)
			for k, knot := range m.knots {
				var lastLow, lastHigh float64
				for l, level := range m.levels {
					low, high := m.low[l*len(m.knots)+k], m.high[l*len(m.knots)+k]
					var s float64
					switch source {
					case Residuals:
						s = math.Exp(m.parts.size.Predict(nil, row)[k])
					case Spread:
						s = trial.Spread[k] + m.parts.floor[k]
					case ResidualSpread:
						var logs []float64
						for _, x := range trial.Spread {
							logs = append(logs, math.Log(x+1e-12))
						}
						s = math.Exp(m.parts.informed.Predict(nil, slices.Concat(row, logs))[k])
					}
					low, high = s*low, s*high
					if source == Quantiles {
						q := m.parts.ends.Predict(nil, slices.Concat(row, []float64{knot, trial.Guess[k]}))
						nest(q[:3], q[3:])
						low, high = q[l]+m.low[l*len(m.knots)+k], q[3+l]+m.high[l*len(m.knots)+k]
						switch {
						case l > 0:
							low, high = min(low, lastLow), max(high, lastHigh)
						case low > high:
							low = (low + high) / 2
							high = low
						}
						lastLow, lastHigh = low, high
					}
					gotLow, gotHigh, err := m.At(trial.X, trial.Guess, trial.Spread).Bounds(level, knot)
					if err != nil || math.Abs(gotLow-low) > 1e-9*(1+math.Abs(low)) ||
						math.Abs(gotHigh-high) > 1e-9*(1+math.Abs(high)) {
						t.Fatalf("%s, knot %g, level %g: %g..%g, by the format %g..%g: %v", source, knot, level, gotLow,
							gotHigh, low, high, err)
					}
				}
			}
		}
	}
}
