package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// dmonColumns are the columns of nvidia-smi dmon's output, from its first line that begins with #; nil for other files.
func dmonColumns(f *file) []string {
	line, _, _ := strings.Cut(string(f.head()), "\n")
	rest, ok := strings.CutPrefix(strings.TrimSpace(line), "#")
	if !ok {
		return nil
	}
	fields := strings.Fields(rest)
	if !slices.Contains(fields, "gpu") || !slices.ContainsFunc(fields, func(s string) bool {
		return slices.Contains([]string{"pwr", "sm", "pid"}, s)
	}) {
		return nil
	}
	return fields
}

// isDmon reports whether a file holds nvidia-smi dmon's samples of power.
func isDmon(f *file) bool { return slices.Contains(dmonColumns(f), "pwr") }

// readDmon reads the samples of nvidia-smi dmon -o DT: a line for each GPU and second, whose power is in watts.
func readDmon(ctx context.Context, f *file, log *Log) error {
	columns := dmonColumns(f)
	index := newRow(columns).index
	date, ok1 := index["Date"]
	clock, ok2 := index["Time"]
	if !ok1 || !ok2 {
		return fmt.Errorf("%s: %w: nvidia-smi dmon without the date and time of its samples, which are no run's then; "+
			"log with nvidia-smi dmon -s p -o DT", f.name, ErrFormat)
	}
	return eachLine(ctx, f, func(_ int, line string) error {
		cells := strings.Fields(line)
		if len(cells) < len(columns) || strings.HasPrefix(cells[0], "#") {
			return nil
		}
		day := cells[date]
		if len(day) == 8 {
			day = day[:4] + "-" + day[4:6] + "-" + day[6:]
		}
		return log.sample(nil, "power", f.name, cells[index["gpu"]], moment(day+" "+cells[clock]),
			powerReading(cells[index["pwr"]]))
	})
}
