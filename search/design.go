package search

import (
	"math"
	"math/rand/v2"
	"slices"

	"eahas/features"
)

// designDraws is from how many random configurations one of a cheap design is taken.
const designDraws = 100

// design begins a search at trainings that cost little and lie apart: Lee et al., CArBO (arXiv 2003.10870), algorithm
// 2.
type design struct {
	*modelled
	rng *rand.Rand // its own, so that a variant draws what its base draws
}

// next returns one of random configurations: the one that costs most, as the trainings so far tell it, and the one
// nearest to what was begun are dropped in turn until one is left. ok is false as long as all trainings cost the same.
func (d *design) next() (c features.Config, ok bool) {
	if !d.pricing() {
		return nil, false
	}
	configs, rows := make([]features.Config, designDraws), make([][]float64, designDraws)
	apart := make([]float64, designDraws)
	tried := d.units()
	for i := range configs {
		configs[i] = d.domain.Sample(d.rng)
		rows[i] = d.domain.Encode(nil, configs[i])
		apart[i] = math.Inf(1)
		u := d.domain.Unit(nil, configs[i])
		for _, t := range tried {
			apart[i] = min(apart[i], Distance(d.domain.Axes(), u, t))
		}
	}
	price := d.price(configs, rows)
	left := make([]int, designDraws)
	for i := range left {
		left[i] = i
	}
	for turn := 0; len(left) > 1; turn++ {
		drop := 0
		for k, i := range left {
			j := left[drop]
			if turn%2 == 0 && price[i] > price[j] || turn%2 == 1 && apart[i] < apart[j] {
				drop = k
			}
		}
		left = slices.Delete(left, drop, drop+1)
	}
	return configs[left[0]], true
}

// units lists where the finished trials lie. Those under way are few, and left out.
func (d *design) units() [][]float64 {
	out := make([][]float64, len(d.told))
	for i, t := range d.told {
		out[i] = d.domain.Unit(nil, t.config)
	}
	return out
}
