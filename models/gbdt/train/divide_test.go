package train

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// Each row is on its side after a division, in one piece, whichever side stays and however long the leaf is; rows
// beside the leaf are not touched.
func TestDivideMovesEachRowToItsSide(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 7, chunk, chunk + 1, 3*chunk + 5} {
		for _, stay := range []int{0, 1, n / 10, n / 2, n} {
			for _, leftStays := range []bool{false, true} {
				checkDivide(t, rng, n, stay, leftStays)
			}
		}
	}
}

// checkDivide divides n rows of which stay stay, that have another row on each side.
func checkDivide(t *testing.T, rng *rand.Rand, n, stay int, leftStays bool) {
	const byteOfRow = 3
	sh := shard{leaves: []part{{first: 1, end: n + 1}}}
	for side := range sh.rows {
		sh.rows[side] = make([]record, n+2)
	}
	d := &division{leftStays: leftStays, at: byteAt(byteOfRow), counted: true}
	d.stays[7] = 1
	var stays, leaves []record
	for i, at := range rng.Perm(n) {
		r := record{rng.Uint64() &^ (0xff << (8 * byteOfRow)), float64(i)}
		if i < stay {
			r.bins |= 7 << (8 * byteOfRow)
			stays = append(stays, r)
		} else {
			r.bins |= 9 << (8 * byteOfRow)
			leaves = append(leaves, r)
		}
		sh.rows[0][at+1] = r
	}
	for side := range sh.rows {
		sh.rows[side][0].res, sh.rows[side][n+1].res = -1, -1
	}
	s := &records{m: &matrix{bundles: make([]bundle, 1)}, cells: &unitCells{scale: 1}}
	var scratch, want [wordCells]int64
	s.divide(&sh, d, scratch[:])
	record1(&want, leaves, 1)
	left, right, side := stays, leaves, 0
	if !leftStays {
		left, right, side = leaves, stays, 1
	}
	if p := sh.leaves[0]; p != (part{1, 1 + len(left), side}) {
		t.Fatalf("%d of %d rows stay, the left ones %v: left part %+v", stay, n, leftStays, p)
	}
	if p := sh.leaves[1]; p != (part{1 + len(left), n + 1, 1 - side}) {
		t.Fatalf("%d of %d rows stay, the left ones %v: right part %+v", stay, n, leftStays, p)
	}
	for k, rows := range [][]record{left, right} {
		got := slices.Clone(sh.of(k))
		for _, rows := range [][]record{got, rows} {
			slices.SortFunc(rows, func(a, b record) int { return cmp.Compare(a.res, b.res) })
		}
		if !slices.Equal(got, rows) {
			t.Fatalf("%d of %d rows stay, the left ones %v: leaf %d holds other rows", stay, n, leftStays, k)
		}
	}
	if scratch != want {
		t.Fatalf("%d of %d rows stay, the left ones %v: rows that leave are counted wrongly", stay, n, leftStays)
	}
	for side := range sh.rows {
		if sh.rows[side][0].res != -1 || sh.rows[side][n+1].res != -1 {
			t.Fatalf("%d rows: a row beside the leaf was written", n)
		}
	}
}
