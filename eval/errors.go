package eval

import "errors"

// ErrEmptyFold is returned when a fold, or one side of a split, would hold no trial.
var ErrEmptyFold = errors.New("eval: empty fold")

// ErrFewGroups is returned when there are fewer groups than folds.
var ErrFewGroups = errors.New("eval: fewer groups than folds")

// ErrDifferentTrials is returned when a paired comparison is given variants that were not scored on the same trials.
var ErrDifferentTrials = errors.New("eval: the variants were not scored on the same trials")
