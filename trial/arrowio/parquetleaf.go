package arrowio

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/float16"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
)

// leafReader reads one column chunk.
type leafReader interface {
	next(c *column, n int) error // reads the next n rows into c, which is empty
	end() error                  // after the last row: the counts are those that the footer states
}

// chunkReader is what the library's typed readers have in common.
type chunkReader[T any] interface {
	Err() error
	ReadBatch(batch int64, values []T, def, rep []int16) (levels int64, n int, err error)
}

// levelsPerRead are the levels asked for at once.
const levelsPerRead = 8192

// maxElements is the largest number of list elements in one batch; more is taken for corruption.
const maxElements = 1 << 26

// typedLeaf reads a chunk of physical type T.
type typedLeaf[T any] struct {
	rd       chunkReader[T]
	convert  func(c *column, v []T)
	maxDef   int16
	at       listLevels
	values   []T
	def, rep []int16
	lev, val int // next level, next value
	nlev     int
	nulls    int64 // found so far
	stated   int64 // nulls that the footer states; -1 when it does not
}

func newTyped[T any](rd chunkReader[T], d *schema.Column, at listLevels, nulls int64,
	convert func(*column, []T)) leafReader {
	t := &typedLeaf[T]{rd: rd, convert: convert, maxDef: d.MaxDefinitionLevel(), at: at, stated: nulls,
		values: make([]T, levelsPerRead)}
	if t.maxDef > 0 {
		t.def = make([]int16, levelsPerRead)
	}
	if at.inner > 0 {
		t.rep = make([]int16, levelsPerRead)
	}
	return t
}

// more reads on; it returns false at the end of the chunk.
func (t *typedLeaf[T]) more() (bool, error) {
	n, got, err := t.rd.ReadBatch(levelsPerRead, t.values, t.def, t.rep)
	if err != nil {
		return false, corrupt(err)
	}
	want := int(n)
	if t.maxDef > 0 {
		want = 0
		for _, d := range t.def[:n] {
			switch {
			case d == t.maxDef:
				want++
			case d > t.maxDef:
				return false, fmt.Errorf("%w: a definition level of %d where the schema knows %d", ErrCorrupt, d,
					t.maxDef)
			}
		}
	}
	t.nulls += n - int64(want)
	if err := t.rd.Err(); err != nil {
		return false, corrupt(err)
	}
	if want != got {
		return false, fmt.Errorf("%w: %d values where the levels promise %d", ErrCorrupt, got, want)
	}
	t.lev, t.val, t.nlev = 0, 0, int(n)
	return n > 0, nil
}

func (t *typedLeaf[T]) end() error {
	if t.lev == t.nlev {
		if more, err := t.more(); err != nil || !more {
			if err == nil && t.stated >= 0 && t.nulls != t.stated {
				err = fmt.Errorf("%w: %d nulls where the footer states %d", ErrCorrupt, t.nulls, t.stated)
			}
			return err
		}
	}
	return fmt.Errorf("%w: more values than the row group has rows", ErrCorrupt)
}

func (t *typedLeaf[T]) next(c *column, n int) error {
	if c.deep {
		return t.nextDeep(c, n)
	}
	if t.at.inner > 0 {
		return t.nextLists(c, n)
	}
	for n > 0 {
		if t.lev == t.nlev {
			if ok, err := t.more(); err != nil {
				return err
			} else if !ok {
				return fmt.Errorf("%w: the column ends %d rows early", ErrCorrupt, n)
			}
		}
		k := min(n, t.nlev-t.lev)
		if t.maxDef == 0 {
			t.convert(c, t.values[t.val:t.val+k])
			t.val += k
		} else {
			t.spread(c, t.def[t.lev:t.lev+k])
		}
		t.lev += k
		n -= k
	}
	return nil
}

// spread appends values and nulls as the definition levels tell.
func (t *typedLeaf[T]) spread(c *column, def []int16) {
	for i := 0; i < len(def); {
		j := i
		for j < len(def) && def[j] == t.maxDef {
			j++
		}
		if j > i {
			t.convert(c, t.values[t.val:t.val+j-i])
			t.val += j - i
			i = j
			continue
		}
		c.appendNull()
		i++
	}
}

