package pipeline

import (
	"context"
	"fmt"

	"eahas/pipeline/guess"
)

// Init looks at logs and writes a config for them, to be edited; see package guess. Paths are as in a config: relative to the
// data folder.
func Init(ctx context.Context, name string, paths []string, dataDir string) ([]byte, error) {
	if !nameRule.MatchString(name) {
		return nil, fmt.Errorf("%w: name %q must be 1 to 64 letters, digits, '.', '_' or '-'", ErrConfig, name)
	}
	return guess.Config(ctx, name, paths, DataDir(dataDir))
}
