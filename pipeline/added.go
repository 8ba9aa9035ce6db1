package pipeline

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"eahas/internal/nullable"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// add puts what was read later behind what there is. An id that is there already gets a number, as between two
// mappings. A trial that is there already, with the same configuration, curve, numbers and costs to the last digit, is
// left out: whoever exports a table again exports the old runs, too. Where logs have ids these must be the same; where
// they have none, a trial must say enough: two runs may well end with the same accuracy.
func (in *ingested) add(more *ingested, number int, named bool) error {
	if a, b := in.Metric, more.Metric; a != (trial.Metric{}) && b != (trial.Metric{}) && (a.Kind != b.Kind ||
		a.Unit != b.Unit || a.HigherIsBetter != b.HigherIsBetter) {
		return fmt.Errorf("curves of kind %s, before of kind %s; one run models one kind", b.Kind, a.Kind)
	}
	if in.Metric == (trial.Metric{}) {
		in.Metric = more.Metric
	}
	if !slices.Equal(in.Targets, more.Targets) {
		return fmt.Errorf("the targets are %v, before %v", more.Targets.Names(), in.Targets.Names())
	}
	if in.later == nil {
		in.later = map[string]int{}
	}
	ids, seen := map[string]bool{}, map[[sha256.Size]byte]string{}
	for i := range in.Trials {
		ids[in.Trials[i].ID] = true
		seen[contentOf(&in.Trials[i])] = in.Trials[i].ID
	}
	for _, t := range more.Trials {
		if old, same := seen[contentOf(&t)]; same && (old == t.ID || !named && saysEnough(&t)) {
			in.again++
			continue
		}
		if old := t.ID; ids[old] {
			for n := 2; ids[t.ID]; n++ {
				t.ID = old + "#" + strconv.Itoa(n)
			}
			t.Notes = append(slices.Clone(t.Notes), trial.Note{Kind: arrowio.NoteRenamed, Detail: old + " is in " +
				"earlier logs too"})
		}
		ids[t.ID] = true
		in.later[t.ID] = number
		in.Trials = append(in.Trials, t)
	}
	in.Rejections = slices.Concat(in.Rejections, more.Rejections)
	in.Rejected += more.Rejected
	in.Rows, in.Filtered, in.Joined = in.Rows+more.Rows, in.Filtered+more.Filtered, in.Joined+more.Joined
	in.Inputs = slices.Concat(in.Inputs, more.Inputs)
	in.Notes = arrowio.CountNotes(in.Trials)
	return nil
}

// saysEnough reports whether a trial has so many numbers that no two runs have all of them alike.
func saysEnough(t *trial.Trial) bool {
	n := len(t.Curve.Values) + len(t.Numbers)
	for _, c := range []trial.Cost{t.TrainEnergy, t.TrainTime, t.TestEnergy} {
		n += len(c.PerEpoch)
		if nullable.Known(c.Mean) || nullable.Known(c.Total) {
			n++
		}
	}
	return n >= 3
}

// contentOf is the SHA-256 of all that a trial says, whatever it is called and wherever it stands.
func contentOf(t *trial.Trial) [sha256.Size]byte {
	type cost struct {
		PerEpoch    nullable.Floats
		Mean, Total *float64
	}
	costOf := func(c trial.Cost) cost {
		return cost{nullable.Floats(c.PerEpoch), nullable.Pointer(c.Mean), nullable.Pointer(c.Total)}
	}
	numbers := make([]string, len(t.Numbers))
	for i, n := range t.Numbers {
		numbers[i] = fmt.Sprint(n.Target, " ", n.Value)
	}
	b, err := json.Marshal([]any{t.Config.Key(), t.Seed, nullable.Floats(t.Curve.Epochs),
		nullable.Floats(t.Curve.Values),
		costOf(t.TrainEnergy), costOf(t.TrainTime), costOf(t.TestEnergy), numbers, nullable.Pointer(t.Length),
		cmp.Or(t.Ended, trial.EndUnknown)})
	if err != nil { // numbers and texts alone
		panic(err)
	}
	return sha256.Sum256(b)
}
