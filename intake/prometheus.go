package intake

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var prometheusReader = Reader{
	Name:  "prometheus",
	Tool:  "Prometheus range queries (DCGM exporter, node exporter, Kepler)",
	Files: "the JSON of /api/v1/query_range",
	Told:  `JSON with "resultType": "matrix"`,
	Gives: "joules of the runs within the samples' time; power (DCGM_FI_DEV_POWER_USAGE, *_watts, *_milliwatts) or " +
		"counters (DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION in mJ, *_joules_total); of a device that has both, the counter",
	find: func(t *tree) *Found {
		return found(Certain, "a matrix of a range query", t.free(func(f *file) bool {
			return f.ext() == ".json" && bytes.Contains(f.head(), []byte(`"resultType"`)) &&
				bytes.Contains(f.head(), []byte(`"matrix"`))
		}))
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		return log.each(ctx, found.files, func(f *file) error { return readPrometheus(f, log) })
	},
}

// promUnits are metrics by their names, the first that fits.
var promUnits = []struct {
	name    *regexp.Regexp
	counter bool
	factor  float64
}{
	{regexp.MustCompile(`(?i)TOTAL_ENERGY_CONSUMPTION|_millijoules(_total)?$`), true, 1e-3},
	{regexp.MustCompile(`(?i)_microjoules(_total)?$`), true, 1e-6},
	{regexp.MustCompile(`(?i)_joules(_total)?$`), true, 1},
	{regexp.MustCompile(`(?i)_milliwatts$`), false, 1e-3},
	{regexp.MustCompile(`(?i)DEV_POWER_USAGE$|_watts$|power_draw|power_usage$`), false, 1},
}

// readPrometheus reads the answer to a range query.
func readPrometheus(f *file, log *Log) error {
	v, err := readJSON(f)
	if err != nil {
		return err
	}
	results, ok := object(v, "data")["result"].([]any)
	if !ok {
		return fmt.Errorf("%s: %w: data.result is no list", f.name, ErrFormat)
	}
	counted := map[string]bool{}
	for pass := range 2 { // counters first: their devices' power is the same energy again
		for _, e := range results {
			labels := object(object(e)["metric"])
			name, _ := labels["__name__"].(string)
			i := slices.IndexFunc(promUnits, func(u struct {
				name    *regexp.Regexp
				counter bool
				factor  float64
			}) bool {
				return u.name.MatchString(name)
			})
			if i < 0 {
				if pass == 0 {
					log.leave(f.name, "the metric %.80q is neither a power nor an energy by its name", name)
				}
				continue
			}
			u := promUnits[i]
			device := promDevice(labels)
			if u.counter != (pass == 0) || !u.counter && counted[device] {
				continue
			}
			if u.counter {
				counted[device] = true
			}
			values, _ := object(e)["values"].([]any)
			s := samples{tool: "prometheus", from: f.name, device: device, counter: u.counter}
			if err := log.promValues(values, s, u.factor); err != nil {
				return err
			}
		}
	}
	return nil
}

// promValues takes the pairs of a time and a number as text, times factor, as readings of s.
func (l *Log) promValues(values []any, s samples, factor float64) error {
	for _, p := range values {
		pair, _ := p.([]any)
		if len(pair) != 2 {
			continue
		}
		at, ok := number(pair[0])
		text, _ := pair[1].(string)
		x, okX := parseNumber(text)
		if !ok || !okX {
			continue
		}
		of := s
		if err := l.reading(&of, at, x*factor); err != nil {
			return err
		}
	}
	return nil
}

// promDevice names the device of a series: what tells one from another, not the model.
func promDevice(labels map[string]any) string {
	var parts []string
	for _, k := range []string{"Hostname", "instance", "node", "UUID", "uuid", "gpu", "device", "package", "path",
		"index"} {
		if s, ok := labels[k].(string); ok && s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}
