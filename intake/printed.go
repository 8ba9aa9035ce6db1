package intake

import (
	"context"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"eahas/trial/names"
)

var printedReader = Reader{
	Name:  "printed",
	Tool:  "What a training printed",
	Files: "train.log, stdout.txt, slurm-1.out: one file a run",
	Told: "a text that numbers two or more epochs in rising order (Epoch 3/50, epoch: 3, [Epoch 3]) and has a metric " +
		"beside or below them; else one whose lines with a metric number steps (step 100:, iter=3), begin with " +
		"[ 3/50], or with [3] as XGBoost's and LightGBM's; only where no other tool logged the runs",
	Gives: "NAME: NUMBER and NAME=NUMBER by epoch, the last of an epoch, with the unit behind it and the part of the " +
		"data before it (Val: loss=0.3); of NUMBER (AVERAGE) the average; Namespace(...) as settings; the " +
		"configuration from a params, config, hparams or args file beside it, or from the name (-name)",
	find: func(t *tree) *Found {
		for _, tool := range t.taken {
			if !metering[tool] {
				return nil
			}
		}
		files := t.free(func(f *file) bool { return isProse(f) && countingOf(f) != nil })
		return found(Likely, "texts that number epochs or steps, one a run", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		folders := inFolders(found.files)
		return log.each(ctx, found.files, func(f *file) error {
			p := &printed{log: log, f: f, id: folders.run(f), by: countingOf(f)}
			if err := eachLine(ctx, f, func(_ int, line string) error { return p.line(line) }); err != nil {
				return err
			}
			if err := p.flush(); err != nil {
				return err
			}
			if folders.alone(f) && len(p.runs) == 1 {
				log.beside(t, "printed", p.runs[0], f)
			}
			return nil
		})
	},
}

// metering are the tools that log no runs, but what they took.
var metering = map[string]bool{"codecarbon": true, "carbontracker": true, "zeus": true, "slurm": true, "power": true,
	"prometheus": true}

var (
	epochNumber = regexp.MustCompile(`(?i)\bepoch\b["']?[\s:=#\[(]*(\d+)(?:\s*/\s*(\d+))?`)
	otherEpoch  = regexp.MustCompile(`(?i)\b(best|last|early|stop\w*|resum\w*|load\w*|sav\w*|patience|max|from|` +
		`after|until|at)\b`)
	// a name of up to three words, a number, and what stands directly behind it
	namedNumber = regexp.MustCompile(`(?:^|[^\w.@/])([A-Za-z][\w@./]*(?: [A-Za-z][\w@.]*){0,2})["']?\s*[:=]\s*` +
		`([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|inf)(?:/\d+ ?\(\s*(\d+(?:\.\d+)?)\s*%\)|\s*\(\s*(\d*\.\d+)\s*\))?` +
		`(?:\s?(%|(?:ms|secs?|seconds|s|min|minutes|hours|hrs|h|kWh|Wh|kJ|MJ|J|W)\b))?`)
	// PyTorch's examples: Loss 2.31 (2.40)
	averaged = regexp.MustCompile(`(?:^|[^\w.@/])([A-Za-z][\w@]*)\s+[-+]?\d[\d.eE+-]*\s+\(\s*([-+]?\d[\d.eE+-]*)\s*\)`)
	phase    = regexp.MustCompile(`(?i)\b(train|training|val|valid|validation|test|testing|eval|evaluation)\b`)
	level    = regexp.MustCompile(`^(?:(?:INFO|DEBUG|WARNING|root|main|epoch|Epoch|and|set) )+`)
	argument = regexp.MustCompile(`(\w+)=('[^']*'|"[^"]*"|[^,()\[\]{}]+)`)
)

// counting is how a text numbers what it printed.
type counting struct {
	number *regexp.Regexp // the number, and the number planned
	beside bool           // only lines with a metric count: many things have steps, or are so many of so many
	// of trees: what was measured in round 0 has been trained, and the part of the data stands in the metric's name
	boosted bool
}

// countings are tried one after the other.
var countings = []*counting{
	{number: epochNumber},
	// XGBoost and LightGBM: [0] train-mlogloss:2.1, [10] valid_1's auc: 0.8
	{number: regexp.MustCompile(`^(?:\[[A-Za-z]+\]\s+)?\[(\d+)()\]\s+\S`), beside: true, boosted: true},
	{number: regexp.MustCompile(`(?i)(?:^|[^\w./])(?:global_?step|step|iter|iteration|update|round|it)\b["']?[\s:=#\[(]*(\d+)` +
		`(?:\s*/\s*(\d+))?`), beside: true},
	{number: regexp.MustCompile(`^[^A-Za-z\[]*(?:\[[^\[\]/]*\][^A-Za-z\[]*)?\[?\s*(\d+)\s*/\s*(\d+)\s*[\]:|]`),
		beside: true},
}

// ofPart is a metric's name behind that of the data.
var ofPart = regexp.MustCompile(`([A-Za-z]\w*)(?:'s |-)([A-Za-z][\w@.]*)(:)`)

// countingOf is how the beginning of a text numbers epochs or steps that have a metric; nil where it does not.
func countingOf(f *file) *counting {
	text := string(f.text())
	for _, by := range countings {
		if by.numbers(text) {
			return by
		}
	}
	return nil
}

// numbers reports whether a text numbers two or more in rising order, with a metric.
func (by *counting) numbers(text string) bool {
	last, n, metric := -1.0, 0, false
	for line := range strings.Lines(text) {
		if e, _, rest, ok := by.of(line); ok && !(by.beside && !hasMetric(rest)) {
			switch {
			case e > last:
				n++
			case e < last:
				return false
			}
			last = e
		}
		if n > 0 && !metric {
			metric = hasMetric(line)
		}
	}
	return n > 1 && metric
}

// hasMetric reports whether a line has a number that is called as a metric.
func hasMetric(line string) bool {
	return slices.ContainsFunc(numbersOf(line), func(x namedValue) bool { return names.Metric(x.name) != "" })
}

// of finds the number in a line, the number planned (0: none), and the rest of the line; not ok for a line that speaks
// of another one than the present.
func (by *counting) of(line string) (epoch, planned float64, rest string, ok bool) {
	m := by.number.FindStringSubmatchIndex(line)
	if m == nil || otherEpoch.MatchString(line[:m[0]]) {
		return 0, 0, line, false
	}
	epoch, ok = parseNumber(line[m[2]:m[3]])
	if m[4] >= 0 {
		planned, _ = parseNumber(line[m[4]:m[5]])
	}
	rest = line[:m[0]] + " | " + line[m[1]:]
	if by.boosted {
		rest = ofPart.ReplaceAllString(line[m[1]-1:], "${1}_${2}${3}")
	}
	return epoch, planned, rest, ok
}

// namedValue is a number of a line.
type namedValue struct {
	name  string
	value float64
}

// numbersOf are the named numbers of a line.
func numbersOf(line string) []namedValue {
	var out []namedValue
	take := func(at int, name, value, unit string) {
		name = level.ReplaceAllString(name, "")
		x, ok := parseNumber(value)
		if !ok || names.IsStep(name) || strings.HasSuffix(strings.ToLower(name), "epoch") {
			return
		}
		if !phase.MatchString(strings.ReplaceAll(name, "_", " ")) {
			if all := phase.FindAllString(line[:at], -1); all != nil {
				name = strings.ToLower(all[len(all)-1]) + "_" + name
			}
		}
		name = strings.ReplaceAll(name, " ", "_")
		if unit != "" && unit != "%" {
			if _, _, cost := costOf(name + "_" + unit); cost {
				name += "_" + unit
			}
		}
		out = append(out, namedValue{name, x})
	}
	for _, m := range namedNumber.FindAllStringSubmatchIndex(line, -1) {
		value := line[m[4]:m[5]]
		for _, better := range []int{6, 8} { // 9800/10000 (98%), 2.31 (2.40)
			if m[better] >= 0 {
				value = line[m[better]:m[better+1]]
			}
		}
		unit := ""
		if m[10] >= 0 {
			unit = line[m[10]:m[11]]
		}
		take(m[2], line[m[2]:m[3]], value, unit)
	}
	for _, m := range averaged.FindAllStringSubmatchIndex(line, -1) {
		take(m[2], line[m[2]:m[3]], line[m[4]:m[5]], "")
	}
	return out
}

// printed reads one text.
type printed struct {
	log   *Log
	f     *file
	id    string
	by    *counting
	runs  []*Run
	first float64            // epoch
	epoch float64            // the present one
	shift float64            // 1 where the first epoch is 0: an epoch that is printed has been trained
	now   map[string]float64 // what it printed so far
	text  []string           // Namespace(...) before the first epoch
}

// line takes one line.
func (p *printed) line(line string) error {
	if _, inside, ok := strings.Cut(line, "Namespace("); ok {
		p.text = append(p.text, inside)
		return nil
	}
	epoch, planned, rest, ok := p.by.of(line)
	if ok && p.by.beside && !hasMetric(rest) {
		return nil
	}
	if ok && (len(p.runs) == 0 || epoch != p.epoch) {
		if err := p.begin(epoch, planned); err != nil {
			return err
		}
	}
	if len(p.runs) == 0 {
		return nil
	}
	for _, x := range numbersOf(rest) {
		p.now[x.name] = x.value
	}
	return nil
}

// begin goes on to an epoch; the first one again begins another run.
func (p *printed) begin(epoch, planned float64) error {
	if err := p.flush(); err != nil {
		return err
	}
	if len(p.runs) == 0 || epoch < p.epoch && epoch == p.first {
		id := p.id
		if n := len(p.runs); n > 0 {
			id = fmt.Sprintf("%s#%d", id, n+1)
		}
		run, err := p.log.run("printed", id, p.f.name)
		if err != nil {
			return err
		}
		run.Name = path.Base(id)
		for _, text := range p.text {
			for _, m := range argument.FindAllStringSubmatch(text, -1) {
				run.set(m[1], parseSetting(strings.Trim(m[2], `'"`)))
			}
		}
		p.runs, p.first, p.shift = append(p.runs, run), epoch, 0
		if epoch == 0 && (p.by.number == epochNumber || p.by.boosted) {
			p.shift = 1 // before a step 0 nothing was trained
		}
		if planned > 0 {
			run.Planned = planned
		}
	}
	p.epoch, p.now = epoch, map[string]float64{}
	return nil
}

// flush stores what the present epoch printed.
func (p *printed) flush() error {
	for _, name := range slices.Sorted(maps.Keys(p.now)) {
		if err := p.log.point(p.runs[len(p.runs)-1], name, p.epoch+p.shift, p.now[name]); err != nil {
			return err
		}
	}
	p.now = nil
	return nil
}
