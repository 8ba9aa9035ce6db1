package guess

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// manyFiles is how many files whose names say something of their own are still a table cut by a setting; beyond it the
// names are those of runs.
const manyFiles = 40

// word is a part of a file's name that may say what its rows have in common: letters, with digits behind them, but no
// place in an order (part-00012, 2026-11-30) and no checksum.
var (
	word      = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.+]*(?:[-_][A-Za-z0-9.+]+)*$`)
	placeName = regexp.MustCompile(`(?i)^(?:part|shard|chunk|file|batch|log|run|trial|job|v|fold|split|page)?[-_]?` +
		`[0-9]+$|^[0-9a-f]{7,}$`)
)

// extension is what a file's name ends in that says what is in it, not what its rows have in common:
// results_lr0.1.csv.gz is results_lr0.1.
var extension = regexp.MustCompile(`(?i)\.[a-z][a-z0-9]*(?:\.(?:gz|zst|bz2|zip))?$`)

// saidByFiles warns where the rows of several files of one table may differ by what only the files' names say
// (results_resnet.csv, results_vgg.csv): it is not read. Nothing where each file is one run, where the names only
// number the files, or where a column has what they say.
func (s *survey) saidByFiles() []string {
	if len(s.files) < 2 || len(s.files) > manyFiles || s.runs < 2*len(s.files) {
		return nil
	}
	said := ownParts(s.files)
	for _, w := range said {
		if !word.MatchString(w) || placeName.MatchString(w) || s.hasValue(w) {
			return nil
		}
	}
	if len(said) == 0 {
		return nil
	}
	shown := strings.Join(said[:min(len(said), 4)], ", ")
	if len(said) > 4 {
		shown += ", ..."
	}
	return []string{fmt.Sprintf("what the names of the %d files say (%s) is in no column and is not read: where it "+
		"is a setting, its rows are mixed; put each file into a folder NAME=VALUE, such as model=%s/", len(s.files),
		shown, said[0])}
}

// ownParts gives what each name has that the names do not share at their beginning and end, up to whole words; nil
// where two are the same or one has nothing of its own.
func ownParts(files []string) []string {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = extension.ReplaceAllString(filepath.Base(f), "")
	}
	first, last := names[0], names[0]
	for _, n := range names[1:] {
		first = first[:commonPrefix(first, n)]
		for !strings.HasSuffix(n, last) {
			last = last[1:]
		}
	}
	first = first[:strings.LastIndexAny(first, "-_ ")+1]
	if at := strings.IndexAny(last, "-_ "); at >= 0 {
		last = last[at:]
	} else {
		last = ""
	}
	var out []string
	for _, n := range names {
		if len(n) <= len(first)+len(last) {
			return nil
		}
		own := n[len(first) : len(n)-len(last)]
		if slices.Contains(out, own) {
			return nil
		}
		out = append(out, own)
	}
	return out
}

// hasValue reports whether a column of texts has the word as the whole or a part of a value.
func (s *survey) hasValue(w string) bool {
	w = strings.ToLower(w)
	return slices.ContainsFunc(s.columns, func(c *column) bool {
		return slices.ContainsFunc(c.runs, func(r inRun) bool {
			text, ok := r.first.Str()
			return ok && strings.Contains(strings.ToLower(text), w)
		})
	})
}
