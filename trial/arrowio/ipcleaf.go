package arrowio

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// arrowKind says what the values of an Arrow type become.
func arrowKind(dt arrow.DataType) kind {
	switch t := dt.(type) {
	case *arrow.BooleanType:
		return kindBool
	case *arrow.StringType, *arrow.LargeStringType, *arrow.BinaryType, *arrow.LargeBinaryType,
		*arrow.StringViewType, *arrow.BinaryViewType:
		return kindText
	case *arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type,
		*arrow.Uint8Type, *arrow.Uint16Type, *arrow.Uint32Type, *arrow.Uint64Type:
		return kindInt
	case *arrow.Float16Type, *arrow.Float32Type, *arrow.Float64Type, *arrow.Decimal32Type, *arrow.Decimal64Type,
		*arrow.Decimal128Type, *arrow.Decimal256Type,
		*arrow.TimestampType, *arrow.DurationType, *arrow.Time32Type, *arrow.Time64Type, *arrow.NullType:
		return kindFloat
	case *arrow.Date32Type:
		return kindInt
	case *arrow.DictionaryType:
		return arrowKind(t.ValueType)
	case *arrow.RunEndEncodedType:
		return arrowKind(t.Encoded())
	}
	return kindOther
}

// markType notes what a type knows about its values beside their kind.
func (l *leaf) markType(dt arrow.DataType) {
	switch t := dt.(type) {
	case *arrow.DurationType:
		l.ownUnit = t.Unit.String()
	case *arrow.TimestampType:
		l.ownUnit, l.instant = t.Unit.String(), true
	case *arrow.Time32Type:
		l.ownUnit = t.Unit.String()
	case *arrow.Time64Type:
		l.ownUnit = t.Unit.String()
	case *arrow.Float32Type:
		l.bits = 32
	case *arrow.Float16Type:
		l.bits = 16
	case *arrow.DictionaryType:
		l.markType(t.ValueType)
	case *arrow.RunEndEncodedType:
		l.markType(t.Encoded())
	}
}

// extract copies n rows from row lo of the column at path into c.
func (p *ipcFile) extract(c *column, rec arrow.RecordBatch, path []int, lo, n int) (err error) {
	defer guard(&err)
	c.reset()
	c.n = n
	a := rec.Column(path[0])
	if a.Len() != int(rec.NumRows()) {
		return fmt.Errorf("%w: %d values in a batch of %d rows", ErrCorrupt, a.Len(), rec.NumRows())
	}
	a, gone, path, err := descend(a, path[1:], lo, n)
	if err != nil {
		return err
	}
	if c.deep {
		return c.takeDeep(a, gone, lo, n)
	}
	if !c.list {
		return c.take(a, gone, lo, n)
	}
	l, ok := a.(array.ListLike)
	if !ok || len(path) == 0 {
		return fmt.Errorf("%w: %s", ErrType, a.DataType())
	}
	return c.takeLists(l, gone, path[1:], lo, n)
}

// takeLists appends the n lists from row lo of l; those of rows that are gone (nil: of none) are absent. path leads
// from a list's element to the value.
func (c *column) takeLists(l array.ListLike, gone []bool, path []int, lo, n int) error {
	values, lost, _, err := descend(l.ListValues(), path, 0, l.ListValues().Len())
	if err != nil {
		return err
	}
	get, err := getter(c, values)
	if err != nil {
		return err
	}
	for r := range n {
		c.off = append(c.off, c.elements())
		if gone != nil && gone[r] || l.IsNull(lo+r) {
			c.appendAbsent(r)
			continue
		}
		from, to := l.ValueOffsets(lo + r)
		if from < 0 || to < from || to > int64(values.Len()) {
			return fmt.Errorf("%w: row %d's list has the elements %d to %d of %d", ErrCorrupt, lo+r, from, to,
				values.Len())
		}
		if c.elements()+int(to-from) > maxElements {
			return fmt.Errorf("%w: more than %d list elements in %d rows", ErrCorrupt, maxElements, n)
		}
		for e := from; e < to; e++ {
			if lost != nil && lost[e] || values.IsNull(int(e)) {
				c.appendNull()
			} else {
				get(int(e))
			}
		}
	}
	c.off = append(c.off, c.elements())
	return nil
}

// takeDeep appends the lists of lists of n rows from lo as texts of JSON, the empty text where there is none.
func (c *column) takeDeep(a arrow.Array, gone []bool, lo, n int) error {
	for r := range n {
		if gone != nil && gone[r] || a.IsNull(lo+r) {
			c.texts = append(c.texts, "")
			continue
		}
		b, err := json.Marshal(a.GetOneForMarshal(lo + r))
		if err != nil {
			return corrupt(err)
		}
		c.texts = append(c.texts, string(b))
	}
	return nil
}

// descend goes from a struct to its members, as far as the path names members. gone are those of the n elements from lo
// whose struct is null; nil when none.
func descend(a arrow.Array, path []int, lo, n int) (arrow.Array, []bool, []int, error) {
	var gone []bool
	for ; len(path) > 0 && path[0] != intoList; path = path[1:] {
		st, ok := a.(*array.Struct)
		if !ok {
			return nil, nil, nil, fmt.Errorf("%w: %s", ErrType, a.DataType())
		}
		for r := 0; st.NullN() > 0 && r < n; r++ {
			if st.IsNull(lo + r) {
				if gone == nil {
					gone = make([]bool, n)
				}
				gone[r] = true
			}
		}
		if a = st.Field(path[0]); a.Len() < lo+n {
			return nil, nil, nil, fmt.Errorf("%w: a member of a struct is shorter than the struct", ErrCorrupt)
		}
	}
	return a, gone, path, nil
}

