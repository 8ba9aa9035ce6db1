package intake

import (
	"math"
	"strconv"
	"strings"

	"eahas/features"
	"eahas/trial/arrowio"
	"eahas/trial/names"
)

// reads reads the number in a cell of a series. Durations with colons are in seconds, which is said of their column.
func (l *Log) reads(name, cell string) (float64, bool) {
	if v, ok := duration(name, cell); ok {
		why := "its name; hours, minutes and seconds as text"
		if strings.Count(cell, ":") == 1 {
			why = "its name; TWO NUMBERS WITH A COLON, TAKEN FOR MINUTES AND SECONDS"
		}
		l.clock(name, why)
		return v.Float()
	}
	return parseNumber(cell)
}

// clock declares a series of durations that were written with colons; its shape is told once all are read.
func (l *Log) clock(name, why string) {
	if l.clocks == nil {
		l.clocks = map[string]string{}
	}
	if _, ok := l.clocks[name]; !ok {
		l.clocks[name] = why
	}
}

// isMoment reports whether a number of a column is a point in time: between 2001 and 2096 as seconds, milliseconds,
// microseconds or nanoseconds since 1970, under a name of a time.
func isMoment(name string, x float64) bool {
	if math.IsNaN(sinceEpoch(x)) { // nearly all numbers, so that nobody looks at their name
		return false
	}
	c, ok := names.CostOf(name)
	return names.IsMoment(name) || ok && c.Kind == names.Time && c.Unit == ""
}

// duration reads what a column of times says as hours, minutes and seconds: 1:02:03, and 00:41, which is minutes and
// seconds where the column's name is that of a time (fastai's time of an epoch).
func duration(name, cell string) (features.Value, bool) {
	if !strings.Contains(cell, ":") {
		return features.Value{}, false
	}
	if c, ok := names.CostOf(name); !ok || c.Kind != names.Time {
		return features.Value{}, false
	}
	if x, ok := arrowio.Number(cell); ok {
		return features.Number(x), true
	}
	m, s, ok := strings.Cut(strings.TrimSpace(cell), ":")
	minutes, err1 := strconv.ParseUint(m, 10, 32)
	seconds, err2 := strconv.ParseFloat(s, 64)
	if !ok || err1 != nil || err2 != nil || len(s) < 2 || s[0] < '0' || s[0] > '9' || !(seconds < 60) {
		return features.Value{}, false
	}
	return features.Number(float64(minutes)*60 + seconds), true
}
