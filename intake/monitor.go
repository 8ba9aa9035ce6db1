package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"path"
	"slices"
	"strings"

	"eahas/features"
)

var monitorReader = Reader{
	Name:  "monitor",
	Tool:  "Stable-Baselines' and Gym's Monitor",
	Files: "monitor.csv, 0.monitor.csv, 1.monitor.csv, ...",
	Told:  "a first line # and JSON with t_start, then columns r, l, t",
	Gives: "an episode as an epoch: its reward r (the curve), its steps l, t as seconds since the start, further " +
		"columns by their names; files of one folder that began in one minute are a run's parallel environments, and " +
		"their episodes are put in the order of time; env_id as a setting, the configuration from a params, config, " +
		"hparams or args file beside it, or in a folder called as env_id below (RL Zoo)",
	find: func(t *tree) *Found {
		return found(Certain, "a first line # and JSON with t_start", t.free(func(f *file) bool {
			_, ok := monitorStart(f)
			return ok
		}))
	},
	read: readMonitors,
}

// monitorHead is the first line of a monitor's file.
type monitorHead struct {
	Start float64 `json:"t_start"` // seconds since 1970
	Env   string  `json:"env_id"`
}

// monitorStart reads the first line of a monitor's file.
func monitorStart(f *file) (head monitorHead, ok bool) {
	if !strings.HasSuffix(f.base(), ".csv") {
		return head, false
	}
	line, rest, _ := strings.Cut(string(f.head()), "\n")
	line, is := strings.CutPrefix(line, "#")
	if !is || !strings.Contains(line, "t_start") || json.Unmarshal([]byte(line), &head) != nil {
		return head, false
	}
	return head, strings.HasPrefix(strings.TrimLeft(rest, "\r\n"), "r,l,t")
}

// episode is a row of a monitor's file.
type episode struct {
	at    float64 // seconds since 1970
	names []string
	of    []float64
}

// oneStart is within how many seconds the environments of one run begin.
const oneStart = 60

func readMonitors(ctx context.Context, t *tree, found *Found, log *Log) error {
	log.declare(Column{Name: "r", Role: RoleMetric, Kind: "score", Why: "Monitor's reward of an episode"})
	log.declare(Column{Name: "l", Role: RoleMetric, Kind: "other", Why: "Monitor's steps of an episode"})
	log.declare(Column{Name: "t", Role: RoleSeconds, Unit: "s", Shape: Cumulative, Why: "seconds since the start"})
	type part struct {
		head monitorHead
		*file
	}
	byDir := map[string][]part{}
	for _, f := range found.files {
		head, _ := monitorStart(f)
		byDir[f.dir()] = append(byDir[f.dir()], part{head, f})
	}
	done := map[string]bool{}
	return log.each(ctx, found.files, func(f *file) error {
		parts, id := byDir[f.dir()], f.dir()
		slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.head.Start, b.head.Start) })
		if len(parts) > 1 && !(parts[len(parts)-1].head.Start-parts[0].head.Start <= oneStart) {
			i := slices.IndexFunc(parts, func(p part) bool { return p.file == f })
			parts, id = parts[i:i+1], path.Join(id, strings.TrimSuffix(f.base(), ".csv"))
		}
		if id == "." {
			id = f.stem()
		}
		if done[id] {
			return nil
		}
		done[id] = true
		run, err := log.run("monitor", id, f.name)
		if err != nil {
			return err
		}
		run.Name = path.Base(id)
		log.beside(t, "monitor", run, f)
		log.zoo(t, run, f, parts[0].head.Env)
		if env := parts[0].head.Env; env != "" && env != "None" {
			run.set("env_id", features.Text(env))
		}
		var all []episode
		for _, p := range parts {
			if all, err = readEpisodes(ctx, p.file, p.head, all, log); err != nil {
				return err
			}
		}
		return log.episodes(run, all, parts[0].head.Start)
	})
}

// readEpisodes reads the rows of a file behind those that are there.
func readEpisodes(ctx context.Context, f *file, head monitorHead, all []episode, log *Log) ([]episode, error) {
	err := eachRow(ctx, f, log, func(r *row) error {
		e := episode{names: r.names}
		for i := range r.names {
			x, ok := parseNumber(r.cells[i])
			switch {
			case !ok && i < 3:
				return nil // torn
			case !ok:
				x = math.NaN()
			}
			e.of = append(e.of, x)
		}
		if e.at = head.Start + e.of[2]; len(all) >= maxValues {
			return nil
		}
		all = append(all, e)
		return nil
	})
	return all, err
}

// episodes gives a run its episodes, in the order of time; start is when it began.
func (l *Log) episodes(run *Run, all []episode, start float64) error {
	slices.SortStableFunc(all, func(a, b episode) int { return cmp.Compare(a.at, b.at) })
	run.span(start)
	for k, e := range all {
		epoch := float64(k + 1)
		run.tick(epoch, e.at)
		run.span(e.at)
		for i, name := range e.names {
			x := e.of[i]
			if name == "t" {
				x = e.at - start
			}
			if x != x || name == "" {
				continue
			}
			if err := l.point(run, name, epoch, x); err != nil {
				return err
			}
		}
	}
	return nil
}

// zoo gives a run the configuration that RL Zoo writes to a folder below: args.yml, and config.yml as a list of pairs.
func (l *Log) zoo(t *tree, run *Run, f *file, env string) {
	for _, name := range []string{"args.yml", "config.yml"} {
		c := t.beside(path.Join(f.dir(), env), name)
		if env == "" || c == nil {
			continue
		}
		t.take("monitor", c)
		v, err := readYAML(c)
		if err != nil {
			l.leave(c.name, "%v", err)
			continue
		}
		run.configure("", fromPairs(fromPairs(v)))
	}
}

// fromPairs makes a map of a list of pairs, of one list that holds it, and leaves all else.
func fromPairs(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	out := map[string]any{}
	for _, e := range list {
		pair, ok := e.([]any)
		if !ok || len(pair) != 2 {
			break
		}
		name, ok := pair[0].(string)
		if !ok {
			break
		}
		out[name] = pair[1]
	}
	switch {
	case len(out) > 0 && len(out) == len(list):
		return out
	case len(list) == 1:
		return list[0]
	}
	return v
}
