package search

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"eahas/features"
	"eahas/internal/nullable"
)

// TestConformance holds every method to the rules that all must keep, with one worker and with three.
func TestConformance(t *testing.T) {
	w := newWorld(t)
	for _, name := range Names() {
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s/%d", name, workers), func(t *testing.T) {
				t.Parallel()
				a := Accounts{Budget: 6e5, Noise: true, Workers: workers, Seed: 7, IdleW: 1}
				tr, b := played(t, w, name, nil, a)
				if _, again := played(t, w, name, nil, a); !bytes.Equal(b, again) {
					t.Error("equal plays differ")
				}
				checkAccounts(t, w, tr)
			})
		}
	}
}

// checkAccounts counts a trace anew from its lines.
func checkAccounts(t *testing.T, w Task, tr *Trace) {
	t.Helper()
	if len(tr.Events) < 20 || tr.End.End != "budget" {
		t.Fatalf("%d events, ended by %q", len(tr.Events), tr.End.End)
	}
	spent, clock := 0.0, math.Inf(-1)
	at := map[int]float64{}
	runs := map[int]*Run{}
	begun := 0
	for i, e := range tr.Events {
		if e.Config != nil {
			begun++
			if _, err := w.Asker().Ask(e.Config, 0, false); err != nil {
				t.Fatal(err)
			}
			runs[e.Trial] = naiveRun(t, w, tr, e)
		}
		if e.From != at[e.Trial] {
			t.Fatalf("event %d goes on at %g, the trial is at %g", i, e.From, at[e.Trial])
		}
		at[e.Trial] = e.To
		r := runs[e.Trial]
		want := 0.0
		if e.To > e.From {
			want = r.Cost[int(e.To)-1] + r.Eval
			if e.From > 0 {
				want -= r.Cost[int(e.From)-1]
			}
		}
		if math.Abs(e.Cost-want) > 1e-9*want {
			t.Fatalf("event %d costs %g, by the run %g", i, e.Cost, want)
		}
		if got := r.Values[int(e.To)-1]; got != nullable.Value(e.Value) {
			t.Fatalf("event %d shows %v, the run %v", i, nullable.Value(e.Value), got)
		}
		spent += e.Cost
		if c := nullable.Value(e.Clock); c < clock {
			t.Fatalf("event %d goes back in time", i)
		} else {
			clock = c
		}
		if inc := naiveIncumbent(w, tr.Events[:i+1]); !strings.HasPrefix(tr.Header.Kind, "ea-") && e.Inc != inc {
			t.Fatalf("event %d: incumbent %d, by the definition %d", i, e.Inc, inc)
		}
	}
	idle := tr.End.IdleS * tr.Header.IdleW
	last := tr.Events[len(tr.Events)-1]
	if math.Abs(last.Spent-spent-idle) > 1e-6*spent || last.Spent > tr.Header.Budget*(1+1e-9) {
		t.Errorf("spent %g, by the lines %g and %g of idle workers; the budget is %g", last.Spent, spent, idle,
			tr.Header.Budget)
	}
	if last.Spent < 0.9*tr.Header.Budget {
		t.Errorf("only %g of %g was spent", last.Spent, tr.Header.Budget)
	}
}

// naiveRun asks for the training of a trial by the documented seed.
func naiveRun(t *testing.T, w Task, tr *Trace, e Event) *Run {
	l, err := NewLedger(w, tr.Header.Accounts)
	if err != nil {
		t.Fatal(err)
	}
	lt := ledgerTrial{config: e.Config}
	if err := l.begin(&lt); err != nil {
		t.Fatal(err)
	}
	return lt.run
}

// naiveIncumbent looks at all events: the deepest rung, there the lowest loss, there the first.
func naiveIncumbent(w Task, events []Event) int {
	best := 0
	for i, e := range events {
		b := events[best]
		le, lb := w.Metric().Loss(nullable.Value(e.Value)), w.Metric().Loss(nullable.Value(b.Value))
		if e.Rung > b.Rung || e.Rung == b.Rung && le < lb {
			best = i
		}
	}
	return best
}

// TestConstantCost: where every epoch costs the same, costs say nothing, and a joule- method is its base, byte for
// byte.
func TestConstantCost(t *testing.T) {
	w := newWorld(t)
	w.constant, w.epochs, w.cost = true, 27, Epochs
	for _, name := range Names() {
		if !strings.HasPrefix(name, "joule-") {
			continue
		}
		a := Accounts{Budget: 27 * 60, Noise: true, Seed: 3}
		_, base := played(t, w, name[6:], nil, a)
		_, joule := played(t, w, name, nil, a)
		if !bytes.Equal(body(base), body(joule)) {
			t.Errorf("%s differs from its base", name)
		}
	}
}

// body is a trace without its header and its end.
func body(b []byte) []byte {
	lines := bytes.SplitAfter(b, []byte("\n"))
	return bytes.Join(lines[1:len(lines)-2], nil)
}

// TestBetterThanRandom: on a smooth bowl every method that looks at losses beats random search in the median of 11
// seeds.
func TestBetterThanRandom(t *testing.T) {
	if testing.Short() {
		t.Skip("searches with every method, many seeds each")
	}
	w := newWorld(t)
	final := func(name string) float64 {
		var out []float64
		for seed := range uint64(11) {
			tr, _ := played(t, w, name, nil, Accounts{Budget: 1e6, Noise: true, Seed: seed})
			out = append(out, tr.Events[tr.Events[len(tr.Events)-1].Inc].Final)
		}
		slices.Sort(out)
		return out[5]
	}
	random := final("rs")
	for _, name := range []string{"ls", "rea", "bananas", "mutant", "ei", "tpe", "hb", "bohb", "asha", "joule-ei",
		"joule-tpe", "joule-bohb"} {
		if got := final(name); got >= random {
			t.Errorf("%s ends at %.3f, random search at %.3f", name, got, random)
		}
	}
}

// TestCheapDesign: where costs differ, the first trainings of joule-ei cost less than random ones, and no two are the
// same; a search of the random design draws what ei draws.
func TestCheapDesign(t *testing.T) {
	w := newWorld(t)
	a := Accounts{Budget: 1e6, Noise: true, Seed: 5}
	first := func(name string, settings features.Config) (cost float64, configs []string) {
		tr, _ := played(t, w, name, settings, a)
		for _, e := range tr.Events[:20] {
			cost += e.Cost
			configs = append(configs, e.Config.Key())
		}
		return cost, configs
	}
	random, drawn := first("joule-ei", features.Config{"design": features.Text("random")})
	cheap, chosen := first("joule-ei", nil)
	if !(cheap < 0.7*random) {
		t.Errorf("twenty cheap trainings cost %g, random ones %g", cheap, random)
	}
	if slices.Sort(chosen); len(slices.Compact(chosen)) != 20 {
		t.Error("a configuration was trained twice")
	}
	if _, base := first("ei", nil); !slices.Equal(drawn, base) {
		t.Error("the random design is not that of ei")
	}
}
