// Package stream derives named random streams from one root seed.
package stream

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// Seed returns a 64-bit seed that depends on the root and on the names, in order.
// Names are length-prefixed before hashing, so ("ab", "c") and ("a", "bc") differ.
func Seed(root uint64, names ...string) uint64 {
	sum := digest(root, names)
	return binary.LittleEndian.Uint64(sum[:8])
}

// New returns a generator for the stream with these names: ChaCha8 keyed with SHA-256 of the root seed and the names.
func New(root uint64, names ...string) *rand.Rand {
	return rand.New(rand.NewChaCha8(digest(root, names)))
}

func digest(root uint64, names []string) [32]byte {
	b := binary.LittleEndian.AppendUint64(nil, root)
	for _, n := range names {
		b = binary.LittleEndian.AppendUint64(b, uint64(len(n)))
		b = append(b, n...)
	}
	return sha256.Sum256(b)
}
