package artifacts

import (
	"fmt"
	"slices"

	"eahas/features"
	"eahas/models/parts"
	"eahas/trial/target"
)

// Surrogate answers queries. It is immutable and safe for concurrent use. New or Open makes one.
type Surrogate struct {
	spec     Spec
	heads    []Head // in the order of target.Own.Modelled
	byTarget map[target.Target]*Head
	first    []*Head // that are predicted before the others, in the order of Spec.Own
	columns  int     // of the encoder
}

// New builds a surrogate from trained parts. The heads may come in any order; predictors that are Freezers are
// frozen. It returns ErrSpec when a head fits
// neither the encoder nor its target, when two heads answer the same target, or when nothing can be answered.
func New(spec Spec, heads []Head) (*Surrogate, error) {
	if spec.Encoder == nil {
		e, err := features.NewEncoder(spec.Space)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrSpec, err)
		}
		spec.Encoder = e
	}
	if err := spec.Space.Compile(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSpec, err)
	}
	s := &Surrogate{spec: spec, byTarget: map[target.Target]*Head{}, columns: len(spec.Encoder.Columns())}
	if err := checkOwn(&spec); err != nil {
		return nil, err
	}
	first := spec.Own.First()
	seen := map[target.Target]bool{}
	for _, h := range heads {
		if h.Transform == "" {
			h.Transform = Identity
		}
		var err error
		if h.Predictor, err = parts.Freeze(h.Predictor); err != nil {
			return nil, fmt.Errorf("artifacts: freeze head %s: %w", h.Target, err)
		}
		sees := s.columns
		if h.first = 1 + slices.Index(first, h.Target); h.first == 0 {
			sees += len(first)
		}
		if err := h.check(sees, spec.Own); err != nil {
			return nil, err
		}
		if seen[h.Target] {
			return nil, fmt.Errorf("%w: two heads answer %s", ErrSpec, h.Target)
		}
		seen[h.Target] = true
		h.Columns = slices.Clone(h.Columns)
		if h.Clip != nil {
			clip := *h.Clip
			h.Clip = &clip
		}
		if h.Target == Curve && h.Clip == nil && spec.Metric.Percent() {
			h.Clip = &Range{0, 100}
		}
		s.heads = append(s.heads, h)
	}
	order := spec.Own.Modelled()
	slices.SortFunc(s.heads, func(a, b Head) int {
		return slices.Index(order, a.Target) - slices.Index(order, b.Target)
	})
	for i := range s.heads {
		s.heads[i].place = i
		s.byTarget[s.heads[i].Target] = &s.heads[i]
	}
	for _, t := range first {
		if s.byTarget[t] == nil {
			return s, fmt.Errorf("%w: %s is predicted first, and no head answers it", ErrSpec, t)
		}
		s.first = append(s.first, s.byTarget[t])
	}
	if err := s.check(); err != nil {
		return s, err
	}
	return s, s.checkIntervals()
}

// check holds the heads against the metric and the epochs rule.
func (s *Surrogate) check() error {
	if len(s.heads) == 0 {
		return fmt.Errorf("%w: no head", ErrSpec)
	}
	rule := s.spec.Epochs
	if err := rule.check(); err != nil {
		return err
	}
	if n := s.columns; s.spec.Support != nil && s.spec.Support.Columns() != n {
		return fmt.Errorf("%w: the support has %d columns, the encoder %d", ErrSpec, s.spec.Support.Columns(), n)
	}
	if s.byTarget[Curve] != nil {
		if err := s.spec.Metric.check(); err != nil {
			return err
		}
		if rule.Length == LengthNone {
			return fmt.Errorf("%w: a curve needs a rule for its epochs", ErrSpec)
		}
	}
	for _, h := range s.heads {
		if s.spec.Own.IsCurve(h.Target) && rule.Length == LengthNone {
			return fmt.Errorf("%w: the curve %s needs a rule for its epochs", ErrSpec, h.Target)
		}
	}
	if (rule.Length == LengthHead) != (s.byTarget[Length] != nil) {
		return fmt.Errorf("%w: the epochs' length comes from %q, head %s: %t", ErrSpec, rule.Length, Length,
			s.byTarget[Length] != nil)
	}
	if rule.Length == LengthAxis {
		p := s.spec.Space.Param(rule.Axis)
		if p == nil {
			return fmt.Errorf("%w: epochs: the space has no axis %q", ErrSpec, rule.Axis)
		}
	}
	return nil
}

// Spec returns what the surrogate was built from, less the models. The parts are shared and must not be changed.
func (s *Surrogate) Spec() Spec { return s.spec }

// Heads returns the heads in their fixed order: curve, energy per epoch, time per epoch, inference energy, total
// energy, length, and then the bundle's own targets in the order of Spec.Own. The models are shared and must not be
// changed.
func (s *Surrogate) Heads() []Head { return slices.Clone(s.heads) }

// Head returns the head of a target, or nil.
func (s *Surrogate) Head(target target.Target) *Head {
	h := s.byTarget[target]
	if h == nil {
		return nil
	}
	c := *h
	return &c
}
