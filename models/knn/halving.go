package knn

import (
	"math/bits"

	"eahas/models/dense"
)

// halving keeps squared distances between all sites while one axis after another is searched. A distance is a sum over
// the axes, and a trial changes one of them. The axes are halved again and again: while those of one half have their
// turns, the sum over the other half stands still and is added up once. Nothing is ever subtracted, so that sites that
// are equal stay at distance 0.
type halving struct {
	s     *sites
	axes  []dense.Axis
	along [][]float64 // by axis under scale 1; nil: added up when wanted
	spare [][]float64
}

// maxHalving is how many numbers the sums take at most, and as many again the distances along axes: 128 MB.
const maxHalving = 1 << 24

// newHalving returns nil where there are too many sites.
func newHalving(s *sites, axes []dense.Axis) *halving {
	size := s.n * s.n
	if size*(bits.Len(uint(len(axes)))+2) > maxHalving {
		return nil
	}
	h := &halving{s: s, axes: axes}
	if size*len(axes) <= maxHalving {
		h.along = make([][]float64, len(axes))
	}
	return h
}

// pass gives every axis its turn.
func (h *halving) pass(best result, factors []float64, improve turn) (result, error) {
	rest := h.take()
	clear(rest)
	best, err := h.half(best, factors, improve, rest, 0, len(h.axes))
	h.spare = append(h.spare, rest)
	return best, err
}

// half gives the axes from first to last-1 their turns; rest is the sum over all others.
func (h *halving) half(best result, factors []float64, improve turn, rest []float64, first, last int) (result, error) {
	if last-first == 1 {
		d := &changed{n: h.s.n, rest: rest, along: h.alongAxis(first)}
		best, err := improve(best, first, factors, func(scale float64) distances {
			d.square = float64(scale * scale)
			return d
		})
		h.give(first, d.along)
		return best, err
	}
	middle := (first + last) / 2
	sum, err := h.take(), error(nil)
	h.add(sum, rest, best.scales, middle, last)
	if best, err = h.half(best, factors, improve, sum, first, middle); err == nil {
		h.add(sum, rest, best.scales, first, middle)
		best, err = h.half(best, factors, improve, sum, middle, last)
	}
	h.spare = append(h.spare, sum)
	return best, err
}

// add writes rest and the distances along the axes from first to last-1.
func (h *halving) add(sum, rest, scales []float64, first, last int) {
	copy(sum, rest)
	for a := first; a < last; a++ {
		if scales[a] == 0 {
			continue
		}
		square := float64(scales[a] * scales[a])
		along := h.alongAxis(a)
		for p, v := range along[:len(sum)] {
			sum[p] += float64(square * v)
		}
		h.give(a, along)
	}
}

// take returns memory for the distances of all pairs.
func (h *halving) take() []float64 {
	if n := len(h.spare); n > 0 {
		out := h.spare[n-1]
		h.spare = h.spare[:n-1]
		return out
	}
	return make([]float64, h.s.n*h.s.n)
}

// give takes the memory of distances along axis a back.
func (h *halving) give(a int, along []float64) {
	if h.along == nil {
		h.spare = append(h.spare, along)
	}
}

// alongAxis returns the squared distances along axis a under scale 1.
func (h *halving) alongAxis(a int) []float64 {
	if h.along != nil && h.along[a] != nil {
		return h.along[a]
	}
	out, n := h.take(), h.s.n
	clear(out)
	x := make([]float64, n)
	for c, j := range h.axes[a].Columns {
		for i := range x {
			x[i] = float64(h.s.x[i*h.s.width+j] * h.axes[a].Factors[c])
		}
		for i, v := range x {
			to := out[i*n : (i+1)*n]
			for k, w := range x[:len(to)] {
				to[k] += float64((v - w) * (v - w))
			}
		}
	}
	if h.along != nil {
		h.along[a] = out
	}
	return out
}

// changed are distances that are known but for one axis' part.
type changed struct {
	n           int
	rest, along []float64 // n x n
	square      float64   // of the axis' scale
}

// nearest implements distances.
func (d *changed) nearest(q *nearest, group []int, i int) {
	rest, along := d.rest[i*d.n:(i+1)*d.n], d.along[i*d.n:(i+1)*d.n]
	own, bound := group[i], q.bound()
	for j, g := range group[:len(rest)] {
		if square := rest[j] + float64(d.square*along[j]); square < bound && g != own {
			q.offer(j, square)
			bound = q.bound()
		}
	}
}
