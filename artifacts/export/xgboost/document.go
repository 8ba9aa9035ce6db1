package xgboost

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"strconv"
)

// object is a JSON object whose members keep their order. Values are string, int, []string, []int32, []int64, []uint8,
// []float32, list and object.
type object []member

type member struct {
	key   string
	value any
}

// list is a JSON array of values.
type list []any

// appendJSON appends the value as JSON text. Floats always look like floats: XGBoost tells them from integers by that.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case object:
		for i, m := range v {
			b = append(b, "{,"[min(i, 1)])
			b = append(appendJSON(b, m.key), ':')
			b = appendJSON(b, m.value)
		}
		if len(v) == 0 {
			b = append(b, '{')
		}
		return append(b, '}')
	case string:
		text, err := json.Marshal(v)
		if err != nil {
			panic(err) // strings can always be written
		}
		return append(b, text...)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case list:
		return appendArray(b, v, appendJSON)
	case []string:
		return appendArray(b, v, func(b []byte, s string) []byte { return appendJSON(b, s) })
	case []int32:
		return appendArray(b, v, func(b []byte, x int32) []byte { return strconv.AppendInt(b, int64(x), 10) })
	case []int64:
		return appendArray(b, v, func(b []byte, x int64) []byte { return strconv.AppendInt(b, x, 10) })
	case []uint8:
		return appendArray(b, v, func(b []byte, x uint8) []byte { return strconv.AppendInt(b, int64(x), 10) })
	case []float32:
		return appendArray(b, v, func(b []byte, x float32) []byte {
			return strconv.AppendFloat(b, float64(x), 'E', -1,
				32)
		})
	}
	panic("xgboost: a value of an unknown type")
}

func appendArray[T any](b []byte, values []T, one func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, v)
	}
	return append(b, ']')
}

// appendUBJSON appends the value as Universal Binary JSON (ubjson.org, draft 12): big-endian, lengths as int64, arrays
// of numbers typed, as XGBoost writes it.
func appendUBJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case object:
		b = append(b, '{')
		for _, m := range v {
			b = appendUBJSON(appendText(b, m.key), m.value)
		}
		return append(b, '}')
	case string:
		return appendText(append(b, 'S'), v)
	case int:
		return binary.BigEndian.AppendUint64(append(b, 'L'), uint64(v))
	case list:
		return appendCounted(b, v, appendUBJSON)
	case []string:
		return appendCounted(b, v, func(b []byte, s string) []byte { return appendUBJSON(b, s) })
	case []int32:
		return appendTyped(b, 'l', v, func(b []byte, x int32) []byte {
			return binary.BigEndian.AppendUint32(b,
				uint32(x))
		})
	case []int64:
		return appendTyped(b, 'L', v, func(b []byte, x int64) []byte {
			return binary.BigEndian.AppendUint64(b,
				uint64(x))
		})
	case []uint8:
		return appendTyped(b, 'U', v, func(b []byte, x uint8) []byte { return append(b, x) })
	case []float32:
		return appendTyped(b, 'd', v, func(b []byte, x float32) []byte {
			return binary.BigEndian.AppendUint32(b,
				math.Float32bits(x))
		})
	}
	panic("xgboost: a value of an unknown type")
}

// appendText appends a length and the text; keys stand like this, other texts with an 'S' before.
func appendText(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint64(append(b, 'L'), uint64(len(s))), s...)
}

func appendCounted[T any](b []byte, values []T, one func([]byte, T) []byte) []byte {
	b = binary.BigEndian.AppendUint64(append(b, "[#L"...), uint64(len(values)))
	for _, v := range values {
		b = one(b, v)
	}
	return b
}

func appendTyped[T any](b []byte, kind byte, values []T, one func([]byte, T) []byte) []byte {
	b = append(b, '[', '$', kind, '#', 'L')
	b = binary.BigEndian.AppendUint64(b, uint64(len(values)))
	for _, v := range values {
		b = one(b, v)
	}
	return b
}
