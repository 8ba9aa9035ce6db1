package stage

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"fmt"
	"maps"
	"slices"
)

// Map is a map whose bytes in a stage's output are the same every time: gob alone writes the entries of a map in random
// order.
type Map[K cmp.Ordered, V any] map[K]V

// entries is how a Map is written: by increasing key.
type entries[K cmp.Ordered, V any] struct {
	Keys   []K
	Values []V
}

// GobEncode writes the entries by increasing key.
func (m Map[K, V]) GobEncode() ([]byte, error) {
	var e entries[K, V]
	for _, k := range slices.Sorted(maps.Keys(m)) {
		e.Keys, e.Values = append(e.Keys, k), append(e.Values, m[k])
	}
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(e)
	return b.Bytes(), err
}

// GobDecode reads what GobEncode wrote.
func (m *Map[K, V]) GobDecode(b []byte) error {
	var e entries[K, V]
	if err := gob.NewDecoder(bytes.NewReader(b)).Decode(&e); err != nil {
		return err
	}
	if len(e.Keys) != len(e.Values) {
		return fmt.Errorf("stage: a map of %d keys and %d values", len(e.Keys), len(e.Values))
	}
	*m = make(Map[K, V], len(e.Keys))
	for i, k := range e.Keys {
		(*m)[k] = e.Values[i]
	}
	return nil
}
