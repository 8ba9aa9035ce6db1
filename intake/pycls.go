package intake

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"strings"

	"eahas/features"
)

var pyclsReader = Reader{
	Name:  "pycls",
	Tool:  "pycls",
	Files: "sweep.json (pycls' sweep/collect.py); stdout.log of a run",
	Told:  "JSON objects with cfg, train_epoch and test_epoch; lines with json_stats",
	Gives: "top1_err and loss of train and test by epoch (percent), seconds of each epoch (time_epoch), energies in " +
		"Wh where cons.train_cons is there, cfg as configuration",
	find: func(t *tree) *Found {
		return found(Certain, "cfg with train_epoch and test_epoch", t.free(func(f *file) bool {
			head := f.head()
			switch f.ext() {
			case ".json":
				return bytes.Contains(head, []byte(`"cfg"`)) &&
					(bytes.Contains(head, []byte(`"train_epoch"`)) || bytes.Contains(head, []byte(`"test_epoch"`)) ||
						bytes.Contains(head, []byte(`"test_ema_epoch"`)) ||
						bytes.Contains(head, []byte(`"log_file"`)) && f.size > headBytes)
			case ".log":
				return bytes.Contains(head, []byte("json_stats:"))
			}
			return false
		}))
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		log.declare(Column{Name: "seconds", Role: RoleSeconds, Unit: "s", Shape: PerEpoch,
			Why: "time_epoch of the training"})
		log.declare(Column{Name: "joules", Role: RoleJoules, Unit: "Wh", Shape: PerEpoch,
			Why: "cons.train_cons is in Wh"})
		for _, of := range []string{"train", "test", "test_ema"} {
			log.declare(Column{Name: of + "_top1_err", Role: RoleMetric, Kind: "error", Unit: "percent",
				Why: "pycls writes errors in percent"})
			log.declare(Column{Name: of + "_top5_err", Role: RoleMetric, Kind: "error", Unit: "percent",
				Why: "pycls writes errors in percent"})
		}
		return log.each(ctx, found.files, func(f *file) error {
			if f.ext() == ".log" {
				return readPyclsLog(ctx, f, log)
			}
			n := 0
			_, err := eachJSON(f, func(v any) error {
				if n++; n%64 == 0 && ctx.Err() != nil {
					return ctx.Err()
				}
				return log.pyclsJob(f, n, object(v))
			})
			return err
		})
	},
}

// pyclsJob reads one job of a sweep.
func (l *Log) pyclsJob(f *file, n int, job map[string]any) error {
	id := fmt.Sprintf("%s/%d", f.stem(), n)
	if s, ok := job["log_file"].(string); ok && s != "" {
		id = path.Base(path.Dir(s))
		if id == "." || id == "/" {
			id = s
		}
	}
	run, err := l.run("pycls", id, f.name)
	if err != nil {
		return err
	}
	run.pyclsConfig(job["cfg"])
	for name, v := range object(job["complexity"]) {
		if x, ok := number(v); ok {
			run.set(name, features.Number(x))
		}
	}
	for _, of := range []string{"train", "test", "test_ema"} {
		if err := l.pyclsEpochs(run, of, object(job[of+"_epoch"])); err != nil {
			return err
		}
	}
	if list, ok := object(job["cons"])["train_cons"].([]any); ok {
		for i, v := range list {
			if x, ok := number(v); ok {
				if err := l.point(run, "joules", float64(i+1), x); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// pyclsConfig takes the configuration without where things are written and shown.
func (r *Run) pyclsConfig(cfg any) {
	flatten("", cfg, func(name string, v features.Value) {
		for _, p := range []string{"OUT_DIR", "LOG_", "DESC", "LAUNCH.", "DATA_LOADER.", "HOST", "PORT", "DIST_BACKEND",
			"PREC_TIME.", "CUDNN.", "CFG_DEST", "DOWNLOAD_CACHE"} {
			if strings.HasPrefix(name, p) {
				return
			}
		}
		r.set(name, v)
	})
	if x, ok := r.Config["OPTIM.MAX_EPOCH"].Float(); ok {
		r.Planned = x
	}
	if v, ok := r.Config["RNG_SEED"]; ok {
		r.Seed = v.String()
		delete(r.Config, "RNG_SEED")
	}
}

// pyclsEpochs reads the lists of one phase. epoch_ind counts from 1.
func (l *Log) pyclsEpochs(run *Run, of string, lists map[string]any) error {
	at, _ := lists["epoch_ind"].([]any)
	for name, v := range lists {
		list, ok := v.([]any)
		out := of + "_" + name
		switch {
		case name == "time_epoch" && of == "train":
			out = "seconds"
		case name != "top1_err" && name != "top5_err" && name != "loss" && name != "lr" && name != "time_epoch":
			continue
		}
		if !ok {
			continue
		}
		for i, v := range list {
			epoch := float64(i + 1)
			if i < len(at) {
				if x, ok := number(at[i]); ok {
					epoch = x
				}
			}
			if x, ok := number(v); ok {
				if err := l.point(run, out, epoch, x); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// readPyclsLog reads the json_stats lines of one run.
func readPyclsLog(ctx context.Context, f *file, log *Log) error {
	run, err := log.run("pycls", runPath(f), f.name)
	if err != nil {
		return err
	}
	return eachLine(ctx, f, func(n int, line string) error {
		_, text, ok := strings.Cut(line, "json_stats: ")
		if !ok {
			return nil
		}
		v, err := dict(text)
		if err != nil {
			log.leave(f.name, "line %d: json_stats is no JSON", n)
			return nil
		}
		m := object(v)
		kind, _ := m["_type"].(string)
		of, epochs := strings.CutSuffix(kind, "_epoch")
		if !epochs {
			return nil
		}
		epoch := 0.0
		switch e := m["epoch"].(type) { // "3/100"
		case string:
			first, all, _ := strings.Cut(e, "/")
			epoch, _ = parseNumber(first)
			if x, ok := parseNumber(all); ok {
				run.Planned = x
			}
		case float64:
			epoch = e
		}
		for name, v := range m {
			x, ok := number(v)
			if s, text := v.(string); text && !ok && name == "time_epoch" {
				x, ok = parseNumber(s)
			}
			if !ok || epoch <= 0 {
				continue
			}
			lists := map[string]any{name: []any{x}, "epoch_ind": []any{epoch}}
			if err := log.pyclsEpochs(run, of, lists); err != nil {
				return err
			}
		}
		return nil
	})
}
