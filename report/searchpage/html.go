package searchpage

import (
	_ "embed" // the page's template is a file of its own
	"fmt"
	"html/template"
	"io"
	"math"

	"eahas/report"
	"eahas/search/study"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page is what the template sees: everything is text or a finished figure.
type page struct {
	*study.Summary
	Style  template.CSS
	Facts  []fact
	Legend []legendEntry
	Pages  []taskPage
	Ranks  template.HTML
	Across [][]string
	Lines  [][]string // what was compared
}

type fact struct{ Value, Label, Detail string }

type legendEntry struct{ Class, Name string }

// taskPage is one task.
type taskPage struct {
	study.TaskSummary
	ID, Headroom, Caption string
	Scores                []scoreLine
	Head                  []string
	Regret, Volume        template.HTML
	Each                  []template.HTML // regret of each method with its quartiles
	Fronts                []template.HTML
	Rungs                 [][]string
	Diffs                 [][]string
	Finds                 [][]string
}

type scoreLine struct {
	Cells       []string
	Best, Floor bool
}

// HTML writes the summary as one self-contained page.
func HTML(w io.Writer, s *study.Summary) error {
	p := page{Summary: s, Style: template.CSS(report.Style()), Facts: facts(s), Ranks: rankFigure(s)}
	for i, m := range s.Methods {
		p.Legend = append(p.Legend, legendEntry{class(i), m.Name})
	}
	for i := range s.Tasks {
		p.Pages = append(p.Pages, taskOf(s, i))
	}
	if a := s.Across; a != nil {
		p.Across = [][]string{{"method", "mean rank", "p against " + s.Methods[0].Name}}
		for i, m := range s.Methods {
			p.Across = append(p.Across, []string{m.Name, report.Significant(a.Ranks[i], 3),
				report.Significant(a.AgainstFirst[i], 2)})
		}
	}
	p.Lines = methodLines(s)
	return pageTemplate.Execute(w, p)
}

func class(i int) string { return fmt.Sprintf("s%d", i%colours) }

// colours is how many classes the page has: the eight of report, and two of its own.
const colours = 10

// facts picks the figures that a reader wants first.
func facts(s *study.Summary) []fact {
	out := []fact{{fmt.Sprint(len(s.Methods)), "methods", fmt.Sprintf("%d seeds on each task, %d in all", s.Seeds,
		len(s.Tasks))}}
	t := &s.Tasks[0]
	out = append(out, fact{report.Quantity(t.Budget, unitOf[t.Cost], 3), "budget of a run",
		fmt.Sprintf("%.3g whole trainings%s", t.Budget/t.Bounds.Mean, carbonOf(s, t))})
	out = append(out, best(t, "least regret", func(m *study.Score) float64 { return float64(m.Regret.Median) },
		func(v float64) string { return loss(v, t.Unit) }))
	out = append(out, best(t, "largest hypervolume", func(m *study.Score) float64 { return -float64(m.Volume.Median) },
		func(v float64) string { return report.Significant(-v, 3) }))
	return append(out, best(t, "soonest at "+t.TargetBy+"'s regret", func(m *study.Score) float64 { return m.Cost },
		func(v float64) string { return percent(v) + " of the budget" }))
}

// carbonOf says what CO2 the budget is; empty where the study gives no grams a kWh.
func carbonOf(s *study.Summary, t *study.TaskSummary) string {
	if g, ok := grams(s, t.Cost, t.Budget); ok {
		return ", " + mass(g) + " CO2"
	}
	return ""
}

// best names the method with the lowest figure.
func best(t *study.TaskSummary, label string, f func(*study.Score) float64, text func(float64) string) fact {
	at := 0
	for i := range t.Scores {
		if f(&t.Scores[i]) < f(&t.Scores[at]) {
			at = i
		}
	}
	return fact{t.Scores[at].Method, label, text(f(&t.Scores[at]))}
}

func taskOf(s *study.Summary, i int) taskPage {
	t := &s.Tasks[i]
	p := taskPage{TaskSummary: *t, ID: fmt.Sprintf("task-%d", i), Regret: regretFigure(s, t),
		Volume: volumeFigure(s, t),
		Rungs:  rungCells(t), Diffs: diffCells(s, t), Finds: findCells(t)}
	b := &t.Bounds
	how := fmt.Sprintf("%d configurations were looked at", b.Looked)
	if b.Exact {
		how = fmt.Sprintf("exact: all %d configurations are known", b.Looked)
	}
	p.Headroom = fmt.Sprintf("A whole training costs %s to %s (10th to 90th percentile, median %s). The best %s is "+
		"%s (%s); the cheapest training within 1 of it costs %s.",
		report.Quantity(b.Cost[0], unitOf[t.Cost], 3), report.Quantity(b.Cost[2], unitOf[t.Cost], 3),
		report.Quantity(b.Cost[1], unitOf[t.Cost], 3),
		t.Loss, loss(b.Best, t.Unit), how, report.Quantity(b.Within, unitOf[t.Cost], 3))
	p.Caption = fmt.Sprintf("Medians over %d seeds, in brackets the quartiles. Regret: the truth of what the method "+
		"would choose by what it has seen, less the best of the task. Hypervolume: of all trainings in %s and ln %s, "+
		"as a share of the true front's. Expected: all that was spent until %s's regret was reached, over the "+
		"runs that did.",
		s.Seeds, t.Loss, t.Cost, t.TargetBy)
	if _, ok := grams(s, t.Cost, 0); ok {
		p.Caption += fmt.Sprintf(" CO2 at %.4g g a kWh, of the trainings alone.", s.GPerKWh)
	}
	p.Caption += trustText(t)
	if t.Floor > 0 {
		p.Caption += fmt.Sprintf(" Grey, with a star: below %s, %s; such regrets cannot be told apart.",
			loss(t.Floor, t.Unit), t.FloorBy)
	}
	rows := scoreCells(s, t)
	p.Head = rows[0]
	lowest := math.Inf(1)
	for _, m := range t.Scores {
		lowest = min(lowest, max(t.Floor, float64(m.Regret.Median)))
	}
	for k, r := range rows[1:] {
		v := float64(t.Scores[k].Regret.Median)
		p.Scores = append(p.Scores, scoreLine{r, max(t.Floor, v) == lowest, v < t.Floor})
		p.Each = append(p.Each, eachFigure(s, t, k))
		p.Fronts = append(p.Fronts, frontFigure(t, k))
	}
	return p
}

// trustText explains the cells of trustCells.
func trustText(t *study.TaskSummary) string {
	judged, level := trust(t)
	text := ""
	if level > 0 {
		text = fmt.Sprintf(" Interval: where the surrogate itself puts what was found, with a probability of "+
			"%s; medians of its ends.", percent(level))
	}
	if judged && level > 0 {
		text += " Inside: how many of the judge's values that interval holds."
	}
	return text
}

// rungCells says where each method spent its budget.
func rungCells(t *study.TaskSummary) [][]string {
	rows := [][]string{{"method", "spent on rungs (share of a run's length: share of the budget)"}}
	for _, m := range t.Scores {
		text := ""
		for k, r := range m.Rungs {
			if k > 0 {
				text += " · "
			}
			text += fmt.Sprintf("%s: %s", report.Significant(r.Rung, 2), percent(r.Share))
		}
		rows = append(rows, []string{m.Method, text})
	}
	return rows
}

// diffCells says which differences from the first method are real.
func diffCells(s *study.Summary, t *study.TaskSummary) [][]string {
	rows := [][]string{{"less " + s.Methods[0].Name, "regret", "95 % interval", "real", "hypervolume", "95 % interval",
		"real"}}
	for _, m := range t.Scores[1:] {
		row := []string{m.Method}
		for _, g := range []study.Gap{m.Diff, m.VolDiff} {
			real := "no"
			if g.Real() {
				real = "yes"
			}
			row = append(row, report.Significant(float64(g.Value), 3),
				report.Significant(float64(g.Low), 3)+" … "+report.Significant(float64(g.High), 3), real)
		}
		rows = append(rows, row)
	}
	return rows
}

// findCells lists what each method would choose.
func findCells(t *study.TaskSummary) [][]string {
	rows := [][]string{{"method", "incumbent of the run with the median regret"}}
	for _, m := range t.Scores {
		rows = append(rows, []string{m.Method, m.Best.Key()})
	}
	return rows
}

// methodLines says what was compared, and what the methods themselves needed.
func methodLines(s *study.Summary) [][]string {
	rows := [][]string{{"name", "what it does", "source", "settings", "µs a job", "J of a core"}}
	for _, m := range s.Methods {
		each, joules := "–", "–"
		if m.Jobs > 0 {
			each, joules = report.Significant(m.Seconds/float64(m.Jobs)*1e6, 3), report.Quantity(m.Joules, "J", 3)
		}
		rows = append(rows, []string{m.Name, m.Rule, m.Source, m.Settings.Key(), each, joules})
	}
	return rows
}
