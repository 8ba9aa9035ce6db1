package searchpage

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"eahas/report"
	"eahas/search/study"
)

// unitOf maps what a budget counts to the unit that report prints.
var unitOf = map[string]string{"joules": "J", "seconds": "s", "epochs": "epochs"}

// Text writes the summary for a terminal.
func Text(w io.Writer, s *study.Summary) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d methods, %d tasks, %d seeds each\n", s.Name, len(s.Methods), len(s.Tasks), s.Seeds)
	if s.Synthetic != "" {
		fmt.Fprintf(&b, "%s\n", s.Synthetic)
	}
	for _, t := range s.Tasks {
		fmt.Fprintf(&b, "\n%s: budget %s; best %s %s\n", t.Name, amount(s, t.Budget, t.Cost), t.Loss,
			loss(t.Bounds.Best, t.Unit))
		write(&b, scoreCells(s, &t))
	}
	if a := s.Across; a != nil {
		fmt.Fprintf(&b, "\nOver %d tasks: Friedman p %s, critical difference of mean ranks %s\n", a.Tasks,
			report.Significant(float64(a.P), 2), report.Significant(float64(a.CD), 3))
		rows := [][]string{{"method", "mean rank", "p against " + s.Methods[0].Name}}
		for i, m := range s.Methods {
			rows = append(rows, []string{m.Name, report.Significant(a.Ranks[i], 3),
				report.Significant(a.AgainstFirst[i], 2)})
		}
		write(&b, rows)
	}
	for _, warning := range s.Warnings {
		fmt.Fprintf(&b, "warning: %s\n", warning)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// scoreCells is the main table of a task, the head first.
func scoreCells(s *study.Summary, t *study.TaskSummary) [][]string {
	judged, level := trust(t)
	head := []string{"method", "regret", "if finished", "hypervolume", "to " + t.TargetBy + "'s regret", "reached",
		"expected to it"}
	_, carbon := grams(s, t.Cost, 0)
	if carbon {
		head = append(head, "CO2 of that")
	}
	head = append(head, "trials", "beside data")
	if judged || level > 0 {
		head = append(head, "found")
	}
	if level > 0 {
		head = append(head, percent(level)+" interval")
	}
	if judged {
		head = append(head, "judged")
	}
	if judged && level > 0 {
		head = append(head, "inside")
	}
	rows := [][]string{head}
	for _, m := range t.Scores {
		regret := spread(m.Regret, 3)
		if float64(m.Regret.Median) < t.Floor {
			regret += " *"
		}
		row := []string{m.Method, regret, report.Significant(float64(m.IfDone.Median), 3), spread(m.Volume, 3),
			percent(m.Cost),
			fmt.Sprintf("%d/%d", m.Reached, s.Seeds), report.Quantity(float64(m.ERT), unitOf[t.Cost], 3)}
		if carbon {
			g, _ := grams(s, t.Cost, float64(m.ERT))
			row = append(row, mass(g))
		}
		row = append(row, report.Significant(m.Trials, 4), fmt.Sprint(m.Outside))
		rows = append(rows, append(row, trustCells(s, t, &m, judged, level)...))
	}
	return rows
}

// trust reports whether the finds were judged, and the probability of the surrogate's intervals at them, 0 for none.
func trust(t *study.TaskSummary) (judged bool, level float64) {
	for _, m := range t.Scores {
		judged = judged || m.Judged.Median == m.Judged.Median
		level = max(level, m.Sure.Level)
	}
	return judged, level
}

// trustCells say what a method found, how sure the surrogate is of it, and what the judge says.
func trustCells(s *study.Summary, t *study.TaskSummary, m *study.Score, judged bool, level float64) (row []string) {
	if judged || level > 0 {
		row = append(row, loss(float64(m.Loss.Median), t.Unit))
	}
	if level > 0 {
		row = append(row, report.Significant(float64(m.Sure.Low), 3)+" to "+loss(float64(m.Sure.High), t.Unit))
	}
	if judged {
		row = append(row, loss(float64(m.Judged.Median), t.Unit))
	}
	if judged && level > 0 {
		row = append(row, fmt.Sprintf("%d/%d", m.Sure.Held, s.Seeds))
	}
	return row
}

func spread(s study.Spread, digits int) string {
	return fmt.Sprintf("%s (%s–%s)", report.Significant(float64(s.Median), digits),
		report.Significant(float64(s.Low), digits), report.Significant(float64(s.High), digits))
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

// loss prints a loss with its unit.
func loss(x float64, unit string) string {
	if unit == "percent" {
		unit = "%"
	}
	return report.Quantity(x, unit, 3)
}

// write aligns the rows in columns.
func write(b *strings.Builder, rows [][]string) {
	width := make([]int, len(rows[0]))
	for _, r := range rows {
		for j, c := range r {
			width[j] = max(width[j], utf8.RuneCountInString(c))
		}
	}
	for _, r := range rows {
		line := ""
		for j, c := range r {
			pad := strings.Repeat(" ", width[j]-utf8.RuneCountInString(c))
			if j == 0 {
				line += c + pad
			} else {
				line += "  " + pad + c
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}
