package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"eahas/internal/synthtask"
)

// benchMatrix bins n rows of the synthetic task.
func benchMatrix(b testing.TB, n int) (*matrix, *unitCells) {
	d := synthtask.Make(n, 1)
	p, err := Params{}.resolve(synthtask.Columns)
	if err != nil {
		b.Fatal(err)
	}
	fs, err := newFeatures(&d.X, &p, 1)
	if err != nil {
		b.Fatal(err)
	}
	m := newMatrix(&d.X, fs, 1)
	c := &unitCells{m: m, scratch: m.scratch(1), q: make([]int32, n)}
	c.minCount = 20
	c.quantise(column(d.Y, d.K, 7))
	return m, c
}

func BenchmarkBin(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		d := synthtask.Make(n, 1)
		p, _ := Params{}.resolve(synthtask.Columns)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				fs, _ := newFeatures(&d.X, &p, 1)
				newMatrix(&d.X, fs, 1)
			}
		})
	}
}

func BenchmarkHistogram(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		m, c := benchMatrix(b, n)
		h := make([]int64, m.total+1<<16)
		idx := make([]int32, n)
		for i := range idx {
			idx[i] = int32(i)
		}
		b.Run(fmt.Sprint("all/", n), func(b *testing.B) {
			for b.Loop() {
				c.fill(h, idx)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n*len(m.features)), "ns/update")
		})
		draw(rand.New(rand.NewPCG(1, 1)), idx, make([]int32, n), n/4)
		b.Run(fmt.Sprint("quarter/", n), func(b *testing.B) {
			for b.Loop() {
				c.fill(h, idx[:n/4])
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*(n/4)*len(m.features)), "ns/update")
		})
	}
}

func BenchmarkSplit(b *testing.B) {
	m, c := benchMatrix(b, 10_000)
	p, _ := Params{}.resolve(synthtask.Columns)
	g := newGrower(m, &p, c).index()
	h := make([]int64, m.total+1<<16)
	for i := range g.idx {
		g.idx[i] = int32(i)
	}
	c.fill(h, g.idx)
	l := g.newLeaf(leaf{end: m.n, lo: math.Inf(-1), hi: math.Inf(1)})
	g.total(l, h)
	l.score = c.score(l.sum, l.lo, l.hi)
	for b.Loop() {
		g.search.run(l, h, g.use)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*m.total), "ns/bin")
}

func BenchmarkPartition(b *testing.B) {
	m, _ := benchMatrix(b, 100_000)
	m.index()
	s := split{feature: 2, bin: 60}
	var left [256]uint8
	s.table(&m.features[2], &left)
	idx, tmp := make([]int32, m.n), make([]int32, m.n)
	for b.Loop() {
		for i := range idx {
			idx[i] = int32(i)
		}
		partition(idx, tmp, m.cols[2], &left)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*m.n), "ns/row")
}

func BenchmarkTrain(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		d := one(synthtask.Make(n, 1), 7)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				mustTrain(b, d, Params{Rounds: 100})
			}
		})
	}
}
