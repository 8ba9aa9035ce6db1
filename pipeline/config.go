package pipeline

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/goccy/go-yaml"

	"eahas/features"
	"eahas/trial"
)

// Config is a whole run, as a user writes it in one YAML file. Unknown keys are refused with line and column.
type Config struct {
	Name     string          `yaml:"name"`               // of the run and its bundle: letters, digits, '.', '_', '-'
	About    string          `yaml:"about,omitempty"`    // one or two sentences that the report and the bundle carry
	Seed     uint64          `yaml:"seed"`               // root of every random choice
	Logs     []trial.Mapping `yaml:"logs,omitempty"`     // where the trials are read and what the columns mean
	Simulate *Simulate       `yaml:"simulate,omitempty"` // in place of logs: synthetic trials
	Space    SpaceConfig     `yaml:"space"`              // the joint space of architectures and hyperparameters
	Epochs   EpochsConfig    `yaml:"epochs,omitempty"`   // how the number of epochs of a configuration is known
	Targets  []string        `yaml:"targets,omitempty"`  // what to model; default: everything that the logs have labels for
	Evaluate EvaluateConfig  `yaml:"evaluate"`
	Variants []Variant       `yaml:"variants"` // default: bezier+gbdt
	Freeze   string          `yaml:"freeze"`   // the variant that becomes the bundle; default: the first

	file string // as the user named it; empty for the built-in config
}

// Simulate asks for synthetic trials in place of real logs. With a layout they are written as log files first, and the
// config's own logs say how to read them: a rehearsal of the whole way from files.
type Simulate struct {
	Layout      trial.Layout `yaml:"layout,omitempty" json:"layout,omitempty"`           // wide, long, power or pycls; empty: no files
	Format      string       `yaml:"format,omitempty" json:"format,omitempty"`           // parquet (default), feather or stream
	Compression string       `yaml:"compression,omitempty" json:"compression,omitempty"` // none, zstd (default), lz4, snappy
	Stem        string       `yaml:"stem,omitempty" json:"stem,omitempty"`               // beginning of the files' names; default "synthetic"
	Trials      int          `yaml:"trials" json:"trials"`
	Repeats     int          `yaml:"repeats" json:"repeats"`           // runs (seeds) of a repeated configuration; default 1
	RepeatEvery int          `yaml:"repeat_every" json:"repeat_every"` // every how many configurations one is repeated; default 1
}

// SpaceConfig is a built-in space by name, or a space of one's own, or both: then the built-in comes first.
type SpaceConfig struct {
	Builtin        string `yaml:"builtin,omitempty"` // eahas-cifar10 or eahas-tinyimagenet
	features.Space `yaml:",inline"`
}

// EpochsConfig says how a query knows the number of epochs. All zero: it is found out from the curves.
type EpochsConfig struct {
	Axis    string  `yaml:"axis" json:"axis,omitempty"`       // the axis that states the last epoch
	Fixed   float64 `yaml:"fixed" json:"fixed,omitempty"`     // every run ends at this epoch
	Predict bool    `yaml:"predict" json:"predict,omitempty"` // the last epoch is an outcome and is modelled as one
}

// EvaluateConfig says how the surrogate is judged.
type EvaluateConfig struct {
	Folds     int     `yaml:"folds" json:"folds"`                     // default 5; with a fold column in the logs those are used
	By        string  `yaml:"by" json:"by"`                           // "fold" (column), "hash" (of the group) or "holdout"; default: fold when every trial has one, else hash
	Holdout   float64 `yaml:"holdout" json:"holdout"`                 // share of the groups held out when by: holdout; default 0.2
	GroupBy   string  `yaml:"group_by" json:"group_by"`               // a column of the configuration; default: curves of equal length
	FromEpoch float64 `yaml:"from_epoch" json:"from_epoch"`           // earlier epochs do not count in the curve's metrics
	Bootstrap int     `yaml:"bootstrap" json:"bootstrap"`             // resamples of the intervals; default 200; -1 turns them off
	Seeds     int     `yaml:"seeds,omitempty" json:"seeds,omitempty"` // trainings of each variant on each fold, to see what is luck; 0 is 1, at most 100
}

var nameRule = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Load reads a config file.
func Load(path string) (*Config, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return Parse(path, b)
}

// Parse reads a config from the bytes of a file; file is its name for error messages.
func Parse(file string, b []byte) (*Config, error) {
	c := &Config{file: file}
	if err := decodeStrict(b, c); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrConfig, file, err)
	}
	if err := c.complete(); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrConfig, file, err)
	}
	return c, nil
}

// decodeStrict reads YAML into v; unknown keys are an error with line and column. Note: goccy/go-yaml v1.19.2 panics on
// some malformed tags (a list's key followed by " !- x"); that is an error like any other.
func decodeStrict(b []byte, v any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("malformed YAML: %v", r)
		}
	}()
	return yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(v)
}

