package eval

// Options steer the rows. The zero value is ready to use.
type Options struct {
	FromEpoch float64 // curve points at earlier epochs are left out (1 leaves out a point before training)
	MinTrials int     // an epoch of a group with fewer trials is skipped and counted; 0 means 3

	Resamples int     // bootstrap resamples; 0 means 200; negative means no intervals
	Level     float64 // of the intervals; 0 means 0.95
	Seed      uint64  // of the resampling; the same seed, trials and order give the same intervals
	Workers   int     // goroutines at most; <= 0 means GOMAXPROCS; the result does not depend on it
}

func (o Options) withDefaults() Options {
	if o.MinTrials == 0 {
		o.MinTrials = 3
	}
	if o.Resamples == 0 {
		o.Resamples = 200
	}
	if o.Resamples < 0 {
		o.Resamples = 0
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	return o
}
