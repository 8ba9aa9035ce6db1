package train

import (
	"math"

	"eahas/features"
)

// finder finds the bins of many values of a feature. For numeric features it cuts the range of the cuts into equal
// buckets and starts from the first cut of the value's bucket.
type finder struct {
	f     *feature
	plain bool // no buckets: search by halves
	lo    float64
	per   float64 // buckets per unit of the value
	start [buckets + 1]uint8
}

const (
	buckets = 1024
	crowd   = 8 // a bucket with more cuts is searched by halves
)

func newFinder(f *feature) *finder {
	d := &finder{f: f, plain: true}
	if f.kind != numeric || len(f.cuts) < 2 {
		return d
	}
	cuts := f.cuts
	if math.IsInf(cuts[0], -1) {
		cuts = cuts[1:]
	}
	d.lo = cuts[0]
	d.per = buckets / (cuts[len(cuts)-1] - d.lo)
	if !(d.per > 0 && d.per < math.MaxFloat64) {
		return d
	}
	d.plain = false
	at := 0
	for b := range d.start {
		for at < len(f.cuts) && d.bucket(f.cuts[at]) < b {
			at++
		}
		d.start[b] = uint8(at)
	}
	return d
}

// bucket does not fall when v rises, so cuts in buckets before v's are below v, and cuts in later ones are not.
func (d *finder) bucket(v float64) int {
	t := (v - d.lo) * d.per
	if !(t > 0) {
		return 0
	}
	if t >= buckets-1 {
		return buckets - 1
	}
	return int(t)
}

// bin returns what feature.bin does, for numeric features.
func (d *finder) bin(v float64) int {
	if v != v {
		return d.f.missing
	}
	k := d.bucket(v)
	b, cuts := int(d.start[k]), d.f.cuts
	if int(d.start[k+1])-b > crowd {
		return d.f.bin(v)
	}
	for b < len(cuts) && cuts[b] < v {
		b++
	}
	return b
}

// column writes the local bins of the rows from first on.
func (d *finder) column(x *features.Frame, first int, bins []uint8) {
	p := x.P()
	data, c := x.Data[first*p:], d.f.columns[0]
	switch {
	case d.f.kind == oneHot:
		for i := range bins {
			bins[i] = uint8(d.f.hot(data[i*p : (i+1)*p]))
		}
	case d.plain:
		for i := range bins {
			bins[i] = uint8(d.f.bin(data[i*p+c]))
		}
	default:
		for i := range bins {
			bins[i] = uint8(d.bin(data[i*p+c]))
		}
	}
}

// hot returns the local bin of a row of a one-hot group that is one-hot, all zero or all NaN.
func (f *feature) hot(row []float64) int {
	ones, at := 0, 0
	for b, c := range f.columns {
		one := int(oneBit(row[c]))
		ones += one
		at += one * b
	}
	if ones == 1 {
		return at
	}
	if v := row[f.columns[0]]; v != v {
		return f.missing
	}
	return f.rest
}

// oneBit returns 1 for 1, and 0 for 0 and -0. It is 1 for NaN.
func oneBit(v float64) uint64 { return math.Float64bits(v) >> 61 & 1 }
