package mean

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"eahas/models"
	"eahas/models/internal/problem"
	"eahas/models/internal/wire"
)

var (
	// ErrParams is returned by Train for a Prior below 0.
	ErrParams = errors.New("mean: bad parameters")
	// ErrData is returned for training data whose parts do not fit together.
	ErrData = problem.ErrData
	// ErrFormat is returned by Decode when the bytes are not a model of a known version.
	ErrFormat = wire.ErrFormat
)

// defaultPrior is how many rows the mean of all counts for in the mean of a group.
const defaultPrior = 2

// Trainer holds the settings.
type Trainer struct {
	// axes (Column.Param) or derived columns (Column.Name) whose values make a group; what the rows lack is left out;
	// nil: one group
	By    []string
	Prior float64 // rows that the mean of all counts for in a group's; 0: 2
	Plain bool    // a group's mean is not shrunk
}

var _ models.Trainer = Trainer{}

// Train takes the weighted means. The Predictor is a *Model.
func (t Trainer) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	m, err := t.Fit(ctx, d, o)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// Fit is Train with the concrete type.
func (t Trainer) Fit(ctx context.Context, d models.Data, o models.Options) (*Model, error) {
	d, err := problem.Clean(d)
	if err != nil {
		return nil, fmt.Errorf("mean: %w", err)
	}
	if !(t.Prior >= 0) || math.IsInf(t.Prior, 0) {
		return nil, fmt.Errorf("%w: prior is %v, want 0 or more", ErrParams, t.Prior)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m := &Model{outputs: d.K, inputs: d.X.P(), columns: t.columns(&d)}
	m.all = mean(&d, nil, 0)
	if len(m.columns) > 0 {
		prior := t.Prior
		if prior == 0 {
			prior = defaultPrior
		}
		if t.Plain {
			prior = 0
		}
		m.group(&d, prior)
	}
	if !m.finish() {
		panic("mean: two groups share a key")
	}
	if o.Progress != nil {
		o.Progress(1, 1)
	}
	return m, nil
}

// columns lists the columns of the axes.
func (t Trainer) columns(d *models.Data) []int {
	var out []int
	for j, c := range d.X.Columns {
		if slices.Contains(t.By, c.Param) && c.Param != "" || slices.Contains(t.By, c.Name) {
			out = append(out, j)
		}
	}
	return out
}

// group fills in the groups' keys and means.
func (m *Model) group(d *models.Data, prior float64) {
	number, row := map[string]int{}, make([]int, d.X.N)
	for i := range d.X.N {
		var key []byte
		for _, c := range m.columns {
			key = appendKey(key, d.X.Row(i)[c])
		}
		g, ok := number[string(key)]
		if !ok {
			g = len(number)
			number[string(key)] = g
			for _, c := range m.columns {
				x := d.X.Row(i)[c]
				if x == 0 {
					x = 0 // not minus zero
				}
				m.keys = append(m.keys, x)
			}
		}
		row[i] = g
	}
	members := make([][]int, len(number))
	for i, g := range row {
		members[g] = append(members[g], i)
	}
	for _, rows := range members {
		part := problem.Select(*d, rows)
		m.means = append(m.means, mean(&part, m.all, prior)...)
	}
}

// mean returns the weighted mean of the rows; the values towards (nil: none) count as prior further rows.
func mean(d *models.Data, towards []float64, prior float64) []float64 {
	out, total := make([]float64, d.K), 0.0
	if towards != nil {
		copy(out, towards)
		total = prior
	}
	for i := range d.X.N {
		w := problem.Weight(d, i)
		total += w
		for j, y := range d.Y[i*d.K : (i+1)*d.K] { // a running mean: exact when all values are equal
			out[j] += float64(w / total * (y - out[j]))
		}
	}
	return out
}
