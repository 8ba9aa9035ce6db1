package intake

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"eahas/trial/names"
)

// saidByName is one run's settings as its name says them.
type saidByName struct {
	settings map[string]string
	seed     string
}

// toldByNames takes names of runs apart that all say the same settings: pairs (lr=0.1,bs=32; module:conv,macs:9), or
// words with a number behind them (lr0.1_bs64, lr_0.1-bs_64), one of which at least is called as settings are. Parts
// that say nothing by themselves are settings, too, where several runs share them. Nil where the names are of another
// kind, or say the same of all runs.
func toldByNames(texts []string) []saidByName {
	if len(texts) < 2 {
		return nil
	}
	out := toldByPairs(texts)
	if out == nil {
		out = toldByWords(texts)
	}
	values := map[string]map[string]bool{}
	varies := false
	for _, t := range out {
		for k, v := range t.settings {
			if values[k] == nil {
				values[k] = map[string]bool{}
			}
			values[k][v] = true
			varies = varies || len(values[k]) > 1
		}
	}
	if !varies {
		return nil
	}
	return out
}

var (
	pairEnds = regexp.MustCompile(`[,;&]`)
	pair     = regexp.MustCompile(`^\s*([A-Za-z][\w.]*)\s*[=:]\s*([^=:]*?)\s*$`)
	inPair   = regexp.MustCompile(`^\s*[A-Za-z][\w.]*\s*:\s*([A-Za-z][\w.]*=[^=:]*)$`) // freeText:architecture=vgg
)

// toldByPairs reads names that are lists of pairs; nil where one of them is none.
func toldByPairs(texts []string) []saidByName {
	out := make([]saidByName, len(texts))
	for i, text := range texts {
		parts := pairEnds.Split(text, -1)
		if len(parts) < 2 {
			return nil
		}
		out[i].settings = map[string]string{}
		for _, p := range parts {
			if m := inPair.FindStringSubmatch(p); m != nil {
				p = m[1]
			}
			m := pair.FindStringSubmatch(p)
			if m == nil {
				return nil
			}
			out[i].take(m[1], m[2])
		}
	}
	return out
}

// take notes a setting; a number of a repetition is the seed.
func (t *saidByName) take(key, value string) {
	if t.seed == "" && (names.IsSeed(key) || names.IsAgain(key) || repetition.MatchString(key)) {
		t.seed = value
		return
	}
	t.settings[key] = value
}

var repetition = regexp.MustCompile(`(?i)^(rep|repeat|repetition|seed|fold|trial|try)_?(no|nr|num|number|idx|id)?$`)

// toldByWords reads names of the same parts in the same order; nil where these differ, or none says a usual setting.
func toldByWords(texts []string) []saidByName {
	all := make([][]part, len(texts))
	for i, text := range texts {
		all[i] = hintOf(text)
		if len(all[i]) != len(all[0]) {
			return nil
		}
	}
	keys := make([]string, len(all[0])) // "" for what says nothing
	usual := false
	taken := map[string]bool{}
	for k, p := range all[0] {
		distinct := map[string]bool{}
		for _, parts := range all {
			if q := parts[k]; q.word != p.word || q.sign != p.sign {
				return nil
			}
			distinct[parts[k].value] = true
		}
		if p.free() && len(distinct) < 2 || p.word == "" && p.sign != "" {
			continue
		}
		key := p.word
		if key == "" {
			key = wordBefore(all[0][:k], keys)
		}
		if key == "" && !isTag(distinct) && 2*len(distinct) <= len(texts) {
			key = fmt.Sprintf("part%d", k+1)
		}
		switch {
		case key != "" && numbering.MatchString(key) && !repetition.MatchString(key): // the run's number
			key = ""
		case key == "" && !isTag(distinct):
			return nil // nobody says what it is
		}
		for key != "" && taken[key] {
			key += "_"
		}
		taken[key] = true
		keys[k] = key
		usual = usual || key != "" && (p.sign != "" || names.IsUsualSetting(key))
	}
	if !usual {
		return nil
	}
	out := make([]saidByName, len(texts))
	for i, parts := range all {
		out[i].settings = map[string]string{}
		for k, key := range keys {
			if key != "" {
				out[i].take(key, parts[k].value)
			}
		}
	}
	return out
}

// isTag reports whether parts of names are numbers, dates or hashes that only tell runs apart.
func isTag(distinct map[string]bool) bool {
	for v := range distinct {
		if !tag.MatchString(v) {
			return false
		}
	}
	return true
}

var tag = regexp.MustCompile(`^(\d+|[0-9a-f]{6,}|(19|20)\d\d[-.]?\d\d[-.]?\d\d.*)$`)

// wordBefore is the setting that stands before its value as a part of its own: lr_0.1, batch_size-32. keys are those of
// the parts before: what has one is a value.
func wordBefore(parts []part, keys []string) string {
	var words []string
	for k := len(parts) - 1; k >= 0 && len(words) < 3; k-- {
		switch p := parts[k]; {
		case p.word == "" && p.sign != "": // a separator
			if strings.ContainsAny(p.sign, "/,; ") {
				k = 0
			}
		case keys[k] != "" || !letters.MatchString(p.value):
			k = 0
		default:
			words = append([]string{p.value}, words...)
		}
	}
	for k := len(words) - 1; k >= 0; k-- {
		if key := strings.Join(words[k:], "_"); names.IsUsualSetting(key) || names.IsSeed(key) {
			return key
		}
	}
	return ""
}

var letters = regexp.MustCompile(`^[A-Za-z]+$`)

// fromName takes what a run's name says: a setting, or a result by its name (lr0.1_acc0.93).
func (l *Log) fromName(r *Run, key, value string) {
	if v := parseSetting(value); l.isResult(key) && !v.IsMissing() {
		r.Final[key] = v
	} else {
		r.set(key, v)
	}
}

var extension = regexp.MustCompile(`\.[A-Za-z]{1,6}$`)

// toldRuns gives the runs the settings that all their names say, or all their paths, and reports whether they do.
func (l *Log) toldRuns() bool {
	if l.isConfigured() {
		return false
	}
	if l.toldAlike(l.Runs) {
		return true
	}
	byTool, told := map[string][]*Run{}, false // each tool may call the same runs in its own way
	for _, r := range l.Runs {
		byTool[r.Tool] = append(byTool[r.Tool], r)
	}
	for _, tool := range slices.Sorted(maps.Keys(byTool)) {
		if runs := byTool[tool]; len(runs) < len(l.Runs) && l.toldAlike(runs) {
			told = true
		}
	}
	return told
}

// toldAlike is toldRuns for some of the runs.
func (l *Log) toldAlike(runs []*Run) bool {
	for _, of := range []func(r *Run) string{func(r *Run) string { return r.Name }, func(r *Run) string {
		return extension.ReplaceAllString(r.From, "")
	}} {
		texts := make([]string, len(runs))
		for i, r := range runs {
			texts[i] = of(r)
		}
		said := toldByNames(texts)
		if said == nil {
			continue
		}
		keys := map[string]bool{}
		for i, r := range runs {
			for k, v := range said[i].settings {
				l.fromName(r, k, v)
				keys[k] = true
			}
			if r.Seed == "" {
				r.Seed = said[i].seed
			}
		}
		l.Notes = append(l.Notes, fmt.Sprintf("A GUESS: the runs' names say their settings, such as %s (%s); "+
			"if not, say how with -runs-named PATTERN", texts[0], strings.Join(slices.Sorted(maps.Keys(keys)), ", ")))
		return true
	}
	return false
}
