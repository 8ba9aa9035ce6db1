package export

import (
	"bytes"
	"encoding/json"
	"fmt"

	"eahas/artifacts"
	"eahas/trial/target"
)

// IndexName is the file that describes the others.
const IndexName = "export.json"

// Index says what the files of a folder hold.
type Index struct {
	Format      string              `json:"format"`
	CodeVersion string              `json:"code_version"`
	Bundle      string              `json:"bundle"` // the surrogate's name
	Synthetic   bool                `json:"synthetic"`
	Notice      string              `json:"notice,omitempty"`
	Metric      artifacts.Metric    `json:"metric"`
	Epochs      artifacts.EpochRule `json:"epochs"`
	Files       []Description       `json:"files"`
}

// Description says what one file holds.
type Description struct {
	File string `json:"file"`
	// what the model answers, as artifacts.Head has it
	Target  target.Target `json:"target,omitempty"`
	Columns []string      `json:"columns,omitempty"` // of the model's rows, by the names in the file
	// of the head's model: the numbers in the file, in order
	Outputs        []int            `json:"outputs,omitempty"`
	Transform      string           `json:"transform,omitempty"`      // "log": the value is exp(output)
	Unit           string           `json:"unit,omitempty"`           // of the value
	Representation string           `json:"representation,omitempty"` // what turns the outputs into a curve
	Clip           *artifacts.Range `json:"clip,omitempty"`           // the value is kept inside
}

func newIndex(s *artifacts.Surrogate, format string, files []File) *Index {
	spec := s.Spec()
	x := &Index{
		Format: format, CodeVersion: artifacts.CodeVersion, Bundle: spec.Name, Synthetic: spec.Synthetic,
		Notice: spec.Notice,
		Metric: spec.Metric, Epochs: spec.Epochs,
	}
	for _, file := range files {
		d := *file.Description
		d.File = file.Name
		if d.Target != "" {
			d.Unit = unit(spec, d.Target)
		}
		x.Files = append(x.Files, d)
	}
	return x
}

func (x *Index) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(x)
	return b.Bytes(), err
}

// describe describes n outputs of a head, from the first one on.
func describe(h *artifacts.Head, columns []string, first, n int) *Description {
	d := &Description{Target: h.Target, Columns: columns, Transform: string(h.Transform), Clip: h.Clip}
	for k := range n {
		d.Outputs = append(d.Outputs, first+k)
	}
	if h.Representation != nil {
		d.Representation = representationOf(h)
	}
	return d
}

// representationOf names a representation's kind as bundles do.
func representationOf(h *artifacts.Head) string {
	f, err := h.Freeze()
	if err != nil {
		return fmt.Sprintf("%T", h.Representation)
	}
	return f.RepresentationKind
}

// unit returns the unit of a target's value.
func unit(spec artifacts.Spec, t target.Target) string {
	if t == target.Curve {
		return spec.Metric.Unit
	}
	d, _ := spec.Own.Of(t)
	return d.Unit
}
