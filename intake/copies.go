package intake

import (
	"fmt"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"eahas/features"
	"eahas/trial/names"
)

// copied is how many points a curve needs, and how many of its values must differ, before another one that begins with
// all of them is taken for the same run.
const copied = 3

// dropCopies leaves out runs that are an earlier state of another one, as the files beside checkpoints are, or a copy
// of it: the same tool, settings and seed, and curves that begin alike to the last digit; without curves, files of the
// same name with the same results.
func (l *Log) dropCopies() {
	alike := map[string][]*Run{}
	counting := map[string]bool{} // which settings count epochs or steps: a few names for all runs
	for _, r := range l.Runs {
		if key := r.beginning(); key != "" {
			key += "\x00" + r.settled(counting)
			alike[key] = append(alike[key], r)
		}
	}
	gone := map[*Run]bool{}
	example := ""
	for _, key := range slices.Sorted(maps.Keys(alike)) {
		group := alike[key]
		slices.SortStableFunc(group, func(a, b *Run) int { return b.Epochs() - a.Epochs() })
		for i, r := range group {
			for _, whole := range group[:i] {
				if !gone[whole] && r.within(whole) {
					gone[r] = true
					whole.cameThisFar(r)
					example = fmt.Sprintf("%s is in %s", r.From, whole.From)
					break
				}
			}
		}
	}
	if len(gone) == 0 {
		return
	}
	l.Runs = slices.DeleteFunc(l.Runs, func(r *Run) bool { return gone[r] })
	l.Notes = append(l.Notes, fmt.Sprintf("%d runs are copies or earlier states of others, and are left out (%s)",
		len(gone), example))
}

// cameThisFar takes a count of epochs or steps that differs between the states of a run for what it is: a result.
func (r *Run) cameThisFar(before *Run) {
	for k, v := range r.Config {
		if w, ok := before.Config[k]; ok && v != w && (names.IsEpoch(k) || names.IsStep(k)) {
			r.Final[k] = v
			delete(r.Config, k)
		}
	}
}

// beginning is what copies of a run share for certain; "" for a run that shows too little to tell.
func (r *Run) beginning() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\x00%s", r.Tool, r.Seed)
	for _, name := range slices.Sorted(maps.Keys(r.Series)) {
		r.Series[name].sort()
		fmt.Fprintf(&b, "\x00%s", name)
		if s := r.Series[name]; len(s.Values) > 0 {
			fmt.Fprintf(&b, "\x00%x\x00%x", math.Float64bits(s.Epochs[0]), math.Float64bits(s.Values[0]))
		}
	}
	if len(r.Series) > 0 {
		if !r.varied() {
			return ""
		}
		return b.String()
	}
	decimals := 0
	for _, name := range slices.Sorted(maps.Keys(r.Final)) {
		v := r.Final[name]
		fmt.Fprintf(&b, "\x00%s\x00%s", name, v)
		if x, ok := v.Float(); ok && x != math.Trunc(x) {
			decimals++
		}
	}
	if decimals < 2 {
		return ""
	}
	return b.String() + "\x00" + path.Base(r.From)
}

// settled is a key of the settings but for those that count epochs or steps. Without it, the runs of a sweep whose
// curves begin with one and the same value would each be compared with all others.
func (r *Run) settled(counting map[string]bool) string {
	rest := features.Config{}
	for name, v := range r.Config {
		counts, known := counting[name]
		if !known {
			counts = names.IsEpoch(name) || names.IsStep(name)
			counting[name] = counts
		}
		if !counts {
			rest[name] = v
		}
	}
	return rest.Key()
}

// varied reports whether one curve has points enough that differ.
func (r *Run) varied() bool {
	for _, s := range r.Series {
		seen := map[float64]bool{}
		for _, x := range s.Values {
			if !math.IsNaN(x) && x != math.Trunc(x) {
				if seen[x] = true; len(seen) >= copied {
					return true
				}
			}
		}
	}
	return false
}

// within reports whether all that r says by epoch is the beginning of what whole says, with the same settings but for
// how far it had come.
func (r *Run) within(whole *Run) bool {
	for name, s := range r.Series {
		w := whole.Series[name]
		if w == nil || len(w.Values) < len(s.Values) {
			return false
		}
		for i, x := range s.Values {
			if s.Epochs[i] != w.Epochs[i] || x != w.Values[i] && !(math.IsNaN(x) && math.IsNaN(w.Values[i])) {
				return false
			}
		}
	}
	return sameSettings(r.Config, whole.Config) && sameSettings(whole.Config, r.Config)
}

// sameSettings reports whether b has all settings of a but for those that count epochs or steps.
func sameSettings(a, b map[string]features.Value) bool {
	for k, v := range a {
		if names.IsEpoch(k) || names.IsStep(k) {
			continue
		}
		if w, ok := b[k]; !ok || w != v {
			return false
		}
	}
	return true
}
