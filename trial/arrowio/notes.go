package arrowio

import (
	"maps"
	"slices"

	"eahas/trial"
)

// The kinds of notes that this package writes.
const (
	NoteCapped     = "non-finite points capped"     // nonfinite: cap replaced NaN or infinite points
	NoteClipped    = "points above the cap"         // finite points above cap became cap
	NoteHeld       = "non-finite points held"       // nonfinite: hold repeated the last finite value
	NoteDropped    = "non-finite points dropped"    // nonfinite: drop, or leading points under hold
	NoteAllCapped  = "no finite point"              // the whole curve became the cap
	NoteShort      = "curve of fewer than 3 points" // left out; the trial stays for the rest
	NoteNoCurve    = "curve left out"               // rejected; the trial stays for its costs
	NoteNoCost     = "cost left out"                // an energy or a time rejected; the trial stays for the rest
	NoteCoverage   = "low coverage"                 // power samples cover less than 95 % of the run
	NoteDisorder   = "samples out of order"         // a few power samples were left out
	NoteNegative   = "negative power samples"       // a few, read as 0
	NoteUnsorted   = "epochs sorted"                // long rows came out of order
	NoteNoPartner  = "no partner to join"           // a joining mapping's trial that stays alone
	NoteRenamed    = "id renamed"                   // the same id in two mappings that do not join
	NoteZeroEpochs = "epochs with zero cost"        // per-epoch cost of exactly 0: not sampled, left out of the mean

	NoteReset = "counts on from 0 again" // a cumulative cost or a counter fell: it counts anew from there
	// the last entry of a list that is one longer than the curve: not counted
	NoteExtra = "one cost more than epochs"
	// the logged total of a cost and its mean x epochs trained differ by more than 1 %
	NoteTotals    = "total is not mean x epochs"
	NoteCut       = "run was cut"                 // it ended before its planned end
	NoteLateStart = "run begins late"             // the first epoch is not the first one of a run
	NoteSkipped   = "power samples not available" // null or N/A, left out
	// no device is declared, and the samples look like those of several
	NoteDevices  = "several devices read as one"
	NoteLateEnds = "epoch ends after the run's end" // left out: what the epochs took is unknown
	NoteNoNumber = "target left out"                // a number of one's own rejected; the trial stays for the rest
	NoteNoFinal  = "final metric left out"          // rejected; the trial stays for the rest
)

// CountNotes tallies the notes of all trials by kind.
func CountNotes(trials []trial.Trial) []Count {
	n := map[string]int{}
	for i := range trials {
		seen := map[string]bool{}
		for _, note := range trials[i].Notes {
			if !seen[note.Kind] {
				seen[note.Kind] = true
				n[note.Kind]++
			}
		}
	}
	var out []Count
	for _, k := range slices.Sorted(maps.Keys(n)) {
		out = append(out, Count{Kind: k, N: n[k]})
	}
	return out
}
