package arrowio

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
)

// wholeForm is how the rows of a table stand in a file that is one JSON object.
type wholeForm uint8

const (
	notWhole    wholeForm = iota
	wholeList             // one member is a list of objects: {"runs": [{...}, ...]}, pandas' orient="table"
	wholeMap              // members are the rows by their names: {"run_1": {...}, ...}, pandas' orient="index"
	wholeByCell           // members are columns of cells by row, as pandas writes by default: {"lr": {"0": 0.1}}
	wholeLists            // members are columns as lists: {"lr": [0.1, ...], ...}
	wholeSplit            // pandas' orient="split": {"columns": [...], "index": [...], "data": [[...], ...]}
)

// rowKey is the column of the names under which the rows of a wholeMap stand.
const rowKey = "key"

// isWhole reports whether a text that begins with { may be one object that holds a whole table: it is no line of JSON
// lines.
func isWhole(head []byte, more bool) bool {
	first, rest, cut := bytes.Cut(bytes.TrimSpace(head), []byte("\n"))
	if !cut {
		return !more // one line; of one that is longer than the head nobody knows
	}
	return !json.Valid(strictJSON(first)) || len(bytes.TrimSpace(rest)) == 0
}

// isWhole reads the file to tell whether it is one object with a table in it.
func (t *textFile) isWhole() bool {
	in, _, err := t.stream()
	if err != nil {
		return false
	}
	defer in.Close()
	all, err := wholeObject(in)
	if err != nil || formOfWhole(all) == notWhole {
		return false
	}
	t.whole = all
	return true
}

// member is one of an object, in the file's order.
type member struct {
	name  string
	value any
}

// wholeObject decodes a file that is one object; nil when it is none, or more follows it.
func wholeObject(in io.Reader) ([]member, error) {
	all, err := io.ReadAll(io.LimitReader(in, maxJSONArray+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if len(all) > maxJSONArray {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(strictJSON(all)))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, nil
	}
	var out []member
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, nil
		}
		m := member{name: name}
		if d.Decode(&m.value) != nil {
			return nil, nil
		}
		out = append(out, m)
	}
	if _, err := d.Token(); err != nil || d.More() {
		return nil, nil
	}
	return out, nil
}

// formOfWhole tells how rows stand in an object; notWhole where it holds no table. Kept whole: one form after the
// other.
func formOfWhole(all []member) wholeForm {
	lists, rows, maps, numbered, same := 0, 0, 0, 0, -1
	split := map[string]bool{}
	for _, m := range all {
		switch v := m.value.(type) {
		case map[string]any:
			if maps++; areNumbered(v) {
				numbered++
			}
		case []any:
			split[m.name] = true
			if isRows(v) {
				rows++
			} else if areScalars(v) && (same < 0 || same == len(v)) {
				lists, same = lists+1, len(v)
			}
		}
	}
	switch {
	case split["columns"] && split["data"]:
		return wholeSplit
	case rows == 1:
		return wholeList
	case maps == len(all) && maps > 1 && numbered == maps:
		return wholeByCell
	case maps == len(all) && maps > 1 && areAlike(all):
		return wholeMap
	case lists == len(all) && lists > 1 && same > 1:
		return wholeLists
	}
	return notWhole
}

// isRows reports whether a list holds the rows of a table.
func isRows(v []any) bool { return len(v) > 1 && areObjects(v) }

func areObjects(v []any) bool {
	for _, e := range v {
		if _, ok := e.(map[string]any); !ok {
			return false
		}
	}
	return true
}

func areScalars(v []any) bool {
	for _, e := range v {
		switch e.(type) {
		case map[string]any, []any:
			return false
		}
	}
	return true
}

// areNumbered reports whether the names of an object's members are those of rows: 0, 1, 2.
func areNumbered(m map[string]any) bool {
	for name := range m {
		if _, err := strconv.ParseUint(name, 10, 63); err != nil {
			return false
		}
	}
	return len(m) > 0
}

// areAlike reports whether the objects share half of the first one's members: then they are rows.
func areAlike(all []member) bool {
	first, _ := all[0].value.(map[string]any)
	for _, m := range all[1:] {
		same := 0
		for name := range m.value.(map[string]any) {
			if _, ok := first[name]; ok {
				same++
			}
		}
		if 2*same < len(first) || same == 0 {
			return false
		}
	}
	return true
}

// eachWhole hands out the rows of a file that is one object.
func (t *textFile) eachWhole(in io.Reader, told func(int64) error, each func(int64, []jsonCell, *problem) error) error {
	all := t.whole
	if all == nil {
		var err error
		if all, err = wholeObject(in); err != nil {
			return err
		}
	}
	var flat []jsonCell
	n := int64(0)
	row := func(m map[string]any) error {
		if err := told(n); err != nil {
			return err
		}
		flat = flatten(flat[:0], "", m)
		n++
		return each(n-1, flat, nil)
	}
	form := formOfWhole(all)
	if form != wholeList && form != wholeMap {
		return eachOfColumns(all, form, row)
	}
	for _, m := range all {
		switch v := m.value.(type) {
		case map[string]any:
			if form == wholeList {
				continue // what stands beside the list
			}
			if _, has := v[rowKey]; !has {
				v[rowKey] = m.name
			}
			if err := row(v); err != nil {
				return err
			}
		case []any:
			if !isRows(v) {
				continue
			}
			for _, e := range v {
				if err := row(e.(map[string]any)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// eachOfColumns hands out the rows of an object whose members are columns.
func eachOfColumns(all []member, form wholeForm, row func(map[string]any) error) error {
	if form == wholeSplit {
		return eachOfSplit(all, row)
	}
	if form == wholeByCell {
		return eachByCell(all, row)
	}
	lists, _ := all[0].value.([]any)
	for i := range lists { // all are as long
		m := map[string]any{}
		for _, c := range all {
			m[c.name] = c.value.([]any)[i]
		}
		if err := row(m); err != nil {
			return err
		}
	}
	return nil
}

// eachByCell hands out the rows of columns of cells by the rows' numbers, in their order. Of a table that was filtered
// some numbers are not there.
func eachByCell(all []member, row func(map[string]any) error) error {
	rows := map[string]bool{}
	for _, c := range all {
		for number := range c.value.(map[string]any) {
			rows[number] = true
		}
	}
	order := slices.SortedFunc(maps.Keys(rows), func(a, b string) int {
		x, _ := strconv.ParseUint(a, 10, 63)
		y, _ := strconv.ParseUint(b, 10, 63)
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
	})
	for _, number := range order {
		m := map[string]any{}
		for _, c := range all {
			if x, ok := c.value.(map[string]any)[number]; ok {
				m[c.name] = x
			}
		}
		if err := row(m); err != nil {
			return err
		}
	}
	return nil
}

func eachOfSplit(all []member, row func(map[string]any) error) error {
	var columns, data []any
	for _, m := range all {
		switch list, _ := m.value.([]any); m.name {
		case "columns":
			columns = list
		case "data":
			data = list
		}
	}
	for _, e := range data {
		cells, _ := e.([]any)
		m := map[string]any{}
		for i := range min(len(cells), len(columns)) {
			m[fmt.Sprint(columns[i])] = cells[i]
		}
		if err := row(m); err != nil {
			return err
		}
	}
	return nil
}
