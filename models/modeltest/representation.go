package modeltest

import (
	"bytes"
	"encoding"
	"fmt"
	"math"
	"slices"
	"testing"

	"eahas/models"
)

// RepresentationOptions say how a representation is read back and how exact it is.
type RepresentationOptions struct {
	// Decode reads the bytes of AppendBinary; required, since every representation is frozen into a bundle.
	Decode func([]byte) (models.Representation, error)
	// Constant is the largest error of a constant curve that comes back; 0 means 1e-9. Only a learnt basis needs more.
	Constant float64
	// RMSE is the largest root mean squared error at which the smooth planted curves (range about 80) may come back
	// from their targets; 0 means 3.
	RMSE float64
}

// Representation runs every check on the representation that f fits to planted learning curves.
//
//	floor        smooth curves come back from their targets within o.RMSE
//	constant     a constant curve comes back within o.Constant
//	short        curves of 1, 2 and 3 points, steps and values of 1e18 encode and decode to finite numbers
//	inputs       Encode and Decode change neither epochs nor values nor targets
//	dst          a dst given is filled and returned, whatever it held; a nil one is allocated
//	allocs       Decode with a dst allocates nothing
//	hostile      targets of +-1e300, infinities and NaN decode to finite numbers
//	refusals     empty, unequal, unordered and non-finite curves are errors, not panics
//	bytes        AppendBinary, Decode, AppendBinary gives the same bytes, and the copy decodes to the same bits
//	damaged      truncated and altered bytes give an error or a working representation, never a panic
//	refit        fitting the same curves again gives the same bytes
func Representation(t *testing.T, f models.Fitter, o RepresentationOptions) {
	t.Helper()
	if o.Constant == 0 {
		o.Constant = 1e-9
	}
	if o.RMSE == 0 {
		o.RMSE = 3
	}
	curves := plantedCurves()
	rep, err := f.Fit(curves)
	if err != nil {
		t.Fatalf("Fit: %v", err)
	}
	s := represented{rep: rep, curves: curves, o: o, fitter: f}
	for _, c := range []struct {
		name  string
		check func() error
	}{
		{"floor", s.floor}, {"constant", s.constant}, {"short", s.short}, {"inputs", s.inputs}, {"dst", s.dst},
		{"allocs", s.allocs},
		{"hostile", s.hostile}, {"refusals", s.refusals}, {"bytes", s.bytes}, {"damaged", s.damaged},
		{"refit", s.refit},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.check(); err != nil {
				t.Error(err)
			}
		})
	}
}

// represented is a representation under test.
type represented struct {
	rep    models.Representation
	curves []models.Curve
	o      RepresentationOptions
	fitter models.Fitter
}

// plantedCurves returns 40 smooth learning curves of 30 to 69 points: a rise from about 10 towards 50 to 90.
func plantedCurves() []models.Curve {
	var out []models.Curve
	for i := range 40 {
		var c models.Curve
		top, rate := 50+float64(i), 0.05+0.01*float64(i%10)
		for e := range 30 + i {
			c.Epochs = append(c.Epochs, float64(e+i%2))
			c.Values = append(c.Values, top-(top-10)*math.Pow(1+float64(e), -8*rate))
		}
		out = append(out, c)
	}
	return out
}

// back encodes a curve and decodes it at its own epochs.
func (s represented) back(c models.Curve) ([]float64, error) {
	v, err := s.rep.Encode(nil, c.Epochs, c.Values)
	if err != nil {
		return nil, fmt.Errorf("call of Encode: %w", err)
	}
	if len(v) != s.rep.Width() {
		return nil, fmt.Errorf("call of Encode gave %d numbers, Width is %d", len(v), s.rep.Width())
	}
	got := s.rep.Decode(nil, v, c.Epochs, c.Epochs[0], c.Epochs[len(c.Epochs)-1])
	if len(got) != len(c.Epochs) {
		return nil, fmt.Errorf("call of Decode gave %d values for %d epochs", len(got), len(c.Epochs))
	}
	if !allFinite(v) || !allFinite(got) {
		return nil, fmt.Errorf("not finite: targets %v, values %v", v, got)
	}
	return got, nil
}

