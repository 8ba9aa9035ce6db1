package searchpage

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"eahas/internal/atomicfile"
	"eahas/search/study"
)

// Names of the files that Write makes.
const (
	TextFile   = "report.txt"
	JSONFile   = "report.json"
	HTMLFile   = "report.html"
	ScoresFile = "scores.csv" // a row for each task and method
	CurvesFile = "curves.csv" // a row for each task, method and step of the budget
)

// Write renders the summary into dir. Each file is written whole or not at all.
func Write(dir string, s *study.Summary) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range []struct {
		name   string
		render func(io.Writer, *study.Summary) error
	}{{TextFile, Text}, {JSONFile, JSON}, {HTMLFile, HTML}, {ScoresFile, Scores}, {CurvesFile, Curves}} {
		var b bytes.Buffer
		if err := f.render(&b, s); err != nil {
			return fmt.Errorf("rendering %s: %w", f.name, err)
		}
		if err := atomicfile.Write(filepath.Join(dir, f.name), b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// JSON writes the summary with its fields in order; what is unknown is null.
func JSON(w io.Writer, s *study.Summary) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(s)
}

// Scores writes a table with a row for each task and method.
func Scores(w io.Writer, s *study.Summary) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"task", "method", "loss", "unit", "cost", "budget", "regret_median", "regret_q1", "regret_q3",
		"regret_if_done_median",
		"hypervolume_median", "hypervolume_q1", "hypervolume_q3", "true_loss_median", "judged_median",
		"cost_to_target_share", "reached", "seeds", "ert",
		"budget_g_co2", "ert_g_co2",
		"trials", "jobs", "extrapolating", "below_floor", "interval_level", "interval_low_median",
		"interval_high_median", "judged_inside"}}
	for _, t := range s.Tasks {
		for _, m := range t.Scores {
			rows = append(rows, []string{t.Name, m.Method, t.Loss, t.Unit, t.Cost, num(t.Budget), fig(m.Regret.Median),
				fig(m.Regret.Low), fig(m.Regret.High),
				fig(m.IfDone.Median), fig(m.Volume.Median), fig(m.Volume.Low), fig(m.Volume.High), fig(m.Loss.Median),
				fig(m.Judged.Median), num(m.Cost),
				strconv.Itoa(m.Reached), strconv.Itoa(s.Seeds), fig(m.ERT), gramsCell(s, t.Cost, t.Budget),
				gramsCell(s, t.Cost, float64(m.ERT)), num(m.Trials), num(m.Jobs), strconv.Itoa(m.Outside),
				strconv.Itoa(m.Below), num(m.Sure.Level), fig(m.Sure.Low), fig(m.Sure.High), strconv.Itoa(m.Sure.Held)})
		}
	}
	return c.WriteAll(rows)
}

// Curves writes a table with a row for each task, method and step of the budget.
func Curves(w io.Writer, s *study.Summary) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"task", "method", "spent", "regret_median", "regret_q1", "regret_q3", "regret_if_done_median",
		"hypervolume_median", "hypervolume_q1", "hypervolume_q3"}}
	for _, t := range s.Tasks {
		for _, m := range t.Scores {
			for k := range study.GridPoints {
				rows = append(rows, []string{t.Name, m.Method, num(t.Budget * float64(k+1) / study.GridPoints),
					num(m.Curve.Median[k]), num(m.Curve.Low[k]), num(m.Curve.High[k]),
					num(m.DoneCurve.Median[k]), num(m.VolCurve.Median[k]), num(m.VolCurve.Low[k]),
					num(m.VolCurve.High[k])})
			}
		}
	}
	return c.WriteAll(rows)
}

func fig(x study.Figure) string { return num(float64(x)) }

// num prints a number in its shortest exact form; nothing for what is unknown.
func num(x float64) string {
	if x != x {
		return ""
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}
