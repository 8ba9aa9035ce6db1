package artifacts

import (
	"fmt"
	"math"

	"eahas/features"
	"eahas/trial/target"
)

// Whole asks QueryInto for the whole run.
var Whole = math.Inf(1)

// Query answers for one configuration, over the whole run. ErrConfig: the configuration is outside the space, and the
// error names the axis (errors.As finds a *features.OutOfSpaceError).
func (s *Surrogate) Query(config features.Config) (*Answer, error) {
	a := new(Answer)
	if err := s.QueryInto(a, config, Whole); err != nil {
		return nil, err
	}
	return a, nil
}

// QueryInto answers for one configuration, with series up to the epoch number upTo (Whole: all of them; beyond the last
// epoch means the same). Totals and Last are always those of the whole run. It overwrites a and reuses its memory: with
// an Answer that has been used before it does not allocate. After an error the content of a is undefined.
func (s *Surrogate) QueryInto(a *Answer, config features.Config, upTo float64) error {
	if err := s.begin(a, config); err != nil {
		return err
	}
	rule := s.spec.Epochs
	if rule.Length == LengthNone {
		return s.finish(a, math.NaN())
	}
	last, err := s.lastEpoch(a, config)
	if err != nil {
		return err
	}
	if a.Epochs, err = rule.appendGrid(a.Epochs, last, upTo); err != nil {
		return err
	}
	a.Last = last
	return s.finish(a, rule.First)
}

// QueryAt answers at the given epochs' numbers (length m >= 1, increasing strictly) for a run that begins with the
// first of them and ends with the last. It is how a logged run is compared with its prediction; otherwise it is like
// QueryInto.
func (s *Surrogate) QueryAt(a *Answer, config features.Config, epochs []float64) error {
	if err := checkEpochs(epochs); err != nil {
		return err
	}
	if err := s.begin(a, config); err != nil {
		return err
	}
	return s.at(a, epochs)
}

// QueryMore is QueryAt for the configuration of a, the last answer of this surrogate: its models are not asked again.
func (s *Surrogate) QueryMore(a *Answer, epochs []float64) error {
	if err := checkEpochs(epochs); err != nil {
		return err
	}
	known, outside, extrapolates := a.Known, a.OutsideAxes, a.Extrapolates
	a.reset(&s.spec)
	a.Known, a.OutsideAxes, a.Extrapolates = known, outside, extrapolates
	return s.at(a, epochs)
}

func (s *Surrogate) at(a *Answer, epochs []float64) error {
	a.Epochs = append(a.Epochs, epochs...)
	a.Last = epochs[len(epochs)-1]
	return s.finish(a, epochs[0])
}

func checkEpochs(epochs []float64) error {
	if len(epochs) == 0 || len(epochs) > MaxPoints {
		return fmt.Errorf("%w: %d epochs, wanted 1..%d", ErrEpochs, len(epochs), MaxPoints)
	}
	for i, e := range epochs {
		if !isFinite(e) || i > 0 && e <= epochs[i-1] {
			return fmt.Errorf("%w: epoch %d of the list is %g; they must be finite and increase", ErrEpochs, i, e)
		}
	}
	return nil
}

// begin checks and encodes the configuration.
func (s *Surrogate) begin(a *Answer, config features.Config) error {
	a.reset(&s.spec)
	a.scratch.forget(len(s.heads))
	r := &a.scratch.reading
	if err := s.spec.Space.Read(r, config); err != nil {
		return fmt.Errorf("%w: %w", ErrConfig, err)
	}
	a.Known = append(a.Known, r.Known...)
	row, err := s.spec.Encoder.EncodeRead(a.scratch.row, r, config)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrConfig, err)
	}
	a.scratch.row = row
	if err := s.feed(a); err != nil {
		return err
	}
	if s.spec.Support != nil {
		a.OutsideAxes = s.spec.Support.Beyond(a.OutsideAxes, row)
		a.Extrapolates = len(a.OutsideAxes) > 0
	}
	return nil
}

