package guess

import (
	"fmt"
	"strings"
	"testing"
)

// TestStrays: one broken cell hides neither a curve nor a setting; a word that stands for a whole run is a value.
func TestStrays(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		lr, acc func(run, epoch int) string
		kind    string // of lr
		curve   bool
	}{
		"a broken cell of the curve": {acc: func(run, epoch int) string {
			if run == 3 && epoch == 2 {
				return "oops"
			}
			return ""
		}, kind: "number", curve: true},
		"a broken cell of a setting": {lr: func(run, epoch int) string {
			if run == 3 && epoch == 0 {
				return "0.1?"
			}
			return ""
		}, kind: "number", curve: true},
		"a word of one run": {lr: func(run, _ int) string {
			if run == 5 {
				return "auto"
			}
			return ""
		}, kind: "text", curve: true},
		"a curve of words": {acc: func(run, epoch int) string {
			return fmt.Sprintf("good%d", epoch)
		}, kind: "number"},
	} {
		s, err := surveyOf(t, table("run_id;epoch;lr;val_acc", 120, func(i int) string {
			run, epoch := i/6, i%6
			lr, acc := fmt.Sprintf("0.%02d", run%7+1), fmt.Sprintf("0.%d%02d", 3+epoch, run)
			if c.lr != nil && c.lr(run, epoch) != "" {
				lr = c.lr(run, epoch)
			}
			if c.acc != nil && c.acc(run, epoch) != "" {
				acc = c.acc(run, epoch)
			}
			return fmt.Sprintf("r%d;%d;%s;%s", run, epoch+1, lr, acc)
		}))
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		s.assign(Options{})
		lr, acc := s.column("lr"), s.column("val_acc")
		if lr.role != RoleAxis || lr.Kind != c.kind {
			t.Errorf("%s: lr is %s (%s) of %s", what, lr.role, lr.why, lr.Kind)
		}
		if (acc.role == RoleCurve) != c.curve {
			t.Errorf("%s: val_acc is %s (%s)", what, acc.role, acc.why)
		}
		if says := strings.Contains(lr.saysStrays()+acc.saysStrays(), "cells that are no numbers"); says !=
			strings.Contains(what, "broken") {
			t.Errorf("%s: %s; %s", what, lr.saysStrays(), acc.saysStrays())
		}
	}
}

// Of a column that is measured, by its name, no word is a value: in a wide table a broken cell is the only one of its
// run, and of few runs it is more than a twentieth.
func TestStraysOfResults(t *testing.T) {
	t.Parallel()
	s, err := surveyOf(t, table("run;mode;lr;val_acc;energy_kwh;duration", 12, func(i int) string {
		lr, acc, kwh, took := fmt.Sprintf("0.%02d", i+1), fmt.Sprintf("0.5%d", i), fmt.Sprintf("1.%d", i),
			fmt.Sprintf("%d.5 s", i)
		switch i {
		case 3:
			acc = "oops"
		case 5:
			kwh = "#REF!"
		case 7:
			took = "crashed"
		case 9:
			lr = "auto"
		}
		return fmt.Sprintf("r%d;%c;%s;%s;%s;%s", i, 'a'+i%2, lr, acc, kwh, took)
	}))
	if err != nil {
		t.Fatal(err)
	}
	s.assign(Options{})
	for name, want := range map[string]Role{"val_acc": RoleFinal, "energy_kwh": RoleEnergy, "duration": RoleTime} {
		c := s.column(name)
		if c.role != want || !strings.Contains(c.saysStrays(), "are broken: 1") {
			t.Errorf("%s is %s (%s), wanted %s", name, c.role, c.saysStrays(), want)
		}
	}
	if lr := s.column("lr"); lr.Kind != "text" {
		t.Errorf("lr is of %s: auto is a value", lr.Kind)
	}
}
