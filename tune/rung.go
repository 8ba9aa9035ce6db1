package tune

import "fmt"

// Rung is what a trial is scored on next: one fold, with a share of the training budget (boosting rounds, trees,
// epochs).
type Rung struct {
	Fold  int
	Share float64 // 0 < share <= 1; 1 is the whole budget
}

// rungs returns how many scores a trial has that is never stopped.
func (s *Study) rungs() int { return len(s.Shares) + s.Folds }

// rung returns what number k, counted from 0, is: first the shares, all on fold 0, then the folds.
func (s *Study) rung(k int) Rung {
	if k < len(s.Shares) {
		return Rung{Fold: 0, Share: s.Shares[k]}
	}
	return Rung{Fold: k - len(s.Shares), Share: 1}
}

// value turns the score of the rung after values into the trial's value there: on a share the score itself, on the
// folds the mean of the scores with the whole budget. Scores of a share never enter a mean.
func (s *Study) value(values []float64, score float64) float64 {
	folds := len(values) - len(s.Shares) // scored with the whole budget before
	if folds < 1 {
		return score
	}
	n := float64(folds)
	return (values[len(values)-1]*n + score) / (n + 1)
}

// check refuses a study that cannot be run: ErrSpace for its settings, ErrRungs for its rungs.
func (s *Study) check() error {
	if s.Folds < 1 {
		return fmt.Errorf("%w: %d folds", ErrRungs, s.Folds)
	}
	for k, share := range s.Shares {
		if !(share > 0 && share < 1) || k > 0 && share <= s.Shares[k-1] {
			return fmt.Errorf("%w: the shares %v must grow between 0 and 1", ErrRungs, s.Shares)
		}
	}
	return s.Space.Check()
}
