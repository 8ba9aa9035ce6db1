package intake

import (
	"context"
	"math"
	"regexp"
	"slices"
	"strings"
)

var codecarbonReader = Reader{
	Name:  "codecarbon",
	Tool:  "CodeCarbon",
	Files: "emissions.csv, emissions_base_*.csv",
	Told:  "columns run_id, duration, energy_consumed, and at most one that is not its own",
	Gives: "joules and seconds of each run_id: energy_consumed is the total (cpu_energy, gpu_energy, ram_energy are " +
		"parts of it); several rows of a run count on, and the last stands; rows of tasks are summed",
	find: func(t *tree) *Found {
		return found(Certain, "columns run_id, duration, energy_consumed", t.free(func(f *file) bool {
			h := header(f)
			return f.ext() == ".csv" && slices.Contains(h, "energy_consumed") && slices.Contains(h, "duration") &&
				slices.Contains(h, "run_id") && !isMerged(h)
		}))
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		return log.each(ctx, found.files, func(f *file) error { return readCodeCarbon(ctx, f, log) })
	},
}

// codecarbonOwn are the columns that CodeCarbon writes, of any version.
var codecarbonOwn = regexp.MustCompile(`^(timestamp|(project|experiment|task)_name|(run|experiment)_id|duration|` +
	`emissions(_rate)?|(energy|water)_consumed|(country|cloud)_.*|region|on_cloud|os|(python|codecarbon)_version|` +
	`longitude|latitude|tracking_mode|[pw]ue|(cpu|gpu|ram)_.*|index|Unnamed.*|)$`)

// isMerged reports whether two or more columns, a setting and a result, are none of CodeCarbon's: such a table was put
// together from its rows and others, and is read as any table.
func isMerged(header []string) bool {
	others := 0
	for _, name := range header {
		if !codecarbonOwn.MatchString(name) {
			others++
		}
	}
	return others > 1
}

func readCodeCarbon(ctx context.Context, f *file, log *Log) error {
	byRun := map[string]*meter{}
	return eachRow(ctx, f, log, func(r *row) error {
		seconds, ok1 := parseNumber(r.cell("duration"))
		kwh, ok2 := parseNumber(r.cell("energy_consumed"))
		if !ok1 || !ok2 {
			return nil
		}
		id := r.cell("run_id")
		m := byRun[id]
		if m == nil {
			m = &meter{tool: "codecarbon", from: f.name, dir: f.dir(), start: math.NaN(), end: math.NaN(),
				device: codecarbonDevice(r)}
			for _, name := range []string{id, r.cell("experiment_name"), r.cell("project_name"),
				r.cell("experiment_id")} {
				if name != "" && name != "codecarbon" && !slices.Contains(m.names, name) {
					m.names = append(m.names, name)
				}
			}
			byRun[id] = m
			log.meters = append(log.meters, m)
		}
		end := moment(r.cell("timestamp"))
		if !(end <= m.end) {
			m.end = end
		}
		if !(end-seconds >= m.start) {
			m.start = end - seconds
		}
		if r.cell("task_name") != "" { // each task for itself
			m.joules += kwh * baseFactor["kWh"]
			m.seconds += seconds
		} else if seconds >= m.seconds { // a flush counts on
			m.joules, m.seconds = kwh*baseFactor["kWh"], seconds
		}
		return nil
	})
}

func codecarbonDevice(r *row) string {
	if gpu := r.cell("gpu_model"); gpu != "" {
		return gpu
	}
	return strings.TrimSpace(r.cell("cpu_model"))
}
