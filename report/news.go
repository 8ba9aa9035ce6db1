package report

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"eahas/trial/target"
)

// News says what logs that came in later hold beside those of an earlier bundle, and what retraining on them is worth.
type News struct {
	Bundle          string   `json:"bundle"` // the name of the earlier one's folder
	New             int      `json:"new_trials"`
	Old             int      `json:"old_trials"`         // those that are trained on, too
	Again           int      `json:"again,omitempty"`    // runs of the new logs that the old ones hold, too
	Configs         int      `json:"new_configurations"` // of the new trials
	Known           int      `json:"repeats_of_known"`   // new trials of configurations that were known; -1: not known
	Space           []string `json:"space,omitempty"`    // ranges and categories that are new, in words
	Notes           []string `json:"notes,omitempty"`    // what else is remarkable
	Drift           []Drift  `json:"drift,omitempty"`    // a line for each target
	Refused         int      `json:"refused,omitempty"`  // new trials outside of the earlier bundle's space
	Missed          []Missed `json:"missed,omitempty"`   // a line for each target with intervals
	HeldOut         string   `json:"held_out,omitempty"` // how the differences were made, in words
	Compared        int      `json:"compared,omitempty"` // trials that they are of
	ComparedConfigs int      `json:"compared_configurations,omitempty"`
	Uncompared      string   `json:"not_compared,omitempty"` // why there are none
}

// Drift compares the values of a target among old and new configurations, each by its median run; of a curve the last
// values.
type Drift struct {
	Target    target.Target `json:"target"`
	Label     string        `json:"label"`
	Unit      string        `json:"unit,omitempty"`
	Old       int           `json:"old"` // configurations
	New       int           `json:"new"`
	OldMedian float64       `json:"old_median"`
	NewMedian float64       `json:"new_median"`
	Distance  float64       `json:"ks_distance"` // of Kolmogorov and Smirnov
	P         float64       `json:"p"`
	Beyond    float64       `json:"beyond"` // share of the new outside of the least and the greatest of the old
	Drifted   bool          `json:"drifted"`
}

// Missed says how often new trials lie outside of the earlier bundle's 95 % intervals.
type Missed struct {
	Target         target.Target `json:"target"`
	Label          string        `json:"label"`
	Unit           string        `json:"unit,omitempty"`
	Asked          int           `json:"asked"`
	Missed         int           `json:"missed"`
	Configurations int           `json:"configurations"` // each counted by its first trial
	MissedConfigs  int           `json:"missed_configurations"`
	P              float64       `json:"p"` // exact binomial, one-sided, against 5 %
	More           bool          `json:"more_than_promised"`
	Beside         int           `json:"beside_training_data"` // of those asked
	MissedBeside   int           `json:"missed_beside"`
	Worst          []MissedTrial `json:"worst,omitempty"`
}

