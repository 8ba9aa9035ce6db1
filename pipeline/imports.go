package pipeline

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"eahas/intake"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// importedLog is the file that the logs of other tools of mapping i become, in a folder. part 0 are the config's logs,
// the others what was added.
func importedLog(folder string, part, i int) string {
	if part > 0 {
		return filepath.Join(folder, fmt.Sprintf("import-added-%d-%d.parquet", part, i))
	}
	return filepath.Join(folder, fmt.Sprintf("import-%d.parquet", i))
}

// absolute returns the paths from the data folder.
func absolute(paths []string, dir string) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		if out[i] = p; !filepath.IsAbs(p) {
			out[i] = filepath.Join(dir, p)
		}
	}
	return out
}

// importLogs reads other tools' logs and writes them as our log to a file. It returns nil, and no error, where no
// reader knows them.
func importLogs(ctx context.Context, paths []string, dir, to string, o intake.Options) (*intake.Log, error) {
	match, err := intake.Open(ctx, absolute(paths, dir)...)
	if err != nil || match == nil {
		return nil, err
	}
	defer match.Close()
	log, err := match.Read(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return nil, err
	}
	return log, log.WriteParquet(to)
}

// imported puts our log in the place of other tools' logs, written beside the stages. names says what stands for the
// files that were made: the paths of the config.
func (r *run) imported(ctx context.Context, part int, of []trial.Mapping, dir string) (logs []trial.Mapping,
	names map[string]string, err error) {
	names = map[string]string{}
	for i, m := range of {
		if m.Import {
			to, err := filepath.Abs(importedLog(r.stages.Store.Dir, part, i))
			if err != nil {
				return nil, nil, err
			}
			log, err := importLogs(ctx, m.Path, dir, to, intake.Options{Name: m.Name})
			if err != nil {
				return nil, nil, fmt.Errorf("logs[%d]: %w", i, err)
			}
			if log == nil {
				return nil, nil, fmt.Errorf("%w: logs[%d]: import: %w in %s: leave import out for tables", ErrConfig, i,
					intake.ErrNothing, strings.Join(m.Path, ", "))
			}
			m.Path, m.Import = trial.Strings{to}, false
			names[filepath.Base(to)] = importName(of[i].Path)
		}
		logs = append(logs, m)
	}
	return logs, names, nil
}

// importName names imported logs without a path of this machine.
func importName(paths trial.Strings) string {
	name := paths[0]
	if filepath.IsAbs(name) {
		name = filepath.Base(name)
	}
	if len(paths) > 1 {
		name += fmt.Sprintf(" and %d more", len(paths)-1)
	}
	return name + " (imported)"
}

// rename names files as the user does.
func rename(in *arrowio.Result, names map[string]string) {
	if len(names) == 0 {
		return
	}
	swap := func(s *string) {
		if n, ok := names[*s]; ok {
			*s = n
		}
	}
	for i := range in.Inputs {
		swap(&in.Inputs[i].Path)
	}
	for i := range in.Trials {
		swap(&in.Trials[i].Source.File)
	}
	for i := range in.Rejections {
		swap(&in.Rejections[i].File)
	}
}
