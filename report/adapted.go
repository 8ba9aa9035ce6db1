package report

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eahas/trial/target"
)

// Adapted says what a category is answered from that a bundle was adapted to, such as a new GPU.
type Adapted struct {
	Bundle   string          `json:"bundle"` // the name of the folder of the bundle that was adapted
	Axis     string          `json:"axis"`
	Category string          `json:"category"`
	Runs     int             `json:"runs"`
	Lines    []string        `json:"lines,omitempty"` // what else is to be said
	Targets  []AdaptedTarget `json:"targets"`
}

// AdaptedTarget is one number that was adapted. Errors are medians; relative ones where Log.
type AdaptedTarget struct {
	Target  target.Target      `json:"target"`
	Label   string             `json:"label"`
	Log     bool               `json:"log"`
	Runs    int                `json:"runs"`
	Before  float64            `json:"error_before"`                 // of the mean over the known, on the runs
	After   float64            `json:"error_left_out"`               // of the runs, each answered from the others
	LeftOut float64            `json:"error_known_left_out"`         // of known ones, each adapted to from as many runs
	Factor  float64            `json:"factor"`                       // exp of the offset
	Weights map[string]float64 `json:"weights,omitempty"`            // of the known categories; they sum to 1
	Wider   float64            `json:"intervals_wider_by,omitempty"` // factor; 0 without intervals
}

// Summary says it in a few lines.
func (a *Adapted) Summary() []string {
	out := []string{fmt.Sprintf("%s = %s, from %d runs", a.Axis, a.Category, a.Runs)}
	for _, t := range a.Targets {
		out = append(out, t.inWords())
	}
	return append(out, a.Lines...)
}

func (t *AdaptedTarget) inWords() string {
	size := func(x float64) string {
		if t.Log {
			return percent(x)
		}
		return significant(x, 3)
	}
	s := fmt.Sprintf("%s: half of %d runs, each answered from the others, are within %s; by the mean of the known "+
		"categories within %s", t.Label, t.Runs, size(t.After), size(t.Before))
	if t.LeftOut > 0 {
		s += fmt.Sprintf("; known categories that were left out, adapted to from as many runs, within %s",
			size(t.LeftOut))
	}
	if len(t.Weights) > 0 {
		var like []string
		for _, name := range slices.Sorted(maps.Keys(t.Weights)) {
			like = append(like, name+" "+significant(t.Weights[name], 2))
		}
		s += ". Weights: " + strings.Join(like, ", ")
		if t.Log {
			s += ", times " + significant(t.Factor, 3)
		}
	}
	if t.Wider > 0 {
		s += fmt.Sprintf(". Intervals are %s times as wide as for known ones", significant(t.Wider, 2))
	}
	return s + "."
}

func (r *Report) textAdapted(b *bytes.Buffer) {
	for i := range r.Adapted {
		a := &r.Adapted[i]
		heading(b, "Adapted to "+a.Category)
		for _, l := range a.Summary() {
			fmt.Fprintf(b, "  %s\n", plain(l))
		}
	}
}
