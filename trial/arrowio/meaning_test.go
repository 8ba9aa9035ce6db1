package arrowio

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/trial"
)

// ingestTexts reads logs that are written as texts, by file name.
func ingestTexts(t *testing.T, files map[string]string, ms ...trial.Mapping) *Result {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Ingest(t.Context(), ms, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// joulesOf are the energies of the trials.
func joulesOf(r *Result) map[string]float64 {
	out := map[string]float64{}
	for _, x := range r.Trials {
		out[x.ID] = x.TrainEnergy.Total
	}
	return out
}

const countedOn = "id,t,e\na,0,4000\na,10,4290\na,20,5\na,30,100\n"

// TestCountersThatWrap: a counter of 12 bits begins anew at 4096; without wrap a fall is a reset, which counts from 0.
func TestCountersThatWrap(t *testing.T) {
	end := 4300.0
	for _, c := range []struct {
		unit string
		wrap *float64
		want float64
	}{
		{"J", &end, 290 + (4300 - 4290 + 5) + 95}, {"J", nil, 290 + 5 + 95}, {"Wh", &end, 400 * 3600},
		{"kJ", nil, 390e3},
	} {
		r := ingestTexts(t, map[string]string{"p.csv": countedOn}, trial.Mapping{Path: trial.Strings{"p.csv"},
			Layout: trial.Power, ID: "id", Samples: &trial.PowerColumns{Time: "t", Counter: "e", Unit: c.unit,
				Wrap: c.wrap}})
		if got := joulesOf(r)["a"]; math.Abs(got-c.want) > 1e-9*c.want {
			t.Errorf("%s, wrap %v: %v J, want %v; %v", c.unit, c.wrap != nil, got, c.want, r.Rejections)
		}
	}
}

// TestWhatSamplesCountFrom: 100 W from 0 to 10 s and 200 W from 10 to 20 s (with a jump within 1 ms), of a run of 10 s
// that began at 5 s of the samples' clock.
func TestWhatSamplesCountFrom(t *testing.T) {
	power := "id,t,w\na,1000,100\na,1010,100\na,1010.001,200\na,1020,200\n"
	runs := "id,lr,began,s\na,1,1005,10\n"
	for start, want := range map[string]float64{trial.StartFirst: 1000, trial.StartRun: 1500} {
		ms := []trial.Mapping{{Path: trial.Strings{"runs.csv"}, Layout: trial.Wide, ID: "id",
			Params: trial.Columns{"lr": "lr"}, Start: &trial.StartColumn{Column: "began", Unit: "s"},
			Time: &trial.TimeColumn{Column: "s", Unit: "s", Shape: trial.Total}},
			{Path: trial.Strings{"p.csv"}, Layout: trial.Power, ID: "id", Join: trial.JoinID,
				Samples: &trial.PowerColumns{Time: "t", Watts: "w", Start: start}}}
		r := ingestTexts(t, map[string]string{"runs.csv": runs, "p.csv": power}, ms...)
		if got := joulesOf(r)["a"]; math.Abs(got-want) > 1 {
			t.Errorf("start %s: %v J, want %v; %v %v", start, got, want, r.Notes, r.Rejections)
		}
	}
}

// TestPlannedEpochs: a run that ended before the planned epoch was cut, one that reached it was not, and what a column
// says of the end goes before.
func TestPlannedEpochs(t *testing.T) {
	long := "id,lr,plan,end,epoch,acc\na,1,4,,1,.1\na,1,4,,2,.2\na,1,4,,3,.2\nb,2,4,,1,.1\nb,2,4,,2,.2\nb,2,4,,3,.3\n" +
		"b,2,4,,4,.3\nc,3,4,stopped,1,.1\nc,3,4,stopped,2,.2\nc,3,4,stopped,3,.2\n"
	m := trial.Mapping{Path: trial.Strings{"l.csv"}, Layout: trial.Long, ID: "id", Params: trial.Columns{"lr": "lr"},
		Planned: "plan", Curve: &trial.CurveColumn{Column: "acc", Kind: "accuracy", Unit: "fraction",
			Epochs: trial.EpochsSpec{Column: "epoch"}}}
	m.Ended = &trial.EndedColumn{Column: "end", Stopped: trial.Values{textValue("stopped")}}
	r := ingestTexts(t, map[string]string{"l.csv": long}, m)
	var got []string
	for _, x := range r.Trials {
		got = append(got, fmt.Sprintf("%s %v", x.ID, x.Ended))
	}
	if want := "a cut, b finished, c stopped"; strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s; %+v", strings.Join(got, ", "), want, r.Rejections)
	}
}

// TestTextTimes: a time of texts is read in all the ways in which people write one, and is in seconds.
func TestTextTimes(t *testing.T) {
	for text, want := range map[string]float64{"1:02:03": 3723, "90 s": 90, "1.5 min": 90, "1h 2m 3s": 3723, "PT1M": 60,
		"2 days 00:00:01": 172801, "500ms": .5} {
		r := ingestTexts(t, map[string]string{"w.csv": "id,lr,acc,took\na,1,.5," + text + "\nb,2,.6," + text + "\n"},
			trial.Mapping{Path: trial.Strings{"w.csv"}, Layout: trial.Wide, ID: "id", Params: trial.Columns{"lr": "lr"},
				Final: &trial.FinalColumn{Column: "acc", Kind: "accuracy", Unit: "fraction"},
				Time:  &trial.TimeColumn{Column: "took", Unit: "s", Shape: trial.Total}})
		if len(r.Trials) != 2 || math.Abs(r.Trials[0].TrainTime.Total-want) > 1e-9*want {
			t.Errorf("%q: %+v, %v", text, r.Trials, r.Rejections)
		}
	}
	r := ingestTexts(t, map[string]string{"w.csv": "id,lr,acc,took\na,1,.5,00:41\nb,2,.6,12\n"},
		trial.Mapping{Path: trial.Strings{"w.csv"}, Layout: trial.Wide, ID: "id", Params: trial.Columns{"lr": "lr"},
			Final: &trial.FinalColumn{Column: "acc", Kind: "accuracy", Unit: "fraction"},
			Time:  &trial.TimeColumn{Column: "took", Unit: "s", Shape: trial.Total}})
	if len(r.Rejections) != 1 || r.Rejections[0].Value != "00:41" || r.Rejections[0].Column != "took" {
		t.Errorf("two numbers with a colon are no time of their own: %+v", r.Rejections)
	}
}
