package simulate

import (
	"math"

	"eahas/internal/stream"
	"eahas/trial"
)

// PowerSample is one reading of a power meter.
type PowerSample struct {
	Time   float64 // seconds since the start of the run
	Watts  float64
	Device int // 0-based
}

// PowerSamples makes the readings of the given number of devices that would lead to the trial's training energy:
// about every period seconds (> 0), and at every epoch's start and end, ordered by time and device. Integrated by the
// trapezoid rule and summed over devices, each epoch's readings give TrainEnergy.PerEpoch to rounding. The readings
// depend on the trial's ID, and on seed. A trial without per-epoch energy and time gives none.
func PowerSamples(t *trial.Trial, seed uint64, period float64, devices int) []PowerSample {
	joules, seconds := t.TrainEnergy.PerEpoch, t.TrainTime.PerEpoch
	if !(period > 0) || devices < 1 {
		panic("simulate: period and devices must be positive")
	}
	n := min(len(joules), len(seconds))
	if n == 0 {
		return nil
	}
	rng := stream.New(seed, "power", t.ID)
	share := deviceShares(devices)
	mean := func(e int) float64 { return joules[e] / seconds[e] }
	var out []PowerSample
	start := 0.0
	for d := range devices {
		out = append(out, PowerSample{0, share[d] * mean(0), d})
	}
	for e := range n {
		inner := max(1, int(math.Round(seconds[e]/period))-1) // readings between the ends
		step := seconds[e] / float64(inner+1)
		end := mean(e)
		if e+1 < n {
			end = (end + mean(e+1)) / 2
		}
		at := len(out)
		for k := 1; k <= inner; k++ {
			for d := range devices {
				out = append(out, PowerSample{start + float64(k)*step, share[d] * mean(e) * (1 + 0.02*rng.NormFloat64()), d})
			}
		}
		for d := range devices {
			// Shift the inner readings so that the trapezoids sum to the epoch's energy.
			first, last := out[at-devices+d].Watts, share[d]*end
			sum := (first + last) / 2
			for k := range inner {
				sum += out[at+k*devices+d].Watts
			}
			shift := (share[d]*joules[e]/step - sum) / float64(inner)
			for k := range inner {
				out[at+k*devices+d].Watts += shift
			}
		}
		start += seconds[e]
		for d := range devices {
			out = append(out, PowerSample{start, share[d] * end, d})
		}
	}
	return out
}

// EpochEnds returns when each epoch ends, in seconds since the start of the run.
func EpochEnds(t *trial.Trial) []float64 {
	out := make([]float64, len(t.TrainTime.PerEpoch))
	at := 0.0
	for i, s := range t.TrainTime.PerEpoch {
		at += s
		out[i] = at
	}
	return out
}

// deviceShares splits the power: device d draws in proportion to 1 + 0.1*d.
func deviceShares(n int) []float64 {
	out := make([]float64, n)
	sum := 0.0
	for d := range out {
		out[d] = 1 + 0.1*float64(d)
		sum += out[d]
	}
	for d := range out {
		out[d] /= sum
	}
	return out
}
