package artifacts

import "fmt"

// feed predicts what is predicted first and puts it behind the encoded row, for the models of the other targets: the
// outputs of those models, kept inside their bounds, before the transform is undone.
func (s *Surrogate) feed(a *Answer) error {
	a.scratch.fed = a.scratch.fed[:0]
	if len(s.first) == 0 {
		return nil
	}
	a.scratch.fed = append(a.scratch.fed, a.scratch.row...)
	for _, h := range s.first {
		x := a.predict(h)[0]
		if !isFinite(x) {
			return fmt.Errorf("%w: head %s: %g", ErrNotFinite, h.Target, x)
		}
		a.scratch.fed = append(a.scratch.fed, h.Fed(x))
	}
	return nil
}

// maxFed is the largest size of what the other models see.
const maxFed = 1e38

// Fed is what the other models see of a head that is predicted first, of its model's output: rounded to single
// precision, so that readers whose last digits differ feed the same bits, where a model that nearly interpolates would
// make much of the difference.
func (h *Head) Fed(output float64) float64 {
	low, high := -maxFed, maxFed
	if h.Transform == Log {
		low, high = -maxLog, maxLog
	} else if h.Clip != nil {
		low, high = max(low, h.Clip.Low), min(high, h.Clip.High)
	}
	return float64(float32(max(low, min(high, output))))
}
