package train

import (
	"math/rand/v2"
	"slices"
	"strconv"

	"eahas/internal/stream"
)

// treeRand returns the random numbers of one tree.
func treeRand(seed uint64, output, round int) *rand.Rand {
	return rand.New(rand.NewPCG(stream.Seed(seed, "gbdt", "tree", strconv.Itoa(output), strconv.Itoa(round)), 0))
}

// draw fills idx with a random choice of k of the n = len(idx) rows, ascending, followed by the rows not chosen,
// ascending.
func draw(rng *rand.Rand, idx, tmp []int32, k int) {
	n, in, out := len(idx), 0, 0
	for i := range n {
		if rng.IntN(n-i) < k-in {
			idx[in] = int32(i)
			in++
		} else {
			tmp[out] = int32(i)
			out++
		}
	}
	copy(idx[in:], tmp[:out])
}

// drawFeatures returns a random choice of share of n features, at least one, ascending, in use.
func drawFeatures(rng *rand.Rand, use []int, n int, share float64) []int {
	use = use[:0]
	for j := range n {
		use = append(use, j)
	}
	k := max(1, int(share*float64(n)+0.5))
	rng.Shuffle(n, func(i, j int) { use[i], use[j] = use[j], use[i] })
	use = use[:k]
	slices.Sort(use)
	return use
}
