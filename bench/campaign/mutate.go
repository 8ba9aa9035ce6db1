package main

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
)

// mutate alters a copy of b in one place, less often in two to four. Half of the places are near the end, where the
// metadata of Parquet and Arrow files stands. other is another file, whose parts may be spliced in.
func mutate(rng *rand.Rand, b, other []byte) []byte {
	c := slices.Clone(b)
	for range [...]int{1, 1, 1, 2, 3, 4}[rng.IntN(6)] {
		if len(c) == 0 {
			return c
		}
		c = mutations[rng.IntN(len(mutations))](rng, c, other)
	}
	return c
}

// place draws a position in b.
func place(rng *rand.Rand, b []byte) int {
	if tail := min(len(b), 3000); rng.IntN(2) == 0 {
		return len(b) - 1 - rng.IntN(tail)
	}
	return rng.IntN(len(b))
}

// mutations each alter b, which they may write to, and return what became of it.
var mutations = []func(rng *rand.Rand, b, other []byte) []byte{
	flipBit, setByte, setNumber, setVarint, cut, drop, repeat, splice,
}

func flipBit(rng *rand.Rand, b, _ []byte) []byte {
	b[place(rng, b)] ^= 1 << rng.IntN(8)
	return b
}

func setByte(rng *rand.Rand, b, _ []byte) []byte {
	b[place(rng, b)] = [...]byte{0, 1, 0x7f, 0x80, 0xff, byte(rng.IntN(256))}[rng.IntN(6)]
	return b
}

// setNumber writes a number of 4 or 8 bytes that sizes and offsets fear.
func setNumber(rng *rand.Rand, b, _ []byte) []byte {
	x := [...]uint64{0, 1, math.MaxInt32, math.MaxUint32, math.MaxInt64, math.MaxUint64, 1 << 31, 1 << 40,
		uint64(len(b)),
		rng.Uint64()}[rng.IntN(10)]
	var n [8]byte
	binary.LittleEndian.PutUint64(n[:], x)
	copy(b[place(rng, b):], n[:4+4*rng.IntN(2)])
	return b
}

// setVarint writes a huge or negative number as Thrift's compact protocol and protobuf write them.
func setVarint(rng *rand.Rand, b, _ []byte) []byte {
	x := [...]uint64{1<<28 - 1, 1<<31 - 1, 1<<35 - 1, 1<<63 - 1, 1<<64 - 1, rng.Uint64()}[rng.IntN(6)]
	copy(b[place(rng, b):], binary.AppendUvarint(nil, x))
	return b
}

func cut(rng *rand.Rand, b, _ []byte) []byte { return b[:place(rng, b)] }

func drop(rng *rand.Rand, b, _ []byte) []byte {
	i := place(rng, b)
	return slices.Delete(b, i, min(len(b), i+1+rng.IntN(64)))
}

func repeat(rng *rand.Rand, b, _ []byte) []byte {
	i := place(rng, b)
	part := slices.Clone(b[i:min(len(b), i+1+rng.IntN(64))])
	return slices.Insert(b, i, part...)
}

func splice(rng *rand.Rand, b, other []byte) []byte {
	if len(other) == 0 {
		return b
	}
	from := place(rng, other)
	copy(b[place(rng, b):], other[from:min(len(other), from+1+rng.IntN(256))])
	return b
}
