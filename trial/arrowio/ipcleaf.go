package arrowio

import (
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
	case *arrow.StringType, *arrow.LargeStringType, *arrow.BinaryType, *arrow.LargeBinaryType:
		return kindText
	case *arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type,
		*arrow.Uint8Type, *arrow.Uint16Type, *arrow.Uint32Type, *arrow.Uint64Type:
		return kindInt
	case *arrow.Float16Type, *arrow.Float32Type, *arrow.Float64Type, *arrow.Decimal128Type, *arrow.Decimal256Type,
		*arrow.TimestampType, *arrow.DurationType, *arrow.Time32Type, *arrow.Time64Type, *arrow.NullType:
		return kindFloat
	case *arrow.Date32Type:
		return kindInt
	case *arrow.DictionaryType:
		return arrowKind(t.ValueType)
	}
	return kindOther
}

// extract copies n rows from row lo of the column at path into c.
func (p *ipcFile) extract(c *column, rec arrow.Record, path []int, lo, n int) (err error) {
	defer guard(&err)
	c.reset()
	c.n = n
	a := rec.Column(path[0])
	if a.Len() != int(rec.NumRows()) {
		return fmt.Errorf("%w: %d values in a batch of %d rows", ErrCorrupt, a.Len(), rec.NumRows())
	}
	var gone []bool // rows whose struct is null
	for _, i := range path[1:] {
		st := a.(*array.Struct)
		for r := 0; st.NullN() > 0 && r < n; r++ {
			if st.IsNull(lo + r) {
				if gone == nil {
					gone = make([]bool, n)
				}
				gone[r] = true
			}
		}
		a = st.Field(i)
		if a.Len() < lo+n {
			return fmt.Errorf("%w: a member of a struct is shorter than the struct", ErrCorrupt)
		}
	}
	if !c.list {
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
	l, ok := a.(array.ListLike)
	if !ok {
		return fmt.Errorf("%w: %s", ErrType, a.DataType())
	}
	values := l.ListValues()
	get, err := getter(c, values)
	if err != nil {
		return err
	}
	for r := range n {
		c.off = append(c.off, c.elements())
		if gone != nil && gone[r] || a.IsNull(lo+r) {
			c.appendAbsent(r)
			continue
		}
		from, to := l.ValueOffsets(lo + r)
		if from < 0 || to < from || to > int64(values.Len()) {
			return fmt.Errorf("%w: row %d's list has the elements %d to %d of %d", ErrCorrupt, lo+r, from, to, values.Len())
		}
		if c.elements()+int(to-from) > maxElements {
			return fmt.Errorf("%w: more than %d list elements in %d rows", ErrCorrupt, maxElements, n)
		}
		for e := from; e < to; e++ {
			if values.IsNull(int(e)) {
				c.appendNull()
			} else {
				get(int(e))
			}
		}
	}
	c.off = append(c.off, c.elements())
	return nil
}

// getter returns a function that appends element e of a to c.
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
		return func(e int) { integer(int64(a.Value(e))) }, nil
	case *array.Date32:
		return func(e int) { integer(int64(a.Value(e))) }, nil
	case *array.Float16:
		return func(e int) { float(float64(a.Value(e).Float32())) }, nil
	case *array.Float32:
		return func(e int) { float(float64(a.Value(e))) }, nil
	case *array.Float64:
		return func(e int) { float(a.Value(e)) }, nil
	case *array.Decimal128:
		s := math.Pow10(-int(a.DataType().(*arrow.Decimal128Type).Scale))
		return func(e int) { float(bigFloat(a.Value(e).BigInt()) * s) }, nil
	case *array.Decimal256:
		s := math.Pow10(-int(a.DataType().(*arrow.Decimal256Type).Scale))
		return func(e int) { float(bigFloat(a.Value(e).BigInt()) * s) }, nil
	case *array.Timestamp:
		s := a.DataType().(*arrow.TimestampType).Unit.Multiplier().Seconds()
		return func(e int) { float(float64(a.Value(e)) * s) }, nil
	case *array.Duration:
		s := a.DataType().(*arrow.DurationType).Unit.Multiplier().Seconds()
		return func(e int) { float(float64(a.Value(e)) * s) }, nil
	case *array.Time32:
		s := a.DataType().(*arrow.Time32Type).Unit.Multiplier().Seconds()
		return func(e int) { float(float64(a.Value(e)) * s) }, nil
	case *array.Time64:
		s := a.DataType().(*arrow.Time64Type).Unit.Multiplier().Seconds()
		return func(e int) { float(float64(a.Value(e)) * s) }, nil
	case *array.Null:
		return func(int) { c.appendNull() }, nil
	case *array.Dictionary:
		dict := a.Dictionary()
		get, err := getter(c, dict)
		if err != nil {
			return nil, err
		}
		return func(e int) {
			i := a.GetValueIndex(e)
			if i < 0 || i >= dict.Len() {
				panic(fmt.Errorf("dictionary index %d of %d", i, dict.Len()))
			}
			if dict.IsNull(i) {
				c.appendNull()
			} else {
				get(i)
			}
		}, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrType, a.DataType())
}

func bigFloat(x *big.Int) float64 { f, _ := new(big.Float).SetInt(x).Float64(); return f }
