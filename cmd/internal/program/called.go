package program

import (
	"os"
	"path/filepath"
	"strings"
)

// Called returns how the reader of a hint calls eahas: as it was called now. go run builds into a folder go-build…
// that is gone afterwards.
func Called() string {
	if self, err := os.Executable(); err == nil && strings.Contains(filepath.ToSlash(self), "/go-build") {
		return "go run ./cmd/eahas"
	}
	return "eahas"
}
