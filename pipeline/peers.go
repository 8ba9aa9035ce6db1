package pipeline

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/models"
	"eahas/report"
)

// ErrPeer is returned when a peer's name says no representation, or when its answer does not fit what it was asked.
var ErrPeer = errors.New("pipeline: peer")

// peersSuffix ends the name of the default output folder of Beside.
const peersSuffix = "-peers"

// Peer is a regressor of another tool. It meets the problems that a variant's regressor meets (the same folds, encoded
// rows and targets), and what it predicts is decoded, bounded and scored by the same code.
type Peer struct {
	Name           string
	Representation Representation // turns curves into its targets; see ParseRepresentation
	Regressor      string         // in words, for the report
	// Solve learns one problem and returns its predictions for the test rows, M x K, row-major. It is called for several
	// problems at a time.
	Solve func(ctx context.Context, p *Problem) ([]float64, error)
}

// Problem is what a peer is asked: learn K targets on N rows and predict M other rows. All arrays are row-major.
type Problem struct {
	Target     string    // of Targets, or "length"
	Fold       int       // the fold that is held out
	N, P, K, M int       // training rows, columns, targets, test rows
	X          []float64 // N x P; NaN means missing
	Y          []float64 // N x K, finite; of costs the natural logarithms
	Test       []float64 // M x P
	Seed       uint64    // the config's, for the peer's random choices
}

// ParseRepresentation reads a representation's kind with its size, if any, after it: "grid6" has 6 points, "svd8" 8
// components, "bezier5" degree 5. Without a size it is the kind's default.
func ParseRepresentation(s string) (Representation, error) {
	kind := strings.TrimRight(s, "0123456789")
	p := Representation{Kind: kind}
	if !slices.Contains(representationKinds, kind) {
		return p, fmt.Errorf("%w: representation %q is not one of %v", ErrPeer, kind, representationKinds)
	}
	if kind == epochKind {
		return p, fmt.Errorf("%w: representation %q: a peer gets all points of a curve at once", ErrPeer, kind)
	}
	if size := s[len(kind):]; size != "" {
		n, err := strconv.Atoi(size)
		if err != nil || n == 0 {
			return p, fmt.Errorf("%w: representation %q has the size %q", ErrPeer, s, size)
		}
		switch kind {
		case "grid", "ranks":
			p.Points = n
		case "svd":
			p.Components = n
		case "bezier", "bernstein", "whitened":
			p.Degree = n
		default:
			return p, fmt.Errorf("%w: representation %q takes no size", ErrPeer, s)
		}
	}
	p.complete()
	return p, nil
}

