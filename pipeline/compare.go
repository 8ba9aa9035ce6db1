package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"slices"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/internal/atomicfolder"
	"eahas/internal/paste"
	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/report"
)

// Names of the files that Compare writes beside the report.
const (
	SlicesFile     = "slices.txt"  // every variant on parts of the trials
	SlicesJSONFile = "slices.json" // the same for programs
	TimingsFile    = "timings.json"
	ComparisonFile = "comparison.txt" // report.txt with the timings in it
	ComparisonHTML = "comparison.html"
)

// Compare scores every variant of the config on the same held-out trials, trains each on all trials to see what it
// costs, and writes one report that says which differences are real and which variant to freeze. Nothing is frozen.
//
// The report's own files (report.*, slices.*) hold nothing that was measured by a clock, so that they are the same
// bytes wherever they are made; timings.json holds the clock's figures and comparison.* shows both together.
//
// Peers, which may be none, stand beside the variants on the same trials: with their figures, and how the variants'
// errors differ from theirs, but nobody recommends them. One that fails is a warning.
func Compare(ctx context.Context, c *Config, o Options, others []experiment.Peer) (*Result, error) {
	r := newRun(c, o, "-compare")
	if err := r.refusePeers(others); err != nil {
		return nil, err
	}
	p, err := r.ready(ctx)
	if err != nil {
		return nil, err
	}
	s, err := r.score(ctx, p, "", true)
	if err != nil {
		return nil, err
	}
	u, err := r.learnUncertainty(ctx, s, c.Variants, true)
	if err != nil {
		return nil, err
	}
	timings, err := r.measure(ctx, p, r.trained(s))
	if err != nil {
		return nil, err
	}
	rep, err := r.report(p, s, u)
	if err != nil {
		return nil, err
	}
	sizes := make([]int64, len(timings))
	for i, t := range timings {
		sizes[i], variantOf(&rep, t.Variant).Bytes = t.Bytes, t.Bytes
	}
	if rep.Diffs, rep.Recommended, err = s.Recommend(sizes); err != nil {
		return nil, err
	}
	if err := r.addExamples(&rep, s, u, rep.Recommended.Variant); err != nil {
		return nil, err
	}
	if rep.Explanation, err = r.explain(ctx, p, rep.Recommended.Variant); err != nil {
		return nil, err
	}
	versus, err := r.addPeers(ctx, p, s, others, &rep)
	if err != nil {
		return nil, err
	}
	rep.Slices, rep.Command = s.Slices(), r.command("compare")
	rep.Next = []string{paste.Line("eahas", "run", "-config", filepath.Base(c.file), "-variants",
		rep.Recommended.Variant)}
	if err := r.writeComparison(ctx, p, rep, timings); err != nil {
		return nil, err
	}
	res := r.reported(p, s, u)
	res.Summary = append(res.Summary, versus...)
	res.Summary = append(res.Summary, "recommended: "+rep.Recommended.Variant+". "+rep.Recommended.Why)
	return res, nil
}

// explain says why the variant of a name answers so; nil for a name that is none of the config's.
func (r *run) explain(ctx context.Context, p *prepared, name string) (*report.Explanation, error) {
	v, ok := recipe.Find(r.config.Variants, name)
	if !ok {
		return nil, nil
	}
	frozen, err := p.plan.Final(ctx, r.stages, v)
	if err != nil {
		return nil, err
	}
	sur, err := r.surrogate(p, frozen, nil, artifacts.Unseen{}, "")
	if err != nil {
		return nil, err
	}
	return p.plan.Explain(ctx, r.stages, v, sur)
}

// addPeers lets the peers learn, puts their figures into the report, and says in a line for each of them and each
// target how the recommended variant does against it.
func (r *run) addPeers(ctx context.Context, p *prepared, s experiment.Scored, others []experiment.Peer,
	rep *report.Report) ([]string, error) {
	asked, failed, err := p.plan.AskEach(ctx, r.stages, others)
	if err != nil {
		return nil, err
	}
	for _, line := range failed {
		r.stages.Say(stage.Warning, "", "%s", line)
	}
	rep.Warnings = slices.Concat(rep.Warnings, failed)
	if len(asked) == 0 {
		return nil, nil
	}
	for i := range others {
		if slices.ContainsFunc(asked, func(c experiment.Competitor) bool { return c.Name == others[i].Name }) {
			rep.Variants = append(rep.Variants, describePeer(&others[i]))
		}
	}
	rep.Rows = slices.Concat(rep.Rows, experiment.Score(p.plan, asked, nil, nil).Rows)
	against, err := s.Beside(asked)
	if err != nil {
		return nil, err
	}
	rep.Against = slices.Concat(rep.Against, against)
	all := s
	all.Competitors = slices.Concat(s.Competitors, asked)
	chosen, _ := s.Competitor(rep.Recommended.Variant)
	var diffs []eval.Diff
	for i := range asked {
		d, err := all.Diffs(chosen, len(s.Competitors)+i)
		if err != nil {
			return nil, err
		}
		diffs = append(diffs, d...)
	}
	rep.Diffs = slices.Concat(rep.Diffs, diffs)
	return firstAgainst(p.plan.Table.Own, diffs), nil
}

// variantOf is the report's entry of a variant, which has one.
func variantOf(rep *report.Report, name string) *report.Variant {
	return &rep.Variants[slices.IndexFunc(rep.Variants, func(v report.Variant) bool { return v.Name == name })]
}

// writeComparison writes all files of a comparison into the output folder.
func (r *run) writeComparison(ctx context.Context, p *prepared, rep report.Report, timings []Timing) error {
	if err := r.refuse(report.JSONFile); err != nil {
		return err
	}
	files, err := report.Files(rep)
	if err != nil {
		return err
	}
	slicesJSON, err := json.MarshalIndent(rep.Slices, "", " ")
	if err != nil {
		return err
	}
	timingsJSON, err := json.MarshalIndent(timings, "", "  ")
	if err != nil {
		return err
	}
	rejected, err := rejectedLines(p.rejected)
	if err != nil {
		return err
	}
	var parts, text, page bytes.Buffer
	if err := report.SlicesText(&parts, rep); err != nil {
		return err
	}
	for _, t := range timings {
		v := variantOf(&rep, t.Variant)
		v.TrainSeconds, v.QueryMicros = t.TrainWall, t.QueryMicros
	}
	if err := report.Text(&text, rep); err != nil {
		return err
	}
	if err := report.HTML(&page, rep); err != nil {
		return err
	}
	return r.publish(ctx, append(files,
		atomicfolder.Content{Name: SlicesFile, Data: parts.Bytes()},
		atomicfolder.Content{Name: SlicesJSONFile, Data: append(slicesJSON, '\n')},
		atomicfolder.Content{Name: TimingsFile, Data: append(timingsJSON, '\n')},
		atomicfolder.Content{Name: RejectedFile, Data: rejected},
		atomicfolder.Content{Name: ComparisonFile, Data: text.Bytes()},
		atomicfolder.Content{Name: ComparisonHTML, Data: page.Bytes()}))
}
