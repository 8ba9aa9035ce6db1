package arrowio

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"eahas/internal/literal"
	"eahas/trial/names"
)

// apartFile is a file some of whose columns of texts hold several values each. Settings (JSON, a Python dict, or
// k=v,k=v) are columns of their own behind those of the file, config.lr of the column config, null where a row has
// none; the column itself stays. Lists of numbers ("[0.1, 0.2]", as pandas writes a list to CSV) make a column of what
// is measured one of lists.
type apartFile struct {
	source
	ls   []*leaf
	from []int // of each leaf: the file's leaf that it is in
	path []string

	lists bool // some are lists that the file has as texts
}

// listed looks whether the texts of a column are lists of numbers.
type listed struct {
	f         form
	some, not bool
}

// take looks at a batch; false once a text is no list of numbers.
func (l *listed) take(c *column) bool {
	if l.not {
		return false
	}
	for e := range c.n {
		s, ok := c.text(e)
		if s = trimCell(s); ok && s != "" && !isNullText(s) {
			l.some = true
			if l.not = s[0] != '['; l.not {
				return false
			}
		}
	}
	l.f.apply(c, func(int, string, string) { l.not = true })
	return !l.not
}

// isSeries reports whether a name is that of what is measured by epoch. Of another column such a text is one value: an
// id [0, 0, 1], a setting [64, 32].
func isSeries(name string) bool {
	_, cost := names.CostOf(name)
	return (cost || names.Metric(name) != "" || names.IsMeasured(name) || names.IsEpoch(name)) && !names.IsID(name)
}

// all reports whether there were texts, and all of them lists.
func (l *listed) all() bool { return l != nil && l.some && !l.not }

// maxApart is how many settings the texts of one column may hold, all rows together.
const maxApart = 512

// errWhole ends a scan in which no column holds settings.
var errWhole = errors.New("arrowio: no column holds settings")

// takeApart looks through a file's columns of texts. A column is taken apart where every text in it holds settings.
func takeApart(ctx context.Context, src source) (source, error) {
	file := src.leaves()
	var want []int
	for i, l := range file {
		if l.kind == kindText && !l.list && l.use == nil {
			want = append(want, i)
		}
	}
	keys := make([]map[string]bool, len(want)) // nil: none seen yet
	lists := make([]*listed, len(want))
	whole := make([]bool, len(want))
	left := len(want)
	if left == 0 {
		return src, nil
	}
	err := src.scan(ctx, want, func(b *batch) error {
		for j, c := range b.cols {
			if lists[j] == nil {
				dst := newColumn(&leaf{kind: kindFloat, list: true})
				lists[j] = &listed{f: form{need: numberList, factor: 1, dst: dst}}
			}
			if whole[j] || lists[j].take(c) || settingsOf(c, &keys[j]) {
				continue
			}
			whole[j] = true
			left--
		}
		if left == 0 {
			return errWhole
		}
		return nil
	})
	if err != nil && !errors.Is(err, errWhole) {
		return src, nil // whoever reads it will meet the error, and say it better
	}
	out := &apartFile{source: src, ls: slices.Clone(file)}
	for i := range file {
		out.from, out.path = append(out.from, i), append(out.path, "")
	}
	for j, i := range want {
		if whole[j] {
			continue
		}
		base := *file[i]
		if lists[j].all() && isSeries(base.name) {
			base.typ, base.kind, base.list = "list written as text", kindFloat, true
			out.ls[i], out.lists = &base, true
			continue
		}
		if len(keys[j]) == 0 {
			continue
		}
		out.ls[i] = &base
		for _, key := range slices.Sorted(maps.Keys(keys[j])) {
			name := base.name + "." + key
			if slices.ContainsFunc(out.ls, func(l *leaf) bool { return l.name == name }) {
				continue // the file has such a column
			}
			base.parts++
			out.ls = append(out.ls, &leaf{name: name, typ: "text", kind: kindText})
			out.from, out.path = append(out.from, i), append(out.path, key)
		}
	}
	if len(out.ls) == len(file) && !out.lists {
		return src, nil
	}
	return out, nil
}

// settingsOf adds the settings of a batch of texts; false: they are none.
func settingsOf(c *column, keys *map[string]bool) bool {
	for e := range c.n {
		s, ok := c.text(e)
		if s = trimCell(s); !ok || s == "" || isNullText(s) {
			continue
		}
		m, ok := literal.Settings(s)
		if !ok {
			return false
		}
		if *keys == nil {
			*keys = map[string]bool{}
		}
		if !literal.Leaves(m, func(path string, _ any) { (*keys)[path] = true }) || len(*keys) > maxApart {
			return false
		}
	}
	return true
}

func (a *apartFile) leaves() []*leaf { return a.ls }

// about passes on what the table says of itself.
func (a *apartFile) about() map[string]string {
	if d, ok := a.source.(described); ok {
		return d.about()
	}
	return nil
}

// firstLine is that of a text file's rows.
func (a *apartFile) firstLine() int64 { return firstLineOf(a.source) }

// scan reads each column of the file once, and takes the wanted settings out of it.
func (a *apartFile) scan(ctx context.Context, want []int, each func(*batch) error) error {
	var ask []int
	at := map[int]int{} // the file's leaf: its place in ask
	for _, w := range want {
		f := a.from[w]
		if _, ok := at[f]; !ok {
			at[f] = len(ask)
			ask = append(ask, f)
		}
	}
	out := make([]*column, len(want))
	parts := map[int]map[string]*column{} // by the file's leaf, by path
	for i, w := range want {
		if a.path[w] == "" {
			continue
		}
		out[i] = newColumn(a.ls[w])
		if parts[a.from[w]] == nil {
			parts[a.from[w]] = map[string]*column{}
		}
		parts[a.from[w]][a.path[w]] = out[i]
	}
	forms := map[int]*form{} // of lists, by place in want
	file := a.source.leaves()
	for i, w := range want {
		if a.path[w] == "" && a.ls[w].list && !file[a.from[w]].list {
			forms[i] = &form{need: numberList, factor: 1, dst: newColumn(a.ls[w])}
		}
	}
	return a.source.scan(ctx, ask, func(b *batch) error {
		for f, columns := range parts {
			split(b.cols[at[f]], columns)
		}
		mine := *b
		mine.cols = make([]*column, len(want))
		for i, w := range want {
			if mine.cols[i] = out[i]; a.path[w] == "" {
				mine.cols[i] = b.cols[at[a.from[w]]]
			}
			if f := forms[i]; f != nil {
				mine.cols[i] = f.apply(mine.cols[i], func(int, string, string) {})
			}
		}
		return each(&mine)
	})
}

// split fills columns, by path, with the settings that the texts of c hold.
func split(c *column, columns map[string]*column) {
	for _, to := range columns {
		to.reset()
	}
	for e := range c.n {
		s, _ := c.text(e)
		m, ok := literal.Settings(trimCell(s))
		if ok {
			literal.Leaves(m, func(path string, v any) {
				to := columns[path]
				if text, known := literal.Text(v); to != nil && known && len(to.texts) == e {
					to.texts = append(to.texts, text)
				}
			})
		}
		for _, to := range columns {
			if len(to.texts) == e {
				to.appendNull()
			}
			to.n = e + 1
		}
	}
}

// apartInWords says that a column's settings are columns of their own.
func (l *leaf) apartInWords() string {
	if l.parts == 0 {
		return ""
	}
	return fmt.Sprintf("%d settings in one text, which are the columns %s.*", l.parts, l.name)
}
