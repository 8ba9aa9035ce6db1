package arrowio

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"eahas/trial"
)

type powerSample struct {
	id, dev     string
	time, watts float64
}

func writeSamples(t testing.TB, path string, s []powerSample) {
	t.Helper()
	fields := []field[powerSample]{
		text("id", func(r powerSample) string { return r.id }),
		text("dev", func(r powerSample) string { return r.dev }),
		float("t", func(r powerSample) float64 { return r.time }),
		float("w", func(r powerSample) float64 { return r.watts }),
	}
	if err := writeTable(path, Format{"feather", "none"}, 1, fields, each(s)); err != nil {
		t.Fatal(err)
	}
}

func each[T any](s []T) func(func(T) bool) {
	return func(yield func(T) bool) {
		for _, x := range s {
			if !yield(x) {
				return
			}
		}
	}
}

func powerMapping(join trial.Join) trial.Mapping {
	return trial.Mapping{Path: trial.Strings{"p.feather"}, Layout: trial.Power, Join: join, ID: "id",
		Samples: &trial.PowerColumns{Time: "t", Watts: "w", Device: "dev"}}
}

// naiveIntegral sums the trapezoids of sorted samples between lo and hi on a fine grid of their own corners.
func naiveIntegral(ts, ws []float64, lo, hi float64) float64 {
	sum := 0.0
	at := func(i int, t float64) float64 { return ws[i] + (ws[i+1]-ws[i])*(t-ts[i])/(ts[i+1]-ts[i]) }
	for i := 0; i+1 < len(ts); i++ {
		a, b := max(ts[i], lo), min(ts[i+1], hi)
		if b > a {
			sum += (at(i, a) + at(i, b)) / 2 * (b - a)
		}
	}
	return sum
}

func TestSegmentsEqualNaiveIntegral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 40).Draw(t, "n")
		ts, ws := make([]float64, n), make([]float64, n)
		at := rapid.Float64Range(-20, 5).Draw(t, "start")
		for i := range ts {
			at += rapid.Float64Range(0.01, 4).Draw(t, "gap")
			ts[i], ws[i] = at, rapid.Float64Range(0, 500).Draw(t, "watts")
		}
		m := meter{win: window{to: rapid.Float64Range(1, 60).Draw(t, "to")}, devices: map[string]*device{}}
		end := 0.0
		for range rapid.IntRange(0, 6).Draw(t, "epochs") {
			end += rapid.Float64Range(0.5, 12).Draw(t, "epoch")
			m.win.ends = append(m.win.ends, end)
		}
		m.epochs = make([]float64, len(m.win.ends))
		d := &device{}
		for i := range ts {
			m.sample(d, ts[i], ws[i], int64(i))
		}
		if want := naiveIntegral(ts, ws, 0, m.win.to); math.Abs(d.joules-want) > 1e-9*(1+want) {
			t.Fatalf("total %v, want %v", d.joules, want)
		}
		from := 0.0
		for i, e := range m.win.ends {
			if want := naiveIntegral(ts, ws, from, min(e, m.win.to)); math.Abs(m.epochs[i]-want) > 1e-9*(1+want) {
				t.Fatalf("epoch %d to %v: %v, want %v", i, e, m.epochs[i], want)
			}
			from = e
		}
	})
}

func TestPowerAloneDisorderAndBadSamples(t *testing.T) {
	dir := t.TempDir()
	var s []powerSample
	for i := range 101 { // 100 s of 200 W on two devices
		for _, dev := range []string{"a", "b"} {
			s = append(s, powerSample{"fine", dev, float64(i), 100})
		}
	}
	for i := range 100 {
		s = append(s, powerSample{"late", "a", float64(i), 100})
	}
	s = append(s, powerSample{"late", "a", 50, 1e6}, powerSample{"late", "a", 100, 100}) // one of 102 comes late
	for i := range 50 {
		s = append(s, powerSample{"wild", "a", float64(-i), 100})
	}
	s = append(s, powerSample{"bad", "a", 0, 100}, powerSample{"bad", "a", 5, math.Inf(1)},
		powerSample{"bad", "a", 10, 100})
	writeSamples(t, filepath.Join(dir, "p.feather"), s)
	r, err := Ingest(context.Background(), []trial.Mapping{powerMapping(trial.JoinNone)}, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{"fine": 20000, "late": 10000, "bad": 1000}
	if len(r.Trials) != len(want) {
		t.Fatalf("%d trials, rejections %+v", len(r.Trials), r.Rejections)
	}
	for _, x := range r.Trials {
		if math.Abs(x.TrainEnergy.Total-want[x.ID]) > 1e-6 {
			t.Errorf("%s: %v J, want %v", x.ID, x.TrainEnergy.Total, want[x.ID])
		}
	}
	if n := notes(r); n[NoteDisorder] != 1 || len(r.Rejections) != 2 {
		t.Errorf("notes %v, rejections %+v", n, r.Rejections)
	}
	for i, part := range []string{"out of order", "not finite"} {
		found := false
		for _, x := range r.Rejections {
			found = found || strings.Contains(x.Reason, part)
		}
		if !found {
			t.Errorf("rejection %d: none says %q: %+v", i, part, r.Rejections)
		}
	}
}

func TestPowerJoins(t *testing.T) {
	dir := t.TempDir()
	ts := someTrials(3, 4)
	w, err := WriteTrials(filepath.Join(dir, "l"), trial.Power, Format{}, ts, errorPercent)
	if err != nil {
		t.Fatal(err)
	}
	w.Mappings[0].Where = map[string]trial.Values{"trial_id": {textValue("t0000"), textValue("t0001")}}
	stray := []powerSample{{"t0001", "", 0, 5}, {"nobody", "", 0, 5}, {"nobody", "", 1, 5}}
	writeSamples(t, filepath.Join(dir, "p.feather"), stray)
	m := append(w.Mappings, powerMapping(trial.JoinID))
	m[2].Samples.Device = ""
	r, err := Ingest(context.Background(), m, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Trials) != 2 {
		t.Fatalf("%d trials", len(r.Trials))
	}
	near(t, "energy", r.Trials[0].TrainEnergy.PerEpoch, ts[0].TrainEnergy.PerEpoch, 1e-9)
	var reasons []string
	for _, x := range r.Rejections {
		reasons = append(reasons, x.ID+": "+x.Reason)
	}
	got := strings.Join(reasons, "; ")
	if !strings.Contains(got, "nobody: 2 power samples of no trial of this id") ||
		!strings.Contains(got, "t0001: energy: no power sample inside the run") || len(reasons) != 2 {
		t.Errorf("%v", got)
	}
}
