package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"eahas/features"
	"eahas/internal/literal"
	"eahas/trial/names"
)

var jsonReader = Reader{
	Name:  "json",
	Tool:  "JSON files, one a run",
	Files: "a folder tree or an archive (.zip, .tar.gz) of them",
	Told: "three or more .json files whose objects begin with the same key; one object of five or more like objects " +
		"by their names",
	Gives: "nested objects by path; lists of numbers or of objects as series by epoch; what the path says (repeat " +
		"numbers as seed, varying folders); a file that maps a folder's name or a text of the run to a " +
		"configuration; files that list runs, as tag. Settings and results are told apart by path and name: -axis " +
		"and -result say it better",
	Convert: "one file with a list of all runs: python: pandas.json_normalize(json.load(open(FILE)))" +
		".to_parquet(\"runs.parquet\")",
	find: findJSONFiles,
	read: readJSONFiles,
}

// firstKey is the first key of the object that a JSON file holds; "" when it holds none.
func firstKey(f *file) string {
	d := json.NewDecoder(bytes.NewReader(f.head()))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return ""
	}
	t, err := d.Token()
	if err != nil {
		return ""
	}
	key, _ := t.(string)
	return key
}

func findJSONFiles(t *tree) *Found {
	groups := map[string][]*file{}
	var others []*file
	for _, f := range t.free(func(f *file) bool { return f.ext() == ".json" }) {
		if key := firstKey(f); key != "" {
			groups[key] = append(groups[key], f)
		} else {
			others = append(others, f)
		}
	}
	splitParts(groups)
	mergeAlike(groups)
	best := ""
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		if weight(groups[key]) > weight(groups[best]) {
			best = key
		}
	}
	if len(groups[best]) < 3 {
		keyed := t.free(func(f *file) bool { return f.ext() == ".json" && isKeyed(f) })
		f := found(Likely, "an object of runs by their keys", keyed)
		if f != nil {
			f.runs = len(keyed)
		}
		return f
	}
	runs := groups[best]
	f := found(Likely, fmt.Sprintf("%d JSON files whose objects begin with %q", len(runs), firstKey(runs[0])), runs)
	f.runs = len(runs)
	for _, key := range slices.Sorted(maps.Keys(groups)) { // files that may explain the runs
		if key != best {
			others = append(others, groups[key]...)
		}
	}
	f.files = append(slices.Clone(runs), others...)
	return f
}

// weight is how many runs a group of files speaks for. Files that are called as configurations lie beside those that
// say what came of them, and count little where there are such.
func weight(files []*file) int {
	n := 0
	for _, f := range files {
		if n += 3; slices.Contains(companions, f.stem()) {
			n -= 2
		}
	}
	return n
}

// topKeys are the keys of the object that a file holds, as far as its beginning shows them.
func topKeys(f *file) map[string]bool {
	out := map[string]bool{}
	d := json.NewDecoder(newTolerant(bytes.NewReader(f.head())))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return out
	}
	for d.More() {
		t, err := d.Token()
		key, ok := t.(string)
		if err != nil || !ok {
			break
		}
		out[key] = true
		var v json.RawMessage
		if d.Decode(&v) != nil {
			break
		}
	}
	return out
}

// mergeAlike puts groups of files together whose objects share half their keys: the order of keys may differ.
func mergeAlike(groups map[string][]*file) {
	if len(groups) > 50 { // no two objects begin alike: these are not the files of one sweep
		return
	}
	keys := slices.Sorted(maps.Keys(groups))
	tops := map[string]map[string]bool{}
	for _, k := range keys {
		tops[k] = topKeys(groups[k][0])
	}
	for i, a := range keys {
		for _, b := range keys[i+1:] {
			same := 0
			for k := range tops[a] {
				if tops[b][k] {
					same++
				}
			}
			if groups[a] != nil && groups[b] != nil && same >= 2 && 2*same >= min(len(tops[a]), len(tops[b])) &&
				!partsOfOne(groups[a], groups[b]) {
				groups[a] = append(groups[a], groups[b]...)
				delete(groups, b)
			}
		}
	}
}

