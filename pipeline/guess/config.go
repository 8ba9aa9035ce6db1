package guess

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"eahas/features"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// Config looks at logs and writes a config for them: how it takes the columns, and the space that the configurations span,
// each with its grounds in a comment. The user edits it. Paths are as in a config: relative to dir.
func Config(ctx context.Context, name string, paths []string, dir string) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Written by 'train init' from what the columns look like. Check every line, above all kinds and units,\n# then: go run ./cmd/train run -config THIS_FILE\n")
	fmt.Fprintf(&b, "name: %s\nseed: 1\nlogs:\n", name)
	guesses := make([]guess, len(paths))
	failures := make([]error, len(paths))
	var all []features.Config
	for i, p := range paths {
		columns, err := arrowio.Describe(ctx, []string{p}, dir)
		if err != nil {
			return nil, err
		}
		guesses[i] = guessMapping(p, columns)
		var configs []features.Config
		configs, failures[i] = configurations(ctx, guesses[i].mapping, dir)
		all = append(all, configs...)
	}
	inf := features.Infer(name, all)
	for i := range guesses {
		maps.DeleteFunc(guesses[i].mapping.Params, func(axis, _ string) bool { return inf.Space.Param(axis) == nil })
		if err := guesses[i].write(&b); err != nil {
			return nil, err
		}
		if failures[i] != nil {
			fmt.Fprintf(&b, "    # reading it this way fails: %s\n", strings.ReplaceAll(failures[i].Error(), "\n", " "))
		}
	}
	b.WriteString("space:\n")
	if len(inf.Space.Params) == 0 {
		b.WriteString("  params: [] # no column looks like an axis that varies; declare them here\n")
	} else if err := features.WriteYAML(&b, inf.Space, inf.Observed, "  "); err != nil {
		return nil, err
	}
	b.WriteString("# epochs: {axis: NAME} # the axis that states the number of epochs, if there is one; else it is found out\n")
	b.WriteString("evaluate:\n  folds: 5\n  # group_by: NAME # the axis by which curves are grouped in the scores, such as the task; default: equal length\n")
	b.WriteString("variants:\n  - bezier+gbdt\n  # - bezier+mlp\n  # - svd+gbdt\n  # - golearn-baseline\n")
	return b.Bytes(), nil
}

// configurations reads the axes of a log alone; curves and costs may still be declared wrongly.
func configurations(ctx context.Context, m trial.Mapping, dir string) ([]features.Config, error) {
	axes := slices.Sorted(maps.Keys(m.Params))
	in, err := arrowio.Ingest(ctx, []trial.Mapping{m}, dir, arrowio.Options{Axes: axes})
	if err != nil {
		return nil, err
	}
	out := make([]features.Config, len(in.Trials))
	for i := range in.Trials {
		out[i] = in.Trials[i].Config
	}
	return out, nil
}

// write writes the mapping as one item of the list logs, with the remarks as comments.
func (g *guess) write(b *bytes.Buffer) error {
	y, err := yaml.Marshal(g.mapping)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(g.mapping.Path[0]), err)
	}
	for i, line := range strings.Split(strings.TrimRight(string(y), "\n"), "\n") {
		lead := "    "
		if i == 0 {
			lead = "  - "
		}
		key, _, _ := strings.Cut(strings.TrimSpace(line), ":")
		if r := g.remarks[key]; r != "" {
			line += " # " + strings.TrimPrefix(r, "; ")
		}
		fmt.Fprintf(b, "%s%s\n", lead, line)
	}
	return nil
}