// lastEpoch returns the number of the run's last epoch, >= the first.
func (s *Surrogate) lastEpoch(a *Answer, config features.Config) (float64, error) {
	rule := s.spec.Epochs
	switch rule.Length {
	case LengthFixed:
		return rule.Last, nil
	case LengthHead:
		v, err := s.cost(a, s.byTarget[Length])
		return rule.round(v), err
	}
	v := config[rule.Axis]
	x, ok := v.ReadFloat()
	if !ok {
		return 0, fmt.Errorf("%w: axis %q = %s: the number of epochs is needed", ErrConfig, rule.Axis, v)
	}
	if x-rule.Offset < rule.First {
		return 0, fmt.Errorf("%w: axis %q = %s: the run ends before its first epoch", ErrConfig, rule.Axis, v)
	}
	return x - rule.Offset, nil
}

// finish fills everything that follows from the row, the epochs and the last epoch, which a holds already.
func (s *Surrogate) finish(a *Answer, first float64) error {
	a.first = first
	if h := s.byTarget[Curve]; h != nil {
		var err error
		if a.Curve, err = s.curve(a, h, a.Curve, first); err != nil {
			return err
		}
	}
	if err := s.ownCurves(a, first); err != nil {
		return err
	}
	return s.costs(a)
}

// ownCurves decodes the bundle's own curves, in their order.
func (s *Surrogate) ownCurves(a *Answer, first float64) error {
	for i := range s.spec.Own {
		d := &s.spec.Own[i]
		h := s.byTarget[d.Name]
		if d.Span != target.EveryEpoch || h == nil {
			continue
		}
		n := len(a.Curves)
		if n < cap(a.Curves) { // its memory is that of the query before
			a.Curves = a.Curves[:n+1]
		} else {
			a.Curves = append(a.Curves, Series{})
		}
		c := &a.Curves[n]
		c.Target = d.Name
		var err error
		if c.Values, err = s.curve(a, h, c.Values, first); err != nil {
			return err
		}
	}
	return nil
}

// curve decodes a learning curve at a.Epochs into dst and clips it.
func (s *Surrogate) curve(a *Answer, h *Head, dst []float64, first float64) ([]float64, error) {
	v := a.predict(h)
	dst = resize(dst, len(a.Epochs))
	h.Representation.Decode(dst, v, a.Epochs, first, a.Last)
	low, high := math.Inf(-1), math.Inf(1)
	if h.Clip != nil {
		low, high = h.Clip.Low, h.Clip.High
	}
	for i, y := range dst {
		y = h.Transform.Inverse(y)
		if !isFinite(y) {
			return dst, fmt.Errorf("%w: head %s at epoch %g: %g", ErrNotFinite, h.Target, a.Epochs[i], y)
		}
		if y < low || y > high {
			y = max(low, min(high, y))
			a.Clips++
		}
		dst[i] = y
	}
	return dst, nil
}

// forget makes room for the answers of n heads.
func (s *scratch) forget(n int) {
	if len(s.kept) != n {
		s.kept = make([]kept, n)
	}
	for i := range s.kept {
		s.kept[i].asked, s.kept[i].scattered = false, false
	}
}

// predict gives what the head's model says of the encoded row; it is asked once. The result must not be changed.
func (a *Answer) predict(h *Head) []float64 {
	k := &a.scratch.kept[h.place]
	if !k.asked {
		k.output, k.asked = resize(k.output, h.Predictor.Outputs()), true
		h.Predictor.Predict(k.output, a.input(h))
	}
	return k.output
}

// input returns the columns of the encoded row that the head's model sees. It is valid until the next call.
func (a *Answer) input(h *Head) []float64 {
	row := a.scratch.row
	if h.first == 0 && len(a.scratch.fed) > 0 {
		row = a.scratch.fed
	}
	if h.Columns == nil {
		return row
	}
	a.scratch.cols = resize(a.scratch.cols, len(h.Columns))
	for i, c := range h.Columns {
		a.scratch.cols[i] = row[c]
	}
	return a.scratch.cols
}
