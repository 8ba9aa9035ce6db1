package arrowio

import "fmt"

// nextDeep appends the next n lists of lists as texts of JSON, the empty text where a row has none: a matrix of a
// graph.
func (t *typedLeaf[T]) nextDeep(c *column, n int) error {
	l := *c.leaf
	l.kind, l.deep = l.cell, false
	cell := newColumn(&l)
	var text []byte
	row, elements, inside := -1, 0, false // inside an inner list
	done := func() {
		if inside {
			text = append(text, ']')
		}
		if len(text) > 0 {
			text = append(text, ']')
		}
		c.texts = append(c.texts, string(text))
	}
	for {
		if t.lev == t.nlev {
			if ok, err := t.more(); err != nil {
				return err
			} else if !ok {
				break
			}
		}
		def, rep := t.def[t.lev], t.rep[t.lev]
		if rep == 0 {
			if row+1 == n {
				break
			}
			if row++; row > 0 {
				done()
			}
			text, inside = text[:0], false
			if def >= t.at.outer-1 { // not null
				text = append(text, '[')
			}
		} else if row < 0 {
			return fmt.Errorf("%w: a list goes on where none began", ErrCorrupt)
		}
		if def >= t.at.outer {
			text, inside = t.deepElement(cell, text, inside, rep)
		}
		t.lev++
		if elements++; elements > maxElements {
			return fmt.Errorf("%w: more than %d list elements in %d rows", ErrCorrupt, maxElements, n)
		}
	}
	if row+1 != n {
		return fmt.Errorf("%w: the column ends %d rows early", ErrCorrupt, n-row-1)
	}
	if n > 0 {
		done()
	}
	return nil
}

// deepElement writes what the next level stands for: an element of an inner list, or an inner list without any.
func (t *typedLeaf[T]) deepElement(cell *column, text []byte, inside bool, rep int16) ([]byte, bool) {
	if rep < 2 { // a new inner list
		if inside {
			text = append(text, ']', ',')
		}
		text, inside = append(text, '['), true
	} else {
		text = append(text, ',')
	}
	if t.def[t.lev] < t.at.inner {
		return text, inside
	}
	cell.reset()
	t.spread(cell, t.def[t.lev:t.lev+1])
	word := cell.jsonElement(0)
	switch {
	case word == "" && cell.kind == kindText:
		word = `""`
	case word == "":
		word = "null"
	}
	return append(text, word...), inside
}
