package experiment

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"golang.org/x/sync/errgroup"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/models"
	"eahas/pipeline/dataset"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/trial/target"
)

// ErrPeer is returned when a peer's answer does not fit what it was asked, or its name is another competitor's.
var ErrPeer = errors.New("experiment: peer")

// Peer is a regressor of another tool. It meets the problems that a variant's regressor meets (the same folds, encoded
// rows and targets), and what it predicts is decoded, bounded and scored by the same code.
type Peer struct {
	Name           string
	Representation recipe.Representation // turns curves into its targets; see recipe.ParseRepresentation
	Regressor      string                // in words, for the report
	// Solve learns one problem and returns its predictions for the test rows, M x K, row-major. It is called for
	// several problems at a time.
	Solve func(ctx context.Context, p *Problem) ([]float64, error)
}

// Problem is what a peer is asked: learn K targets on N rows and predict M other rows. All arrays are row-major.
type Problem struct {
	Target     target.Target
	Fold       int       // the fold that is held out
	N, P, K, M int       // training rows, columns, targets, test rows
	X          []float64 // N x P; NaN means missing
	Y          []float64 // N x K, finite; of costs the natural logarithms
	Test       []float64 // M x P
	Seed       uint64    // the config's, for the peer's random choices
}

// Ask returns what each peer says about every held-out trial. What peers answer is not kept, since their versions are
// not ours to know.
func (p Plan) Ask(ctx context.Context, r stage.Runner, peers []Peer) ([]Competitor, error) {
	outs := make([][]*Predictions, len(peers))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.Goroutines())
	for k := range peers {
		outs[k] = make([]*Predictions, p.Table.Folds)
		for fold := range p.Table.Folds {
			g.Go(func() error {
				name := fmt.Sprintf("peer %s fold %d", peers[k].Name, fold)
				r.Say(stage.Started, name, "")
				out, err := p.ask(ctx, &peers[k], fold)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				outs[k][fold] = out
				r.Say(stage.Finished, name, "")
				return nil
			})
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	out := make([]Competitor, len(peers))
	for k := range peers {
		out[k] = Competitor{peers[k].Name, []*Predictions{Join(outs[k])}}
	}
	return out, nil
}

// AskEach is Ask for peers of which some may fail on their own: those are left out, with a line each that says why.
func (p Plan) AskEach(ctx context.Context, r stage.Runner, peers []Peer) (
	out []Competitor, failed []string, err error) {
	for i := range peers {
		one, err := p.Ask(ctx, r, peers[i:i+1])
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if err != nil {
			failed = append(failed, "no figures of a peer: "+err.Error())
			continue
		}
		out = append(out, one...)
	}
	return out, failed, nil
}

// Beside compares the errors of the competitors of s (B) with those of others (A), on all targets; targets for which
// two were asked about other trials are left out.
func (s Scored) Beside(others []Competitor) ([]eval.Diff, error) {
	var out []eval.Diff
	for _, c := range s.Competitors {
		for _, t := range s.Plan.Targets {
			for _, other := range others {
				d, err := s.Plan.errorDiff(t, other, c)
				if errors.Is(err, eval.ErrDifferentTrials) {
					continue
				}
				if err != nil {
					return nil, err
				}
				out = append(out, d)
			}
		}
	}
	return out, nil
}

// ask lets a peer learn everything but a fold, and answers for the fold as a surrogate with that peer inside would.
func (p Plan) ask(ctx context.Context, peer *Peer, fold int) (*Predictions, error) {
	test := p.heldOut(fold)
	var heads []artifacts.Head
	for _, t := range p.Heads {
		use := p.Table.Labelled(t, p.Table.Without(fold))
		if len(use) == 0 {
			return nil, fmt.Errorf("%w: no trial to train %s on", dataset.ErrEmptyFold, t)
		}
		h, data, err := p.problem(&peer.Representation, t, use)
		if err != nil {
			return nil, err
		}
		asked := p.Table.X.Select(test)
		if h.Columns != nil {
			asked = columnsOf(&asked, h.Columns)
		}
		q := Problem{Target: t, Fold: fold, N: data.X.N, P: data.X.P(), K: data.K, M: asked.N, X: data.X.Data,
			Y: data.Y, Test: asked.Data, Seed: p.Seed}
		got, err := peer.Solve(ctx, &q)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t, err)
		}
		if len(got) != q.M*q.K {
			return nil, fmt.Errorf("%w: %d numbers for %d rows of %d targets", ErrPeer, len(got), q.M, q.K)
		}
		if h.Predictor, err = newAnswered(&asked, got, q.K); err != nil {
			return nil, fmt.Errorf("%s: %w", t, err)
		}
		heads = append(heads, h)
	}
	s, err := Surrogate(p.Table, heads, nil)
	if err != nil {
		return nil, err
	}
	return Predict(ctx, p.Table, s, test, NoSpread)
}

// answered is a predictor that knows the answers for some rows, and nothing else.
type answered struct {
	outputs int
	values  map[string][]float64 // by the row's bits
}

var _ models.Predictor = (*answered)(nil)

// newAnswered keeps the answers (n x k) for the rows of x. Of rows of equal bits the first counts: libraries that
// multiply whole matrices may answer them differently in the last bits.
func newAnswered(x *features.Frame, answers []float64, k int) (*answered, error) {
	a := &answered{outputs: k, values: make(map[string][]float64, x.N)}
	for i := range x.N {
		row, bits := answers[i*k:(i+1)*k:(i+1)*k], rowBits(x.Row(i))
		for _, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("%w: the answer for test row %d is %g", ErrPeer, i, v)
			}
		}
		if _, ok := a.values[bits]; !ok {
			a.values[bits] = row
		}
	}
	return a, nil
}

func rowBits(x []float64) string {
	b := make([]byte, 0, 8*len(x))
	for _, v := range x {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return string(b)
}

// Outputs returns the number of targets.
func (a *answered) Outputs() int { return a.outputs }

// Predict looks the row up. A row that was not asked about is a mistake of the program.
func (a *answered) Predict(dst, x []float64) []float64 {
	v, ok := a.values[rowBits(x)]
	if !ok {
		panic("experiment: the peer was not asked about this row")
	}
	if dst == nil {
		dst = make([]float64, a.outputs)
	}
	copy(dst, v)
	return dst
}
