package study

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/goccy/go-yaml"

	"eahas/features"
	"eahas/internal/strictyaml"
	"eahas/models/energy"
	"eahas/search"
)

// ErrConfig is returned when a study's file is wrong; the text names the place and the remedy.
var ErrConfig = errors.New("study")

// Config is a study as its file describes it.
type Config struct {
	Name   string `yaml:"name"`            // letters, digits, '.', '_', '-'; default: the file's name
	About  string `yaml:"about,omitempty"` // a sentence or two for the report
	Seed   uint64 `yaml:"seed"`            // root of all seeds
	Seeds  int    `yaml:"seeds"`           // runs of each method on each task; default 10
	Budget Budget `yaml:"budget"`
	// trainings at the same time in the searched world; default 1
	Workers int                  `yaml:"workers,omitempty"`
	Noise   string               `yaml:"noise,omitempty"`     // on (default) or off
	Eval    string               `yaml:"eval,omitempty"`      // evaluations charged: report (default), epoch, none
	Restart bool                 `yaml:"restart,omitempty"`   // a rung trains anew in place of going on
	IdleW   float64              `yaml:"idle_w,omitempty"`    // watts of a worker that waits
	CPUW    float64              `yaml:"cpu_w,omitempty"`     // watts of the core that a method thinks with; default 15
	GPerKWh float64              `yaml:"g_per_kwh,omitempty"` // grams of CO2 for a kWh, for the report; 0 leaves it out
	Bounds  search.BoundsOptions `yaml:"bounds,omitempty"`
	Tasks   []TaskConfig         `yaml:"tasks"`
	Methods []MethodConfig       `yaml:"methods"`

	file string // where it was read
}

// Budget is what each run may spend: exactly one of the fields.
type Budget struct {
	Trainings float64 `yaml:"trainings,omitempty"` // so many times the mean cost of a whole training
	Joules    float64 `yaml:"joules,omitempty"`
	KWh       float64 `yaml:"kwh,omitempty"`
	Seconds   float64 `yaml:"seconds,omitempty"`
	Epochs    float64 `yaml:"epochs,omitempty"`
}

// TaskConfig is one world: a bundle or a table.
type TaskConfig struct {
	Name   string `yaml:"name,omitempty"`   // default: the bundle's
	Bundle string `yaml:"bundle,omitempty"` // folder, relative to where the command runs
	// of the bundle's manifest.json, or of the table's file: any other is refused
	SHA256 string       `yaml:"sha256,omitempty"`
	Table  *TableConfig `yaml:"table,omitempty"`
	// Formulas is the built-in space, such as eahas-cifar10, in which the simulated world itself is the task.
	Formulas string          `yaml:"formulas,omitempty"`
	Fixed    features.Config `yaml:"fixed,omitempty"` // axes that are the same in all configurations
	Cost     string          `yaml:"cost,omitempty"`  // joules (default), seconds or epochs
	// of a bundle: a target of its own to search for in place of the curve, and one to hold low (a throughput: high)
	// beside it in place of the cost
	Metric string `yaml:"metric,omitempty"`
	Second string `yaml:"second,omitempty"`
	// Judge scores what was found: a second bundle, trained on other trials, or formulas for a bundle of simulated
	// trials.
	Judge string `yaml:"judge,omitempty"`
}

// MethodConfig is one method with its settings. In YAML it is a name, or a map whose key "method" is the name, "as"
// what to call it ("external" is the method of traces that eahas search serve has written for a library elsewhere),
// "restart" overrides the study's, and every other key is a setting of the method.
type MethodConfig struct {
	Kind     string
	As       string
	Restart  *bool
	Settings features.Config
}

// UnmarshalYAML reads a name, or a map.
func (m *MethodConfig) UnmarshalYAML(decode func(any) error) error {
	if decode(&m.Kind) == nil {
		m.As = m.Kind
		return nil
	}
	var all map[string]any
	if err := decode(&all); err != nil {
		return fmt.Errorf("want the name of a method, or a map with method: NAME: %w", err)
	}
	for key, v := range all {
		var ok bool
		switch key {
		case "method":
			m.Kind, ok = v.(string)
		case "as":
			m.As, ok = v.(string)
		case "restart":
			var b bool
			b, ok = v.(bool)
			m.Restart = &b
		default:
			value, err := features.ValueOf(v)
			if err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
			if m.Settings == nil {
				m.Settings = features.Config{}
			}
			m.Settings[key], ok = value, true
		}
		if !ok {
			return fmt.Errorf("%s: %v is not of the right type", key, v)
		}
	}
	if m.Kind == "" {
		return fmt.Errorf("a method without method: NAME")
	}
	if m.As == "" {
		m.As = m.Kind
	}
	return nil
}

// MarshalYAML writes what UnmarshalYAML reads.
func (m MethodConfig) MarshalYAML() (any, error) {
	if m.As == m.Kind && m.Restart == nil && len(m.Settings) == 0 {
		return m.Kind, nil
	}
	out := yaml.MapSlice{{Key: "method", Value: m.Kind}, {Key: "as", Value: m.As}}
	if m.Restart != nil {
		out = append(out, yaml.MapItem{Key: "restart", Value: *m.Restart})
	}
	for _, name := range sortedNames(m.Settings) {
		v, err := m.Settings[name].MarshalYAML()
		if err != nil {
			return nil, err
		}
		out = append(out, yaml.MapItem{Key: name, Value: string(v)})
	}
	return out, nil
}

// Read reads the study's file at path.
func Read(path string) (*Config, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return Parse(path, b)
}