func (s represented) floor() error {
	for i, c := range s.curves {
		got, err := s.back(c)
		if err != nil {
			return err
		}
		sum := 0.0
		for j, y := range got {
			sum += (y - c.Values[j]) * (y - c.Values[j])
		}
		if rmse := math.Sqrt(sum / float64(len(got))); !(rmse <= s.o.RMSE) {
			return fmt.Errorf("planted curve %d: RMSE %v, want at most %v", i, rmse, s.o.RMSE)
		}
	}
	return nil
}

func (s represented) constant() error {
	c := models.Curve{Epochs: s.curves[0].Epochs, Values: slices.Repeat([]float64{42.1}, len(s.curves[0].Epochs))}
	got, err := s.back(c)
	if err != nil {
		return err
	}
	for j, y := range got {
		if !(math.Abs(y-42.1) <= s.o.Constant) {
			return fmt.Errorf("constant 42.1 comes back as %v at epoch %v", y, c.Epochs[j])
		}
	}
	return nil
}

func (s represented) short() error {
	step := slices.Repeat([]float64{0}, 60)
	for i := 20; i < 60; i++ {
		step[i] = 75
	}
	long := make([]float64, 60)
	for i := range long {
		long[i] = float64(i)
	}
	for _, c := range []models.Curve{
		{Epochs: []float64{3}, Values: []float64{42}},
		{Epochs: []float64{3, 4}, Values: []float64{42, 50}},
		{Epochs: []float64{0, 1, 50}, Values: []float64{10, 50, 40}},
		{Epochs: []float64{0, 1, 2, 4, 8, 100}, Values: []float64{10, 50, 1e18, 1e18, 1e18, 1e18}},
		{Epochs: []float64{-5, 0.5, 2.25}, Values: []float64{-1e300, 1e300, 0}},
		{Epochs: long, Values: step},
	} {
		if _, err := s.back(c); err != nil {
			return fmt.Errorf("curve %v: %w", c, err)
		}
	}
	return nil
}

func (s represented) inputs() error {
	c := s.curves[3]
	epochs, values := slices.Clone(c.Epochs), slices.Clone(c.Values)
	v, err := s.rep.Encode(nil, epochs, values)
	if err != nil {
		return err
	}
	kept := slices.Clone(v)
	s.rep.Decode(nil, v, epochs, epochs[0], epochs[len(epochs)-1])
	if unequal(epochs, c.Epochs) >= 0 || unequal(values, c.Values) >= 0 || unequal(v, kept) >= 0 {
		return fmt.Errorf("epochs, values or targets were changed")
	}
	return nil
}

func (s represented) dst() error {
	c := s.curves[5]
	want, err := s.rep.Encode(nil, c.Epochs, c.Values)
	if err != nil {
		return err
	}
	dst := slices.Repeat([]float64{math.NaN()}, s.rep.Width())
	got, err := s.rep.Encode(dst, c.Epochs, c.Values)
	if err != nil {
		return err
	}
	if &got[0] != &dst[0] || unequal(got, want) >= 0 {
		return fmt.Errorf("call of Encode into a dst gave %v, into nil %v", got, want)
	}
	last := c.Epochs[len(c.Epochs)-1]
	values := s.rep.Decode(nil, want, c.Epochs, c.Epochs[0], last)
	dst = slices.Repeat([]float64{math.NaN()}, len(c.Epochs))
	again := s.rep.Decode(dst, want, c.Epochs, c.Epochs[0], last)
	if &again[0] != &dst[0] || unequal(again, values) >= 0 {
		return fmt.Errorf("call of Decode into a dst gave %v, into nil %v", again, values)
	}
	return nil
}

func (s represented) allocs() error {
	c := s.curves[9]
	v, err := s.rep.Encode(nil, c.Epochs, c.Values)
	if err != nil {
		return err
	}
	dst, last := make([]float64, len(c.Epochs)), c.Epochs[len(c.Epochs)-1]
	if n := testing.AllocsPerRun(20, func() { s.rep.Decode(dst, v, c.Epochs, c.Epochs[0], last) }); n != 0 &&
		!raceDetector {
		return fmt.Errorf("call of Decode with a dst allocates %v times", n)
	}
	return nil
}

