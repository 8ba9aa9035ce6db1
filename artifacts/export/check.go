package export

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"eahas/artifacts"
	"eahas/artifacts/export/internal/ensemble"
	"eahas/artifacts/export/onnx"
	"eahas/features"
	"eahas/internal/stream"
	"eahas/models/gbdt"
	"eahas/trial/target"
)

// check is check.json, the verifier's task.
type check struct {
	Samples string        `json:"samples"` // configurations inside the space, one a line
	Heads   []checkHead   `json:"heads"`
	Formats []checkFormat `json:"formats"`
	Inputs  []checkInput  `json:"inputs"`
	Outputs []checkOutput `json:"outputs"`
}

type checkHead struct {
	Target  string `json:"target"`
	Columns int    `json:"columns"`
	Outputs int    `json:"outputs"`
	X       string `json:"x"`   // rows
	Y       string `json:"y"`   // our outputs
	Y32     string `json:"y32"` // our outputs for the rows rounded to float32
}

type checkFormat struct {
	Name      string        `json:"name"`
	Folder    string        `json:"folder"`
	Libraries []string      `json:"libraries"`
	Ask       string        `json:"ask"`
	Strict    bool          `json:"strict"`
	Files     []Description `json:"files"`
}

type checkInput struct {
	Name string `json:"name"`
	Text bool   `json:"text"`
	File string `json:"file"`
}

type checkOutput struct {
	Name   string `json:"name"`
	Points int    `json:"points"`
	File   string `json:"file"`
}

// folder is where a check is written.
type folder string

func (f folder) array(name string, xs []float64) (string, error) {
	b := make([]byte, 0, 8*len(xs))
	for _, x := range xs {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	}
	return name, os.WriteFile(filepath.Join(string(f), name), b, 0o666)
}

// writeCheck writes all formats, the questions and our answers. It returns the formats that cannot hold the surrogate.
func writeCheck(dir string, s *artifacts.Surrogate, n int) ([]Difference, error) {
	configs, err := questions(s, n)
	if err != nil {
		return nil, err
	}
	c := &check{Heads: []checkHead{}}
	if len(s.Spec().Own.First()) == 0 { // else no format holds single heads, whose models see predictions, too
		if err := c.heads(folder(dir), s, configs); err != nil {
			return nil, err
		}
	}
	if err := c.queries(folder(dir), s, configs); err != nil {
		return nil, err
	}
	if err := c.samples(folder(dir), s, n/10); err != nil {
		return nil, err
	}
	skipped, err := c.formats(dir, s, configs)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	return skipped, os.WriteFile(filepath.Join(dir, "check.json"), b, 0o666)
}

// formats writes the files of every promise in the table, each into a folder of its own.
func (c *check) formats(dir string, s *artifacts.Surrogate, configs []features.Config) (skipped []Difference,
	err error) {
	for i := range table {
		f := &table[i]
		for _, p := range f.Promises {
			out := checkFormat{Name: p.name(f), Folder: fmt.Sprint(len(c.Formats)), Libraries: p.Libraries, Ask: p.Ask,
				Strict: p.Strict}
			o := p.Options
			o.Configs = accepted(s, configs)
			files, err := f.Files(s, o)
			if errors.Is(err, ErrUnsupported) {
				skipped = append(skipped, Difference{Format: out.Name, Skipped: err.Error()})
				continue
			}
			if err != nil {
				return nil, err
			}
			if err := Save(filepath.Join(dir, out.Folder), files); err != nil {
				return nil, err
			}
			for _, file := range files {
				d := *file.Description
				d.File = file.Name
				out.Files = append(out.Files, d)
			}
			c.Formats = append(c.Formats, out)
		}
	}
	return skipped, nil
}

// accepted gives the configurations that the surrogate answers for.
func accepted(s *artifacts.Surrogate, configs []features.Config) iter.Seq[features.Config] {
	return func(yield func(features.Config) bool) {
		var a artifacts.Answer
		for _, c := range configs {
			if s.QueryInto(&a, c, s.Spec().Epochs.First) == nil && !yield(c) {
				return
			}
		}
	}
}

