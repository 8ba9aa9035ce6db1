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
	Gives: "each metric by step; the configuration from dvclive/params.yaml or from DVC's params.yaml in a folder " +
		"above it",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool {
			if _, _, below := livePath(f); !below || f.ext() != ".tsv" {
				return false
			}
			h := header(f)
			return len(h) >= 2 && epochColumn(h) >= 0
		})
		for _, f := range files {
			dir, _, _ := livePath(f)
			t.take("dvclive", t.beside(dir, "metrics.json")) // the last values once more
		}
		return found(Certain, "TSV files below plots/metrics", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		return log.each(ctx, found.files, func(f *file) error {
			dir, name, _ := livePath(f)
			id := dir
			if path.Base(dir) == "dvclive" && path.Dir(dir) != "." {
				id = path.Dir(dir)
			}
			run, err := log.run("dvclive", id, path.Join(dir, "plots"))
			if err != nil {
				return err
			}
			run.Name = path.Base(id)
			at := epochColumn(header(f))
			return eachRow(ctx, f, log, func(r *row) error {
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
						if err := log.point(run, name, step, x); err != nil {
							return err
						}
					}
				}
				return nil
			})
		})
	},
}

// livePath is the folder of a run of DVCLive, which is that above plots, and the metric that a file below it holds.
func livePath(f *file) (dir, metric string, ok bool) {
	before, behind, ok := strings.Cut("/"+f.name, "/plots/metrics/")
	return path.Clean(strings.TrimPrefix(before, "/")), strings.TrimSuffix(behind, ".tsv"), ok
}