// take appends n elements from lo.
func (c *column) take(a arrow.Array, gone []bool, lo, n int) error {
	get, err := getter(c, a)
	if err != nil {
		return err
	}
	for r := range n {
		if gone != nil && gone[r] || a.IsNull(lo+r) {
			c.appendNull()
		} else {
			get(lo + r)
		}
	}
	return nil
}

// getter returns a function that appends element e of a to c. Kept whole: it is the table of Arrow's types, one case
// each.
func getter(c *column, a arrow.Array) (func(e int), error) {
	float := func(x float64) { c.floats = append(c.floats, x) }
	integer := func(x int64) { c.ints = append(c.ints, x) }
	last := ""
	text := func(s string) { // texts alias the batch's memory; repeats are kept once
		if s != last {
			last = string(append([]byte(nil), s...))
		}
		c.texts = append(c.texts, last)
	}
	switch a := a.(type) {
	case *array.Boolean:
		return func(e int) { c.bools = append(c.bools, a.Value(e)) }, nil
	case *array.String:
		return func(e int) { text(a.Value(e)) }, nil
	case *array.LargeString:
		return func(e int) { text(a.Value(e)) }, nil
	case *array.Binary:
		return func(e int) { text(string(a.Value(e))) }, nil
	case *array.LargeBinary:
		return func(e int) { text(string(a.Value(e))) }, nil
	case *array.StringView:
		return func(e int) { text(a.Value(e)) }, nil
	case *array.BinaryView:
		return func(e int) { text(string(a.Value(e))) }, nil
	case *array.Int8:
		return func(e int) { integer(int64(a.Value(e))) }, nil
	case *array.Int16:
		return func(e int) { integer(int64(a.Value(e))) }, nil
	case *array.Int32:
		return func(e int) { integer(int64(a.Value(e))) }, nil
	case *array.Int64:
		return func(e int) { integer(a.Value(e)) }, nil
	case *array.Uint8:
		return func(e int) { integer(int64(a.Value(e))) }, nil
	case *array.Uint16:
		return func(e int) { integer(int64(a.Value(e))) }, nil
	case *array.Uint32:
		return func(e int) { integer(int64(a.Value(e))) }, nil
	case *array.Uint64:
		return func(e int) {
			if a.Value(e) > math.MaxInt64 {
				panic(errUnsigned)
			}
			integer(int64(a.Value(e)))
		}, nil
	case *array.Date32:
		return func(e int) { integer(int64(a.Value(e))) }, nil
	case *array.Float16:
		return func(e int) { float(float64(a.Value(e).Float32())) }, nil
	case *array.Float32:
		return func(e int) { float(float64(a.Value(e))) }, nil
	case *array.Float64:
		return func(e int) { float(a.Value(e)) }, nil
	case *array.Decimal32:
		s := math.Pow10(int(a.DataType().(*arrow.Decimal32Type).Scale))
		return func(e int) { float(float64(a.Value(e)) / s) }, nil
	case *array.Decimal64:
		s := math.Pow10(int(a.DataType().(*arrow.Decimal64Type).Scale))
		return func(e int) { float(float64(a.Value(e)) / s) }, nil
	case *array.Decimal128:
		s := math.Pow10(int(a.DataType().(*arrow.Decimal128Type).Scale))
		return func(e int) { float(bigFloat(a.Value(e).BigInt()) / s) }, nil
	case *array.Decimal256:
		s := math.Pow10(int(a.DataType().(*arrow.Decimal256Type).Scale))
		return func(e int) { float(bigFloat(a.Value(e).BigInt()) / s) }, nil
	case *array.Timestamp:
		return func(e int) { float(float64(a.Value(e)) / perSecond[c.ownUnit]) }, nil
	case *array.Duration:
		return func(e int) { float(float64(a.Value(e)) / perSecond[c.ownUnit]) }, nil
	case *array.Time32:
		return func(e int) { float(float64(a.Value(e)) / perSecond[c.ownUnit]) }, nil
	case *array.Time64:
		return func(e int) { float(float64(a.Value(e)) / perSecond[c.ownUnit]) }, nil
	case *array.Null:
		return func(int) { c.appendNull() }, nil
	case *array.Dictionary:
		return getterThrough(c, a.Dictionary(), "dictionary index", a.GetValueIndex)
	case *array.RunEndEncoded:
		return getterThrough(c, a.Values(), "run", a.GetPhysicalIndex)
	}
	return nil, fmt.Errorf("%w: %s", ErrType, a.DataType())
}

// getterThrough returns a function that appends for element e the value at index(e) of values.
func getterThrough(c *column, values arrow.Array, what string, index func(e int) int) (func(e int), error) {
	get, err := getter(c, values)
	if err != nil {
		return nil, err
	}
	return func(e int) {
		i := index(e)
		if i < 0 || i >= values.Len() {
			panic(fmt.Errorf("%s %d of %d", what, i, values.Len()))
		}
		if values.IsNull(i) {
			c.appendNull()
		} else {
			get(i)
		}
	}, nil
}

func bigFloat(x *big.Int) float64 { f, _ := new(big.Float).SetInt(x).Float64(); return f }