// samples writes n configurations as a sampler of the space draws them.
func (c *check) samples(f folder, s *artifacts.Surrogate, n int) error {
	spec := s.Spec()
	var b bytes.Buffer
	e, rng, sampler := json.NewEncoder(&b), stream.New(2, "export", "verify"), spec.Space.NewSampler()
	for range n {
		config, err := sampler.Sample(rng)
		if err != nil {
			return err
		}
		if config, err = apart(&spec.Space, config); err != nil {
			return err
		}
		if err := e.Encode(config); err != nil {
			return err
		}
	}
	c.Samples = "samples.jsonl"
	return os.WriteFile(filepath.Join(string(f), c.Samples), b.Bytes(), 0o666)
}

// apart is a configuration with the operations and edges of each graph as values of their own, as ConfigSpace has them:
// the first choice for the operation of a vertex that the graph lacks.
func apart(space *features.Space, config features.Config) (features.Config, error) {
	out := maps.Clone(config)
	for i := range space.Params {
		p := &space.Params[i]
		text, ok := config[p.Name].Str()
		if p.Kind != features.Graph || !ok {
			continue
		}
		g, err := p.Graph.Read(text)
		if err != nil {
			return nil, err
		}
		coords := p.Graph.Coordinates()
		places := make([]int, len(coords))
		p.Graph.Locate(places, coords, g)
		delete(out, p.Name)
		for k, at := range places {
			out[p.Name+"."+coords[k].Name] = features.Text(coords[k].Choices[max(0, at)])
		}
	}
	return out, nil
}

// heads writes the rows that the models see and what they say. Configurations that do not encode are left out.
func (c *check) heads(f folder, s *artifacts.Surrogate, configs []features.Config) error {
	var rows [][]float64
	for _, config := range configs {
		if row, err := s.Spec().Encoder.Encode(nil, config); err == nil {
			rows = append(rows, row)
		}
	}
	for _, h := range s.Heads() {
		names := columnNames(s, &h)
		var x, y, y32 []float64
		rounded := make([]float64, len(names))
		for _, cells := range append(seen(&h, rows), edges(&h, rows)...) {
			for i := range cells {
				rounded[i] = float64(float32(cells[i]))
			}
			x = append(x, cells...)
			y = append(y, h.Predictor.Predict(nil, cells)...)
			y32 = append(y32, h.Predictor.Predict(nil, rounded)...)
		}
		head := checkHead{Target: string(h.Target), Columns: len(names), Outputs: h.Predictor.Outputs()}
		var err error
		for _, a := range []struct {
			file   *string
			suffix string
			values []float64
		}{{&head.X, ".x", x}, {&head.Y, ".y", y}, {&head.Y32, ".y32", y32}} {
			if *a.file, err = f.array(string(h.Target)+a.suffix, a.values); err != nil {
				return err
			}
		}
		c.Heads = append(c.Heads, head)
	}
	return nil
}

// seen gives the rows as the head's model sees them.
func seen(h *artifacts.Head, rows [][]float64) [][]float64 {
	if h.Columns == nil {
		return rows
	}
	out := make([][]float64, len(rows))
	for i, row := range rows {
		for _, c := range h.Columns {
			out[i] = append(out[i], row[c])
		}
	}
	return out
}

// edges gives rows that lie exactly on thresholds of the head's trees, at most one for each row: there it shows whether
// a format sends equal values to the right side.
func edges(h *artifacts.Head, rows [][]float64) [][]float64 {
	c, ok := h.Predictor.(*gbdt.Compiled)
	if !ok {
		return nil
	}
	rows = seen(h, rows)
	var out [][]float64
	for _, m := range c.Models() {
		for _, t := range m.Trees() {
			for i := range t.Nodes {
				n := &t.Nodes[i]
				if n.Kind == gbdt.Set || math.IsInf(n.Threshold, 0) {
					continue
				}
				if len(out) == len(rows) {
					return out
				}
				row := slices.Clone(rows[len(out)])
				row[n.Column] = float64(ensemble.Below(n.Threshold))
				out = append(out, row)
			}
		}
	}
	return out
}

