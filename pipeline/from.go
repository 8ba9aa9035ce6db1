package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"eahas/artifacts"
	"eahas/features"
	"eahas/pipeline/stage"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// From says what a run goes on from.
type From struct {
	Bundle  string         // folder of the earlier bundle
	Paths   []string       // new logs, from the current folder or absolute; none: what is new at the bundle's own paths
	OnlyNew bool           // train on the new logs alone
	Results *regexp.Regexp // new columns that are results, so that they need be no axes; may be nil
}

// earlier is the bundle that a run goes on from.
type earlier struct {
	*artifacts.Bundle
	name   string            // of its folder
	config *Config           // as it was made
	trials map[string]labels // that its report names: by id
}

// RunFrom does a whole run by the config of an earlier bundle, on its logs and new ones, and says what is new in these,
// what the earlier surrogate missed of them, and whether the new one is better on trials that neither has seen. The
// config of a bundle is data: what it names is read as logs, nothing is simulated, and nothing is written outside of
// the output folder and its stages. The config of the new bundle lists the new logs under `added` and has the space
// widened to hold them: run by itself it gives the same models.
func RunFrom(ctx context.Context, f From, o Options) (*Result, error) {
	old, err := openEarlier(f.Bundle)
	if err != nil {
		return nil, err
	}
	c, err := Parse(filepath.Join(f.Bundle, artifacts.ManifestName), []byte(old.Info.Config))
	if err != nil {
		return nil, err
	}
	o.DataDir = dataDirOf(c, o.DataDir, f.OnlyNew)
	more, err := newMappings(ctx, c, f.Paths, DataDir(o.DataDir))
	if err != nil {
		return nil, err
	}
	if f.OnlyNew {
		if len(more) == 0 {
			return nil, fmt.Errorf("%w: training on the new logs alone needs new logs", ErrConfig)
		}
		c.Logs, c.Added = more, nil
	} else if len(more) > 0 {
		c.Added = append(c.Added, Added{Logs: more})
	}
	c.file = ""
	r := newRun(c, o, "-new")
	in, err := r.ingest(ctx)
	if errors.Is(err, arrowio.ErrNoFiles) && !f.OnlyNew {
		return nil, fmt.Errorf("%w\n%s", err, whereOld)
	}
	if errors.Is(err, arrowio.ErrColumn) {
		return nil, fmt.Errorf("%w\nThe new logs are read by the bundle's own config: name their columns as the old "+
			"logs do, or train on all logs with a config of their own", err)
	}
	if err != nil {
		return nil, err
	}
	batch, err := old.sort(in, f.OnlyNew)
	if err != nil {
		return nil, err
	}
	if err := r.sameAxes(ctx, f, batch); err != nil {
		return nil, err
	}
	var widened []features.Widened
	c.Space.Space, widened = c.Space.Space.Widen(configsOf(batch.fresh))
	if in.key, err = r.keyOfData(in.parts); err != nil { // the space is another one
		return nil, err
	}
	return r.from(ctx, in, func(p *prepared) error { return r.addNews(ctx, p, old, batch, widened) })
}

// whereOld says how the old logs can be named.
const whereOld = "The old logs are trained on, too: say where they lie now with -data DIR (the folder that the paths " +
	"of the bundle's config start from), or train on the new logs alone with -new-only"

// openEarlier opens the bundle and reads its config and the trials that its report names.
func openEarlier(path string) (*earlier, error) {
	b, err := artifacts.OpenBundle(path)
	if err != nil {
		return nil, err
	}
	old := &earlier{Bundle: b, name: filepath.Base(filepath.Clean(path))}
	if old.config, err = Parse(filepath.Join(path, artifacts.ManifestName), []byte(b.Info.Config)); err != nil {
		return nil, fmt.Errorf("%w\nThe config inside this bundle is not one that this version reads: train on all "+
			"logs with a config of your own", err)
	}
	if old.config.Simulate != nil || b.Surrogate.Spec().Synthetic {
		return nil, fmt.Errorf("%w: %s was made from simulated runs, to which no real ones can be added: eahas run "+
			"new-logs/", ErrConfig, path)
	}
	old.trials, err = reportedTrials(path)
	return old, err
}

// dataDirOf is the folder that the old paths start from: the given one, else the current folder where they are all
// there, else the data folder.
func dataDirOf(c *Config, given string, onlyNew bool) string {
	if given != "" {
		return given
	}
	for _, m := range c.allLogs() {
		for _, p := range m.Path {
			if found, _ := filepath.Glob(p); len(found) > 0 || onlyNew {
				continue
			}
			if _, err := os.Stat(p); err != nil {
				return ""
			}
		}
	}
	return "."
}

// allLogs are the mappings of the config's logs and of those that were added.
func (c *Config) allLogs() []trial.Mapping {
	out := slices.Clone(c.Logs)
	for _, a := range c.Added {
		out = append(out, a.Logs...)
	}
	return out
}

// newMappings makes mappings of new paths: each is read as the config's mapping whose columns it has.
func newMappings(ctx context.Context, c *Config, paths []string, dir string) ([]trial.Mapping, error) {
	of := make([]trial.Strings, len(c.Logs))
	for _, p := range paths {
		path, err := fromDataDir(p, dir)
		if err != nil {
			return nil, err
		}
		known, samples, err := isToolLog(ctx, path, dir)
		if err != nil {
			return nil, err
		}
		fits, err := fitting(c.Logs, path, dir, known, samples)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		for _, i := range fits {
			of[i] = append(of[i], path)
		}
	}
	var out []trial.Mapping
	for i, m := range c.Logs {
		if len(of[i]) > 0 {
			m.Path = of[i]
			out = append(out, m)
		}
	}
	return out, nil
}

