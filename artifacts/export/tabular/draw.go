package tabular

import (
	"fmt"
	"iter"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/stream"
)

// Draw draws n configurations by the laws of the surrogate's space. It ends early, with the error in failed, when the
// space's constraints leave none.
func Draw(s *artifacts.Surrogate, n int, seed uint64, failed *error) iter.Seq[features.Config] {
	spec := s.Spec()
	sampler, r := spec.Space.NewSampler(), stream.New(seed, "export", "tabular")
	return func(yield func(features.Config) bool) {
		if p := spec.Space.AskedFor(); p != nil {
			*failed = fmt.Errorf("tabular: axis %q is known before training and follows from no formula, so it "+
				"cannot be drawn: give configurations", p.Name)
			return
		}
		for range n {
			c, err := sampler.Sample(r)
			if err != nil {
				*failed = err
				return
			}
			if !yield(c) {
				return
			}
		}
	}
}
