package tune

// Keep is the share of trials that halving lets go on: one in Keep.
const Keep = 3

// Continue reports whether a trial with these scores may be scored on the next rung: its last score must be among the
// best third (rounded up) of all trials that were scored on as many rungs. The first few always go on, so that there
// is something to compare with.
func Continue(trials []Trial, values []float64) bool {
	rung := len(values) - 1
	better, all := 0, 0
	for i := range trials {
		if v := trials[i].Values; len(v) > rung {
			all++
			if v[rung] < values[rung] {
				better++
			}
		}
	}
	return better < (all+Keep-1)/Keep
}
