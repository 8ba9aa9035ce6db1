package intake

import (
	"fmt"
	"regexp"
	"strings"
)

// namePattern makes a regular expression of a template: "lr={lr}_bs={bs}", or takes one with named groups as it is.
func namePattern(s string) (*regexp.Regexp, error) {
	if strings.Contains(s, "(?P<") || strings.Contains(s, "(?<") {
		re, err := regexp.Compile(s)
		if err != nil {
			return nil, fmt.Errorf("-name %q: %w", s, err)
		}
		return re, nil
	}
	var b strings.Builder
	groups := 0
	for rest := s; rest != ""; {
		open := strings.IndexByte(rest, '{')
		shut := strings.IndexByte(rest, '}')
		if open < 0 || shut < open {
			b.WriteString(regexp.QuoteMeta(rest))
			break
		}
		b.WriteString(regexp.QuoteMeta(rest[:open]))
		name := rest[open+1 : shut]
		if !groupName.MatchString(name) {
			return nil, fmt.Errorf("-name %q: {%s} is no name of a setting: want letters, digits and _", s, name)
		}
		part := `[^/]+?` // as little as fits: the text after it ends it
		if rest[shut+1:] == "" {
			part = `[^/]+`
		}
		if name == "_" {
			fmt.Fprintf(&b, `(?:%s)`, part)
		} else {
			fmt.Fprintf(&b, `(?P<%s>%s)`, name, part)
			groups++
		}
		rest = rest[shut+1:]
	}
	if groups == 0 {
		return nil, fmt.Errorf("-name %q has no {setting}", s)
	}
	re, err := regexp.Compile(b.String() + `$`)
	if err != nil {
		return nil, fmt.Errorf("-name %q: %w", s, err)
	}
	return re, nil
}

var groupName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// signed is a setting of a pattern that the names write with a sign: lr={lr}.
var signed = regexp.MustCompile(`([A-Za-z_][A-Za-z0-9_]*)=\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// signedAlone reports whether a pattern has settings, each written with its name and a sign: no guess is needed then.
func signedAlone(pattern string) bool {
	n, rest := 0, strings.Count(pattern, "{")
	for _, m := range signed.FindAllStringSubmatch(pattern, -1) {
		switch name := strings.TrimLeft(m[1], "_"); {
		case m[2] == "_": // the run's number
			rest--
		case name == m[2]:
			n++
		}
	}
	return n > 0 && n == rest
}

// takeApart reads settings from the runs' names, ids and paths, whichever fits the user's pattern first. Without one,
// names that are made of name=value alone are taken as they say, and those that all say the same settings by a guess.
func (l *Log) takeApart(o Options) error {
	guessed := o.Name == ""
	if guessed {
		if o.Name = l.NameHint(); !signedAlone(o.Name) {
			l.toldRuns()
			return nil
		}
		l.Notes = append(l.Notes, fmt.Sprintf("the runs' names say their settings: read by the pattern '%s'", o.Name))
	}
	re, err := namePattern(o.Name)
	if err != nil {
		return err
	}
	fits := 0
	for _, r := range l.Runs {
		for _, text := range []string{r.Name, r.ID, r.From} {
			m := re.FindStringSubmatch(text)
			if m == nil {
				continue
			}
			fits++
			for i, name := range re.SubexpNames() {
				switch {
				case name == "":
				case guessed:
					l.fromName(r, name, m[i])
				default:
					r.set(name, parseSetting(m[i]))
				}
			}
			break
		}
	}
	if fits == 0 && len(l.Runs) > 0 {
		return fmt.Errorf("-name %q fits no run; the first is %q, its file %q", o.Name, l.Runs[0].ID, l.Runs[0].From)
	}
	if fits < len(l.Runs) {
		l.Notes = append(l.Notes, fmt.Sprintf("-name fits %d of %d runs", fits, len(l.Runs)))
	}
	return nil
}
