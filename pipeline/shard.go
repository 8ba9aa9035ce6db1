package pipeline

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"eahas/internal/arithmetic"
	"eahas/internal/atomicfile"
	"eahas/pipeline/experiment"
	"eahas/pipeline/stage"
)

// Shard is one of Count equal shares of the work.
type Shard struct{ Index, Count int } // 0 <= Index < Count

// Purpose is what the parts of a sharded run are for.
type Purpose string

// The purposes.
const (
	ForEvaluate Purpose = "evaluate" // scores on held-out folds
	ForCompare  Purpose = "compare"  // those, and every variant trained on all trials
)

// shardFile lies in every part's folder and says what the part is.
const shardFile = "shard.json"

// partInfo is the content of shardFile.
type partInfo struct {
	Purpose Purpose `json:"purpose"`
	Index   int     `json:"index"`
	Count   int     `json:"count"`
	Run     string  `json:"run"` // SHA-256 of everything that the results depend on
	// of the machine that did it, which the results depend on too (package arithmetic)
	Arithmetic string `json:"arithmetic"`
}

// task is one piece of work that can be done anywhere: one stage.
type task struct {
	piece stage.Piece
	do    func(ctx context.Context) error
}

// tasks lists the pieces of a run in a fixed order.
func (r *run) tasks(p experiment.Plan, purpose Purpose) []task {
	var out []task
	for i := range r.config.Variants {
		v := &r.config.Variants[i]
		for seed := range p.Scoring.Trainings() {
			for fold := range p.Table.Folds {
				out = append(out, task{p.FoldPiece(v, fold, seed), func(ctx context.Context) error {
					_, err := p.Fold(ctx, r.stages, v, fold, seed)
					return err
				}})
			}
		}
		if purpose == ForCompare {
			out = append(out, task{p.FinalPiece(v), func(ctx context.Context) error {
				_, err := p.Final(ctx, r.stages, v)
				return err
			}})
		}
	}
	return out
}

// RunShard does one share of an evaluation or a comparison and leaves its results in the folder o.Out, which Merge
// takes. Doing it again goes on where it stopped. The logs are read by every shard.
func RunShard(ctx context.Context, c *Config, o Options, purpose Purpose, sh Shard) (*Result, error) {
	r := newRun(c, o, fmt.Sprintf("-shard-%d-of-%d", sh.Index, sh.Count))
	dir := filepath.Clean(r.options.Out)
	r.stages.Store.Dir = dir
	p, err := r.ready(ctx)
	if err != nil {
		return nil, err
	}
	all := r.tasks(p.plan, purpose)
	info := partInfo{Purpose: purpose, Index: sh.Index, Count: sh.Count, Arithmetic: arithmetic.Fingerprint()}
	if info.Run, err = r.identity(p.plan); err != nil {
		return nil, err
	}
	if old, err := readPart(dir); err == nil && *old != info {
		return nil, fmt.Errorf("%w: %s holds shard %d/%d of another run; choose another folder with -out", ErrShard,
			dir, old.Index, old.Count)
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(r.stages.Goroutines())
	done := 0
	for i, t := range all {
		if i%sh.Count == sh.Index {
			done++
			g.Go(func() error { return t.do(gctx) })
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	b, err := json.Marshal(info)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if err := atomicfile.Write(filepath.Join(dir, shardFile), append(b, '\n')); err != nil {
		return nil, err
	}
	return &Result{Out: r.options.Out, Trials: len(p.plan.Table.Trials), Rejected: p.rejected,
		Summary: []string{fmt.Sprintf("shard %d/%d: %d of %d pieces", sh.Index, sh.Count, done, len(all))}}, nil
}

// identity names everything that the results of a run depend on.
func (r *run) identity(p experiment.Plan) (string, error) {
	k, err := stage.KeyOf(p.Key, r.config.Variants, p.Heads, p.Seed, p.Scoring.Trainings())
	return hex.EncodeToString(k[:]), err
}

func readPart(dir string) (*partInfo, error) {
	b, err := os.ReadFile(filepath.Join(dir, shardFile))
	if err != nil {
		return nil, err
	}
	info := new(partInfo)
	if err := json.Unmarshal(b, info); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrShard, filepath.Join(dir, shardFile), err)
	}
	return info, nil
}

// Merge joins the parts of all shards and finishes the evaluation or comparison that they are for, with the same report
// as one process would have written. Every shard must be among the parts, from the same config and the same logs.
func Merge(ctx context.Context, c *Config, o Options, parts []string) (*Result, error) {
	r := newRun(c, o, "")
	p, err := r.ready(ctx)
	if err != nil {
		return nil, err
	}
	identity, err := r.identity(p.plan)
	if err != nil {
		return nil, err
	}
	purpose, err := checkParts(parts, identity)
	if err != nil {
		return nil, err
	}
	for _, dir := range parts {
		if err := r.stages.Store.CopyFrom(ctx, dir); err != nil {
			return nil, err
		}
	}
	for _, t := range r.tasks(p.plan, purpose) {
		ok, err := r.stages.Done(t.piece)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fmt.Errorf("%w: the result of %q is missing or damaged; run its shard again", ErrShard,
				t.piece.Name)
		}
	}
	if purpose == ForCompare {
		return Compare(ctx, c, o, nil)
	}
	return Evaluate(ctx, c, o)
}

// checkParts sees to it that the parts are all shards of one run, and returns what it is for. Kept whole: a list of
// checks, of which the first that fails is told.
func checkParts(parts []string, identity string) (Purpose, error) {
	var first *partInfo
	var seen []bool
	for _, dir := range parts {
		p, err := readPart(dir)
		if errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("%w: %s holds no finished shard", ErrShard, dir)
		}
		if err != nil {
			return "", err
		}
		if first == nil {
			if p.Count < 1 || p.Count > 1<<20 {
				return "", fmt.Errorf("%w: %s is one of %d shards", ErrShard, dir, p.Count)
			}
			first, seen = p, make([]bool, p.Count)
		}
		switch here := arithmetic.Fingerprint(); {
		case p.Arithmetic != "" && p.Arithmetic != here:
			return "", fmt.Errorf("%w: %s was made with the arithmetic %s, this process has %s: the last digits would "+
				"mix; do all shards and the merge with one build on processors of one kind", ErrShard, dir,
				p.Arithmetic,
				here)
		case p.Run != identity:
			return "", fmt.Errorf("%w: %s was made from another config, other variants or other logs", ErrShard, dir)
		case p.Purpose != first.Purpose || p.Count != first.Count || p.Index < 0 || p.Index >= p.Count:
			return "", fmt.Errorf("%w: %s is shard %d/%d for %s, the first is one of %d for %s", ErrShard, dir, p.Index,
				p.Count, p.Purpose, first.Count, first.Purpose)
		}
		seen[p.Index] = true
	}
	if first == nil {
		return "", fmt.Errorf("%w: no parts to merge", ErrShard)
	}
	if i := slices.Index(seen, false); i >= 0 {
		return "", fmt.Errorf("%w: shard %d/%d is missing", ErrShard, i, first.Count)
	}
	return first.Purpose, nil
}
