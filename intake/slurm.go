package intake

import (
	"context"
	"math"
	"slices"
	"strings"

	"eahas/trial/arrowio"
)

var slurmReader = Reader{
	Name:  "slurm",
	Tool:  "Slurm's accounting",
	Files: "sacct -P --format=JobID,JobName,Start,End,ElapsedRaw,ConsumedEnergyRaw,State > jobs.txt",
	Told: "columns JobID and ConsumedEnergy or ConsumedEnergyRaw, with | or commas between them, and none that sacct " +
		"does not write",
	Gives: "joules and seconds of each job; its steps (1000.batch, 1000.0) are parts of it, and stand for it where " +
		"the job itself has no energy; jobs find their runs by JobName, JobID or time",
	Convert: "without ConsumedEnergy, which Slurm fills in where AcctGatherEnergyType is set",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool {
			h := slurmHeader(f)
			return slices.Contains(h, "JobID") && !slices.ContainsFunc(h, isForeign) &&
				(slices.Contains(h, "ConsumedEnergyRaw") || slices.Contains(h, "ConsumedEnergy"))
		})
		return found(Certain, "columns JobID and ConsumedEnergy", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		return log.each(ctx, found.files, func(f *file) error { return readSlurm(ctx, f, log) })
	},
}

// isForeign reports whether a column is none of sacct's, which begin with a capital and are letters alone: a table with
// such columns was put together from sacct's output and settings, and is read as any table.
func isForeign(name string) bool {
	return name == "" || name[0] < 'A' || name[0] > 'Z' || strings.ContainsFunc(name, func(c rune) bool {
		return (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
	})
}

// slurmHeader are the names in the first line of sacct's output.
func slurmHeader(f *file) []string {
	if !slices.Contains([]string{".txt", ".csv", ".psv", ".log", ""}, f.ext()) {
		return nil
	}
	return slurmCells(string(firstLine(f)))
}

func slurmCells(line string) []string {
	sep := "|"
	if !strings.Contains(line, sep) {
		sep = ","
	}
	cells := strings.Split(strings.TrimRight(line, "|\r\n"), sep)
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

func readSlurm(ctx context.Context, f *file, log *Log) error {
	var r *row
	jobs := map[string]*meter{}
	return eachLine(ctx, f, func(n int, line string) error {
		cells := slurmCells(line)
		if r == nil {
			r = newRow(cells)
			return nil
		}
		if len(cells) > len(r.names) || len(cells) < 2 {
			return nil
		}
		r.cells = cells
		id, step, isStep := strings.Cut(r.cell("JobID"), ".")
		m := jobs[id]
		if m == nil {
			m = &meter{tool: "slurm", from: f.name, dir: f.dir(), start: math.NaN(), end: math.NaN(),
				joules: math.NaN(), seconds: math.NaN(), names: []string{id}}
			jobs[id] = m
			log.meters = append(log.meters, m)
		}
		joules, seconds := slurmJoules(r), slurmSeconds(r)
		if isStep { // the job's own line comes first, and counts all steps
			if !(m.joules > 0) && joules > 0 && step != "extern" {
				m.joules = joules
			}
			return nil
		}
		m.joules, m.seconds = joules, seconds
		if name := r.cell("JobName"); name != "" {
			m.names = append(m.names, name)
		}
		m.start, m.end = moment(r.cell("Start")), moment(r.cell("End"))
		return nil
	})
}

// slurmJoules reads an energy: joules, with K, M or G behind the number.
func slurmJoules(r *row) float64 {
	for _, name := range []string{"ConsumedEnergyRaw", "ConsumedEnergy"} {
		if x, ok := arrowio.Number(r.cell(name)); ok || r.cell(name) == "0" {
			return x
		} else if x, ok := parseNumber(r.cell(name)); ok {
			return x
		}
	}
	return math.NaN()
}

// slurmSeconds reads ElapsedRaw, else Elapsed: [DD-[HH:]]MM:SS.
func slurmSeconds(r *row) float64 {
	if x, ok := parseNumber(r.cell("ElapsedRaw")); ok {
		return x
	}
	days, clock, ok := strings.Cut(r.cell("Elapsed"), "-")
	if !ok {
		days, clock = "0", days
	}
	d, ok1 := parseNumber(days)
	v, ok2 := duration("elapsed", clock)
	x, _ := v.Float()
	if !ok1 || !ok2 {
		return math.NaN()
	}
	return d*86400 + x
}
