package intake

import (
	"bytes"
	"context"
	"math"
	"regexp"
	"strings"
)

var carbontrackerReader = Reader{
	Name:  "carbontracker",
	Tool:  "carbontracker",
	Files: "*_carbontracker.log",
	Told:  "text with carbontracker version and Average power usage (W)",
	Gives: "joules by epoch: average power of all components times the epoch's duration (its kWh hold a factor for " +
		"the data centre, so they are not read)",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool {
			return strings.HasSuffix(f.base(), ".log") && bytes.Contains(f.head(), []byte("carbontracker version"))
		})
		for _, f := range files {
			for _, end := range []string{"_output.log", "_err.log"} {
				t.take("carbontracker", t.beside(f.dir(), strings.TrimSuffix(f.base(), ".log")+end))
			}
		}
		return found(Certain, "its version in the text", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		return log.each(ctx, found.files, func(f *file) error { return readCarbontracker(ctx, f, log) })
	},
}

var (
	trackerLine  = regexp.MustCompile(`^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\S* - (.*)$`)
	trackerEpoch = regexp.MustCompile(`^Epoch (\d+):$`)
	trackerTime  = regexp.MustCompile(`^Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)$`)
	trackerPower = regexp.MustCompile(`^Average power usage \(W\) for (\w+): (.*)$`)
	trackerParts = regexp.MustCompile(`(?:CPU|GPU) with device\(s\) ([^.]*?)(?:\.$|\.? (?:CPU|GPU) with|$)`)
	numbers      = regexp.MustCompile(`[-+0-9.eE]+`)
)

// readCarbontracker sums what the log says of each epoch. Kept whole: it is one walk down the log, and each kind of
// line changes what the next ones mean.
func readCarbontracker(ctx context.Context, f *file, log *Log) error {
	m := &meter{tool: "carbontracker", from: f.name, dir: f.dir(),
		names: []string{strings.TrimSuffix(f.stem(), "_carbontracker")}, start: math.NaN(), end: math.NaN(),
		joules: math.NaN(), seconds: math.NaN(), joulesBy: &Series{}, secondsBy: &Series{}}
	var epoch, took, watts, joules, seconds float64
	unknown := 0
	done := func() {
		if epoch > 0 && took > 0 {
			joules, seconds = joules+watts*took, seconds+took
			m.joulesBy.set(epoch, joules)
			m.secondsBy.set(epoch, seconds)
		}
		epoch, took, watts = 0, 0, 0
	}
	err := eachLine(ctx, f, func(_ int, line string) error {
		p := trackerLine.FindStringSubmatch(line)
		if p == nil {
			return nil
		}
		if at := moment(p[1]); !math.IsNaN(at) {
			if math.IsNaN(m.start) {
				m.start = at
			}
			m.end = at
		}
		text := strings.TrimSpace(p[2])
		if g := trackerEpoch.FindStringSubmatch(text); g != nil {
			done()
			epoch, _ = parseNumber(g[1])
		} else if g := trackerTime.FindStringSubmatch(text); g != nil {
			h, _ := parseNumber(g[1])
			min, _ := parseNumber(g[2])
			s, _ := parseNumber(g[3])
			took = 3600*h + 60*min + s
		} else if g := trackerPower.FindStringSubmatch(text); g != nil {
			found := numbers.FindAllString(g[2], -1)
			for _, n := range found {
				if x, ok := parseNumber(n); ok {
					watts += x
				}
			}
			if len(found) == 0 {
				unknown++
			}
		} else if g := trackerParts.FindAllStringSubmatch(text, -1); g != nil && m.device == "" {
			var parts []string
			for _, d := range g {
				parts = append(parts, d[1])
			}
			m.device = strings.Join(parts, " + ")
		}
		return nil
	})
	done()
	if unknown > 0 {
		log.leave(f.name, "%d readings of power are no number", unknown)
	}
	if len(m.joulesBy.Epochs) > 0 {
		m.joules, m.seconds = joules, seconds
		log.meters = append(log.meters, m)
	}
	return err
}
