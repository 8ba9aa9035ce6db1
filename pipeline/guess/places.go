package guess

import (
	"regexp"
	"slices"

	"eahas/features"
	"eahas/trial/names"
)

// isPlace reports whether a text says where something lies that other columns name: its values are files that a
// training writes; or its name says so, and most runs have their own or another column tells it.
func (s *survey) isPlace(c *column, values, runs int) bool {
	if len(c.Values) > 0 && !slices.ContainsFunc(c.Values, func(v features.Value) bool {
		t, _ := v.Str()
		return !writtenFile.MatchString(t)
	}) {
		return true
	}
	return names.IsPlace(c.Name) && runs > 2 && (2*values > runs || s.toldBy(c) != nil)
}

// writtenFile are paths of files that a training writes.
var writtenFile = regexp.MustCompile(`(?i)^\S*[/\\]\S*\.(log|out|err|pth?|ckpt|h5|keras|pkl|safetensors|onnx|png|pdf|` +
	`log\.json|metrics\.json|tfevents\S*)$`)

// toldBy is a column of few values that tells c's in every run: a model's name tells its file. Nil when there is none.
func (s *survey) toldBy(c *column) *column {
	for _, a := range s.columns {
		values, runs := a.distinct()
		if a == c || a.List || a.changes > 0 || values < 2 || 2*values > runs || names.IsPlace(a.Name) {
			continue
		}
		if a.tells(c) {
			return a
		}
	}
	return nil
}

// tells reports whether runs of one value of c have one value of the other column, too.
func (c *column) tells(other *column) bool {
	of := map[features.Value]features.Value{}
	for i := range c.runs {
		v, ok := of[c.runs[i].first]
		if ok && v != other.runs[i].first {
			return false
		}
		of[c.runs[i].first] = other.runs[i].first
	}
	return true
}

// areHashes reports whether the texts are hexadecimal digits of one length, seven or more, with letters among them.
func (c *column) areHashes() bool {
	length, letters := 0, 0
	for _, v := range c.Values {
		t, _ := v.Str()
		if !hexadecimal.MatchString(t) || length > 0 && len(t) != length {
			return false
		}
		length = len(t)
		if hexLetter.MatchString(t) {
			letters++
		}
	}
	return len(c.Values) > 1 && 2*letters > len(c.Values)
}

var (
	hexadecimal = regexp.MustCompile(`^[0-9a-fA-F]{7,}$`)
	hexLetter   = regexp.MustCompile(`[a-fA-F]`)
)