// Beside scores the config's variants and the peers on the same held-out trials and writes one report into the output
// folder, with the paired differences of the first variant and everything else. A report that is there already is refused
// (artifacts.ErrExists) without Options.Replace. Nothing is frozen. The variants' stages are kept; what peers answer is not,
// since their versions are not ours to know.
func Beside(ctx context.Context, c *Config, o Options, peers []Peer) (*Result, error) {
	whole := *c
	c = &whole // the peers are added to the list of variants, not to the caller's
	r := newRun(c, o)
	if o.Out == "" {
		r.options.Out += peersSuffix
	}
	if old := filepath.Join(r.options.Out, report.JSONFile); !o.Replace {
		if _, err := os.Lstat(old); err == nil {
			return nil, fmt.Errorf("%w: %s; choose another folder with -out, or -replace it", artifacts.ErrExists, old)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	for i := range peers {
		if slices.ContainsFunc(c.Variants, func(v Variant) bool { return v.Name == peers[i].Name }) {
			return nil, fmt.Errorf("%w: two competitors are called %q", ErrPeer, peers[i].Name)
		}
	}
	in, err := r.ingest(ctx)
	if err != nil {
		return nil, err
	}
	s, err := r.score(ctx, in)
	if err != nil {
		return nil, err
	}
	outs, err := r.askPeers(ctx, s, peers)
	if err != nil {
		return nil, err
	}
	own := len(c.Variants)
	c.Variants = slices.Clone(c.Variants)
	for i := range peers {
		c.Variants = append(c.Variants, Variant{Name: peers[i].Name, Representation: peers[i].Representation})
		s.outs = append(s.outs, outs[i])
		r.scoreVariant(s, own+i)
	}
	rep := r.report(s)
	for i := range peers {
		v := &rep.Variants[own+i]
		v.Regressor, v.Baseline = peers[i].Regressor, true
		v.Description = "curve: " + v.Representation + " + " + v.Regressor + "; costs: " + v.Regressor + " on logarithms"
	}
	for vi := 1; vi < len(c.Variants); vi++ {
		d, err := r.pairedDiffs(s, 0, vi)
		if err != nil {
			return nil, err
		}
		rep.Diffs = append(rep.Diffs, d...)
	}
	rep.Command, rep.Next = "", nil
	if err := report.Write(r.options.Out, rep); err != nil {
		return nil, err
	}
	res := r.result(s, r.options.Out)
	res.Example = ""
	res.Summary = append(res.Summary, firstAgainst(rep.Diffs)...)
	return res, nil
}

// firstAgainst says in a line for each competitor and target how much better the first variant is, metric by metric.
func firstAgainst(diffs []eval.Diff) []string {
	var out []string
	last := ""
	for _, d := range diffs {
		if d.Group != eval.GroupAll || !slices.Contains(mainMetrics(d.Target), d.Metric) {
			continue
		}
		if head := fmt.Sprintf("%s against %s, %s:", d.A, d.B, d.Target); head != last {
			out = append(out, head)
			last = head
		}
		// A better first variant has a positive number: more of what should be high, less of what should be low.
		better, low, high := -d.Difference, -d.CIHigh, -d.CILow
		if lowerBetter(d.Metric) {
			better, low, high = d.Difference, d.CILow, d.CIHigh
		}
		word := "not sure"
		switch {
		case low > 0:
			word = "better"
		case high < 0:
			word = "worse"
		}
		out[len(out)-1] += fmt.Sprintf(" %s %+.3g (%.3g to %.3g, %s)", d.Metric, better, low, high, word)
	}
	return out
}

// askPeers returns what each peer says about every held-out trial.
func (r *run) askPeers(ctx context.Context, s *scored, peers []Peer) ([]*outOfFold, error) {
	outs := make([][]*foldOutput, len(peers))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.workers())
	for pi := range peers {
		outs[pi] = make([]*foldOutput, s.data.Folds)
		for fold := range s.data.Folds {
			g.Go(func() error {
				name := fmt.Sprintf("peer %s fold %d", peers[pi].Name, fold)
				r.note(Started, name, "")
				out, err := s.data.askPeer(ctx, &peers[pi], s.heads, fold, r.config.Seed)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				outs[pi][fold] = out
				r.note(Finished, name, "")
				return nil
			})
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	merged := make([]*outOfFold, len(peers))
	for pi := range outs {
		merged[pi] = merge(outs[pi])
	}
	return merged, nil
}

// askPeer lets a peer learn everything but a fold, and answers for the fold as a surrogate with that peer inside would.
func (d *Dataset) askPeer(ctx context.Context, p *Peer, targets []string, fold int, seed uint64) (*foldOutput, error) {
	test := d.in(fold)
	var heads []artifacts.Head
	for _, target := range targets {
		use := d.labelled(target, d.without(fold))
		if len(use) == 0 {
			return nil, fmt.Errorf("%w: no trial to train %s on", ErrEmptyFold, target)
		}
		h, data, err := d.headData(&p.Representation, target, use)
		if err != nil {
			return nil, err
		}
		asked := d.X.Select(test)
		if h.Columns != nil {
			asked = columnsOf(&asked, h.Columns)
		}
		q := Problem{Target: target, Fold: fold, N: data.X.N, P: data.X.P(), K: data.K, M: asked.N, X: data.X.Data, Y: data.Y, Test: asked.Data, Seed: seed}
		got, err := p.Solve(ctx, &q)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", target, err)
		}
		if len(got) != q.M*q.K {
			return nil, fmt.Errorf("%w: %d numbers for %d rows of %d targets", ErrPeer, len(got), q.M, q.K)
		}
		if h.Predictor, err = newAnswered(&asked, got, q.K); err != nil {
			return nil, fmt.Errorf("%s: %w", target, err)
		}
		heads = append(heads, h)
	}
	s, err := d.surrogate(heads, nil)
	if err != nil {
		return nil, err
	}
	return d.predict(ctx, s, test)
}

// answered is a predictor that knows the answers for some rows, and nothing else.
type answered struct {
	outputs int
	values  map[string][]float64 // by the row's bits
}

var _ models.Predictor = (*answered)(nil)

// newAnswered keeps the answers (n x k) for the rows of x. Of rows of equal bits the first counts: libraries that multiply
// whole matrices may answer them differently in the last bits.
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
		panic("pipeline: the peer was not asked about this row")
	}
	if dst == nil {
		dst = make([]float64, a.outputs)
	}
	copy(dst, v)
	return dst
}