// complete fills in defaults and refuses contradictions.
func (c *Config) complete() error {
	if c.Name == "" {
		base := filepath.Base(c.file)
		c.Name = base[:len(base)-len(filepath.Ext(base))]
	}
	if !nameRule.MatchString(c.Name) {
		return fmt.Errorf("name: %q must be 1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit", c.Name)
	}
	if err := c.checkSource(); err != nil {
		return err
	}
	if err := c.completeSpace(); err != nil {
		return err
	}
	if err := c.Evaluate.complete(); err != nil {
		return err
	}
	if len(c.Variants) == 0 {
		c.Variants = []Variant{{Name: "bezier+gbdt"}}
	}
	seen := map[string]bool{}
	for i := range c.Variants {
		v := &c.Variants[i]
		if err := v.complete(); err != nil {
			return fmt.Errorf("variants[%d]: %w", i, err)
		}
		if seen[v.Name] {
			return fmt.Errorf("variants[%d]: a second variant is called %q", i, v.Name)
		}
		seen[v.Name] = true
	}
	if c.Freeze == "" {
		c.Freeze = c.Variants[0].Name
	}
	if !seen[c.Freeze] {
		return fmt.Errorf("freeze: there is no variant %q", c.Freeze)
	}
	for i, t := range c.Targets {
		if !knownTarget(t) {
			return fmt.Errorf("targets[%d]: %q is not one of %v", i, t, Targets)
		}
	}
	return nil
}

// checkSource sees to it that trials come from one place.
func (c *Config) checkSource() error {
	switch {
	case c.Simulate == nil && len(c.Logs) == 0:
		return fmt.Errorf("logs: nothing to read; 'train init' writes a config from logs")
	case c.Simulate == nil:
		return nil
	case c.Simulate.Trials < 1:
		return fmt.Errorf("simulate.trials: %d is fewer than 1", c.Simulate.Trials)
	case (c.Simulate.Layout == "") != (len(c.Logs) == 0):
		return fmt.Errorf("simulate: with a layout, logs must say how to read the files; without, there are none to read")
	}
	return nil
}

func (c *Config) completeSpace() error {
	if c.Space.Builtin != "" {
		b, err := features.Builtin(c.Space.Builtin)
		if err != nil {
			return fmt.Errorf("space: %w", err)
		}
		own := c.Space.Space.Params
		b.DerivedColumns = b.DerivedColumns || c.Space.Space.DerivedColumns
		b.Params = append(b.Params, own...)
		c.Space.Space, c.Space.Builtin = b, ""
	}
	if len(c.Space.Space.Params) == 0 {
		return fmt.Errorf("space: no params; 'train init' writes them from the logs")
	}
	if err := c.Space.Space.Validate(); err != nil {
		return fmt.Errorf("space: %w", err)
	}
	return nil
}

func (e *EvaluateConfig) complete() error {
	switch e.By {
	case "", "fold", "hash", "holdout":
	default:
		return fmt.Errorf("evaluate.by: %q is not one of fold, hash, holdout", e.By)
	}
	if e.Folds == 0 {
		e.Folds = 5
	}
	if e.Folds < 2 {
		return fmt.Errorf("evaluate.folds: %d is fewer than 2", e.Folds)
	}
	if e.Holdout == 0 {
		e.Holdout = 0.2
	}
	if e.Holdout <= 0 || e.Holdout >= 1 {
		return fmt.Errorf("evaluate.holdout: %g is not between 0 and 1", e.Holdout)
	}
	if e.Bootstrap == 0 {
		e.Bootstrap = 200
	}
	if e.Seeds < 0 || e.Seeds > maxSeeds {
		return fmt.Errorf("evaluate.seeds: %d is not in 1..%d", e.Seeds, maxSeeds)
	}
	return nil
}

// variant returns the variant of that name, which there is.
func (c *Config) variant(name string) *Variant {
	for i := range c.Variants {
		if c.Variants[i].Name == name {
			return &c.Variants[i]
		}
	}
	panic("pipeline: no such variant")
}

// Choose replaces the list of variants, as the command line may ask; each is "representation+regressor", golearn-baseline
// or the name of a variant of the config. The first is frozen.
func (c *Config) Choose(names []string) error {
	var chosen []Variant
	for _, n := range names {
		v := Variant{Name: n}
		for _, own := range c.Variants {
			if own.Name == n {
				v = own
			}
		}
		chosen = append(chosen, v)
	}
	c.Variants, c.Freeze = chosen, ""
	if err := c.complete(); err != nil {
		return fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return nil
}

// Resolved returns the config as YAML with everything filled in that a default or a built-in space says. Read by Parse, it
// gives the same run again.
func (c *Config) Resolved() (string, error) {
	b, err := yaml.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return string(b), nil
}

// Targets are the names of everything that can be modelled, in the order of the report.
var Targets = []string{"curve", "energy_per_epoch", "time_per_epoch", "inference_energy", "energy_total"}

func knownTarget(t string) bool {
	for _, k := range Targets {
		if k == t {
			return true
		}
	}
	return false
}