// splitParts makes groups of their own of files that begin alike, but are parts of each run: a few names, each once in
// most folders, with other keys in each.
func splitParts(groups map[string][]*file) {
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		named := map[string][]*file{}
		for _, f := range groups[key] {
			named[f.base()] = append(named[f.base()], f)
		}
		bases := slices.Sorted(maps.Keys(named))
		if len(bases) < 2 || len(bases) > 5 {
			continue
		}
		parts := true
		for i, a := range bases {
			for _, b := range bases[i+1:] {
				parts = parts && partsOfOne(named[a], named[b]) && unlike(named[a][0], named[b][0])
			}
		}
		if !parts {
			continue
		}
		delete(groups, key)
		for _, b := range bases {
			groups[key+"\x00"+b] = named[b]
		}
	}
}

// unlike reports whether two objects each have keys that the other has not.
func unlike(a, b *file) bool {
	keysA, keysB := topKeys(a), topKeys(b)
	same := 0
	for k := range keysA {
		if keysB[k] {
			same++
		}
	}
	return same < len(keysA) && same < len(keysB)
}

// partsOfOne reports whether the files of two groups are two parts of each run: each group has one name for its files,
// and most of their folders hold one of both.
func partsOfOne(a, b []*file) bool {
	dirs := map[string]bool{}
	for _, f := range a {
		if dirs[f.dir()] || f.base() != a[0].base() {
			return false
		}
		dirs[f.dir()] = true
	}
	both := 0
	seen := map[string]bool{}
	for _, f := range b {
		if seen[f.dir()] || f.base() != b[0].base() {
			return false
		}
		seen[f.dir()] = true
		if dirs[f.dir()] {
			both++
		}
	}
	return both >= 2 && 2*both >= min(len(a), len(b))
}

func readJSONFiles(ctx context.Context, t *tree, found *Found, log *Log) error {
	files, others := found.files[:found.runs], found.files[found.runs:]
	var docs []*jsonRun
	err := log.each(ctx, files, func(f *file) error {
		v, err := readJSON(f)
		f.whole = nil
		if err != nil {
			return err
		}
		if isKeyed(f) {
			got, err := readKeyed(f, v, log)
			docs = append(docs, got...)
			return err
		}
		run, err := log.run("json", path.Join(f.dir(), f.stem()), f.name)
		if err != nil {
			return err
		}
		run.Name = path.Base(run.ID)
		d := &jsonRun{run: run, log: log, file: f}
		docs = append(docs, d)
		d.lists = listLengths(v)
		return d.walk("", v)
	})
	if err != nil {
		return err
	}
	pathColumns(docs)
	own := unique(docs, func(d *jsonRun) string { return d.file.dir() })
	called := map[string]int{} // further files by their base names: one in the folder of each run belongs to it
	partly := map[string]bool{}
	for _, f := range others {
		called[f.base()]++
		partly[f.base()] = partly[f.base()] || own[f.dir()] != nil
	}
	alone := func(f *file, v any) error { // a part of a run that has no other
		run, err := log.run("json", f.dir(), f.name)
		if err != nil {
			return err
		}
		run.Name = path.Base(run.ID)
		d := &jsonRun{run: run, log: log, file: f, lists: listLengths(v)}
		return d.walk("", v)
	}
	return log.each(ctx, others, func(f *file) error {
		v, err := readJSON(f)
		f.whole = nil
		if err != nil {
			return err
		}
		switch v := v.(type) {
		case []any:
			if !listsRuns(f, v, docs) {
				log.leave(f.name, "a list that names no run")
			}
		case map[string]any:
			if n, err := explain(f, v, docs); err != nil {
				return err
			} else if n == 0 && log.settingsOf(t, f, own[f.dir()]) {
				return nil
			} else if d := own[f.dir()]; n == 0 && d != nil && called[f.base()] > 1 {
				return d.walk("", v)
			} else if n == 0 && called[f.base()] > 1 && partly[f.base()] {
				return alone(f, v)
			} else if n == 0 {
				log.leave(f.name, "no key of it is a folder or a text of a run")
			} else {
				log.Notes = append(log.Notes, fmt.Sprintf("%s explains %d runs by their key", f.name, n))
			}
		}
		return nil
	})
}

// settingsOf takes a file that is called as one of settings for those of the document in its folder; where there is
// none (own is nil), the file is free for a run of another tool.
func (l *Log) settingsOf(t *tree, f *file, own *jsonRun) bool {
	if !slices.Contains(companions, f.stem()) {
		return false
	}
	if own != nil {
		l.companion(own.run, f)
	} else {
		delete(t.taken, f)
	}
	return true
}

// jsonRun is one document on its way to a run.
type jsonRun struct {
	run   *Run
	log   *Log
	file  *file
	lists map[int]int // length -> lists of numbers of that length
	flat  int
	texts []string // short texts of the document: keys of files that explain it
	from  string   // the file that explained it
}

