package svg

import (
	"html"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Plot is one figure with two axes. Fill in the fields, call Start, draw, and call String.
type Plot struct {
	Width, Height            float64 // pixels
	Left, Right, Top, Bottom float64 // margins in pixels
	X, Y                     Scale
	XTicks, YTicks           int                    // about how many; 0 means 5
	XText, YText             func(x float64) string // of the tick labels; nil means none
	XLabel, YLabel, Title    string                 // of the axes and above the figure
	Description              string                 // read aloud by screen readers

	b strings.Builder
}

// character is about the width of one in a tick's label, in pixels.
const character = 6.1

func textWidth(s string) float64 { return character * float64(utf8.RuneCountInString(s)) }

// Start draws the title, the grid and the labels. The left margin grows where the labels need it, and a label that
// would stand over the one before is left out.
func (p *Plot) Start() {
	yTicks, yTexts := p.labelled(&p.Y, p.YTicks, p.YText)
	for _, text := range yTexts {
		room := 10.0
		if p.YLabel != "" {
			room = 26
		}
		p.Left = max(p.Left, math.Ceil(textWidth(text)+room))
	}
	p.X.From, p.X.To = p.Left, p.Width-p.Right
	p.Y.From, p.Y.To = p.Height-p.Bottom, p.Top
	p.raw(`<svg viewBox="0 0 `, num(p.Width), ` `, num(p.Height), `" role="img" aria-label="`,
		html.EscapeString(p.Description), `">`)
	if p.Title != "" {
		p.Text("title", min(p.Left, 58), 14, p.Title)
	}
	xTicks, xTexts := p.labelled(&p.X, p.XTicks, p.XText)
	end := math.Inf(-1) // of the label before
	for i, x := range xTicks {
		at := p.X.Pixel(x)
		p.Segment("grid", at, p.Y.To, at, p.Y.From)
		if p.XText == nil {
			continue
		}
		half := textWidth(xTexts[i]) / 2
		at = min(max(at, half+1), p.Width-half-1)
		if at-half > end+5 {
			p.Text("tick mid", at, p.Y.From+15, xTexts[i])
			end = at + half
		}
	}
	for i, y := range yTicks {
		if p.YText == nil {
			break
		}
		at := p.Y.Pixel(y)
		p.Segment("grid", p.X.From, at, p.X.To, at)
		p.Text("tick end", p.X.From-6, at+4, yTexts[i])
	}
	if p.XLabel != "" {
		p.Text("label mid", (p.X.From+p.X.To)/2, p.Height-5, p.XLabel)
	}
	if p.YLabel != "" {
		p.raw(`<text class="label mid" transform="translate(12 `, num((p.Y.From+p.Y.To)/2), `) rotate(-90)">`,
			html.EscapeString(p.YLabel), `</text>`)
	}
}

// labelled returns the ticks of an axis and what is written at them; of neighbours with one text the first stays.
func (p *Plot) labelled(s *Scale, n int, text func(float64) string) (ticks []float64, texts []string) {
	for _, x := range s.Ticks(or(n, 5)) {
		t := ""
		if text != nil {
			if t = text(x); len(texts) > 0 && texts[len(texts)-1] == t {
				continue
			}
		}
		ticks, texts = append(ticks, x), append(texts, t)
	}
	return ticks, texts
}

// String ends the figure and returns it.
func (p *Plot) String() string { return p.b.String() + "</svg>" }

// Segment draws a line between two pixels; nothing where one of them is no number.
func (p *Plot) Segment(class string, x1, y1, x2, y2 float64) {
	if sum := x1 + y1 + x2 + y2; math.IsNaN(sum) || math.IsInf(sum, 0) {
		return
	}
	p.raw(`<line class="`, class, `" x1="`, num(x1), `" y1="`, num(y1), `" x2="`, num(x2), `" y2="`, num(y2), `"/>`)
}

// Text writes at a pixel; the classes mid and end change the anchor.
func (p *Plot) Text(class string, x, y float64, text string) {
	p.raw(`<text class="`, class, `" x="`, num(x), `" y="`, num(y), `">`, html.EscapeString(text), `</text>`)
}

// Line joins the points (values, not pixels). Points that cannot be drawn break the line.
func (p *Plot) Line(class, title string, xs, ys []float64) {
	var d strings.Builder
	pen := "M"
	for i, x := range xs {
		if !drawable(p.X, x) || !drawable(p.Y, ys[i]) {
			pen = "M"
			continue
		}
		d.WriteString(pen + num(p.X.Pixel(x)) + " " + num(p.Y.Pixel(ys[i])))
		pen = "L"
	}
	p.raw(`<path class="line `, class, `" d="`, d.String(), `">`)
	p.hover(title)
	p.raw(`</path>`)
}

// Area fills between two lines over the same xs.
func (p *Plot) Area(class string, xs, low, high []float64) {
	var d strings.Builder
	pen := "M"
	add := func(i int, y float64) {
		if drawable(p.X, xs[i]) && drawable(p.Y, y) {
			d.WriteString(pen + num(p.X.Pixel(xs[i])) + " " + num(p.Y.Pixel(y)))
			pen = "L"
		}
	}
	for i := range xs {
		add(i, high[i])
	}
	for i := len(xs) - 1; i >= 0; i-- {
		add(i, low[i])
	}
	if pen == "L" {
		p.raw(`<path class="area `, class, `" d="`, d.String(), `Z"/>`)
	}
}

// Dot draws a point (value, not pixel) with a title that shows when the pointer rests on it. Points outside the axes
// are moved to the edge.
func (p *Plot) Dot(class string, radius, x, y float64, title string) {
	if !drawable(p.X, x) || !drawable(p.Y, y) {
		return
	}
	p.raw(`<circle class="`, class, `" cx="`, num(p.X.Pixel(x)), `" cy="`, num(p.Y.Pixel(y)), `" r="`, num(radius),
		`">`)
	p.hover(title)
	p.raw(`</circle>`)
}

func (p *Plot) hover(title string) {
	if title != "" {
		p.raw(`<title>`, html.EscapeString(title), `</title>`)
	}
}

func (p *Plot) raw(parts ...string) {
	for _, s := range parts {
		p.b.WriteString(s)
	}
}

func drawable(s Scale, x float64) bool {
	return !math.IsNaN(x) && !math.IsInf(x, 0) && (!s.Log || x > 0)
}

// num prints a pixel with at most one decimal.
func num(x float64) string {
	x = math.Round(x*10) / 10
	if x == 0 {
		x = 0 // no "-0"
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

func or(n, def int) int {
	if n == 0 {
		return def
	}
	return n
}