func (s represented) hostile() error {
	hostile := []float64{1e300, -1e300, math.MaxFloat64, -math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN(),
		5e-324, 0, -1, 1e9}
	epochs := []float64{-3, 0, 1, 2.5, 7, 50, 99, 100, 1e6, math.NaN(), math.Inf(1), math.Inf(-1)}
	w := s.rep.Width()
	for shift := range hostile {
		for _, stride := range []int{0, 1, 3} { // stride 0: the same number everywhere
			v := make([]float64, w)
			for i := range v {
				v[i] = hostile[(shift+i*stride)%len(hostile)]
			}
			for _, last := range []float64{100, 0} {
				if got := s.rep.Decode(nil, v, epochs, 0, last); !allFinite(got) {
					return fmt.Errorf("targets %v decode to %v", v, got)
				}
			}
		}
	}
	return nil
}

func (s represented) refusals() error {
	nan := math.NaN()
	for _, c := range []models.Curve{
		{}, {Epochs: []float64{1}}, {Epochs: []float64{1, 2}, Values: []float64{1}},
		{Epochs: []float64{1, 1}, Values: []float64{1, 2}}, {Epochs: []float64{2, 1}, Values: []float64{1, 2}},
		{Epochs: []float64{1, 2}, Values: []float64{1, nan}},
		{Epochs: []float64{1, math.Inf(1)}, Values: []float64{1, 2}},
	} {
		if v, err := s.rep.Encode(nil, c.Epochs, c.Values); err == nil {
			return fmt.Errorf("the curve %v was encoded as %v", c, v)
		}
	}
	return nil
}

func (s represented) frozen(r models.Representation) ([]byte, error) {
	a, ok := r.(encoding.BinaryAppender)
	if !ok {
		return nil, fmt.Errorf("%T has no AppendBinary", r)
	}
	return a.AppendBinary(nil)
}

func (s represented) bytes() error {
	b, err := s.frozen(s.rep)
	if err != nil {
		return err
	}
	if s.o.Decode == nil {
		return fmt.Errorf("RepresentationOptions.Decode is missing")
	}
	r, err := s.o.Decode(b)
	if err != nil {
		return fmt.Errorf("call of Decode: %w", err)
	}
	again, err := s.frozen(r)
	if err != nil {
		return err
	}
	if !bytes.Equal(b, again) {
		return fmt.Errorf("bytes differ after a round trip, first at %d", firstDifference(b, again))
	}
	for _, c := range s.curves {
		v, err := s.rep.Encode(nil, c.Epochs, c.Values)
		if err != nil {
			return err
		}
		w, err := r.Encode(nil, c.Epochs, c.Values)
		if err != nil {
			return err
		}
		last := c.Epochs[len(c.Epochs)-1]
		if unequal(v, w) >= 0 || unequal(s.rep.Decode(nil, v, c.Epochs, c.Epochs[0], last),
			r.Decode(nil, v, c.Epochs, c.Epochs[0], last)) >= 0 {
			return fmt.Errorf("the copy answers differently")
		}
	}
	return nil
}

func (s represented) damaged() error {
	b, err := s.frozen(s.rep)
	if err != nil {
		return err
	}
	for n := range b {
		if _, err := s.o.Decode(b[:n]); err == nil {
			return fmt.Errorf("%d of %d bytes were accepted", n, len(b))
		}
	}
	for i := range min(len(b), 200) {
		for _, flip := range []byte{1, 0x80, 0xff} {
			spoilt := slices.Clone(b)
			spoilt[i] ^= flip
			r, err := s.o.Decode(spoilt)
			if err != nil {
				continue
			}
			got := r.Decode(nil, make([]float64, r.Width()), []float64{1, 2, 3}, 1, 3)
			if !allFinite(got) {
				return fmt.Errorf("byte %d altered: decodes to %v", i, got)
			}
		}
	}
	return nil
}

func (s represented) refit() error {
	r, err := s.fitter.Fit(s.curves)
	if err != nil {
		return err
	}
	a, err := s.frozen(s.rep)
	if err != nil {
		return err
	}
	b, err := s.frozen(r)
	if err != nil {
		return err
	}
	if !bytes.Equal(a, b) {
		return fmt.Errorf("a second Fit gives other bytes, first at %d", firstDifference(a, b))
	}
	return nil
}
