package intake

import (
	"context"
	"path"
	"strings"
)

var dvcliveReader = Reader{
	Name:  "dvclive",
	Tool:  "DVCLive",
	Files: "dvclive/plots/metrics/NAME.tsv: one file for each metric",
	Told:  "TSV files with step below a folder plots/metrics",
	Gives: "each metric by step; the configuration from dvclive/params.yaml or from DVC's params.yaml in a folder above " +
		"it",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool {
			h := header(f)
			return f.ext() == ".tsv" && strings.Contains("/"+f.name, "/plots/metrics/") && len(h) >= 2 &&
				epochColumn(h) >= 0
		})
		for _, f := range files {
			t.take("dvclive", t.beside(liveFolder(f), "metrics.json")) // the last values once more
		}
		return found(Certain, "TSV files below plots/metrics", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		return log.each(ctx, found.files, func(f *file) error {
			dir := liveFolder(f)
			id := dir
			if path.Base(dir) == "dvclive" && path.Dir(dir) != "." {
				id = path.Dir(dir)
			}
			run, err := log.run("dvclive", id, path.Join(dir, "plots"))
			if err != nil {
				return err
			}
			run.Name = path.Base(id)
			_, name, _ := strings.Cut("/"+f.name, "/plots/metrics/")
			return eachRow(ctx, f, log, func(r *row) error {
				at := epochColumn(r.names)
				step, ok := parseNumber(r.cells[at])
				if !ok {
					return nil
				}
				for i := range r.names {
					if i == at {
						continue
					}
					if i == r.index["timestamp"] && r.names[i] == "timestamp" {
						run.tick(step, sinceEpoch(moment(r.cells[i])))
						continue
					}
					if x, ok := parseNumber(r.cells[i]); ok {
						if err := log.point(run, strings.TrimSuffix(name, ".tsv"), step, x); err != nil {
							return err
						}
					}
				}
				return nil
			})
		})
	},
}

// liveFolder is the folder of a run of DVCLive: that above plots.
func liveFolder(f *file) string {
	before, _, _ := strings.Cut("/"+f.name, "/plots/metrics/")
	return path.Clean(strings.TrimPrefix(before, "/"))
}
