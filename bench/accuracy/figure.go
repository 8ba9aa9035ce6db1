package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"eahas/report/svg"
)

// ratioEnd is the largest ratio that the figure shows; what is larger stands at its end.
const ratioEnd = 5

// row is a competitor of the figure: its error over the smallest of all competitors', in each cell that it has a figure
// in.
type row struct {
	name   string
	ratios []float64
	mean   float64 // geometric
}

// rowsOf gives the rows of random folds, the best first. Cells with an error of 0 are left out.
func rowsOf(cells []Cell) []row {
	var out []row
	for _, name := range namesOf(cells) {
		r := row{name: name}
		sum := 0.0
		for i := range cells {
			c := &cells[i]
			least := math.Inf(1)
			for other := range c.Error {
				if e := c.of(other); !math.IsNaN(e) {
					least = min(least, e)
				}
			}
			if e := c.of(name); c.Split == "random" && !math.IsNaN(e) && least > 0 {
				r.ratios = append(r.ratios, e/least)
				sum += math.Log(e / least)
			}
		}
		if n := len(r.ratios); n > 0 {
			r.mean = math.Exp(sum / float64(n))
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.mean, b.mean), strings.Compare(a.name, b.name))
	})
	return out
}

// figureStyle is the figure's own style sheet, because it stands alone, with the colours of the report.
const figureStyle = `<style>text{font:12px system-ui,sans-serif;fill:#1b1f24}.title{font-weight:600;font-size:14px}` +
	`.mid{text-anchor:middle}.end{text-anchor:end}.grid{stroke:#dfe3e8}.one{fill:#4c9ac3;fill-opacity:.45}` +
	`.mean{fill:#b23f00}.ours{font-weight:600}</style>`

// writeFigure draws a line a competitor: a dot a cell, its error over the smallest one there, and the geometric mean.
func writeFigure(w io.Writer, cells []Cell) error {
	rows := rowsOf(cells)
	height := 70 + 22*float64(len(rows))
	p := svg.Plot{Width: 760, Height: height, Left: 210, Right: 60, Top: 30, Bottom: 40,
		X:           svg.Scale{Min: 0.97, Max: ratioEnd, Log: true, Ladders: [][]float64{{1, 1.2, 1.5, 2, 3, 5}}},
		Y:           svg.Scale{Min: -0.6, Max: float64(len(rows)) - 0.4},
		XText:       func(x float64) string { return fmt.Sprintf("%g", x) },
		XLabel:      "error over the smallest of all competitors in the cell; dark: geometric mean",
		Title:       fmt.Sprintf("What each loses: %d cells, random folds", cellsShown(rows)),
		Description: "Errors by competitor"}
	p.Start()
	for i, r := range rows {
		y := float64(len(rows) - 1 - i)
		class := "end"
		if isAuto(r.name) {
			class += " ours"
		}
		p.Text(class, p.X.From-8, p.Y.Pixel(y)+4, r.name)
		for _, x := range r.ratios {
			p.Dot("one", 3.5, min(x, ratioEnd), y, "")
		}
		p.Dot("mean", 5, min(r.mean, ratioEnd), y, fmt.Sprintf("%s: %.3f", r.name, r.mean))
		p.Text("", p.X.To+8, p.Y.Pixel(y)+4, fmt.Sprintf("%.2f", r.mean))
	}
	text := strings.Replace(p.String(), "<svg ", `<svg xmlns="http://www.w3.org/2000/svg" `, 1)
	head, rest, _ := strings.Cut(text, ">")
	_, err := io.WriteString(w, head+">"+figureStyle+rest+"\n")
	return err
}

// cellsShown is the number of cells of the row that has most.
func cellsShown(rows []row) int {
	n := 0
	for _, r := range rows {
		n = max(n, len(r.ratios))
	}
	return n
}
