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
