package guess

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"eahas/trial"
	"eahas/trial/arrowio"
)

// What one machine takes while it trains, watts: from a board on batteries to a rack. Large clusters take more.
const (
	leastWatts = 0.5
	mostWatts  = 1e5
)

// ofRun is what a run cost by a column, in its unit; NaN where the run says nothing, or only the mean of its epochs.
func (k cost) ofRun(run int) float64 {
	r := &k.runs[run]
	switch {
	case r.n == 0 || k.shape == trial.Mean:
		return math.NaN()
	case k.shape == trial.PerEpoch:
		return r.sum
	}
	return r.last
}

// watts is the median over the runs of the mean power that an energy and a time tell together; NaN where no run has
// both.
func watts(energy, time cost) float64 {
	joules, known := arrowio.Joules(energy.unit)
	seconds, timed := arrowio.Seconds(time.unit)
	if !known || !timed {
		return math.NaN()
	}
	if energy.Suffix != "" { // what stands behind the numbers was applied when they were read
		joules = 1
	}
	if time.Suffix != "" || time.Unit != "" {
		seconds = 1
	}
	var all []float64
	for i := range energy.runs {
		if i >= len(time.runs) {
			break
		}
		e, t := energy.ofRun(i)*joules, time.ofRun(i)*seconds
		if e > 0 && t > 0 {
			all = append(all, e/t)
		}
	}
	if len(all) == 0 {
		return math.NaN()
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// strange reports whether no machine takes that power. An unknown power is not strange.
func strange(watts float64) bool { return watts < leastWatts || watts > mostWatts }

// sayWatts doubts an energy that, with the run's time, is a power that no machine takes: a wrong unit, or a counter
// that went on from run to run.
func (k *cost) sayWatts(w float64, time string) {
	if strange(w) {
		k.grounds += fmt.Sprintf("; WITH %s IT IS A POWER OF %s: LOOK AT BOTH UNITS, AND WHETHER A COUNTER WENT ON "+
			"FROM RUN TO RUN", time, inWatts(w))
	}
}

// believeUnit takes an energy whose unit is a guess, and that would be a strange power in joules, for one in kWh, Wh,
// kJ or mJ, the first of which a machine takes. It gives the power then.
func (k *cost) believeUnit(w float64) float64 {
	joules, _ := arrowio.Joules(k.unit)
	if !strange(w) || !k.unitGuessed {
		return w
	}
	for _, unit := range []string{"kWh", "Wh", "kJ", "mJ"} {
		if of, _ := arrowio.Joules(unit); !strange(w*of/joules) && w*of/joules < mostGuessed {
			k.grounds = strings.Replace(k.grounds, "THE UNIT IS A GUESS: joules", "THE UNIT IS A GUESS: "+unit+
				", for in joules it would be "+inWatts(w), 1)
			k.unit = unit
			return w * of / joules
		}
	}
	return w
}

// mostGuessed is the power up to which a unit is guessed, watts: that of a large machine.
const mostGuessed = 2e4

// inWatts writes a power with a prefix.
func inWatts(w float64) string {
	for _, p := range []struct {
		least float64
		unit  string
	}{{1e9, "GW"}, {1e6, "MW"}, {1e3, "kW"}, {1, "W"}, {1e-3, "mW"}} {
		if w >= p.least {
			return fmt.Sprintf("%.3g %s", w/p.least, p.unit)
		}
	}
	return fmt.Sprintf("%.3g W", w)
}
