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

func readHpBandSter(t *tree, f *file, log *Log) error {
	log.declare(Column{Name: "loss", Role: RoleMetric, Kind: "loss", Unit: "raw", Why: "what BOHB minimizes"})
	log.declare(Column{Name: "seconds", Role: RoleSeconds, Unit: "s", Shape: Cumulative,
		Why: "finished - started, summed over the budgets so far"})
	runs := map[string]*Run{}
	id := func(v any) string { return fmt.Sprint(v) }
	base := runPath(f)
	if _, err := eachJSON(t.beside(f.dir(), "configs.json"), func(v any) error {
		a, _ := v.([]any)
		if len(a) < 2 {
			return nil
		}
		run, err := log.run("hpbandster", path.Join(base, id(a[0])), f.name)
		if err != nil {
			return err
		}
		run.configure("", a[1])
		runs[id(a[0])] = run
		return nil
	}); err != nil {
		return err
	}
	most, n := 0.0, 0
	reached := map[*Run]float64{}
	torn, err := eachJSON(f, func(v any) error {
		n++
		a, _ := v.([]any)
		if len(a) < 4 {
			log.leave(f.name, "line %d has %d parts instead of 5", n, len(a))
			return nil
		}
		run := runs[id(a[0])]
		budget, ok := number(a[1])
		if run == nil || !ok {
			log.leave(f.name, "line %d: configuration %v is not in configs.json", n, a[0])
			return nil
		}
		most = max(most, budget)
		reached[run] = max(reached[run], budget)
		times, result := object(a[2]), object(a[3])
		if from, ok := number(times["started"]); ok {
			if to, ok := number(times["finished"]); ok && to >= from {
				s := 0.0
				if old := run.Series["seconds"]; old != nil {
					s = finite(old.last())
				}
				if err := log.point(run, "seconds", budget, s+to-from); err != nil {
					return err
				}
				run.span(from)
				run.span(to)
				run.tick(budget, to)
			}
		}
		if len(a) > 4 && a[4] != nil {
			run.Status = Failed
		}
		if x, ok := number(result["loss"]); ok {
			if err := log.point(run, "loss", budget, x); err != nil {
				return err
			}
		}
		var err error
		flatten("info", result["info"], func(name string, v features.Value) {
			if x, ok := v.Float(); ok && err == nil && name != "info" {
				err = log.point(run, name, budget, x)
			}
		})
		return err
	})
	if torn {
		log.leave(f.name, "its last line is torn")
	}
	for _, run := range runs {
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
