package intake

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strings"
)

var tensorboardCSVReader = Reader{
	Name:  "tensorboard-csv",
	Tool:  "TensorBoard's download of a chart",
	Files: "run-RUN-tag-TAG.csv: one file for each run and tag",
	Told:  "columns Wall time, Step, Value",
	Gives: "the tag by step, for the run that the file's name says; of a file with another name the folder is the " +
		"run and the name the tag; wall times as the clock of the run",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool {
			return isTable(f) && slices.Equal(header(f), []string{"Wall time", "Step", "Value"})
		})
		return found(Certain, "columns Wall time, Step, Value", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		return log.each(ctx, found.files, func(f *file) error { return readTensorBoardCSV(ctx, f, log) })
	},
}

var tagFile = regexp.MustCompile(`^run-(.+)-tag-(.+)$`)

func readTensorBoardCSV(ctx context.Context, f *file, log *Log) error {
	id, tag := f.dir(), f.stem()
	if m := tagFile.FindStringSubmatch(f.stem()); m != nil {
		id, tag = path.Join(f.dir(), m[1]), m[2]
	}
	run, err := log.run("tensorboard-csv", id, f.name)
	if err != nil {
		return err
	}
	run.Name = strings.TrimSuffix(path.Base(id), "_") // TensorBoard writes the slashes of names as _
	return eachRow(ctx, f, log, func(r *row) error {
		step, ok := parseNumber(r.cell("Step"))
		x, number := parseNumber(r.cell("Value"))
		if !ok || !number {
			return nil
		}
		at := sinceEpoch(moment(r.cell("Wall time")))
		run.tick(step, at)
		run.span(at)
		return log.point(run, tag, step, x)
	})
}
