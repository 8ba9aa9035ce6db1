package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"eahas/internal/strictyaml"
)

var lightningReader = Reader{
	Name:  "lightning",
	Tool:  "PyTorch Lightning's CSVLogger",
	Files: "version_N/metrics.csv and hparams.yaml",
	Told:  "a metrics.csv with columns epoch and step",
	Gives: "all logged values by epoch (Lightning counts epochs from 0: its epoch 0 is epoch 1 here); hparams.yaml " +
		"as configuration",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool {
			if f.base() != "metrics.csv" {
				return false
			}
			h := header(f)
			return slices.Contains(h, "epoch") && slices.Contains(h, "step")
		})
		for _, f := range files {
			t.take("lightning", t.beside(f.dir(), "hparams.yaml"))
		}
		return found(Certain, "metrics.csv with the columns epoch and step", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		return log.each(ctx, found.files, func(f *file) error {
			run, err := log.run("lightning", runPath(f), f.name)
			if err != nil {
				return err
			}
			run.Name = path.Base(run.ID)
			log.companion(run, t.beside(f.dir(), "hparams.yaml"))
			return eachRow(ctx, f, log, func(r *row) error {
				epoch, ok := parseNumber(r.cell("epoch"))
				if !ok {
					return nil
				}
				return log.cells(run, r, epoch+1, "epoch", "step")
			})
		})
	},
}

// runPath names a run by the folder of its file, or by the file where the folder is the root.
func runPath(f *file) string {
	if d := f.dir(); d != "." {
		return d
	}
	return f.stem()
}

// cells adds the numbers of a row to the series of their columns; the named columns are left out. Empty cells are
// nothing: rows of training and of validation alternate in many logs.
func (l *Log) cells(run *Run, r *row, epoch float64, besides ...string) error {
	for i, name := range r.names {
		if name == "" || slices.Contains(besides, name) {
			continue
		}
		if x, ok := l.reads(name, r.cells[i]); ok && !isMoment(name, x) {
			if err := l.point(run, name, epoch, x); err != nil {
				return err
			}
		}
	}
	return nil
}

// companion reads a configuration that lies beside a run's log, YAML or JSON; a nil file has none.
func (l *Log) companion(run *Run, f *file) {
	if f == nil {
		return
	}
	v, err := readConfig(f)
	if err != nil {
		l.leave(f.name, "%v", err)
		return
	}
	run.configure("", v)
}

// readConfig decodes a YAML or JSON file that holds a configuration.
func readConfig(f *file) (any, error) {
	if f.ext() == ".json" {
		return readJSON(f)
	}
	return readYAML(f)
}

// readYAML decodes a small YAML file. Tags of Python objects are read as what they hold.
func readYAML(f *file) (any, error) {
	b, err := f.all()
	if err != nil {
		return nil, err
	}
	if len(b) > maxYAML {
		return nil, fmt.Errorf("%w: more than %d bytes of YAML", ErrLimit, maxYAML)
	}
	lines := strings.Split(string(b), "\n")
	for i, line := range lines { // lr: !!python/object/apply:numpy... : the tag says nothing that is read here
		if k := strings.Index(line, "!!python/"); k >= 0 {
			rest := line[k:]
			if end := strings.IndexByte(rest, ' '); end >= 0 {
				lines[i] = line[:k] + rest[end+1:]
			} else {
				lines[i] = line[:k]
			}
		}
	}
	var v any
	switch err := strictyaml.DecodeLoose([]byte(strings.Join(lines, "\n")), &v); {
	case errors.Is(err, io.EOF): // it holds nothing
	case err != nil:
		return nil, fmt.Errorf("%w: %s", ErrFormat, strings.SplitN(err.Error(), "\n", 2)[0])
	}
	return plain(v, 0), nil
}

// plain turns what the YAML library gives into what encoding/json would.
func plain(v any, depth int) any {
	if depth > maxDepth {
		return nil
	}
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k], depth+1)
		}
		return v
	case map[any]any:
		out := map[string]any{}
		for k, e := range v {
			out[fmt.Sprint(k)] = plain(e, depth+1)
		}
		return out
	case []any:
		for i := range v {
			v[i] = plain(v[i], depth+1)
		}
		return v
	case uint64:
		return float64(v)
	case int64:
		return float64(v)
	case int:
		return float64(v)
	}
	return v
}
