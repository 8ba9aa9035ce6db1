package intake

import (
	"bytes"
	"encoding/json"
	"maps"
	"path"
	"slices"

	"eahas/trial/names"
)

// keyedLook is how many of a document's objects are compared before it is taken for one of runs by their keys.
const keyedLook = 5

// isKeyed reports whether a JSON file is one object of runs by their keys, as tables of architectures are written:
// {"0210": {"acc": 89.4, "params": 890666}, "1112": {...}, ...}. The first objects have the same keys, none of which is
// a row's number: pandas writes columns so.
func isKeyed(f *file) bool {
	d := json.NewDecoder(newTolerant(bytes.NewReader(f.head())))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	var first []string
	for seen := 0; seen < keyedLook; seen++ {
		t, err := d.Token()
		key, ok := t.(string)
		var v map[string]any
		if err != nil || !ok || d.Decode(&v) != nil || names.IsSplit(key) || len(v) < 2 {
			return false
		}
		keys := slices.Sorted(maps.Keys(v))
		if seen == 0 {
			first = keys
		}
		_, number := parseNumber(keys[0])
		if number || !slices.Equal(keys, first) {
			return false
		}
	}
	return true
}

// readKeyed makes a run of each object of such a file, which is called as its key.
func readKeyed(f *file, v any, log *Log) ([]*jsonRun, error) {
	var out []*jsonRun
	runs, _ := v.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(runs)) {
		if object(runs[key]) == nil {
			log.leave(f.name, "%s is no object as the others are", key)
			continue
		}
		run, err := log.run("json", path.Join(f.dir(), f.stem(), key), f.name)
		if err != nil {
			return out, err
		}
		run.Name = key
		d := &jsonRun{run: run, log: log, file: f, lists: listLengths(runs[key])}
		out = append(out, d)
		if err := d.walk("", runs[key]); err != nil {
			return out, err
		}
	}
	return out, nil
}
