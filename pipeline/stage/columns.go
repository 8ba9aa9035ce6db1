package stage

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"eahas/internal/mapped"
)

// Columnar is an output most of which is long lists of numbers. Where these are many, the store keeps them in a file of
// their own beside the output, and the lists are parts of that file, mapped: the heap holds none of them. Nobody may
// write to such a list.
type Columnar interface {
	// Series calls each with every list, in an order that depends on nothing but the rest of the output.
	Series(each func(list *[]float64))
}

// columnsFrom is how many numbers an output needs for a file of their own, unless the store says otherwise.
const columnsFrom = 1 << 20

const columnsSuffix = ".columns"

// span says where in the numbers of a file a list lies; a length of -1 is that of a list that is nil.
type span struct{ from, n int64 }

// columnar gives an output as one whose lists are kept apart, or nil.
func (s Store) columnar(v any) Columnar {
	c, ok := v.(Columnar)
	if !ok {
		return nil
	}
	n := 0
	c.Series(func(list *[]float64) { n += len(*list) })
	if n < cmp.Or(s.ColumnsFrom, columnsFrom) {
		return nil
	}
	return c
}

// apartKey marks an output whose lists are in a file of their own.
func apartKey(k Key) Key { return sha256.Sum256(append([]byte("columns "), k[:]...)) }

// saveColumns writes the lists: numbers, spans, and how many there are of both.
func saveColumns(path string, k Key, v Columnar) error {
	return writeSummed(path, k, func(out io.Writer) error {
		w := bufio.NewWriterSize(out, 1<<20)
		spans, numbers, err := writeLists(w, v)
		if err != nil {
			return err
		}
		for _, s := range append(spans, span{numbers, int64(len(spans))}) {
			var b [16]byte
			binary.LittleEndian.PutUint64(b[:8], uint64(s.from))
			binary.LittleEndian.PutUint64(b[8:], uint64(s.n))
			if _, err := w.Write(b[:]); err != nil {
				return err
			}
		}
		return w.Flush()
	})
}

// writeLists writes the numbers of all lists. Lists of equal steps are written once: most curves have the same epochs.
func writeLists(w io.Writer, v Columnar) (spans []span, numbers int64, err error) {
	type steps struct {
		first, step float64
		n           int
	}
	regular := map[steps]span{}
	var room []byte
	v.Series(func(list *[]float64) {
		l := *list
		if err != nil || l == nil {
			spans = append(spans, span{0, -1})
			return
		}
		s := span{numbers, int64(len(l))}
		if step, even := evenSteps(l); even {
			key := steps{l[0], step, len(l)}
			if old, there := regular[key]; there {
				spans = append(spans, old)
				return
			}
			regular[key] = s
		}
		room = mapped.AppendFloats(room[:0], l)
		_, err = w.Write(room)
		spans, numbers = append(spans, s), numbers+s.n
	})
	return spans, numbers, err
}

// evenSteps reports whether a list is first, first+step, first+2*step ... to the last bit, and the step.
func evenSteps(l []float64) (step float64, even bool) {
	if len(l) < 2 || l[0] == 0 { // 0 is two numbers
		return 0, false
	}
	step = l[1] - l[0]
	for i, x := range l {
		if x != l[0]+float64(i)*step {
			return 0, false
		}
	}
	return step, true
}

// errColumns says that a file of lists is none, or damaged: the stage runs again.
var errColumns = errors.New("stage: damaged columns")

// loadColumns maps the lists of a file into an output whose other parts are there already; with a nil v it only looks.
func loadColumns(path string, k Key, v Columnar) error {
	b, err := mapped.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return errColumns
	}
	if err != nil {
		return err
	}
	if len(b) < 2*sha256.Size+16 || !bytes.Equal(b[:sha256.Size], k[:]) {
		return errColumns
	}
	rest := b[2*sha256.Size:]
	if sum := sha256.Sum256(rest); !bytes.Equal(sum[:], b[sha256.Size:2*sha256.Size]) {
		return errColumns
	}
	if v == nil {
		return nil
	}
	at := func(p int) int64 { return int64(binary.LittleEndian.Uint64(rest[p:])) }
	numbers, lists := at(len(rest)-16), at(len(rest)-8)
	if numbers < 0 || lists < 0 || numbers > int64(len(rest))/8 || lists > int64(len(rest))/16 ||
		8*numbers+16*lists+16 != int64(len(rest)) {
		return errColumns
	}
	all := mapped.Floats(rest[:8*numbers])
	next, p := int64(0), int(8*numbers)
	v.Series(func(list *[]float64) {
		if next++; next > lists {
			return
		}
		from, n := at(p), at(p+8)
		p += 16
		switch {
		case n < 0:
			*list = nil
		case from < 0 || n > numbers || from > numbers-n:
			err = errColumns
		default:
			*list = all[from : from+n : from+n]
		}
	})
	if err == nil && next != lists {
		err = fmt.Errorf("%w: %d lists for %d", errColumns, lists, next)
	}
	return err
}
