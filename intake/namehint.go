package intake

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"eahas/features"
)

// part is one setting that a name seems to hold: lr0.1 is the word lr and the value 0.1.
type part struct{ word, sign, value string }

var (
	nameParts = regexp.MustCompile(`(?:\d[eE]-\d|[^_,;/ -])+|[_,;/ -]+`)
	wordValue = regexp.MustCompile(`^([A-Za-z][A-Za-z_]*?)([=:]?)(-?\d+(?:\.\d+)?(?:e-?\d+)?[kM]?)$`)
	numbering = regexp.MustCompile(`(?i)^(exp|experiment|version|v|job|run|trial|try|repeat|rep|seed|fold)$`)
	digits    = regexp.MustCompile(`^\d+$`)
	keyValue  = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_]*)([=:])(.+)$`)
)

// holdsSettings reports whether a name seems to hold settings: words with a number or a sign behind them.
func holdsSettings(name string) bool {
	return slices.ContainsFunc(hintOf(name), func(p part) bool { return p.word != "" })
}

// fewSettings is up to how many columns that never move within a run, and that nobody calls settings, are no
// configuration: a learning rate that was logged by epoch.
const fewSettings = 2

// isConfigured reports whether any run has a configuration, which differs between the runs where there are several.
func (l *Log) isConfigured() bool {
	seen := map[string]features.Value{}
	said, differs := false, len(l.Runs) == 1
	for _, r := range l.Runs {
		said = said || len(r.Config) > fewSettings
		for name, v := range r.Config {
			said = said || !l.loose[name]
			before, ok := seen[name]
			differs = differs || ok && v != before
			seen[name] = v
		}
	}
	return said && differs
}

// NameHint proposes a pattern for Options.Name where no run has a configuration and the runs' names look as if they
// held one: the same parts in all of them, with several values. "" where they do not.
func (l *Log) NameHint() string {
	if len(l.Runs) < 2 || l.isConfigured() {
		return ""
	}
	pattern := hintOf(l.Runs[0].Name)
	if pattern == nil {
		return ""
	}
	distinct := make([]map[string]bool, len(pattern))
	for i := range distinct {
		distinct[i] = map[string]bool{}
	}
	for _, r := range l.Runs {
		p := hintOf(r.Name)
		if len(p) != len(pattern) {
			return ""
		}
		for i, x := range p {
			if x.word != pattern[i].word || x.sign != pattern[i].sign {
				if !pattern[i].free() || !x.free() {
					return ""
				}
			}
			distinct[i][x.value] = true
		}
	}
	return writeHint(pattern, distinct, len(l.Runs))
}

// free reports whether a part of a name is neither a separator nor a word with a value.
func (p part) free() bool { return p.word == "" && p.sign == "" }

// hintOf takes a name apart: separators have a sign alone, words with a value both, what is left a value alone.
func hintOf(name string) []part {
	var out []part
	for _, s := range nameParts.FindAllString(name, -1) {
		switch m, k := wordValue.FindStringSubmatch(s), keyValue.FindStringSubmatch(s); {
		case strings.Trim(s, "_,;/ -") == "":
			out = append(out, part{sign: s})
		case k != nil:
			out = append(out, part{k[1], k[2], k[3]})
		case m != nil:
			out = append(out, part{m[1], m[2], m[3]})
		default:
			out = append(out, part{value: s})
		}
	}
	return out
}

// writeHint writes the pattern: what is the same in all names stands as it is.
func writeHint(pattern []part, distinct []map[string]bool, runs int) string {
	var b strings.Builder
	settings, seen := 0, map[string]bool{}
	for i, p := range pattern {
		key := p.word // letters, digits and _
		if key == "" {
			key = fmt.Sprintf("part%d", i+1)
		}
		for seen[key] {
			key += "_"
		}
		switch {
		case p.word == "" && p.sign != "":
			b.WriteString(p.sign)
		case len(distinct[i]) < 2:
			b.WriteString(p.word + p.sign + p.value)
		case digits.MatchString(p.value) && p.free() && len(distinct[i]) == runs || numbering.MatchString(p.word):
			b.WriteString(p.word + p.sign + "{_}") // the run's number, or when it began
		default:
			b.WriteString(p.word + p.sign + "{" + key + "}")
			seen[key] = true
			settings++
		}
	}
	if settings == 0 {
		return ""
	}
	return b.String()
}