// listLengths counts the lists of numbers by length.
func listLengths(v any) map[int]int {
	out := map[int]int{}
	var see func(v any)
	see = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, e := range v {
				see(e)
			}
		case []any:
			if numeric(v) {
				out[len(v)]++
			}
		}
	}
	see(v)
	return out
}

func numeric(list []any) bool {
	for _, e := range list {
		if _, ok := number(e); !ok && e != nil {
			return false
		}
	}
	return len(list) > 0
}

func objects(list []any) bool {
	for _, e := range list {
		if object(e) == nil {
			return false
		}
	}
	return len(list) > 0
}

// list takes a list: of records, a series, or values that each have their number in the path.
func (d *jsonRun) list(name string, v []any) error {
	switch {
	case objects(v):
		return d.records(name, v)
	case numeric(v) && d.isSeries(name, len(v)):
		for i, e := range v {
			if x, ok := number(e); ok {
				if err := d.log.point(d.run, name, float64(i+1), x); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for i, e := range v {
		if err := d.walk(name+"."+strconv.Itoa(i), e); err != nil {
			return err
		}
	}
	return nil
}

// walk takes a value of the document by its path.
func (d *jsonRun) walk(name string, v any) error {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if isMeaned(v, v[k]) {
				continue
			}
			at := k
			if name != "" {
				at = name + "." + k
			}
			if err := d.walk(at, v[k]); err != nil {
				return err
			}
		}
		return nil
	case []any:
		return d.list(name, v)
	}
	if d.flat++; d.flat > maxFlattened {
		return fmt.Errorf("%s: %w: more than %d values that are in no series", d.file.name, ErrLimit, maxFlattened)
	}
	value := setting(v)
	if s, ok := value.Str(); ok && len(s) <= 256 {
		d.texts = append(d.texts, s)
	}
	d.log.undecided(d.run, name, value)
	return nil
}

// isMeaned reports whether a value is a list of repetitions whose mean stands beside it: three test accuracies of one
// architecture, and mean_acc.
func isMeaned(beside map[string]any, v any) bool {
	list, ok := v.([]any)
	if !ok || len(list) < 2 || len(list) > 20 || !numeric(list) {
		return false
	}
	sum := 0.0
	for _, e := range list {
		x, _ := number(e)
		sum += x
	}
	mean := sum / float64(len(list))
	for k, e := range beside {
		x, ok := number(e)
		if ok && mean != 0 && strings.Contains(strings.ToLower(k), "mean") && math.Abs(x-mean) <= 1e-6*math.Abs(mean) {
			return true
		}
	}
	return false
}

// isSeries reports whether a list of numbers runs over epochs: by its name, or because another list is as long.
func (d *jsonRun) isSeries(name string, n int) bool {
	if _, within := parseNumber(names.Last(name)); chosen.MatchString(name) || within {
		return false // a list within a list is a matrix, or one value a device
	}
	_, _, cost := costOf(strings.TrimSuffix(name, "s"))
	return names.Metric(name) != "" || names.Metric(strings.TrimSuffix(name, "es")) != "" ||
		names.Metric(strings.TrimSuffix(name, "s")) != "" || cost || n >= 4 && d.lists[n] >= 2
}

// records reads a list of objects as rows by epoch.
func (d *jsonRun) records(name string, list []any) error {
	for i, e := range list {
		epoch := float64(i + 1)
		row := object(e)
		for _, k := range slices.Sorted(maps.Keys(row)) {
			if x, ok := number(row[k]); ok && (names.IsEpoch(k) || names.IsStep(k)) {
				epoch = x
				break
			}
		}
		var err error
		flatten("", e, func(k string, v features.Value) {
			x, ok := v.Float()
			if err == nil && ok && !names.IsEpoch(k) && !names.IsStep(k) {
				err = d.log.point(d.run, name+"."+k, epoch, x)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

var (
	numbered = regexp.MustCompile(`^([A-Za-z][A-Za-z_-]*?)[_=-]?(\d+(?:\.\d+)?)$`)
	counted  = regexp.MustCompile(`^(\d+)[_-]([A-Za-z]+)$`)
	repeats  = regexp.MustCompile(`(?i)^(repeat|repetition|rep|seed|run|fold|trial|try)$`)
)

// pathColumns makes columns of the folders that differ between runs: repeat_1 is a seed, 4_epochs is the setting
// epochs, a folder's name that few runs share is a setting, one of its own is none.
func pathColumns(docs []*jsonRun) {
	if len(docs) == 0 {
		return
	}
	depth := len(strings.Split(docs[0].file.dir(), "/"))
	for _, d := range docs {
		if len(strings.Split(d.file.dir(), "/")) != depth {
			return
		}
	}
	for level := range depth {
		distinct := map[string]int{}
		shard := level+1 < depth // the first letters of the next folder, to keep folders small
		for _, d := range docs {
			parts := strings.Split(d.file.dir(), "/")
			distinct[parts[level]]++
			shard = shard && strings.HasPrefix(parts[level+1], parts[level])
		}
		if len(distinct) < 2 && !counted.MatchString(docs[0].file.dir()) || shard {
			continue
		}
		for _, d := range docs {
			shared := len(distinct)*2 <= len(docs) && len(distinct) <= 100
			d.folder(level, strings.Split(d.file.dir(), "/")[level], shared)
		}
	}
}

// folder takes the name of a folder above the document for what it says; one that says nothing by itself is a setting
// where runs share it.
func (d *jsonRun) folder(level int, name string, shared bool) {
	if m := numbered.FindStringSubmatch(name); m != nil && repeats.MatchString(m[1]) {
		if d.run.Seed == "" {
			d.run.Seed = m[2]
		}
	} else if m := counted.FindStringSubmatch(name); m != nil {
		d.run.set(m[2], parseSetting(m[1]))
	} else if key, value, ok := strings.Cut(name, "="); ok && key != "" && shared {
		d.keyed(key, parseSetting(value))
	} else if shared {
		d.run.set("folder."+strconv.Itoa(level), features.Text(name))
	}
}

// keyed takes a setting that a folder's name says, lr=0.1, unless the document says the same.
func (d *jsonRun) keyed(key string, v features.Value) {
	for name, have := range d.run.Config {
		if names.Last(name) == key && have == v {
			return
		}
	}
	d.run.set(key, v)
}

// listsRuns reads a list of paths: the runs in it get the list's name as a tag.
func listsRuns(f *file, list []any, docs []*jsonRun) bool {
	listed := map[string]bool{}
	for _, e := range list {
		s, ok := e.(string)
		if !ok {
			return false
		}
		listed[path.Base(s)] = true
	}
	n := 0
	for _, d := range docs {
		if listed[d.file.base()] {
			d.run.tagged("list", strings.TrimSuffix(f.stem(), "_paths"))
			n++
		}
	}
	return n > 0
}

// explain joins a file whose keys are folders or texts of the runs: what stands under a key is the run's configuration.
func explain(f *file, m map[string]any, docs []*jsonRun) (int, error) {
	n := 0
	prefix := f.stem()
	if d := path.Base(f.dir()); d != "." && !strings.Contains(d, ".") {
		prefix = d
	}
	for _, d := range docs {
		parts := append(strings.Split(d.file.dir(), "/"), d.file.stem())
		for _, key := range append(parts, d.texts...) {
			v, ok := m[key]
			if !ok || !literal.Nested(v) {
				continue
			}
			near := slices.ContainsFunc(parts, func(p string) bool {
				return len(p) > 2 &&
					strings.Contains(f.stem(), p)
			})
			if d.from != "" && !near {
				n++
				break // another file explained it already
			}
			d.forget(prefix)
			d.from = f.name
			if err := d.explained(prefix, v); err != nil {
				return n, err
			}
			n++
			break
		}
	}
	return n, nil
}

// forget drops what an earlier file said under the prefix.
func (d *jsonRun) forget(prefix string) {
	if d.from != "" {
		maps.DeleteFunc(d.run.Config, func(name string, _ features.Value) bool {
			return strings.HasPrefix(name,
				prefix+".")
		})
	}
}

// explained takes every scalar below a value as a setting, by path.
func (d *jsonRun) explained(name string, v any) error {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if err := d.explained(name+"."+k, v[k]); err != nil {
				return err
			}
		}
		return nil
	case []any:
		for i, e := range v {
			if err := d.explained(name+"."+strconv.Itoa(i), e); err != nil {
				return err
			}
		}
		return nil
	}
	if d.flat++; d.flat > maxFlattened {
		return fmt.Errorf("%s: %w: more than %d values that are in no series", d.file.name, ErrLimit, maxFlattened)
	}
	if x, ok := number(v); !ok || !math.IsNaN(x) {
		d.run.set(name, setting(v))
	}
	return nil
}