// MissedTrial is one of them.
type MissedTrial struct {
	ID     string  `json:"id"`
	Config string  `json:"config"`
	Truth  float64 `json:"truth"`
	Pred   float64 `json:"predicted"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	Beside bool    `json:"extrapolates,omitempty"`
}

// fewCompared is the number of configurations below which a comparison says nothing.
const fewCompared = 10

func (r *Report) textNews(b *bytes.Buffer) {
	if r.News == nil {
		return
	}
	heading(b, "What is new since "+r.News.Bundle)
	for _, l := range r.News.Lines() {
		fmt.Fprintf(b, "  %s\n", plain(l))
	}
	for _, t := range r.newsTables() {
		fmt.Fprintf(b, "\n  %s\n", plain(t.Heading))
		columns(b, t.Rows)
	}
}

// Lines says it in words, without the tables.
func (n *News) Lines() []string {
	out := []string{n.counts()}
	for _, s := range n.Space {
		out = append(out, "Space: "+s+".")
	}
	out = append(out, n.Notes...)
	for _, d := range n.Drift {
		if d.Drifted {
			out = append(out, d.inWords())
		}
	}
	if len(n.Drift) > 0 && !slices.ContainsFunc(n.Drift, func(d Drift) bool { return d.Drifted }) {
		out = append(out, "No target's values differ from the old ones by more than chance.")
	}
	if n.Refused > 0 {
		out = append(out, fmt.Sprintf("%s new trials lie outside of its space: it cannot be asked for them.",
			thousands(n.Refused)))
	}
	for _, m := range n.Missed {
		out = append(out, m.inWords())
	}
	switch {
	case n.Uncompared != "":
		out = append(out, "Not compared with the retrained one: "+n.Uncompared+".")
	case n.Compared > 0 && n.ComparedConfigs < fewCompared:
		out = append(out, fmt.Sprintf("Compared on %d new trials that neither has seen, which are too few: take no "+
			"difference below for real. The bundle itself was then trained on everything.", n.Compared))
	case n.Compared > 0:
		out = append(out, fmt.Sprintf("Compared on %s new trials that neither has seen: %s (the differences are "+
			"below). The bundle itself was then trained on everything.", thousands(n.Compared), n.HeldOut))
	}
	return out
}

func (n *News) counts() string {
	s := fmt.Sprintf("%s new trials of %s configurations", thousands(n.New), thousands(n.Configs))
	if n.Known >= 0 {
		s += fmt.Sprintf(", %s of them repeats of known ones", thousands(n.Known))
	}
	if n.Again > 0 {
		s += fmt.Sprintf("; %s runs of the new logs are old ones again and count once", thousands(n.Again))
	}
	if n.Old == 0 {
		return s + "; trained on the new logs alone."
	}
	return s + fmt.Sprintf("; trained on them and on %s old ones.", thousands(n.Old))
}

func (d Drift) inWords() string {
	s := fmt.Sprintf("%s drifted: median %s before, %s now", d.Label, quantity(d.OldMedian, d.Unit, 3),
		quantity(d.NewMedian, d.Unit, 3))
	if d.Beyond > 0 {
		s += fmt.Sprintf("; %s of the new configurations lie beyond all old ones", percent(d.Beyond))
	}
	return s + ". That may be other configurations: whether the old bundle still holds is said by what it missed."
}

func (m Missed) inWords() string {
	s := fmt.Sprintf("%s: it missed %s of %s new trials (%s) by more than its 95 %% interval", m.Label,
		thousands(m.Missed), thousands(m.Asked), percent(float64(m.Missed)/float64(m.Asked)))
	if m.Beside > 0 {
		s += fmt.Sprintf(", %s of the %s beside its training data", thousands(m.MissedBeside), thousands(m.Beside))
	}
	test := fmt.Sprintf("(%d of %d configurations, exact binomial test: %s)", m.MissedConfigs, m.Configurations,
		pText(m.P))
	if m.More {
		return s + ". That is more than the promised 5 % " + test + ": if something changed that no axis says (a " +
			"meter, a version, a machine), make it an axis in all logs, or train on the new ones alone (-new-only)."
	}
	return s + ". That is no more than the promised 5 % and chance " + test + "."
}

// pText prints a probability.
func pText(p float64) string {
	switch {
	case math.IsNaN(p):
		return "p not known"
	case p < 0.001:
		return "p < .001"
	}
	return "p = " + strings.TrimPrefix(significant(p, 2), "0")
}

// newsTable is one table of the part about new logs.
type newsTable struct {
	Heading string
	Rows    [][]string // with a head
}

// newsTables are the values' drift and, for each target, the trials that were missed most.
func (r *Report) newsTables() (out []newsTable) {
	n := r.News
	if n == nil {
		return nil
	}
	if len(n.Drift) > 0 {
		rows := [][]string{{"values", "old", "new", "old median", "new median", "KS distance", "p", "beyond",
			"drifted?"}}
		for _, d := range n.Drift {
			rows = append(rows, []string{d.Label, thousands(d.Old), thousands(d.New), quantity(d.OldMedian, d.Unit, 3),
				quantity(d.NewMedian, d.Unit, 3), significant(d.Distance, 2), strings.TrimPrefix(pText(d.P), "p = "),
				percent(d.Beyond), yesNo(d.Drifted)})
		}
		out = append(out, newsTable{"Distributions, a configuration each (Kolmogorov and Smirnov's test)", rows})
	}
	for _, m := range n.Missed {
		if len(m.Worst) == 0 {
			continue
		}
		rows := [][]string{{"trial", "true", "predicted", "95 % interval", "", "configuration"}}
		for _, w := range m.Worst {
			beside := ""
			if w.Beside {
				beside = "extrapolates"
			}
			rows = append(rows, []string{w.ID, quantity(w.Truth, m.Unit, 3), quantity(w.Pred, m.Unit, 3),
				unitOnce(quantity(w.Low, m.Unit, 3), " to ", quantity(w.High, m.Unit, 3)), beside, w.Config})
		}
		out = append(out, newsTable{m.Label + ": missed most", rows})
	}
	return out
}