// queries writes the configurations, axis by axis, and what the surrogate says about them.
func (c *check) queries(f folder, s *artifacts.Surrogate, configs []features.Config) error {
	params := s.Spec().Space.Params
	for i := range params {
		p := &params[i]
		in := checkInput{Name: p.Name, Text: onnx.Textual(p), File: fmt.Sprintf("axis.%d", i)}
		var numbers []float64
		var words []string
		for _, config := range configs {
			v := config[p.Name]
			x, ok := v.Float()
			if !ok {
				x = math.NaN()
			}
			numbers = append(numbers, x)
			words = append(words, strings.TrimSuffix(v.String(), features.Value{}.String()))
		}
		var err error
		if in.Text {
			var b []byte
			if b, err = json.Marshal(words); err == nil {
				err = os.WriteFile(filepath.Join(string(f), in.File), b, 0o666)
			}
		} else {
			_, err = f.array(in.File, numbers)
		}
		if err != nil {
			return err
		}
		c.Inputs = append(c.Inputs, in)
	}
	return c.answers(f, s, configs)
}

// answers asks the surrogate and writes each output, padded with NaN to the longest run. Kept whole: half of it is the
// table of outputs.
func (c *check) answers(f folder, s *artifacts.Surrogate, configs []features.Config) error {
	answers, accepted, points := make([]*artifacts.Answer, len(configs)), make([]float64, len(configs)), 1
	for i, config := range configs {
		a, err := s.Query(config)
		if errors.Is(err, artifacts.ErrConfig) || errors.Is(err, artifacts.ErrEpochs) {
			continue
		}
		if err != nil {
			return err
		}
		answers[i], accepted[i] = a, 1
		points = max(points, len(a.Epochs))
	}
	scalar := func(get func(*artifacts.Answer) float64) func(*artifacts.Answer) []float64 {
		return func(a *artifacts.Answer) []float64 { return []float64{get(a)} }
	}
	if _, err := f.array(onnx.Accepted, accepted); err != nil {
		return err
	}
	c.Outputs = append(c.Outputs, checkOutput{onnx.Accepted, 1, onnx.Accepted})
	type output struct {
		name   string
		points int
		get    func(*artifacts.Answer) []float64
	}
	outputs := []output{
		{onnx.LastEpoch, 1, scalar(func(a *artifacts.Answer) float64 { return a.Last })},
		{onnx.Epoch, points, func(a *artifacts.Answer) []float64 { return a.Epochs }},
		{onnx.LearningCurve, points, func(a *artifacts.Answer) []float64 { return a.Curve }},
		{onnx.EnergyPerEpoch, 1, scalar(func(a *artifacts.Answer) float64 { return a.EnergyPerEpoch })},
		{onnx.EnergyTotal, 1, scalar(func(a *artifacts.Answer) float64 { return a.EnergyTotal })},
		{onnx.TimePerEpoch, 1, scalar(func(a *artifacts.Answer) float64 { return a.TimePerEpoch })},
		{onnx.TimeTotal, 1, scalar(func(a *artifacts.Answer) float64 { return a.TimeTotal })},
		{onnx.InferenceEnergy, 1, scalar(func(a *artifacts.Answer) float64 { return a.InferenceEnergy })},
	}
	for _, d := range s.Spec().Own {
		if d.Span == target.EveryEpoch {
			outputs = append(outputs, output{string(d.Name), points,
				func(a *artifacts.Answer) []float64 { return a.CurveOf(d.Name) }})
			continue
		}
		outputs = append(outputs, output{string(d.Name), 1, scalar(func(a *artifacts.Answer) float64 {
			x, _ := a.Of(d.Name)
			return x
		})})
	}
	for _, o := range outputs {
		known := false
		var all []float64
		for _, a := range answers {
			row := make([]float64, o.points)
			for i := range row {
				row[i] = math.NaN()
			}
			if a != nil {
				copy(row, o.get(a))
				known = known || !math.IsNaN(row[0])
			}
			all = append(all, row...)
		}
		if !known {
			continue
		}
		if _, err := f.array(o.name, all); err != nil {
			return err
		}
		c.Outputs = append(c.Outputs, checkOutput{o.name, o.points, o.name})
	}
	return nil
}
