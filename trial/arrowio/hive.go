package arrowio

import (
	"context"
	"net/url"
	"strings"
)

// hivePart is a column that a folder's name says: optimizer=adam.
type hivePart struct{ name, value string }

// maxParts is how deep partitions are followed.
const maxParts = 16

// hiveNull is what hive calls the folder of rows without a value.
const hiveNull = "__HIVE_DEFAULT_PARTITION__"

// hivePartOf takes the name of a folder apart; names and values are escaped as in a URL.
func hivePartOf(folder string) (hivePart, bool) {
	name, value, ok := strings.Cut(folder, "=")
	if !ok || name == "" {
		return hivePart{}, false
	}
	if u, err := url.PathUnescape(name); err == nil {
		name = u
	}
	if u, err := url.PathUnescape(value); err == nil {
		value = u
	}
	return hivePart{name, value}, true
}

// parted is a file with the columns of its folders' names, after its own. A column that the file has itself stays the
// file's.
type parted struct {
	source
	parts []hivePart
	ls    []*leaf
}

func withParts(src source, parts []hivePart) source {
	own := map[string]bool{}
	ls := src.leaves()
	for _, l := range ls {
		own[l.name] = true
	}
	p := &parted{source: src, ls: ls[:len(ls):len(ls)]}
	for _, part := range parts {
		if !own[part.name] {
			own[part.name] = true
			p.parts = append(p.parts, part)
			p.ls = append(p.ls, &leaf{name: part.name, typ: "text", kind: kindText})
		}
	}
	return p
}

func (p *parted) leaves() []*leaf { return p.ls }

func (p *parted) scan(ctx context.Context, want []int, each func(*batch) error) error {
	n := len(p.ls) - len(p.parts)
	var inner []int
	at := make([]int, len(want)) // place among the file's own columns, or -1
	for i, w := range want {
		at[i] = -1
		if w < n {
			at[i] = len(inner)
			inner = append(inner, w)
		}
	}
	if len(inner) == 0 && n > 0 { // a file tells its number of rows by a column only
		inner = append(inner, 0)
	}
	made := make([]*column, len(want))
	for i, w := range want {
		made[i] = newColumn(p.ls[w])
	}
	return p.source.scan(ctx, inner, func(b *batch) error {
		out := *b
		out.cols = make([]*column, len(want))
		for i, w := range want {
			if at[i] >= 0 {
				out.cols[i] = b.cols[at[i]]
				continue
			}
			c := made[i]
			for c.reset(); c.n < b.n; c.n++ {
				if v := p.parts[w-n].value; v == hiveNull {
					c.appendNull()
				} else {
					c.texts = append(c.texts, v)
				}
			}
			out.cols[i] = c
		}
		return each(&out)
	})
}
