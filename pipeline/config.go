package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/goccy/go-yaml"

	"eahas/internal/strictyaml"
	"eahas/pipeline/dataset"
	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/trial"
)

// Config is a whole run, as a user writes it in one YAML file. Unknown keys are refused with line and column.
type Config struct {
	Name  string          `yaml:"name"`            // of the run and its bundle: letters, digits, '.', '_', '-'
	About string          `yaml:"about,omitempty"` // one or two sentences that the report and the bundle carry
	Seed  uint64          `yaml:"seed"`            // root of every random choice
	Logs  []trial.Mapping `yaml:"logs,omitempty"`  // where the trials are read and what the columns mean
	// logs that came in later (eahas run -from), in their order
	Added    []Added       `yaml:"added,omitempty"`
	Simulate *Simulate     `yaml:"simulate,omitempty"` // in place of logs: synthetic trials
	Space    dataset.Space `yaml:"space"`              // the joint space of architectures and hyperparameters
	// axes that foretell a result almost exactly and are settings all the same: no warning
	Settings []string       `yaml:"settings,omitempty"`
	Epochs   dataset.Epochs `yaml:"epochs,omitempty"` // how the number of epochs of a configuration is known
	// what to model, and targets of one's own; default: everything that the logs have labels for
	Targets  Targets          `yaml:"targets,omitempty"`
	Evaluate Evaluation       `yaml:"evaluate"` // how the variants are scored
	Variants []recipe.Variant `yaml:"variants"` // default: auto
	Freeze   string           `yaml:"freeze"`   // the variant that becomes the bundle; default: the first

	file string // as the user named it; empty for the built-in config
}

// Added are logs that came in after others. They are read by themselves: ids and joins are their own, and a run that is
// an earlier one again, to the last digit and by the same id, counts once.
type Added struct {
	Logs []trial.Mapping `yaml:"logs"` // as above
}

// Evaluation says how the surrogate is scored.
type Evaluation struct {
	dataset.Split      `yaml:",inline"`
	experiment.Scoring `yaml:",inline"`
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
	if err := strictyaml.Decode(b, c); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrConfig, file, err)
	}
	if err := c.complete(); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrConfig, file, err)
	}
	return c, nil
}

// complete fills in defaults and refuses contradictions.
func (c *Config) complete() error {
	if c.Name == "" {
		base := filepath.Base(c.file)
		c.Name = base[:len(base)-len(filepath.Ext(base))]
	}
	if !nameRule.MatchString(c.Name) {
		return fmt.Errorf("name: %q must be 1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit",
			c.Name)
	}
	for _, check := range []func() error{c.checkSource, c.Space.Complete, c.Epochs.Complete, c.Evaluate.Split.Complete,
		c.Evaluate.Scoring.Complete, c.completeVariants} {
		if err := check(); err != nil {
			return err
		}
	}
	return c.checkTargets()
}

// checkSource sees to it that trials come from one place.
func (c *Config) checkSource() error {
	switch {
	case c.Simulate != nil && len(c.Added) > 0:
		return fmt.Errorf("added: simulated trials cannot be joined by logs")
	case c.Simulate == nil && len(c.Logs) == 0:
		return fmt.Errorf("logs: nothing to read; 'eahas init' writes a config from logs")
	case c.Simulate == nil:
		return nil
	case c.Simulate.Trials < 1 || c.Simulate.Trials > maxSimulated:
		return fmt.Errorf("simulate.trials: %d is not in 1..%d", c.Simulate.Trials, maxSimulated)
	case c.Simulate.Repeats < 0 || c.Simulate.Repeats > maxSimulated/c.Simulate.Trials:
		return fmt.Errorf("simulate.repeats: %d runs of %d trials: want 1..%d", c.Simulate.Repeats, c.Simulate.Trials,
			maxSimulated/c.Simulate.Trials)
	case c.Simulate.RepeatEvery < 0:
		return fmt.Errorf("simulate.repeat_every: %d is fewer than 1", c.Simulate.RepeatEvery)
	case (c.Simulate.Layout == "") != (len(c.Logs) == 0):
		return fmt.Errorf("simulate: with a layout, logs must say how to read the files; without, there are none " +
			"to read")
	}
	return nil
}

// completeVariants fills in what the variants' names say, and which of them is frozen.
func (c *Config) completeVariants() error {
	if len(c.Variants) == 0 {
		c.Variants = []recipe.Variant{{Name: recipe.Default}}
	}
	for i := range c.Variants {
		v := &c.Variants[i]
		if err := v.Complete(); err != nil {
			return fmt.Errorf("variants[%d]: %w", i, err)
		}
		v.GroupBy(c.Evaluate.GroupBy)
		if _, twice := recipe.Find(c.Variants[:i], v.Name); twice {
			return fmt.Errorf("variants[%d]: a second variant is called %q", i, v.Name)
		}
	}
	if c.Freeze == "" {
		c.Freeze = c.Variants[0].Name
	}
	if _, ok := recipe.Find(c.Variants, c.Freeze); !ok {
		return fmt.Errorf("freeze: there is no variant %q", c.Freeze)
	}
	return nil
}

// Choose replaces the list of variants, as the command line may ask; each is "representation+regressor",
// golearn-baseline or the name of a variant of the config. The first is frozen.
func (c *Config) Choose(names []string) error {
	var chosen []recipe.Variant
	for _, n := range names {
		v := recipe.Variant{Name: n}
		if own, ok := recipe.Find(c.Variants, n); ok {
			v = *own
		}
		chosen = append(chosen, v)
	}
	c.Variants, c.Freeze = chosen, ""
	if err := c.complete(); err != nil {
		return fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return nil
}

// Resolved returns the config as YAML with everything filled in that a default or a built-in space says. Read by Parse,
// it gives the same run again.
func (c *Config) Resolved() (string, error) {
	b, err := yaml.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return string(b), nil
}
