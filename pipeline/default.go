package pipeline

import _ "embed"

//go:embed default.yaml
var defaultConfig []byte

// Default returns the config of the built-in run on simulated trials.
func Default() (*Config, error) { return Parse("", defaultConfig) }
