package tune

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
)

// bowl is a study of a parabola. Three folds lie a little off the truth, and a share of the budget gives far larger
// losses.
func bowl(trials int) Study {
	return Study{Name: "bowl", Space: Space{{"a", Linear, -1, 1}, {"b", Log, 0.01, 100}}, Trials: trials,
		Shares: []float64{0.25}, Folds: 3, Seed: 4,
		Score: func(_ context.Context, _ int, x []float64, on Rung) (float64, error) {
			if x == nil {
				x = []float64{1, 1}
			}
			return sq(x[0]) + x[1]/100 + 0.01/float64(on.Fold+1) + 40*(1-on.Share)*(1+x[0]/10), nil
		}}
}

func mustOpen(t testing.TB, path string) *Journal {
	t.Helper()
	j, err := OpenJournal(path, "s")
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func mustRun(t testing.TB, s Study, path string) []Trial {
	t.Helper()
	j := mustOpen(t, path)
	defer func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}()
	all, err := s.Run(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestStudyHalvesAndFindsABetterPoint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "j")
	all := mustRun(t, bowl(40), path)
	if len(all) != 40 {
		t.Fatalf("%d trials", len(all))
	}
	scores, whole := 0, 0
	for _, trial := range all {
		scores += len(trial.Values)
		if len(trial.Values) == 4 {
			whole++
		}
		if !trial.Done {
			t.Errorf("trial %d is not done", trial.Number)
		}
	}
	if whole < 2 || scores > 110 { // 160 without halving; TPE proposes better and better points, so many go on
		t.Errorf("%d trials got to the last rung, with %d scores in all", whole, scores)
	}
	best, def := Best(all)
	if def.Number != 0 || best.last() > 0.1*def.last() {
		t.Errorf("best %+v, default %+v", best, def)
	}
	again := mustRun(t, bowl(40), path)
	if !reflect.DeepEqual(all, again) {
		t.Error("a finished study changed")
	}
	if files, _ := filepath.Glob(path + ".worker-*"); len(files) > 0 {
		t.Errorf("left behind: %v", files)
	}
}

// Wherever the journal is cut off, the study goes on to the same trials.
func TestCutJournalGoesOnToTheSameTrials(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole")
	want := mustRun(t, bowl(14), whole)
	b, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; cut < len(b); cut += 97 {
		path := filepath.Join(dir, "cut")
		if err := os.WriteFile(path, b[:cut], 0o644); err != nil {
			t.Fatal(err)
		}
		if got := mustRun(t, bowl(14), path); !reflect.DeepEqual(got, want) {
			t.Fatalf("cut after %d bytes: other trials", cut)
		}
	}
}

// A search that may start near the optimum finds a better point than one that has to look everywhere.
func TestStartHelps(t *testing.T) {
	var far, near float64
	for seed := range uint64(5) {
		for _, start := range [][]float64{nil, {0.05, 0.02}} {
			s := bowl(10)
			s.Seed, s.Start = seed, start
			best, _ := Best(mustRun(t, s, filepath.Join(t.TempDir(), "j")))
			if start == nil {
				far += best.last()
			} else {
				near += best.last()
			}
		}
	}
	if !(near < far) {
		t.Errorf("mean loss %g with a start, %g without", near/5, far/5)
	}
}

type scoring struct {
	trial int
	on    Rung
}

func TestSeveralWorkersShareAJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	s := bowl(30)
	var mu sync.Mutex
	scored := map[scoring]int{}
	plain := s.Score
	s.Score = func(ctx context.Context, trial int, x []float64, on Rung) (float64, error) {
		mu.Lock()
		scored[scoring{trial, on}]++
		mu.Unlock()
		return plain(ctx, trial, x, on)
	}
	var wg sync.WaitGroup
	results := make([][]Trial, 4)
	for k := range results {
		wg.Go(func() {
			j, err := OpenJournal(path, "s")
			if err != nil {
				t.Error(err)
				return
			}
			defer j.Close()
			if results[k], err = s.Run(t.Context(), j); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for what, n := range scored {
		if n != 1 {
			t.Errorf("trial %d was scored %d times on %+v", what.trial, n, what.on)
		}
	}
	for k := range results {
		if len(results[k]) != 30 || !reflect.DeepEqual(points(results[k]), points(results[0])) {
			t.Errorf("worker %d saw %d trials", k, len(results[k]))
		}
	}
}

func points(all []Trial) [][]float64 {
	var out [][]float64
	for _, t := range all {
		out = append(out, t.Point)
	}
	return out
}

// A trial whose worker is gone is finished by the next one, from the rung that it had reached, also from a cheap one.
func TestUnfinishedTrialIsTakenOver(t *testing.T) {
	for at, left := range map[Rung][]Rung{
		{0, 0.25}: {{0, 0.25}, {0, 1}, {1, 1}, {2, 1}},
		{0, 1}:    {{0, 1}, {1, 1}, {2, 1}},
		{2, 1}:    {{2, 1}},
	} {
		path := filepath.Join(t.TempDir(), "j")
		s := bowl(6)
		boom := errors.New("boom")
		plain := s.Score
		s.Score = func(ctx context.Context, trial int, x []float64, on Rung) (float64, error) {
			if trial == 0 && on == at {
				return 0, boom
			}
			return plain(ctx, trial, x, on)
		}
		j := mustOpen(t, path)
		if _, err := s.Run(t.Context(), j); !errors.Is(err, boom) {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		var seen []Rung
		s.Score = func(ctx context.Context, trial int, x []float64, on Rung) (float64, error) {
			if trial == 0 {
				seen = append(seen, on)
			}
			return plain(ctx, trial, x, on)
		}
		if all := mustRun(t, s, path); len(all) != 6 || !all[0].Done || !reflect.DeepEqual(seen, left) {
			t.Errorf("%d trials, the first was scored on %v, want %v", len(all), seen, left)
		}
	}
}

func TestJournalRefusesDamageAndOtherSearches(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	mustRun(t, bowl(3), path)
	if _, err := OpenJournal(path, "other"); !errors.Is(err, ErrJournal) {
		t.Errorf("another search: %v", err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	old, err := entry{What: whatSearch, Search: "s"}.line() // before formats were stated
	if err != nil {
		t.Fatal(err)
	}
	early := filepath.Join(t.TempDir(), "early")
	if err := os.WriteFile(early, append(old, b[bytes.IndexByte(b, '\n')+1:]...), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenJournal(early, "s"); !errors.Is(err, ErrJournal) || !strings.Contains(err.Error(), "format 1") {
		t.Errorf("an early journal: %v", err)
	}
	b[bytes.IndexByte(b, '\n')+20] ^= 1 // in the second line
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenJournal(path, "s"); !errors.Is(err, ErrJournal) {
		t.Errorf("damage: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	var b []byte
	for _, e := range []entry{{What: whatSearch, Format: journalFormat, Search: "s"},
		{What: whatClaim, Study: "bowl", Trial: 0, Worker: 1},
		{What: whatScore, Study: "bowl", Score: 1.5}, {What: whatDone, Study: "bowl"},
		{What: whatClaim, Study: "bowl", Trial: 1, Point: []float64{0.5, 3}}} {
		line, err := e.line()
		if err != nil {
			f.Fatal(err)
		}
		b = append(b, line...)
	}
	f.Add(b)
	f.Add(b[:len(b)-3])
	f.Add([]byte("00000000 {}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, whole, err := parse(b)
		if err != nil {
			return
		}
		if whole > len(b) || len(entries) != bytes.Count(b[:whole], []byte("\n")) {
			t.Fatalf("%d entries in %d of %d bytes", len(entries), whole, len(b))
		}
		again, n, err := parse(b[:whole])
		if err != nil || n != whole || !reflect.DeepEqual(again, entries) {
			t.Fatalf("the sound part reads otherwise: %v", err)
		}
		_, _ = bowl(1).replay(entries) // an error, but no panic
	})
}
