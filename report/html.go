package report

import (
	_ "embed" // the page's template and style are files of their own
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strings"

	"eahas/eval"
	"eahas/trial/target"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page is what the template sees: everything is text or a finished figure.
type page struct {
	Report
	Style       template.CSS
	Verdict     *verdict
	Contents    []link
	Facts       []fact
	Scores      []scoreTable
	Figures     []figure
	NoiseText   string
	WorthText   []string
	NewsText    []string
	NewsTables  []newsTable
	Covered     string
	CoverRows   [][]string
	DataFacts   [][]string
	VariantRows [][]string
	SpaceRows   [][]string
	Luck        []seedPage
	LuckText    string
	SlicePages  []slicePage
	SliceLegend []legendEntry
	FewTrials   int
	DiffTable   blockTable
	Explained   []explained
}

// link is a line of the contents.
type link struct{ ID, Text string }

// fact is one of the large figures at the top.
type fact struct {
	Value, Label, Detail string
	Bad                  bool
}

// blockTable is a table of texts in blocks, each under a line that names it: on a phone the names cost no width.
type blockTable struct {
	Head   []string
	Words  map[int]bool // columns of words; the others are numbers and stand to the right
	Blocks []block
}

type block struct {
	Name string
	Rows [][]string
}

// blocksOf makes a table with a head of rows whose first columns, lead of them, name the blocks; an empty cell there
// repeats the one above.
func blocksOf(rows [][]string, lead int) blockTable {
	if len(rows) == 0 {
		return blockTable{}
	}
	t := blockTable{Head: rows[0][lead:]}
	names := make([]string, lead)
	body := [][]string{t.Head}
	for _, row := range rows[1:] {
		begins := false
		for j, c := range row[:lead] {
			if c != "" {
				names[j], begins = c, true
			}
		}
		if begins {
			t.Blocks = append(t.Blocks, block{Name: strings.Join(names, " · ")})
		}
		last := &t.Blocks[len(t.Blocks)-1]
		last.Rows = append(last.Rows, row[lead:])
		body = append(body, row[lead:])
	}
	t.Words = wordColumns(body)
	return t
}

type explained struct{ Name, Text string }

type scoreTable struct {
	ID, Heading, First string
	Count              string // heads the counts; empty: n
	Metrics            []explained
	Rows               []scoreRow
	Groups             []scoreTable // the same for each variant, by group
}

type scoreRow struct {
	Name  string
	N     string
	Floor bool
	Cells []scoreCell
}

type scoreCell struct {
	Value, Interval string
	Best, Bad       bool
	Worse           bool // than the mean
}

// HTML writes r as one self-contained page: style and figures are inside, and it asks no network for anything.
func HTML(w io.Writer, r Report) error {
	p := page{Report: r, Style: template.CSS(pageStyle), Verdict: r.verdict(), Facts: r.facts(), Figures: r.figures(),
		DataFacts: r.dataFacts(), VariantRows: r.variantCells(), SpaceRows: r.spaceCells()}
	if r.Noise != nil {
		p.NoiseText = r.noiseText()
	}
	p.WorthText = r.worthText()
	if r.News != nil {
		p.NewsText, p.NewsTables = r.News.Lines(), r.newsTables()
	}
	p.Covered, p.CoverRows = r.coverageText(), r.coverageCells()
	used := map[string]bool{}
	for _, t := range r.targets() {
		table := r.byVariant(t)
		score := table.page("scores-"+string(t.name), t.label, anyImpossible(table), r.trivial)
		for _, name := range r.learntNames() {
			if groups := r.byGroup(t, name); len(groups.rows) > 2 {
				score.Groups = append(score.Groups, groups.page("", name, anyImpossible(groups), r.trivial))
			}
		}
		if t, ok := r.byEpochs(t); ok {
			score.Groups = append(score.Groups, t.page("", averagesOverEpochs, anyImpossible(t), r.trivial))
		}
		p.Scores = append(p.Scores, score)
		for _, m := range table.metrics {
			if !used[m.name] {
				used[m.name] = true
				p.Explained = append(p.Explained, explained{m.label, m.explained})
			}
		}
	}
	for _, t := range r.seedTables() {
		p.Luck, p.LuckText = append(p.Luck, t.page()), r.seedsText()
	}
	if p.SlicePages = r.slicePages(); len(p.SlicePages) > 0 {
		p.SliceLegend, p.FewTrials = r.variantLegend(false, r.learntNames()), fewTrials
	}
	p.DiffTable = blocksOf(r.diffCells(" … "), 2)
	p.Contents = p.contents()
	return pageTemplate.Execute(w, p)
}

// contents lists the parts of the page in their order.
func (p *page) contents() []link {
	var out []link
	add := func(there bool, id, text string) {
		if there {
			out = append(out, link{id, text})
		}
	}
	add(p.Verdict != nil, "verdict", "Verdict")
	add(len(p.NewsText) > 0, "new", "What is new?")
	add(len(p.Adapted) > 0, "adapted", "Adapted")
	for _, s := range p.Scores {
		add(true, s.ID, s.Heading)
	}
	figure := func(open bool) {
		for _, f := range p.Figures {
			add(f.Folded != open, f.ID, f.Heading)
		}
	}
	figure(true)
	add(len(p.WorthText) > 0, "search", "What would a search find?")
	figure(false)
	add(p.CoverRows != nil, "coverage", "How much of the space was tried?")
	add(p.NoiseText != "", "noise", "How good could any model be?")
	add(len(p.Luck) > 0, "seeds", "Luck of the training")
	add(len(p.DiffTable.Blocks) > 0, "differences", "Which differences are real?")
	add(len(p.SlicePages) > 0, "slices", "Where is which variant good?")
	add(len(p.Variants) > 0, "variants", "What was compared")
	add(true, "data", "The data")
	add(len(p.Explained) > 0, "metrics", "What the metrics mean")
	add(len(p.Next) > 0 || p.Command != "", "next", "Try next")
	return out
}

// page makes the table of the page: with the column of impossible answers where that is wanted, and without words on
// what a trivial answer is worse than.
func (t *metricTable) page(id, heading string, impossible bool, trivial func(string) bool) scoreTable {
	out := scoreTable{ID: id, Heading: heading, First: t.first}
	var shown []int // columns
	for j, m := range t.metrics {
		if impossible || m.name != eval.MetricImpossible {
			shown = append(shown, j)
			out.Metrics = append(out.Metrics, explained{m.label, m.explained})
		}
	}
	for _, row := range t.rows {
		line := scoreRow{Name: row.name, N: thousands(row.n), Floor: row.floor}
		for _, j := range shown {
			c := row.cells[j]
			line.Cells = append(line.Cells, scoreCell{t.cell(c), t.interval(c), c.best, c.impossible(),
				worseThanMean(c.row) && !trivial(row.name)})
		}
		out.Rows = append(out.Rows, line)
	}
	return out
}

// facts picks the few figures that a reader wants first: the size of the data, and for each target the best variant.
func (r *Report) facts() []fact {
	out := []fact{{Value: thousands(r.Dataset.Trials), Label: "trials"}}
	if r.Dataset.Groups > 0 {
		out[0].Detail = thousands(r.Dataset.Groups) + " configurations"
	}
	for _, t := range r.targets() {
		if r.TrainedOn { // the verdict has the figures of both
			break
		}
		metrics := []string{eval.MetricMedianAPE}
		switch {
		case t.name == target.Curve:
			metrics = []string{eval.MetricRunRMSE, eval.MetricPlaceR2, eval.MetricPlaceTau, eval.MetricAvgR2,
				eval.MetricAvgTau, eval.MetricRMSE}
		case r.Targets.IsCurve(t.name):
			metrics = []string{eval.MetricRunRMSE}
		case !r.logarithmic(t.name):
			metrics = []string{eval.MetricMAE}
		}
		table := r.byVariant(t)
		for _, name := range metrics {
			j := slices.IndexFunc(table.metrics, func(m metricInfo) bool { return m.name == name })
			if j < 0 {
				continue
			}
			if best := r.leading(&table, j); best >= 0 {
				label := table.metrics[j].label
				if t.name != target.Curve {
					label = t.label + ", " + label
				}
				row := table.rows[best]
				one := fact{table.cell(row.cells[j]), label, row.name, worseThanMean(row.cells[j].row)}
				if one.Bad {
					one.Detail += ": worse than the mean"
				}
				out = append(out, one)
			}
		}
	}
	impossible, checked := 0.0, false
	for _, row := range r.Rows {
		if row.Metric == eval.MetricImpossible && row.Group == eval.GroupAll && !math.IsNaN(row.Value) {
			impossible, checked = impossible+row.Value, true
		}
	}
	if checked {
		out = append(out, fact{thousands(int(impossible)), "impossible predictions", "all variants and targets",
			impossible > 0})
	}
	return out
}

// leading is the row of the variant whose figures stand on top: the one that the report is about; where it has none the
// best that is not trivial.
func (r *Report) leading(t *metricTable, j int) int {
	if i := slices.IndexFunc(t.rows, func(row metricTableRow) bool { return row.name == r.chosen() }); i >= 0 {
		return i
	}
	learnt := *t
	learnt.rows = slices.Clone(t.rows)
	for i, row := range learnt.rows {
		learnt.rows[i].cells = slices.Clone(row.cells)
		learnt.rows[i].floor = row.floor || r.trivial(row.name)
		for k := range row.cells {
			learnt.rows[i].cells[k].best = false
		}
	}
	learnt.markBest()
	return learnt.bestRow(j)
}

func (t *metricTable) bestRow(j int) int {
	best := -1
	for i, row := range t.rows {
		c := row.cells[j].row
		if row.floor || c.Metric == "" || math.IsNaN(c.Value) {
			continue
		}
		if row.cells[j].best {
			return i
		}
		if best < 0 {
			best = i
		}
	}
	return best
}

// Size prints a file's size for the template.
func (f File) Size() string {
	if f.Bytes == 0 {
		return ""
	}
	return BytesText(f.Bytes)
}

// Text prints a count and what it counts for the template.
func (c Count) Text() string { return fmt.Sprintf("%s × %s", thousands(c.Count), c.What) }
