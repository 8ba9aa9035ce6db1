package pipeline

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"eahas/intake"
	"eahas/internal/paste"
	"eahas/pipeline/guess"
	"eahas/trial"
)

// LookOptions are what the user says that the logs do not.
type LookOptions struct {
	DataDir       string         // relative paths start here; default: see DataDir
	Work          string         // folder for what other tools' logs become
	Axes, Results *regexp.Regexp // columns that are settings, or results, whatever they look like; may be nil
	Names         string         // a pattern that takes settings out of runs' names (other tools' logs)
}

// Looked is what was found in logs that nobody has described.
type Looked struct {
	Config []byte // as YAML, to be edited
	Guess  *guess.Guess
	Import *intake.Log // what was read of other tools' logs; nil when there are none
}

// Look looks at logs, plain tables and other tools' logs alike, says what each column is taken for, and writes a config
// for them. Paths are as in a config: relative to the data folder.
func Look(ctx context.Context, name string, paths []string, o LookOptions) (*Looked, error) {
	if !nameRule.MatchString(name) {
		return nil, fmt.Errorf("%w: name %q must be 1 to 64 letters, digits, '.', '_' or '-'", ErrConfig, name)
	}
	dir := DataDir(o.DataDir)
	out := &Looked{}
	logs, err := out.logs(ctx, paths, dir, o)
	if err != nil {
		return nil, err
	}
	if out.Guess, err = guess.Look(ctx, name, logs, dir, guess.Options{Axes: o.Axes, Results: o.Results}); err != nil {
		return out, out.hinted(err)
	}
	variant, why := variantFor(out.Guess.Size())
	out.Config, err = out.Guess.YAML(name, logs, variant, why)
	return out, err
}

// hinted adds to an error about logs without a setting the pattern that takes the runs' names apart, where they look as
// if they held settings.
func (l *Looked) hinted(err error) error {
	if l.Import == nil {
		return err
	}
	if hint := l.Import.NameHint(); hint != "" {
		return fmt.Errorf("%w\nThe runs' names look as if they held settings (%s). If so, call the parts and try "+
			"again: -runs-named %s", err, l.Import.Runs[0].Name, paste.Word(hint))
	}
	return err
}

// logs tells other tools' logs from plain tables, and imports them.
func (l *Looked) logs(ctx context.Context, paths []string, dir string, o LookOptions) ([]guess.Log, error) {
	var tools, samples, tables []string
	for _, p := range paths {
		known, power, err := isToolLog(ctx, p, dir)
		switch {
		case err != nil:
			return nil, err
		case power:
			samples = append(samples, p)
		case known:
			tools = append(tools, p)
		default:
			tables = append(tables, p)
		}
	}
	if len(tables) > 0 { // of which the runs are; package intake joins samples to the runs of tools
		tables = append(tables, samples...)
	} else {
		tools = append(tools, samples...)
	}
	var out []guess.Log
	if len(tools) > 0 {
		log, err := l.imports(ctx, tools, dir, o)
		if err != nil {
			return nil, err
		}
		out = append(out, log)
	}
	if len(tables) > 0 {
		more, err := guess.Tables(tables, dir)
		if err != nil {
			return nil, refused(ctx, err, absolute(tables, dir))
		}
		out = append(out, more...)
	}
	return out, nil
}

// refused adds to an error about tables what is known of the files that lie there: a pickle, a spreadsheet.
func refused(ctx context.Context, err error, paths []string) error {
	for _, f := range intake.Strange(ctx, paths...) {
		err = fmt.Errorf("%w; %s: %s", err, f.From, f.Why)
	}
	return err
}

// isToolLog reports whether a reader of other tools' logs knows what lies at a path, and whether that is a table of
// power samples alone. A glob is for tables.
func isToolLog(ctx context.Context, p, dir string) (known, samples bool, err error) {
	full := absolute([]string{p}, dir)
	if strings.ContainsAny(p, "*?[") {
		return false, false, nil
	}
	match, err := intake.Open(ctx, full...)
	if err != nil || match == nil {
		return false, false, err
	}
	match.Close()
	other := slices.ContainsFunc(match.Found, func(f intake.Found) bool { return f.Tool != "power" })
	return true, !other, nil
}

// imports reads other tools' logs into a log of ours that says itself what it is.
func (l *Looked) imports(ctx context.Context, paths []string, dir string, o LookOptions) (guess.Log, error) {
	to, err := filepath.Abs(importedLog(o.Work, 0, 0))
	if err != nil {
		return guess.Log{}, err
	}
	log, err := importLogs(ctx, paths, dir, to, intake.Options{Name: o.Names, Axes: o.Axes, Results: o.Results})
	if err != nil {
		return guess.Log{}, err
	}
	l.Import = log
	m, notes := log.Mapping(to)
	log.Notes = append(log.Notes, notes...)
	out := guess.Log{Paths: trial.Strings{to}, Declared: &m, Why: map[string]string{}, Origin: slices.Clone(paths),
		Name: o.Names, Space: log.Space}
	for _, c := range log.Columns {
		out.Why[c.Name] = strings.TrimSuffix(string(c.Role)+": "+c.Why, ": ")
	}
	return out, nil
}

// WriteTable shows what was found: the tools, and what each column was taken for and why.
func (l *Looked) WriteTable(w io.Writer) {
	if l.Import != nil {
		for _, f := range l.Import.Found {
			fmt.Fprintf(w, "%s: %d runs, %d epochs (%s)\n", f.Tool, f.Runs, f.Epochs, f.Why)
		}
		for _, n := range l.Import.Notes {
			fmt.Fprintf(w, "note      %s\n", n)
		}
		for i, f := range l.Import.Left {
			if i == 20 {
				fmt.Fprintf(w, "left out  ... and %d more\n", len(l.Import.Left)-i)
				break
			}
			fmt.Fprintf(w, "left out  %s: %s\n", f.From, f.Why)
		}
	}
	if l.Guess != nil {
		l.Guess.WriteTable(w)
	}
}
