package next

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"eahas/artifacts"
	"eahas/features"
	"eahas/models/energy"
)

// ErrLog is returned when a line of the log of own trainings is wrong; the text names line, key and remedy.
var ErrLog = errors.New("log of trainings")

// Trial is one training that was done.
type Trial struct {
	Config features.Config
	Value  float64 // the bundle's metric, in its unit, as it was when the training ended
	Epochs float64 // trained; NaN: the whole run
	Joules float64 // of the training; NaN when unknown
	Line   int     // of the log
}

// line is a line of the log.
type line struct {
	Config features.Config `json:"config"`
	Value  *float64        `json:"value"`
	Epochs *float64        `json:"epochs"`
	Joules *float64        `json:"joules"`
	KWh    *float64        `json:"kwh"`
}

// maxLine is the longest line that is read, in bytes.
const maxLine = 1 << 20

// Read reads one training a line: {"config": {...}, "value": 91.2, "epochs": 50, "joules": 120000}. value is in the
// bundle's unit; epochs and joules (or kwh) may be absent. Empty lines are skipped.
func Read(r io.Reader, spec artifacts.Spec) ([]Trial, error) {
	var out []Trial
	s := bufio.NewScanner(r)
	s.Buffer(nil, maxLine)
	for n := 1; s.Scan(); n++ {
		if len(bytes.TrimSpace(s.Bytes())) == 0 {
			continue
		}
		t, err := parse(s.Bytes(), spec)
		if err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrLog, n, err)
		}
		t.Line = n
		out = append(out, t)
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLog, err)
	}
	return out, nil
}

// parse reads one line.
func parse(text []byte, spec artifacts.Spec) (Trial, error) {
	var l line
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return Trial{}, fmt.Errorf(`%w; wanted {"config": {…}, "value": …, "epochs": …, "joules": …}`, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return Trial{}, errors.New("something follows the object")
	}
	t := Trial{Config: spec.Space.Canonical(l.Config), Epochs: math.NaN(), Joules: math.NaN()}
	if err := spec.Space.Check(t.Config); err != nil {
		return t, fmt.Errorf("config: %w", err)
	}
	if l.Value == nil {
		return t, fmt.Errorf("value is missing: the %s of the training, in %s", spec.Metric.Name, spec.Metric.Unit)
	}
	if t.Value = *l.Value; spec.Metric.Percent() && (t.Value < 0 || t.Value > 100) {
		return t, fmt.Errorf("value %g is not a percentage; the bundle's metric is %s in percent", t.Value,
			spec.Metric.Name)
	}
	if l.Epochs != nil {
		if t.Epochs = *l.Epochs; !(t.Epochs > 0) {
			return t, fmt.Errorf("epochs %g is not above 0", t.Epochs)
		}
	}
	var err error
	t.Joules, err = l.energy()
	return t, err
}

// energy returns the joules of a line, NaN where it says nothing of them.
func (l *line) energy() (float64, error) {
	joules := math.NaN()
	switch {
	case l.Joules != nil && l.KWh != nil:
		return joules, errors.New("joules and kwh are both given")
	case l.Joules != nil:
		joules = *l.Joules
	case l.KWh != nil:
		joules = energy.FromKWh(*l.KWh)
	}
	if !math.IsNaN(joules) && !(joules > 0) {
		return joules, fmt.Errorf("an energy of %g J is not above 0", joules)
	}
	return joules, nil
}
