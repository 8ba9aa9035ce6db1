package interval

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"eahas/models"
	"eahas/models/interval/trees"
)

// planted makes trials whose residuals are normal with a known scale: exp(2 x0) at u = 0, falling to a third at u = 1.
// Points of one curve have the correlation common + (1-common) follow^d.
func planted(n, points int, common, follow float64, seed uint64) []Trial {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]Trial, n)
	for i := range out {
		t := Trial{X: []float64{r.Float64(), r.Float64(), math.NaN()}, Group: i, Fold: i % 5}
		shared, z := math.Sqrt(common)*r.NormFloat64(), r.NormFloat64()
		for j := range points {
			if j > 0 {
				z = follow*z + math.Sqrt(1-follow*follow)*r.NormFloat64()
			}
			u := 0.0
			if points > 1 {
				u = float64(j) / float64(points-1)
			}
			t.Time = append(t.Time, u)
			t.Residual = append(t.Residual, math.Exp(2*t.X[0])*(1-2*u/3)*(shared+math.Sqrt(1-common)*z))
		}
		knots := CurveKnots
		if points == 1 {
			knots = CostKnots
		}
		for range knots {
			t.Guess = append(t.Guess, 50+t.X[1])
		}
		out[i] = t
	}
	return out
}

func mustFit(t testing.TB, trials []Trial, s Settings) *Model {
	t.Helper()
	s.Grow = trees.Grow
	m, err := Fit(t.Context(), trials, s, models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestBoundsHoldWhatTheyPromise(t *testing.T) {
	for _, c := range []struct {
		name   string
		points int
		knots  []float64
	}{{"cost", 1, CostKnots}, {"curve", 20, CurveKnots}} {
		t.Run(c.name, func(t *testing.T) {
			m := mustFit(t, planted(1500, c.points, 0.2, 0.5, 1), Settings{Knots: c.knots})
			fresh := planted(2000, c.points, 0.2, 0.5, 2)
			for _, level := range m.Levels() {
				var inside, count, wideLow, wideHigh float64
				for _, trial := range fresh {
					l := m.At(trial.X, trial.Guess, trial.Spread)
					for j, u := range trial.Time {
						low, high, err := l.Bounds(level, u)
						if err != nil || low > 0 || high < 0 {
							t.Fatalf("bounds %g..%g: %v", low, high, err)
						}
						count++
						if low <= trial.Residual[j] && trial.Residual[j] <= high {
							inside++
						}
						if trial.X[0] < 0.1 {
							wideLow = high - low
						} else if trial.X[0] > 0.9 {
							wideHigh = high - low
						}
					}
				}
				if got := inside / count; math.Abs(got-level) > 0.04 {
					t.Errorf("level %g: %g of the fresh residuals lie inside", level, got)
				}
				if wideHigh < 2.5*wideLow { // planted: above exp(1.6) = 5
					t.Errorf("level %g: width %g where residuals are small, %g where they are large", level, wideLow,
						wideHigh)
				}
			}
		})
	}
}

// With few trials a scale that had seen a trial's own residual would make its score, and so the bounds, too small.
func TestBoundsFromFewTrialsHoldWhatTheyPromise(t *testing.T) {
	inside, count := 0.0, 0.0
	for seed := range uint64(20) {
		m := mustFit(t, planted(60, 1, 0, 0, 300+seed), Settings{Knots: CostKnots})
		for _, trial := range planted(200, 1, 0, 0, 400+seed) {
			low, high, err := m.At(trial.X, trial.Guess, trial.Spread).Bounds(0.8, 0)
			if err != nil {
				t.Fatal(err)
			}
			count++
			if low <= trial.Residual[0] && trial.Residual[0] <= high {
				inside++
			}
		}
	}
	if got := inside / count; math.Abs(got-0.8) > 0.03 {
		t.Errorf("%g of the fresh residuals lie inside bounds for 0.8", got)
	}
}

func TestNoiseHasThePlantedCorrelation(t *testing.T) {
	m := mustFit(t, planted(600, 40, 0.4, 0.7, 3), Settings{})
	n := m.noise
	if math.Abs(n.Common-0.4) > 0.1 || math.Abs(n.Follow-0.7) > 0.1 || n.Repeats != 0 {
		t.Errorf("noise %+v, planted common 0.4 and follow 0.7", n)
	}
	x, guess := []float64{0.5, 0.5, math.NaN()}, []float64{50, 50, 50, 50, 50, 50, 50}
	times := []float64{0, 0.25, 0.5, 0.75, 1}
	r := rand.New(rand.NewPCG(1, 2))
	var sum, squares float64
	const draws = 4000
	for range draws {
		d := m.At(x, guess, nil).Sample(nil, times, r)
		sum, squares = sum+d[0], squares+d[0]*d[0]
	}
	sd := math.Sqrt(squares / draws)
	if want := math.E; math.Abs(sd/want-1) > 0.2 || math.Abs(sum/draws) > 0.2*sd {
		t.Errorf("samples at u = 0 have mean %g and sd %g, planted 0 and %g", sum/draws, sd, want)
	}
}

// TestNoiseComesFromRepeats plants residuals that are mostly wrong predictions, the same for both repeats.
func TestNoiseComesFromRepeats(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	trials := planted(200, 1, 0, 0, 4)
	for i := range trials {
		trials[i].X, trials[i].Group, trials[i].Fold = trials[i/2*2].X, i/2, i/2%5
		if i%2 == 0 {
			trials[i].Residual = []float64{10 * r.NormFloat64()}
		} else {
			trials[i].Residual = []float64{trials[i-1].Residual[0]}
		}
	}
	for i := range trials {
		trials[i].Residual = []float64{trials[i].Residual[0] + 0.5*r.NormFloat64()}
	}
	m := mustFit(t, trials, Settings{Knots: CostKnots})
	if m.noise.Repeats != 200 {
		t.Fatalf("noise %+v", m.noise)
	}
	var squares float64
	for range 2000 {
		d := m.At(trials[0].X, trials[0].Guess, nil).Sample(nil, []float64{0}, r)[0]
		squares += d * d
	}
	if sd := math.Sqrt(squares / 2000); sd < 0.3 || sd > 0.8 {
		t.Errorf("the noise has the standard deviation %g, planted 0.5", sd)
	}
}

func TestFitNeedsTrialsAndFolds(t *testing.T) {
	few := planted(MinTrials-1, 3, 0, 0, 1)
	oneFold := planted(50, 3, 0, 0, 1)
	for i := range oneFold {
		oneFold[i].Fold = 2
	}
	for name, trials := range map[string][]Trial{"few": few, "one fold": oneFold, "none": nil} {
		if _, err := Fit(t.Context(), trials, Settings{Grow: trees.Grow}, models.Options{}); !errors.Is(err, ErrFew) {
			t.Errorf("%s: %v", name, err)
		}
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Fit(done, planted(50, 3, 0, 0, 1), Settings{Grow: trees.Grow},
		models.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestFitDoesNotDependOnWorkers(t *testing.T) {
	trials := planted(100, 5, 0.1, 0.2, 5)
	var first []byte
	for _, workers := range []int{1, 4} {
		m, err := Fit(t.Context(), trials, Settings{Grow: trees.Grow}, models.Options{Seed: 7, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		b, err := m.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b
		} else if !bytes.Equal(first, b) {
			t.Error("the bytes depend on the number of workers")
		}
	}
}

func TestZeroResiduals(t *testing.T) {
	trials := planted(60, 4, 0, 0, 6)
	for i := range trials {
		clear(trials[i].Residual)
	}
	m := mustFit(t, trials, Settings{})
	low, high, err := m.At(trials[0].X, trials[0].Guess, nil).Bounds(0.95, 0.5)
	if low != 0 || high != 0 || err != nil {
		t.Errorf("bounds %g..%g, %v around perfect predictions", low, high, err)
	}
	if _, _, err := m.At(trials[0].X, trials[0].Guess, nil).Bounds(0.9, 0); !errors.Is(err, ErrLevel) {
		t.Errorf("level 0.9: %v", err)
	}
}

// naiveEnds counts: the smallest score that at least the wanted share of n+1 lies at or below, from both sides.
func naiveEnds(scores []float64, level float64) (low, high float64) {
	n := float64(len(scores))
	sorted := slices.Clone(scores)
	slices.Sort(sorted)
	low, high = sorted[0], sorted[len(sorted)-1]
	for i, s := range sorted {
		if float64(i+1) >= (1+level)/2*(n+1) {
			high = s
			break
		}
	}
	for i := len(sorted) - 1; i >= 0; i-- {
		if float64(len(sorted)-i) >= (1+level)/2*(n+1) {
			low = sorted[i]
			break
		}
	}
	return low, high
}

// Expected values: scipy 1.17.1, t.ppf((1+l)/2, n-1)*sqrt(1+1/n)/norm.ppf((n-.375)/(n+.25)).
func TestBeyond(t *testing.T) {
	for _, c := range []struct {
		n     int
		level float64
		want  float64
	}{{10, 0.95, 1.5340206525535887}, {12, 0.95, 1.4011027337754862}, {30, 0.95, 1.01899544865469},
		{8, 0.8, 1.0464044687356204}, {39, 0.95, 1}, {200, 0.95, 1}, {10, 0.5, 1}} {
		if got := beyond(c.n, c.level); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%d numbers, level %g: %v, want %v", c.n, c.level, got, c.want)
		}
	}
	if beyond(1, 0.95) != beyond(fewest, 0.95) || beyond(fewest, 0.95) < 2 {
		t.Errorf("of one number %v, of %d %v", beyond(1, 0.95), fewest, beyond(fewest, 0.95))
	}
}

// Repeats of one configuration count as one: the ends of ten repeats of each of 12 configurations are further out than
// those of 120 configurations with the same residuals.
func TestRepeatsCountAsOne(t *testing.T) {
	width := func(repeats int) float64 {
		trials := planted(120, 1, 0, 0, 5)
		for i := range trials {
			trials[i].Group = i / repeats
		}
		m := mustFit(t, trials, Settings{Knots: CostKnots})
		return m.high[2] - m.low[2]
	}
	if one, ten := width(1), width(10); ten < 1.2*one {
		t.Errorf("width factor %v of 120 configurations, %v of 12", one, ten)
	}
}

func TestConformalEndsAgainstCounting(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for n := 1; n < 200; n += 7 {
		scores := make([]float64, n)
		for i := range scores {
			scores[i] = r.NormFloat64() + 0.3
		}
		slices.Sort(scores)
		for _, level := range DefaultLevels {
			low, high := conformalEnds(scores, n, level)
			wantLow, wantHigh := naiveEnds(scores, level)
			if far := beyond(n, level); far > 1 {
				wantLow, wantHigh = min(wantLow, wantLow*far), max(wantHigh, wantHigh*far)
			}
			if low != wantLow || high != wantHigh {
				t.Errorf("n %d, level %g: %g..%g, counted %g..%g", n, level, low, high, wantLow, wantHigh)
			}
		}
	}
}

// Scores are cut at a multiple of their median, so that one outlier does not make all answers unsure; where most scores
// are 0 there is no such multiple and all of them count.
func TestSpreadOfManyZeros(t *testing.T) {
	t.Parallel()
	m := &Model{knots: []float64{0}}
	trials := make([]Trial, 5)
	for i := range trials {
		trials[i].Time = []float64{0}
	}
	for _, c := range []struct {
		scores [5]float64
		want   float64
	}{
		{[5]float64{0, 0, 0, -3, 4}, math.Sqrt(5)},                             // (9 + 16) / 5
		{[5]float64{2, 2, -2, 2, 1000}, math.Sqrt((16 + 4*winsor*winsor) / 5)}, // the last is cut at winsor x 2
	} {
		var scores [][]float64
		for _, s := range c.scores {
			scores = append(scores, []float64{s})
		}
		if got := m.spread(trials, scores)[0]; math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v: %g, want %g", c.scores, got, c.want)
		}
	}
}