// fromDataDir makes a path from the current folder one from the data folder, where it lies inside or was relative.
func fromDataDir(p, dir string) (string, error) {
	full, err := filepath.Abs(p)
	if err != nil {
		return "", err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	rel, err := filepath.Rel(dir, full)
	if err != nil || filepath.IsAbs(p) && !filepath.IsLocal(rel) {
		return full, nil
	}
	if filepath.IsAbs(p) || filepath.Clean(p) != filepath.Clean(rel) {
		return filepath.ToSlash(rel), nil
	}
	return p, nil
}

// fitting returns the mappings that read what lies at a path: of other tools' logs those that import; of tables the one
// of whose columns the files have the largest share, and those of the same paths.
func fitting(logs []trial.Mapping, path, dir string, tool, samples bool) ([]int, error) {
	var importing, tables []int
	for i, m := range logs {
		if m.Import {
			importing = append(importing, i)
		} else {
			tables = append(tables, i)
		}
	}
	if tool && len(importing) > 0 {
		return importing, nil
	}
	if len(tables) == 0 {
		return nil, fmt.Errorf("%w: the bundle was made from other tools' logs (eahas import -h), and no reader knows "+
			"these", ErrConfig)
	}
	if tool && !samples {
		return nil, fmt.Errorf("%w: these are another tool's logs, and the bundle was made from tables: make them a "+
			"table with the same columns (eahas import -out FILE.parquet ...), or train on all logs anew", ErrConfig)
	}
	best, share := -1, -1.0
	columns, err := arrowio.ColumnNames([]string{path}, dir)
	if err != nil {
		return nil, err
	}
	for _, i := range tables {
		if s := shareOf(logs[i].Named(), columns); s > share {
			best, share = i, s
		}
	}
	var out []int
	for _, i := range tables {
		if slices.Equal(logs[i].Path, logs[best].Path) {
			out = append(out, i)
		}
	}
	return out, nil
}

// shareOf is the share of the wanted columns that are there.
func shareOf(wanted []string, there map[string]bool) float64 {
	n := 0
	for _, w := range wanted {
		if there[w] {
			n++
		}
	}
	return float64(n) / float64(max(1, len(wanted)))
}

// sameAxes refuses new trials that lack an axis, and new logs with a further one. What the config's kind of reading
// leaves out of both is no concern.
func (r *run) sameAxes(ctx context.Context, f From, b batch) error {
	for i := range r.config.Space.Params {
		p := &r.config.Space.Params[i]
		lacks := func(t *trial.Trial) bool { return t.Config.Get(p.Name).IsMissing() }
		if p.Optional || p.When != nil || slices.ContainsFunc(b.fresh, func(t *trial.Trial) bool { return !lacks(t) }) {
			continue
		}
		return fmt.Errorf("%w: no new run says its %s, which is an axis of %s: put the column %q into the new logs "+
			"(where it had one value, that value in each row), or train on them alone without it: eahas run %s",
			ErrConfig, p.Name,
			f.Bundle, r.columnOf(p.Name), strings.Join(f.Paths, " "))
	}
	further, err := r.furtherAxes(ctx, f)
	if err != nil || len(further) == 0 {
		return err
	}
	return fmt.Errorf("%w: the new logs have settings that %s does not know: %s. Either they are results or do not "+
		"matter: -result '^(%s)$'. Or they are axes: put the columns into the old logs, too, and train on all with a "+
		"config of its own: eahas run OLD NEW", ErrConfig, f.Bundle, strings.Join(further, ", "), strings.Join(further,
		"|"))
}

// columnOf is the column that an axis is read from.
func (r *run) columnOf(axis string) string {
	for _, m := range r.config.allLogs() {
		if c, ok := m.Params[axis]; ok {
			return c
		}
	}
	return axis
}

// furtherAxes lists the columns that the new logs have and the old ones lack, and that look like settings: those
// that eahas run would make axes of. Without the old logs nobody knows what they lack, and none is listed.
func (r *run) furtherAxes(ctx context.Context, f From) ([]string, error) {
	if f.OnlyNew || len(f.Paths) == 0 {
		return nil, nil
	}
	dir := r.options.DataDir
	known := map[string]bool{}
	var added []string
	for i, m := range r.config.allLogs() {
		if m.Import {
			return nil, nil // its columns are the reader's, and the mapping names all that are axes
		}
		if i < len(r.config.Logs) || len(r.config.Added) > 1 && !r.lastAdded(m) {
			columns, err := arrowio.ColumnNames(m.Path, dir)
			if err != nil {
				return nil, err
			}
			for c := range columns {
				known[c] = true
			}
		} else {
			added = append(added, m.Path...)
		}
	}
	looked, err := Look(ctx, r.config.Name, added, LookOptions{DataDir: dir, Work: filepath.Join(r.stages.Store.Dir,
		"look"),
		Results: f.Results})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil { // too few runs to tell, say
		r.stages.Say(stage.Note, "", "the new logs alone do not say what their columns are")
		return nil, nil
	}
	return looked.Guess.FurtherAxes(known), nil
}

// lastAdded reports whether a mapping is of the logs that were added last.
func (r *run) lastAdded(m trial.Mapping) bool {
	last := r.config.Added[len(r.config.Added)-1]
	return slices.ContainsFunc(last.Logs, func(l trial.Mapping) bool { return slices.Equal(l.Path, m.Path) })
}

// configsOf are the configurations of trials.
func configsOf(trials []*trial.Trial) []features.Config {
	out := make([]features.Config, len(trials))
	for i, t := range trials {
		out[i] = t.Config.Config()
	}
	return out
}