// nextLists appends the next n lists. Kept whole: one loop over the repetition and definition levels, whose cases hold
// only together.
func (t *typedLeaf[T]) nextLists(c *column, n int) error {
	row := -1
	for {
		if t.lev == t.nlev {
			if ok, err := t.more(); err != nil {
				return err
			} else if !ok {
				break
			}
		}
		if t.rep[t.lev] == 0 {
			if row+1 == n {
				break
			}
			row++
			c.off = append(c.off, c.elements())
		} else if row < 0 {
			return fmt.Errorf("%w: a list goes on where none began", ErrCorrupt)
		}
		j := t.lev // a run of elements of this row
		for j < t.nlev && t.def[j] >= t.at.inner && (j == t.lev || t.rep[j] != 0) {
			j++
		}
		if j > t.lev {
			t.spread(c, t.def[t.lev:j])
			t.lev = j
			if c.elements() > maxElements {
				return fmt.Errorf("%w: more than %d list elements in %d rows", ErrCorrupt, maxElements, n)
			}
			continue
		}
		if t.def[t.lev] < t.at.inner-1 {
			c.appendAbsent(row)
		}
		t.lev++
	}
	if row+1 != n {
		return fmt.Errorf("%w: the column ends %d rows early", ErrCorrupt, n-row-1)
	}
	c.off = append(c.off, c.elements())
	return nil
}

// parquetKind says what the values of a column become, and names the type.
func parquetKind(c *schema.Column) (kind, string) {
	lt := c.LogicalType()
	name := strings.ToLower(c.PhysicalType().String())
	if lt != nil && !lt.IsNone() {
		name = strings.ToLower(lt.String())
	}
	switch lt.(type) {
	case schema.DecimalLogicalType, *schema.DecimalLogicalType, schema.TimestampLogicalType,
		*schema.TimestampLogicalType,
		schema.TimeLogicalType, *schema.TimeLogicalType, schema.Float16LogicalType, *schema.Float16LogicalType:
		return kindFloat, name
	}
	switch c.PhysicalType() {
	case parquet.Types.Boolean:
		return kindBool, name
	case parquet.Types.Int32, parquet.Types.Int64:
		return kindInt, name
	case parquet.Types.Int96, parquet.Types.Float, parquet.Types.Double:
		return kindFloat, name
	case parquet.Types.ByteArray:
		return kindText, name
	}
	return kindOther, name
}

// markParquet notes what a column knows about its values beside their kind. Parquet has no type of durations: what
// Arrow wrote says it in the metadata (durations: unit by column).
func (l *leaf) markParquet(c *schema.Column, durations map[string]string) {
	unit := func(u schema.TimeUnitType) string {
		switch u {
		case schema.TimeUnitMillis:
			return "ms"
		case schema.TimeUnitMicros:
			return "us"
		}
		return "ns"
	}
	switch lt := c.LogicalType().(type) {
	case schema.TimestampLogicalType:
		l.ownUnit, l.instant = unit(lt.TimeUnit()), true
	case *schema.TimestampLogicalType:
		l.ownUnit, l.instant = unit(lt.TimeUnit()), true
	case schema.TimeLogicalType:
		l.ownUnit = unit(lt.TimeUnit())
	case *schema.TimeLogicalType:
		l.ownUnit = unit(lt.TimeUnit())
	case schema.Float16LogicalType, *schema.Float16LogicalType:
		l.bits = 16
	default:
		switch c.PhysicalType() {
		case parquet.Types.Float:
			l.bits = 32
		case parquet.Types.Int96:
			l.ownUnit, l.instant = "ns", true
		case parquet.Types.Int64:
			if u := durations[l.name]; u != "" {
				l.kind, l.ownUnit, l.typ = kindFloat, u, strings.Replace(l.typ, "int64", "duration["+u+"]", 1)
			}
		}
	}
}

