package commands

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"eahas/cmd/internal/program"
	"eahas/docs"
)

// configKey is one row of docs/config.md.
type configKey struct {
	path  string // from the top, with the marks of lists and maps: logs[].curve.kind
	value string
	what  string
	// example of it, as YAML; "" where its keys have theirs
	example string
}

// configKeys reads the tables of docs/config.md.
func configKeys(reference string) []configKey {
	var out []configKey
	at := ""
	for line := range strings.Lines(reference) {
		if title, ok := strings.CutPrefix(strings.TrimSpace(line), "## "); ok {
			at = title + "."
			if title == "The top" {
				at = ""
			}
		}
		cells := strings.Split(strings.ReplaceAll(strings.Trim(strings.TrimSpace(line), "|"), `\|`, "\x00"), "|")
		key, ok := strings.CutPrefix(strings.TrimSpace(cells[0]), "`")
		if !ok || len(cells) != 4 {
			continue
		}
		for i := range cells {
			cells[i] = strings.ReplaceAll(strings.TrimSpace(cells[i]), "\x00", "|")
		}
		k := configKey{at + strings.TrimSuffix(key, "`"), cells[1], cells[2], strings.Trim(cells[3], "`")}
		if strings.HasPrefix(k.value, "[below]") {
			k.value = "keys below it"
		}
		out = append(out, k)
	}
	return out
}

// plain is a key's path without marks.
func plain(path string) string { return strings.NewReplacer("[]", "", "{}", "").Replace(path) }

// explain prints the entry of a key of the config and, where it has keys below it, theirs. A key without its path is
// looked for everywhere.
func explain(w io.Writer, key string) error {
	all := configKeys(docs.Config)
	asked := plain(strings.Trim(key, ". "))
	found := false
	var names []string
	for _, k := range all {
		path := plain(k.path)
		last := path[strings.LastIndexByte(path, '.')+1:]
		names = append(names, path)
		if !slices.Contains(names, last) {
			names = append(names, last)
		}
		if asked == "" || path != asked && last != asked && !strings.HasSuffix(path, "."+asked) {
			continue
		}
		found = true
		fmt.Fprintln(w, strings.TrimSuffix(fmt.Sprintf("%s (%s): %s", k.path, k.value, k.what), ": "))
		if k.example != "" {
			fmt.Fprintf(w, "    for example  %s\n", k.example)
		}
		for _, below := range all {
			if rest, ok := strings.CutPrefix(below.path, k.path+"."); ok && !strings.Contains(rest, ".") {
				fmt.Fprintln(w, strings.TrimSuffix(fmt.Sprintf("    %s (%s): %s", rest, below.value, below.what), ": "))
			}
		}
	}
	if !found {
		return fmt.Errorf("%w: a config has no key %q%s; docs/config.md lists them all", errUsage, key,
			program.DidYouMean(asked, names, ""))
	}
	return nil
}
