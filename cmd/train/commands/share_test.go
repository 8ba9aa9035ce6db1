package commands

import (
	"testing"
	"time"

	"eahas/pipeline/stage"
)

func TestShare(t *testing.T) {
	began := time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)
	at := func(seconds int) time.Time { return began.Add(time.Duration(seconds) * time.Second) }
	var s share
	s.event(stage.Event{Kind: stage.Finished, Stage: "ingest"}, at(0))
	if got := s.words(at(0)); got != "" {
		t.Errorf("before the plan: %q", got)
	}
	for i, c := range []struct {
		event stage.Event
		at    int
		want  string
	}{
		{stage.Event{Kind: stage.Planned, Work: map[string]float64{"a": 10, "b": 10, "c": 60, "d": 20}}, 0,
			"0 % of the run"},
		{stage.Event{Kind: stage.Cached, Stage: "a"}, 0, "10 % of the run"}, // kept: says nothing of the pace
		{stage.Event{Kind: stage.Finished, Stage: "b"}, 10, "20 % of the run, about 1m20s left"},
		{stage.Event{Kind: stage.Cached, Stage: "b"}, 10, "20 % of the run, about 1m20s left"}, // asked for again
		{stage.Event{Kind: stage.Progress, Stage: "c", Done: 1, Total: 2}, 20, "50 % of the run, about 25s left"},
		// of a part
		{stage.Event{Kind: stage.Progress, Stage: "c", Done: 1, Total: 4}, 20, "50 % of the run, about 25s left"},
		// of unknown length
		{stage.Event{Kind: stage.Progress, Stage: "c", Done: 9}, 20, "50 % of the run, about 25s left"},
		{stage.Event{Kind: stage.Finished, Stage: "trivial: mean fold 0"}, 20, "50 % of the run, about 25s left"},
		{stage.Event{Kind: stage.Finished, Stage: "c"}, 7200, "80 % of the run, about 34m20s left"},
		{stage.Event{Kind: stage.Finished, Stage: "d"}, 7300, "100 % of the run"},
	} {
		s.event(c.event, at(c.at))
		if got := s.words(at(c.at)); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
}
