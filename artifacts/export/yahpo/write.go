package yahpo

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"eahas/artifacts"
	"eahas/artifacts/export/onnx"
)

// ErrName is returned when a scenario's name is not letters, digits, '_', '-' and '.', beginning with a letter or
// digit.
var ErrName = errors.New("yahpo: a scenario cannot be called so")

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

// File is one file of a scenario.
type File struct {
	Name string
	Data []byte
}

// scenario is the settings, by yahpo_gym.configuration.Configuration's keys.
type scenario struct {
	ID          string   `json:"config_id"`
	Targets     []string `json:"y_names"`
	Minimize    []bool   `json:"y_minimize"`
	Numbers     []string `json:"cont_names"`
	Categories  []string `json:"cat_names"`
	Fidelities  []string `json:"fidelity_params"`
	Instance    *string  `json:"instance_names"` // null: no axis chooses the instance
	Instances   []string `json:"instances"`
	Runtime     string   `json:"runtime_name"`
	Drop        []string `json:"drop_predict"`
	Hierarchy   bool     `json:"hierarchical"`
	Description string   `json:"description"`
}

type metadata struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Notice      string   `json:"notice,omitempty"`
	Synthetic   bool     `json:"synthetic"` // the training logs were simulated
	Targets     []target `json:"targets"`
}

type target struct {
	Name     string `json:"name"`
	Unit     string `json:"unit"`
	Minimize bool   `json:"minimize"`
}

// Files returns the scenario's files, which belong into the folder name under YAHPO's data path. The error wraps
// ErrName, and the errors of packages onnx and configspace for models and axes that have no form there.
func Files(s *artifacts.Surrogate, name, version string) ([]File, error) {
	if !nameForm.MatchString(name) {
		return nil, fmt.Errorf("%w: %q", ErrName, name)
	}
	tables, err := onnx.Instance(s, version)
	if err != nil {
		return nil, err
	}
	space, err := withEpoch(s)
	if err != nil {
		return nil, err
	}
	theirs, err := configSpace(space)
	if err != nil {
		return nil, err
	}
	settings, about := describe(s, name, tables)
	files := []File{{"model.onnx", tables.Data}, {"config_space.json", theirs}}
	for _, f := range []struct {
		name    string
		content any
	}{
		{"encoding.json", encoding(space, tables.Categories)},
		{"scenario.json", settings},
		{"metadata.json", about},
	} {
		b, err := indented(f.content)
		if err != nil {
			return nil, err
		}
		files = append(files, File{f.name, b})
	}
	return files, nil
}

// describe fills the settings and the metadata.
func describe(s *artifacts.Surrogate, name string, tables *onnx.Tables) (scenario, metadata) {
	spec := s.Spec()
	about := metadata{Name: name, Notice: spec.Notice, Synthetic: spec.Synthetic}
	about.Description = "Surrogate " + spec.Name + ": targets at an epoch of a training run, and totals of the run."
	c := scenario{
		ID: name, Numbers: orEmpty(tables.Numbers), Categories: orEmpty(tables.Categories), Fidelities: []string{},
		Instances: []string{name}, Drop: []string{}, Description: about.Description,
	}
	if spec.Epochs.Length != artifacts.LengthNone {
		c.Fidelities = append(c.Fidelities, onnx.FidelityEpoch)
	}
	for i := range spec.Space.Params {
		c.Hierarchy = c.Hierarchy || spec.Space.Params[i].When != nil
	}
	for _, t := range tables.Targets {
		c.Targets, c.Minimize = append(c.Targets, t.Name), append(c.Minimize, !t.Higher)
		about.Targets = append(about.Targets, target{t.Name, t.Unit, !t.Higher})
		if t.Name == "time_s" || t.Name == "time_total_s" && c.Runtime == "" {
			c.Runtime = t.Name
		}
	}
	return c, about
}

func orEmpty(names []string) []string {
	return append([]string{}, names...)
}

func indented(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("yahpo: %w", err)
	}
	return append(b, '\n'), nil
}
