// Package svg draws the small figures of the report: axes, dots, lines, bars, as inline SVG without any style of its
// own.
//
// Shapes carry class names; the page's style sheet gives them colours, for light and dark screens. Coordinates are
// rounded to a tenth of a pixel, so the same figure is the same bytes on every machine.
package svg
