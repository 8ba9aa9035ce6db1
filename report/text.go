package report

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"eahas/eval"
)

// Text writes r as aligned plain text, at most about 120 columns wide.
func Text(w io.Writer, r Report) error {
	var b bytes.Buffer
	title := plain(r.Title)
	fmt.Fprintf(&b, "%s\n%s\n", title, strings.Repeat("=", utf8.RuneCountInString(title)))
	if r.Synthetic != "" {
		fmt.Fprintf(&b, "\n*** SYNTHETIC DATA: %s ***\n", plain(r.Synthetic))
	}
	if r.Recommended != nil {
		fmt.Fprintf(&b, "\nRecommended: %s. %s\n", plain(r.Recommended.Variant), plain(r.Recommended.Why))
	}
	r.textVerdict(&b)
	r.textNews(&b)
	r.textAdapted(&b)
	r.textWarnings(&b)
	r.textScores(&b)
	r.textNoise(&b)
	r.textWorth(&b)
	r.textExplanation(&b)
	r.textSeeds(&b)
	r.textDifferences(&b)
	r.textCalibration(&b)
	r.textVariants(&b)
	r.textSlices(&b)
	r.textData(&b)
	if len(r.Next) > 0 {
		heading(&b, "Try next")
		for _, n := range r.Next {
			fmt.Fprintf(&b, "  %s\n", plain(n))
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// plain removes control characters, so that a name from a log cannot move a terminal's cursor.
func plain(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c >= 0x7f && c < 0xa0 {
			return '?'
		}
		return c
	}, s)
}

func heading(b *bytes.Buffer, s string) {
	s = plain(s)
	fmt.Fprintf(b, "\n%s\n%s\n", s, strings.Repeat("-", utf8.RuneCountInString(s)))
}

// columns writes rows of cells aligned: words to the left, numbers to the right. No line ends in blanks.
func columns(b *bytes.Buffer, rows [][]string) {
	var width []int
	words := wordColumns(rows)
	for _, row := range rows {
		for j, c := range row {
			if j == len(width) {
				width = append(width, 0)
			}
			width[j] = max(width[j], utf8.RuneCountInString(plain(c)))
		}
	}
	for _, row := range rows {
		line := "  "
		for j, c := range row {
			c = plain(c)
			pad := strings.Repeat(" ", width[j]-utf8.RuneCountInString(c))
			switch {
			case j == 0:
				line += c + pad
			case words[j]:
				line += "  " + c + pad
			default:
				line += "  " + pad + c
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// wordColumns returns the first column and those in which a cell below the head begins with a letter.
func wordColumns(rows [][]string) map[int]bool {
	words := map[int]bool{0: true}
	for _, row := range rows[min(1, len(rows)):] {
		for j, c := range row {
			first, _ := utf8.DecodeRuneInString(c)
			words[j] = words[j] || unicode.IsLetter(first)
		}
	}
	return words
}

func (r *Report) textWarnings(b *bytes.Buffer) {
	if len(r.Warnings) == 0 {
		return
	}
	heading(b, "Warnings")
	for _, w := range r.Warnings {
		fmt.Fprintf(b, "  ! %s\n", plain(w))
	}
}

// averagesOverEpochs heads the figures as the paper defines them.
const averagesOverEpochs = "Averages over single epochs"

func (r *Report) textScores(b *bytes.Buffer) {
	for _, target := range r.targets() {
		heading(b, target.label)
		t := r.byVariant(target)
		columns(b, t.text(true))
		if old, ok := r.byEpochs(target); ok {
			fmt.Fprintf(b, "\n  %s\n", averagesOverEpochs)
			columns(b, old.text(true))
		}
		for _, name := range r.learntNames() {
			groups := r.byGroup(target, name)
			if len(groups.rows) > 2 || len(groups.rows) == 2 && groups.rows[0].name != eval.GroupAll {
				fmt.Fprintf(b, "\n  %s, by %s\n", plain(name), plain(groups.first))
				columns(b, groups.text(false))
			}
		}
	}
	if len(r.Rows) > 0 {
		fmt.Fprintf(b, "\n  * best of its column. Under a figure: its 95 %% bootstrap interval over configurations.\n")
	}
}

// text returns the table as cells; with intervals each row is followed by one that holds them.
func (t *metricTable) text(intervals bool) [][]string {
	head := []string{t.first, "n"}
	for _, m := range t.metrics {
		head = append(head, m.label)
	}
	out := [][]string{head}
	for _, row := range t.rows {
		line, below, any := []string{row.name, thousands(row.n)}, []string{"", ""}, false
		for _, c := range row.cells {
			text, ci := t.cell(c), t.interval(c)
			if c.best {
				text = "*" + text
			}
			any = any || ci != ""
			line, below = append(line, text), append(below, ci)
		}
		out = append(out, line)
		if any && intervals {
			out = append(out, below)
		}
	}
	return out
}

func (t *metricTable) cell(c metricCell) string {
	if c.row.Metric == "" {
		return ""
	}
	return metricText(c.row.Metric, c.row.Value, t.target.unit)
}

// interval returns "low..high" without units, or nothing.
func (t *metricTable) interval(c metricCell) string {
	if c.row.Metric == "" || math.IsNaN(c.row.CILow) || math.IsNaN(c.row.CIHigh) {
		return ""
	}
	low, high := metricText(c.row.Metric, c.row.CILow, t.target.unit),
		metricText(c.row.Metric, c.row.CIHigh, t.target.unit)
	if number, unit, ok := strings.Cut(low, " "); ok && strings.HasSuffix(high, " "+unit) {
		low = number
	}
	return low + "…" + high
}

func (r *Report) textNoise(b *bytes.Buffer) {
	if r.Noise == nil {
		return
	}
	heading(b, "Noise floor")
	fmt.Fprintf(b, "  %s\n", r.noiseText())
}

// noiseText says in words what the repeats tell.
func (r *Report) noiseText() string {
	n := r.Noise
	if n.Configurations == 0 {
		return "No configuration was run more than once, so the noise between repeats is not known."
	}
	unit := errorUnit(r.Curve.Unit)
	return fmt.Sprintf("%s configurations were run more than once (%s runs). Their last values differ with a "+
		"standard deviation of %s (%s to %s); "+
		"a perfect model of the configuration alone would reach RMSE %s and final R² %s.",
		thousands(n.Configurations), thousands(n.Trials), quantity(n.FinalSD, unit, 3), quantity(n.FinalSDLow, unit, 2),
		quantity(n.FinalSDHigh, unit, 2),
		quantity(n.BestRMSE, unit, 3), significant(n.BestFinalR2, 4))
}

func (r *Report) textDifferences(b *bytes.Buffer) {
	if len(r.Diffs) == 0 {
		return
	}
	heading(b, "Paired differences (second less first, same trials)")
	columns(b, r.diffCells("…"))
}

func (r *Report) textCalibration(b *bytes.Buffer) {
	if len(r.Calibration) == 0 {
		return
	}
	heading(b, "Calibration of predicted intervals")
	var rows [][]string
	table := r.calibrationTable()
	for _, row := range table {
		rows = append(rows, row.Cells)
	}
	columns(b, rows)
	if slices.ContainsFunc(table, func(row calibrationRow) bool { return row.Strong }) {
		fmt.Fprintf(b, "\n  → is in use, the others are tried. %s\n", autoExplained)
	}
	if slices.ContainsFunc(r.Calibration, func(c Calibration) bool { return c.Repeats }) {
		fmt.Fprintf(b, "\n  %s\n", repeatedExplained)
	}
	fmt.Fprintf(b, "\n  The score is the interval score (lower is better), averaged over the levels.\n")
}

func percent(share float64) string {
	if math.IsNaN(share) {
		return undefined
	}
	return significant(100*share, 3) + " %"
}

func (r *Report) textVariants(b *bytes.Buffer) {
	if len(r.Variants) == 0 {
		return
	}
	heading(b, "Variants")
	columns(b, r.variantCells())
	for _, v := range r.Variants {
		if v.FailureReason != "" {
			fmt.Fprintf(b, "  %s could not be trained: %s\n", plain(v.Name), plain(v.FailureReason))
		}
	}
}

// variantCells is the table of the variants, with a head; columns that nobody fills are left out.
func (r *Report) variantCells() [][]string {
	rows := [][]string{{"variant", "curve as", "regression", "training", "query", "size"}}
	for _, v := range r.Variants {
		name := v.Name
		if v.Baseline {
			name += " (baseline)"
		}
		if v.Trivial {
			name += " (never recommended)"
		}
		row := []string{name, v.Representation, v.Regressor, "", "", ""}
		if v.TrainSeconds > 0 {
			row[3] = quantity(v.TrainSeconds, "s", 3)
		}
		if v.QueryMicros > 0 {
			row[4] = significant(v.QueryMicros, 3) + " µs"
		}
		if v.Bytes > 0 {
			row[5] = BytesText(v.Bytes)
		}
		rows = append(rows, row)
	}
	for j := len(rows[0]) - 1; j > 0; j-- {
		if !slices.ContainsFunc(rows[1:], func(row []string) bool { return row[j] != "" }) {
			for i := range rows {
				rows[i] = slices.Delete(rows[i], j, j+1)
			}
		}
	}
	return rows
}

func (r *Report) textData(b *bytes.Buffer) {
	heading(b, "Data")
	columns(b, r.dataFacts())
	for _, part := range []struct {
		what   string
		counts []Count
	}{{"rejected rows, by reason", r.Dataset.Rejected}, {"remarks on trials", r.Dataset.Notes}} {
		if len(part.counts) > 0 {
			fmt.Fprintf(b, "\n  %s\n", part.what)
			for _, c := range part.counts {
				fmt.Fprintf(b, "  %8s  %s\n", thousands(c.Count), plain(c.What))
			}
		}
	}
	if len(r.Dataset.Files) > 0 {
		fmt.Fprintf(b, "\n  files (SHA-256 before the run)\n")
		for _, f := range r.Dataset.Files {
			fmt.Fprintf(b, "  %s  %s\n", plain(f.SHA256), plain(f.Name))
		}
	}
	if len(r.Space.Axes) > 0 {
		fmt.Fprintf(b, "\n  configuration space\n")
		columns(b, r.spaceCells())
	}
}

// dataFacts are the counts of the data set, as name and value.
func (r *Report) dataFacts() [][]string {
	d := r.Dataset
	var out [][]string
	fact := func(name, value string) {
		if value != "" && value != "0" {
			out = append(out, []string{name, value})
		}
	}
	fact("data set", d.Name)
	out = append(out, []string{"trials", thousands(d.Trials)})
	fact("configurations", thousands(d.Groups))
	fact("cut before their end", thousands(d.Cut))
	fact("with a curve", thousands(d.WithCurve))
	fact("with energy", thousands(d.WithEnergy))
	fact("with time", thousands(d.WithTime))
	for _, c := range d.WithOwn {
		fact("with "+c.What, thousands(c.Count))
	}
	rejected := 0
	for _, c := range d.Rejected {
		rejected += c.Count
	}
	fact("rejected rows", thousands(rejected))
	fact("held out", r.Split)
	if r.Curve.FromEpoch > 0 {
		fact("scored from epoch", trimZeros(significant(r.Curve.FromEpoch, 6)))
	}
	fact("program", r.Version)
	return out
}

func (r *Report) spaceCells() [][]string {
	rows := [][]string{{"axis", "kind", "values"}}
	for _, a := range r.Space.Axes {
		values := a.Values
		if a.Unit != "" {
			values += " " + a.Unit
		}
		rows = append(rows, []string{a.Name, a.Kind, values})
	}
	return rows
}