// storedAs says how numbers are stored. A time's or a decimal's number is the stored one divided by div: exact where a
// product is not.
func storedAs(d *schema.Column, l *leaf) (div float64, unsigned bool) {
	div = 1
	switch lt := d.LogicalType().(type) {
	case schema.DecimalLogicalType:
		div = math.Pow10(int(lt.Scale()))
	case *schema.DecimalLogicalType:
		div = math.Pow10(int(lt.Scale()))
	case schema.IntLogicalType:
		unsigned = !lt.IsSigned()
	case *schema.IntLogicalType:
		unsigned = !lt.IsSigned()
	}
	if l.ownUnit != "" {
		div = perSecond[l.ownUnit]
	}
	return div, unsigned
}

// newLeafReader makes the reader of one column chunk. Times become seconds, decimals numbers. Kept whole: it is the
// table of Parquet's physical types, one case each.
func newLeafReader(rd file.ColumnChunkReader, d *schema.Column, l *leaf, at listLevels, nulls int64) (leafReader,
	error) {
	div, unsigned := storedAs(d, l)
	switch rd := rd.(type) {
	case *file.BooleanColumnChunkReader:
		return newTyped(rd, d, at, nulls, func(c *column, v []bool) { c.bools = append(c.bools, v...) }), nil
	case *file.Int32ColumnChunkReader:
		return newTyped(rd, d, at, nulls, func(c *column, v []int32) {
			for _, x := range v {
				y := int64(x)
				if unsigned {
					y = int64(uint32(x))
				}
				c.appendInt(y, div)
			}
		}), nil
	case *file.Int64ColumnChunkReader:
		return newTyped(rd, d, at, nulls, func(c *column, v []int64) {
			if c.kind == kindInt {
				if unsigned && slices.ContainsFunc(v, func(x int64) bool { return x < 0 }) {
					panic(errUnsigned)
				}
				c.ints = append(c.ints, v...)
				return
			}
			for _, x := range v {
				c.appendInt(x, div)
			}
		}), nil
	case *file.Int96ColumnChunkReader:
		return newTyped(rd, d, at, nulls, func(c *column, v []parquet.Int96) {
			for _, x := range v {
				c.floats = append(c.floats, float64(x.ToTime().UnixNano())*1e-9)
			}
		}), nil
	case *file.Float32ColumnChunkReader:
		return newTyped(rd, d, at, nulls, func(c *column, v []float32) {
			for _, x := range v {
				c.floats = append(c.floats, float64(x))
			}
		}), nil
	case *file.Float64ColumnChunkReader:
		return newTyped(rd, d, at, nulls, func(c *column, v []float64) { c.floats = append(c.floats, v...) }), nil
	case *file.ByteArrayColumnChunkReader:
		last := "" // logs repeat a text many times in a row; it is kept once
		return newTyped(rd, d, at, nulls, func(c *column, v []parquet.ByteArray) {
			for _, x := range v {
				if c.kind == kindFloat {
					c.floats = append(c.floats, bigEndian(x)/div)
					continue
				}
				if string(x) != last {
					last = string(x)
				}
				c.texts = append(c.texts, last)
			}
		}), nil
	case *file.FixedLenByteArrayColumnChunkReader:
		half := d.TypeLength() == 2 && strings.EqualFold(d.LogicalType().String(), "float16")
		return newTyped(rd, d, at, nulls, func(c *column, v []parquet.FixedLenByteArray) {
			for _, x := range v {
				if half {
					c.floats = append(c.floats, float64(float16.FromBits(binary.LittleEndian.Uint16(x)).Float32()))
				} else {
					c.floats = append(c.floats, bigEndian(x)/div)
				}
			}
		}), nil
	}
	return nil, fmt.Errorf("%w: physical type %s", ErrFormat, d.PhysicalType())
}

// appendInt appends an integer, or the number that it stands for (decimal, time).
func (c *column) appendInt(x int64, div float64) {
	if c.kind == kindFloat {
		c.floats = append(c.floats, float64(x)/div)
	} else {
		c.ints = append(c.ints, x)
	}
}

// perSecond is how many of a unit a second has.
var perSecond = map[string]float64{"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}

// errUnsigned is the error of whole numbers that no signed number of 64 bits holds.
var errUnsigned = fmt.Errorf("%w: whole numbers above 2^63-1; write them as text", ErrType)

// bigEndian reads a two's complement number of any length.
func bigEndian(b []byte) float64 {
	x := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		x.Sub(x, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	f, _ := new(big.Float).SetInt(x).Float64()
	return f
}
