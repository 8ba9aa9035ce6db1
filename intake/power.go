package intake

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"eahas/trial/names"
)

var powerReader = Reader{
	Name:  "power",
	Tool:  "nvidia-smi, and any CSV of power or of an energy counter",
	Files: "nvidia-smi --query-gpu=timestamp,index,power.draw --format=csv -l 1; nvidia-smi dmon -s p -o DT",
	Told: "the first line of dmon; a CSV with a time column and power.draw, or power or energy columns that name " +
		"their unit",
	Gives: "joules of the runs that lie within the samples' time (trapezoids; differences of a counter, which may " +
		"begin anew); [N/A] is skipped and counted; devices by index, uuid, or by column (gpu0_power_w)",
	Convert: "written with noheader: put the line of names back at the top (timestamp, index, power.draw [W])",
	find: func(t *tree) *Found {
		c := Certain
		files := t.free(func(f *file) bool {
			if f.ext() != ".csv" && f.ext() != ".tsv" && f.ext() != ".txt" && f.ext() != ".log" {
				return false
			}
			if isDmon(f) {
				return true
			}
			p := powerColumns(header(f))
			if p != nil && !p.smi {
				c = Likely
			}
			return p != nil
		})
		return found(c, "a time column and columns of power or energy with their unit", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		return log.each(ctx, found.files, func(f *file) error { return readPower(ctx, f, log) })
	},
}

// powerTable says which columns of a table are samples.
type powerTable struct {
	time    int
	device  []int // columns that name the device
	values  []powerColumn
	smi     bool
	counted bool // the values are counters
}

type powerColumn struct {
	at     int
	name   string
	factor float64 // to watts or joules
}

var (
	powerTimes = regexp.MustCompile(`(?i)^(timestamp|time|time_s|datetime|date|ts|unix_time|` +
		`time \[s\]|elapsed|elapsed_s|seconds)$`)
	powerDevices = regexp.MustCompile(`(?i)^(index|gpu|gpu_?id|gpu_?index|uuid|gpu_uuid|` +
		`pci\.bus_id|device|device_?id|host|hostname|node|socket)$`)
	powerValues = regexp.MustCompile(`(?i)^(.*[^a-z])?(power|watts?)([^a-z].*)?$`)
	powerLimits = regexp.MustCompile(`(?i)(limit|cap|max|min|default|management|state|util|factor|enforced)`)
	counters    = regexp.MustCompile(`(?i)(total_energy|energy_counter|energy_total|joules_total|energy_consumption)`)
	milliwatts  = regexp.MustCompile(`(?i)(\[mw\]|\(mw\)|_mw$|milliwatt)`)
	microwatts  = regexp.MustCompile(`(?i)(\[uw\]|\(uw\)|_uw$|microwatt)`)
	kilowatts   = regexp.MustCompile(`(?i)(\[kw\]|\(kw\)|_kw$|kilowatt)`)
	watts       = regexp.MustCompile(`(?i)(\[w\]|\(w\)|_w$|watts?$|power\.draw)`)
)

// wattsOf is the number of watts in the unit that a column's name says; 0 where it says none.
func wattsOf(name string) float64 {
	switch {
	case milliwatts.MatchString(name):
		return 1e-3
	case microwatts.MatchString(name):
		return 1e-6
	case kilowatts.MatchString(name):
		return 1e3
	case watts.MatchString(name):
		return 1
	}
	return 0
}

// powerColumns finds the columns of samples; nil when a table has none. Among several power columns of nvidia-smi the
// first is read. Kept whole: one walk over the names, in which what was found decides about the next.
func powerColumns(columns []string) *powerTable {
	p := &powerTable{time: slices.IndexFunc(columns, powerTimes.MatchString)}
	if p.time < 0 || epochColumn(columns) >= 0 {
		return nil
	}
	for i, n := range columns {
		switch {
		case i == p.time:
		case powerDevices.MatchString(n):
			p.device = append(p.device, i)
		case counters.MatchString(n):
			if _, unit, ok := costOf(n); ok && baseFactor[unit] > 0 {
				if !p.counted {
					p.counted, p.values = true, nil
				}
				p.values = append(p.values, powerColumn{i, n, baseFactor[unit]})
			}
		case !p.counted && powerValues.MatchString(n) && !powerLimits.MatchString(n):
			factor := wattsOf(n)
			if strings.HasPrefix(n, "power.draw") {
				if p.smi {
					continue
				}
				p.smi = true
			}
			if factor > 0 {
				p.values = append(p.values, powerColumn{i, n, factor})
			}
		}
	}
	if len(p.values) == 0 || slices.ContainsFunc(columns, tellsRuns) {
		return nil
	}
	return p
}

// tellsRuns reports whether a column is one of a table of runs, whose moments and mean powers are no samples: what came
// of a run, how long it trained, what it was set to.
func tellsRuns(column string) bool {
	words := names.Words(column)
	c, cost := names.CostOf(column)
	return names.Metric(column) != "" || names.IsSeed(column) ||
		cost && c.Kind == names.Time && slices.ContainsFunc(words, func(w string) bool {
			return slices.Contains([]string{"train", "training", "fit", "run", "runtime", "duration"}, w)
		}) ||
		names.IsRunSetting(column)
}

// reading parses a power as printed: "69.32 W", "[N/A]".
func powerReading(s string) float64 {
	s = strings.TrimSpace(s)
	factor := 1.0
	for _, u := range []struct {
		unit string
		by   float64
	}{{" mW", 1e-3}, {" kW", 1e3}, {" W", 1}, {"W", 1}} {
		if rest, ok := strings.CutSuffix(s, u.unit); ok {
			s, factor = rest, u.by
			break
		}
	}
	if x, ok := parseNumber(s); ok {
		return x * factor
	}
	return math.NaN()
}

func readPower(ctx context.Context, f *file, log *Log) error {
	if isDmon(f) {
		return readDmon(ctx, f, log)
	}
	var p *powerTable
	var at []float64
	var rows [][]float64
	// Without a device column rows of one moment may be several devices: that shows only once all are read.
	unnamed := false
	err := eachRow(ctx, f, log, func(r *row) error {
		if p == nil {
			if p = powerColumns(r.names); p == nil {
				return fmt.Errorf("%s: %w: no power column", f.name, ErrFormat)
			}
			unnamed = len(p.device) == 0
		}
		when := moment(r.cells[p.time])
		device := ""
		for _, i := range p.device {
			device = strings.TrimSpace(device + " " + strings.TrimSpace(r.cells[i]))
		}
		values := make([]float64, len(p.values))
		for i, c := range p.values {
			values[i] = powerReading(r.cells[c.at]) * c.factor
		}
		if unnamed {
			if at, rows = append(at, when), append(rows, values); len(rows) > maxSamples {
				return fmt.Errorf("%w: %s: more than %d power samples; import them in parts", ErrLimit, f.name,
					maxSamples)
			}
			return nil
		}
		return log.readings(p, f, device, when, values)
	})
	if err != nil {
		return err
	}
	if p == nil {
		return fmt.Errorf("%s: %w: no row", f.name, ErrFormat)
	}
	width := 1
	if unnamed {
		if width = cluster(at); width > 1 {
			log.Notes = append(log.Notes,
				fmt.Sprintf("%s: no column names the device, and rows come %d at a time: taken for %d devices in "+
					"their order, summed. Log the index too (--query-gpu=timestamp,index,power.draw)", f.name, width,
					width))
		}
		for i := range rows {
			device := ""
			if width > 1 {
				device = fmt.Sprintf("device %d", i%width)
			}
			if err := log.readings(p, f, device, at[i], rows[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// readings adds one row of a table; several value columns are several devices.
func (l *Log) readings(p *powerTable, f *file, device string, at float64, values []float64) error {
	for i, x := range values {
		name := device
		if len(values) > 1 {
			name = strings.TrimSpace(device + " " + p.values[i].name)
		}
		if err := l.reading(&samples{tool: "power", from: f.name, device: name, counter: p.counted}, at,
			x); err != nil {
			return err
		}
	}
	return nil
}

// cluster tells how many rows come at a time: the number of devices of a table that does not name them. It is 1 unless
// nearly all clusters have one and the same size above that.
func cluster(at []float64) int {
	if len(at) < 4 {
		return 1
	}
	gaps := make([]float64, 0, len(at)-1)
	for i := 1; i < len(at); i++ {
		gaps = append(gaps, at[i]-at[i-1])
	}
	sorted := slices.Clone(gaps)
	slices.Sort(sorted)
	pause := sorted[len(sorted)*98/100] // between moments, even with 16 devices
	if !(pause > 0) {
		return 1
	}
	sizes, size := map[int]int{}, 1
	for _, g := range gaps {
		if g < 0.3*pause {
			size++
			continue
		}
		sizes[size]++
		size = 1
	}
	sizes[size]++
	best, n, all := 1, 0, 0
	for s, k := range sizes {
		all += k
		if k > n || k == n && s < best {
			best, n = s, k
		}
	}
	if best > 1 && best <= 64 && n*10 >= all*9 && len(at)%best == 0 {
		return best
	}
	return 1
}
