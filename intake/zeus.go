package intake

import (
	"context"
	"math"
	"regexp"
	"slices"
	"strings"
)

var zeusReader = Reader{
	Name:  "zeus",
	Tool:  "Zeus' energy monitor",
	Files: "the CSV of ZeusMonitor(log_file=...)",
	Told:  "columns start_time, window_name, elapsed_time, gpuN_energy",
	Gives: "joules and seconds by epoch from windows named epoch (epoch_0, epoch 1, ...), all GPUs summed; the " +
		"longest window is the whole run",
	find: func(t *tree) *Found {
		return found(Certain, "columns start_time, window_name, elapsed_time", t.free(func(f *file) bool {
			h := header(f)
			return slices.Contains(h, "window_name") && slices.Contains(h, "elapsed_time") &&
				slices.Contains(h, "start_time")
		}))
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		return log.each(ctx, found.files, func(f *file) error { return readZeus(ctx, f, log) })
	},
}

var zeusEpoch = regexp.MustCompile(`(?i)^(train[_ -]?)?epoch[_ -]?(\d*)$`)

func readZeus(ctx context.Context, f *file, log *Log) error {
	m := &meter{tool: "zeus", from: f.name, dir: f.dir(), names: []string{f.stem()}, start: math.NaN(), end: math.NaN(),
		joules: math.NaN(), seconds: math.NaN(), joulesBy: &Series{}, secondsBy: &Series{}}
	var epochs, joules, seconds, spent float64
	var devices []string
	err := eachRow(ctx, f, log, func(r *row) error {
		took, ok := parseNumber(r.cell("elapsed_time"))
		if !ok {
			return nil
		}
		energy := 0.0
		devices = devices[:0]
		for i, name := range r.names {
			if d, ok := strings.CutSuffix(name, "_energy"); ok {
				x, _ := parseNumber(r.cells[i])
				energy += x
				devices = append(devices, d)
			}
		}
		if zeusEpoch.MatchString(r.cell("window_name")) {
			epochs, joules, seconds = epochs+1, joules+energy, seconds+took
			m.joulesBy.set(epochs, joules)
			m.secondsBy.set(epochs, seconds)
		}
		if start, ok := parseNumber(r.cell("start_time")); ok {
			if !(start >= m.start) {
				m.start = start
			}
			if !(start+took <= m.end) {
				m.end = start + took
			}
		}
		if took > spent {
			spent, m.joules, m.seconds = took, energy, took
		}
		return nil
	})
	if joules > m.joules { // no window holds the whole run
		m.joules, m.seconds = joules, seconds
	}
	m.device = strings.Join(devices, " + ")
	if !math.IsNaN(m.joules) {
		log.meters = append(log.meters, m)
	}
	return err
}