// Parse reads a study from the bytes of a file; file is its name for messages.
func Parse(file string, b []byte) (*Config, error) {
	c := &Config{file: file}
	if err := strictyaml.Decode(b, c); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrConfig, file, err)
	}
	if err := c.complete(); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrConfig, file, err)
	}
	return c, nil
}

var nameRule = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// NameAllowed reports whether a name of a task or method makes a folder.
func NameAllowed(name string) bool { return nameRule.MatchString(name) }

const nameWanted = "must be 1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit"

// maxSeeds bounds the runs of one method on one task.
const maxSeeds = 10_000

// complete fills in defaults and refuses contradictions.
func (c *Config) complete() error {
	c.setDefaults()
	if err := c.checkNumbers(); err != nil {
		return err
	}
	if err := c.Budget.check(); err != nil {
		return err
	}
	return c.checkNames()
}

// setDefaults fills in what is not given.
func (c *Config) setDefaults() {
	if c.Name == "" {
		base := filepath.Base(c.file)
		c.Name = base[:len(base)-len(filepath.Ext(base))]
	}
	if c.Seeds == 0 {
		c.Seeds = 10
	}
	if c.Noise == "" {
		c.Noise = "on"
	}
	if c.Workers == 0 {
		c.Workers = 1
	}
	if c.CPUW == 0 {
		c.CPUW = 15
	}
}

// checkNumbers looks at everything but the budget and the names. Kept whole: a list of checks, of which the first that
// fails is told.
func (c *Config) checkNumbers() error {
	switch {
	case !nameRule.MatchString(c.Name):
		return fmt.Errorf("name: %q %s", c.Name, nameWanted)
	case c.Seeds < 1 || c.Seeds > maxSeeds:
		return fmt.Errorf("seeds: %d is not in 1..%d", c.Seeds, maxSeeds)
	case c.Workers < 1 || c.Workers > 10_000:
		return fmt.Errorf("workers: %d is not in 1..10000", c.Workers)
	case c.Noise != "on" && c.Noise != "off":
		return fmt.Errorf("noise: %q is neither on nor off", c.Noise)
	case c.IdleW < 0 || c.CPUW < 0 || c.GPerKWh < 0:
		return fmt.Errorf("idle_w, cpu_w and g_per_kwh must not be below 0")
	case c.Bounds.Draws < 0 || c.Bounds.Draws > 100_000_000 || c.Bounds.Climbs < 0:
		return fmt.Errorf("bounds: draws must be in 1..100000000, climbs not below 0")
	case len(c.Tasks) == 0:
		return fmt.Errorf("tasks: there is none; a task is a bundle: FOLDER, a table, or formulas: SPACE")
	case len(c.Methods) == 0:
		return fmt.Errorf("methods: there is none; known are %v", search.Names())
	}
	return nil
}

// checkNames refuses names that would not make distinct folders, and methods that do not exist.
func (c *Config) checkNames() error {
	seen := map[string]bool{}
	for _, m := range c.Methods {
		if !nameRule.MatchString(m.As) {
			return fmt.Errorf("methods: %q %s", m.As, nameWanted)
		}
		if seen[m.As] {
			return fmt.Errorf("methods: %q is listed twice; give one of them another name with as: NAME", m.As)
		}
		seen[m.As] = true
		if m.Kind == search.External {
			continue
		}
		if err := search.CheckMethod(m.Kind, m.Settings); err != nil {
			return err
		}
	}
	for i := range c.Tasks {
		t := &c.Tasks[i]
		if worlds(t) != 1 {
			return fmt.Errorf("tasks: number %d must have exactly one of bundle, table and formulas", i+1)
		}
		if t.Judge != "" && t.Bundle == "" {
			return fmt.Errorf("tasks: number %d has a judge, but only what is found on a bundle needs one", i+1)
		}
		if t.Name != "" && !nameRule.MatchString(t.Name) {
			return fmt.Errorf("tasks: %q %s", t.Name, nameWanted)
		}
		if t.Table != nil && t.Name == "" {
			return fmt.Errorf("tasks: number %d is a table and needs a name", i+1)
		}
	}
	return nil
}

// worlds counts what a task says that it is.
func worlds(t *TaskConfig) (n int) {
	for _, is := range []bool{t.Bundle != "", t.Table != nil, t.Formulas != ""} {
		if is {
			n++
		}
	}
	return n
}

func (b Budget) check() error {
	n := 0
	for _, v := range []float64{b.Trainings, b.Joules, b.KWh, b.Seconds, b.Epochs} {
		if v < 0 || v != v || v > 1e300 {
			return fmt.Errorf("budget: %g is not a finite number above 0", v)
		}
		if v > 0 {
			n++
		}
	}
	if n != 1 {
		return fmt.Errorf("budget: wanted exactly one of trainings, joules, kwh, seconds, epochs, above 0")
	}
	return nil
}

// In returns the budget in the unit of the task's cost, given the mean cost of a whole training.
func (b Budget) In(unit string, mean float64) (float64, error) {
	for _, k := range []struct {
		unit   string
		amount float64
	}{{search.Joules, b.Joules}, {search.Joules, energy.FromKWh(b.KWh)}, {search.Seconds, b.Seconds},
		{search.Epochs, b.Epochs}, {unit, b.Trainings * mean}} {
		if k.amount == 0 {
			continue
		}
		if k.unit != unit {
			return 0, fmt.Errorf("budget: given in %s, but the task counts %s; write cost: %s at the task, or give "+
				"the budget in trainings", k.unit, unit, k.unit)
		}
		return k.amount, nil
	}
	return 0, fmt.Errorf("budget: none")
}
