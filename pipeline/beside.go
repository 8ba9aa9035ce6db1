package pipeline

import (
	"context"
	"fmt"
	"slices"

	"eahas/eval"
	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/report"
	"eahas/trial/target"
)

// Beside scores the config's variants and the peers on the same held-out trials and writes one report into the output
// folder, with the paired differences of the first variant and everything else. A report that is there already is
// refused (artifacts.ErrExists) without Options.Replace. Nothing is frozen. The variants' stages are kept; what peers
// answer is not, since their versions are not ours to know.
func Beside(ctx context.Context, c *Config, o Options, peers []experiment.Peer) (*Result, error) {
	r := newRun(c, o, "-peers")
	if err := r.refuse(report.JSONFile); err != nil {
		return nil, err
	}
	if err := r.refusePeers(peers); err != nil {
		return nil, err
	}
	p, err := r.ready(ctx)
	if err != nil {
		return nil, err
	}
	ours, failed, err := p.plan.Evaluate(ctx, r.stages, c.Variants, c.Variants[0].Name)
	if err != nil {
		return nil, err
	}
	theirs, err := p.plan.Ask(ctx, r.stages, peers)
	if err != nil {
		return nil, err
	}
	s, err := r.compete(ctx, p, slices.Concat(ours, theirs), failed, false)
	if err != nil {
		return nil, err
	}
	rep, err := r.report(p, s, uncertainties{})
	if err != nil {
		return nil, err
	}
	for i := range peers {
		rep.Variants = slices.Insert(rep.Variants, len(c.Variants)+i, describePeer(&peers[i]))
	}
	for i := 1; i < len(s.Competitors); i++ {
		d, err := s.Diffs(0, i)
		if err != nil {
			return nil, err
		}
		rep.Diffs = append(rep.Diffs, d...)
	}
	rep.Command, rep.Next = "", nil
	if err := r.publishReport(ctx, rep); err != nil {
		return nil, err
	}
	res := r.reported(p, s, uncertainties{})
	res.Rows = slices.Concat(res.Rows, s.Trivial.Rows)
	res.Summary = append(res.Summary, firstAgainst(p.plan.Table.Own, rep.Diffs)...)
	return res, nil
}

// refusePeers refuses peers that are called as a variant is.
func (r *run) refusePeers(peers []experiment.Peer) error {
	for i := range peers {
		if _, twice := recipe.Find(r.config.Variants, peers[i].Name); twice {
			return fmt.Errorf("%w: two competitors are called %q", experiment.ErrPeer, peers[i].Name)
		}
	}
	return nil
}

// describePeer says what a peer is.
func describePeer(p *experiment.Peer) report.Variant {
	shape := p.Representation.InWords()
	return report.Variant{Name: p.Name, Representation: shape, Regressor: p.Regressor, Baseline: true,
		Description: "curve: " + shape + " + " + p.Regressor + "; costs: " + p.Regressor + " on logarithms"}
}

// firstAgainst says in a line for each competitor and target how much better the first variant is, metric by metric.
func firstAgainst(own target.Own, diffs []eval.Diff) []string {
	var out []string
	last := ""
	for _, d := range diffs {
		if d.Group != eval.GroupAll || !slices.Contains(experiment.MainMetrics(own, d.Target), d.Metric) {
			continue
		}
		if head := fmt.Sprintf("%s against %s, %s:", d.A, d.B, d.Target); head != last {
			out = append(out, head)
			last = head
		}
		// A better first variant has a positive number: more of what should be high, less of what should be low.
		better, low, high := -d.Difference, -d.CIHigh, -d.CILow
		if experiment.LowerBetter(d.Metric) {
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
