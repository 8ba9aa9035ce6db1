package search

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/features"
)

func playFile(t *testing.T, w Task, path string, budget float64) (bool, error) {
	t.Helper()
	m, settings, err := New("rea", nil, Setup{Task: w, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	_, skipped, err := Play{Task: w, Method: m, Header: Header{Method: "rea", Kind: "rea", Settings: settings,
		Accounts: Accounts{Budget: budget, Noise: true, Seed: 1}}}.
		RunFile(context.Background(), path)
	return skipped, err
}

// TestResume cuts a trace at every place a kill can leave it, and expects the whole one again, byte for byte.
func TestResume(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "a", "b.jsonl")
	if skipped, err := playFile(t, w, path, 4e5); err != nil || skipped {
		t.Fatal(skipped, err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if skipped, err := playFile(t, w, path, 4e5); err != nil || !skipped {
		t.Errorf("a whole trace is played again: %v, %v", skipped, err)
	}
	for cut := 0; cut < len(whole); cut += 1 + cut/7 {
		if err := os.WriteFile(path, whole[:cut], 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := playFile(t, w, path, 4e5); err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if got, _ := os.ReadFile(path); !bytes.Equal(got, whole) {
			t.Fatalf("cut at %d: another trace", cut)
		}
	}
}

// TestChangedTraces: whatever is changed, taken out, put in or cut off is an error, for readers and for those who
// resume.
func TestChangedTraces(t *testing.T) {
	w := newWorld(t)
	_, b := played(t, w, "rs", nil, Accounts{Budget: 3e5, Seed: 1})
	lines := strings.SplitAfter(string(b), "\n")
	lines = lines[:len(lines)-1]
	join := func(ls ...string) string { return strings.Join(ls, "") }
	n := len(lines)
	_, other := played(t, w, "rs", nil, Accounts{Budget: 3e5, Seed: 2})
	sound := strings.SplitAfter(string(other), "\n")[3] // its own sum is right
	for name, text := range map[string]string{
		"empty":             "",
		"cut inside a line": string(b[:len(b)-20]),
		"cut after a line":  join(lines[:n-1]...),
		"a changed value":   strings.Replace(string(b), `"trial":1,`, `"trial":2,`, 1),
		"a line taken out":  join(append(append([]string{}, lines[:3]...), lines[4:]...)...),
		"a line twice":      join(append(append([]string{}, lines[:4]...), lines[3:]...)...),
		"another's line":    strings.Replace(string(b), lines[3], sound, 1),
		"an end twice":      string(b) + lines[n-1],
		"no header":         join(lines[1:]...),
		"not a trace":       "hello\n",
	} {
		if _, err := ParseTrace([]byte(text)); !errors.Is(err, ErrTrace) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseTrace(b); err != nil {
		t.Errorf("the trace itself: %v", err)
	}
}

// TestResumeRefuses: the file of another bundle, of another budget, or one that was changed inside is not continued.
func TestResumeRefuses(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "b.jsonl")
	if _, err := playFile(t, w, path, 4e5); err != nil {
		t.Fatal(err)
	}
	other := newWorld(t)
	other.constant = true
	if _, err := playFile(t, other, path, 4e5); !errors.Is(err, ErrTrace) ||
		!strings.Contains(err.Error(), "another bundle") {
		t.Errorf("another bundle: %v", err)
	}
	if _, err := playFile(t, w, path, 5e5); !errors.Is(err, ErrTrace) ||
		!strings.Contains(err.Error(), "another budget") {
		t.Errorf("another budget: %v", err)
	}
	b, _ := os.ReadFile(path)
	b[len(b)/2] ^= 1
	if err := os.WriteFile(path, b[:len(b)-100], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := playFile(t, w, path, 4e5); !errors.Is(err, ErrTrace) {
		t.Errorf("a changed line: %v", err)
	}
}

func FuzzParseTrace(f *testing.F) {
	t := &testing.T{}
	w := newWorld(t)
	_, b := played(t, w, "rs", nil, Accounts{Budget: 1e5, Seed: 1})
	f.Add(b)
	f.Add(b[:len(b)-3])
	f.Add([]byte("00000000 {}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		tr, err := ParseTrace(b)
		if err != nil {
			if !errors.Is(err, ErrTrace) {
				t.Errorf("%v is no ErrTrace", err)
			}
			return
		}
		if tr.End.Events != len(tr.Events) {
			t.Error("an accepted trace counts wrong")
		}
	})
}

// TestBadInput: each wrong input is an error that names what is wrong.
func TestBadInput(t *testing.T) {
	w := newWorld(t)
	try := func(name string, settings features.Config, a Accounts) error {
		m, set, err := New(name, settings, Setup{Task: w, Seed: 1})
		if err != nil {
			return err
		}
		var b bytes.Buffer
		_, err = Play{Task: w, Method: m, Header: Header{Method: name, Settings: set,
			Accounts: a}}.Run(context.Background(), &b)
		return err
	}
	mute := newWorld(t)
	mute.noSecs = true
	for _, c := range []struct {
		name string
		err  error
		want error
		text string
	}{
		{"below one epoch", try("rs", nil, Accounts{Budget: 5}), ErrBudget, "do not pay for the first epoch"},
		{"no budget", try("rs", nil, Accounts{}), ErrBudget, "above 0"},
		{"unknown method", try("simulated-annealing", nil, Accounts{Budget: 1e5}), ErrMethod, "known are rs"},
		{"unknown variant", try("mo-tpe", nil, Accounts{Budget: 1e5}), ErrMethod, "no variant"},
		{"unknown setting", try("tpe", features.Config{"gamma": features.Number(1)}, Accounts{Budget: 1e5}), ErrMethod,
			"draws"},
		{"setting out of range", try("tpe", features.Config{"good": features.Number(2)}, Accounts{Budget: 1e5}),
			ErrMethod, "0.001..0.999"},
		{"setting of another type", try("bohb", features.Config{"brackets": features.Number(2)}, Accounts{Budget: 1e5}),
			ErrMethod, "hpbandster"},
		{"unknown eval", try("rs", nil, Accounts{Budget: 1e5, Eval: "always"}), ErrMethod, "report, epoch, none"},
		{"workers without seconds", func() error {
			w = mute
			return try("rs", nil,
				Accounts{Budget: 1e5, Workers: 2})
		}(), ErrTask, "workers: 1"},
	} {
		if !errors.Is(c.err, c.want) || !strings.Contains(c.err.Error(), c.text) {
			t.Errorf("%s: %v", c.name, c.err)
		}
	}
}

// TestBudgetOfAnySize: at hundreds of budgets, none is passed and all but less than an epoch is spent.
func TestBudgetOfAnySize(t *testing.T) {
	if testing.Short() {
		t.Skip("searches 1,200 times")
	}
	w := newWorld(t)
	for i := range 200 {
		budget := 2000 * (1 + float64(i)*1.37)
		for _, name := range []string{"rs", "hb"} {
			for _, eval := range []string{EvalReport, EvalEpoch, EvalNone} {
				tr, _ := played(t, w, name, nil, Accounts{Budget: budget, Noise: true, Seed: uint64(i), Eval: eval})
				last := tr.Events[len(tr.Events)-1]
				if last.Spent > budget*(1+1e-9) || last.Spent < budget-620-30 {
					t.Fatalf("%s, %s: %g of %g spent", name, eval, last.Spent, budget)
				}
			}
		}
	}
}

// TestRestart: without resuming, each rung pays for the whole way again and sees another run.
func TestRestart(t *testing.T) {
	w := newWorld(t)
	tr, _ := played(t, w, "hb", nil, Accounts{Budget: 1e6, Noise: true, Seed: 1, Restart: true})
	again := 0
	seen := map[int]bool{}
	for _, e := range tr.Events {
		if e.From != 0 {
			t.Fatal("a restarted run goes on")
		}
		if seen[e.Trial] && e.Cost > 0 {
			again++
		}
		seen[e.Trial] = true
	}
	if again == 0 {
		t.Error("no trial was trained again")
	}
}
