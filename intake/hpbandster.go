package intake

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"path"

	"eahas/features"
)

var hpbandsterReader = Reader{
	Name:  "hpbandster",
	Tool:  "HpBandSter (BOHB)",
	Files: "results.json and configs.json",
	Told: "a results.json whose lines are arrays [[i,j,k], budget, times, result, exception], and configs.json " +
		"beside it",
	Gives: "the loss of each configuration by budget (as epochs), seconds of each evaluation as a sum so far; a " +
		"configuration that never reached the largest budget was pruned",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool {
			return f.base() == "results.json" && bytes.HasPrefix(f.head(), []byte("[[")) &&
				bytes.Contains(firstLine(f), []byte(`"submitted"`)) && t.beside(f.dir(), "configs.json") != nil
		})
		for _, f := range files {
			t.take("hpbandster", t.beside(f.dir(), "configs.json"), t.beside(f.dir(), "configspace.json"))
		}
		return found(Certain, "results.json with one array a line, and configs.json", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		return log.each(ctx, found.files, func(f *file) error { return readHpBandSter(t, f, log) })
	},
}

// readHpBandSter reads one results.json with the configs.json beside it.
func readHpBandSter(t *tree, f *file, log *Log) error {
	log.declare(Column{Name: "loss", Role: RoleMetric, Kind: "loss", Unit: "raw", Why: "what BOHB minimizes"})
	log.declare(Column{Name: "seconds", Role: RoleSeconds, Unit: "s", Shape: Cumulative,
		Why: "finished - started, summed over the budgets so far"})
	runs, err := bandsterConfigs(t.beside(f.dir(), "configs.json"), f, log)
	if err != nil {
		return err
	}
	most, n := 0.0, 0
	reached := map[*Run]float64{} // the largest budget of each run
	torn, err := eachJSON(f, func(v any) error {
		n++
		a, _ := v.([]any)
		if len(a) < 4 {
			log.leave(f.name, "line %d has %d parts instead of 5", n, len(a))
			return nil
		}
		run := runs[fmt.Sprint(a[0])]
		budget, ok := number(a[1])
		if run == nil || !ok {
			log.leave(f.name, "line %d: configuration %v is not in configs.json", n, a[0])
			return nil
		}
		most = max(most, budget)
		reached[run] = max(reached[run], budget)
		if len(a) > 4 && a[4] != nil {
			run.Status = Failed
		}
		return log.bandsterResult(run, budget, object(a[2]), object(a[3]))
	})
	if torn {
		log.leave(f.name, "its last line is torn")
	}
	for _, run := range runs { // all were planned to go as far as the furthest
		run.Planned = math.NaN()
		if most > 0 {
			run.Planned = most
		}
		if run.Status == Unknown {
			run.Status = Finished
			if reached[run] < most {
				run.Status = Pruned
			}
		}
	}
	return err
}

// bandsterConfigs makes a run of each configuration, by its id as text.
func bandsterConfigs(configs, results *file, log *Log) (map[string]*Run, error) {
	runs := map[string]*Run{}
	_, err := eachJSON(configs, func(v any) error {
		a, _ := v.([]any)
		if len(a) < 2 {
			return nil
		}
		id := fmt.Sprint(a[0])
		run, err := log.run("hpbandster", path.Join(runPath(results), id), results.name)
		if err != nil {
			return err
		}
		run.configure("", a[1])
		runs[id] = run
		return nil
	})
	return runs, err
}

// bandsterResult takes what one line says of a run at a budget: when it was trained, its loss, and its info.
func (l *Log) bandsterResult(run *Run, budget float64, times, result map[string]any) error {
	from, ok := number(times["started"])
	if to, ended := number(times["finished"]); ok && ended && to >= from {
		s := 0.0
		if old := run.Series["seconds"]; old != nil {
			s = finite(old.last())
		}
		if err := l.point(run, "seconds", budget, s+to-from); err != nil {
			return err
		}
		run.span(from)
		run.span(to)
		run.tick(budget, to)
	}
	if x, ok := number(result["loss"]); ok {
		if err := l.point(run, "loss", budget, x); err != nil {
			return err
		}
	}
	var err error
	flatten("info", result["info"], func(name string, v features.Value) {
		if x, ok := v.Float(); ok && err == nil && name != "info" {
			err = l.point(run, name, budget, x)
		}
	})
	return err
}
