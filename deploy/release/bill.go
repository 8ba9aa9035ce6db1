package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// billTool reads the modules out of a program and finds their licences.
const billTool = "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.9.0"

// billOf is the software bill of materials of a program, as CycloneDX JSON.
func billOf(ctx context.Context, b built, version string, at time.Time) ([]byte, error) {
	dir, err := os.MkdirTemp("", "eahas-release-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	program, list := filepath.Join(dir, b.name), filepath.Join(dir, "list.json")
	if err := os.WriteFile(program, b.program, 0o700); err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, "go", "run", billTool, "bin", "-json", "-licenses", "-std", "-noserial", "-version",
		"v"+version, "-output", list, program)
	c.Env = append(os.Environ(), "GOOS=", "GOARCH=", "GOFLAGS=")
	if out, err := c.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w; -sbom=false goes without\n%s", billTool, err, out)
	}
	text, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	return dated(text, at)
}

// dated sets the list's time, which is that of its making, to the commit's.
func dated(list []byte, at time.Time) ([]byte, error) {
	var all map[string]any
	if err := json.Unmarshal(list, &all); err != nil {
		return nil, err
	}
	about, ok := all["metadata"].(map[string]any)
	if !ok {
		return nil, errors.New(billTool + ": the list has no metadata")
	}
	about["timestamp"] = at.Format(time.RFC3339)
	return json.MarshalIndent(all, "", "  ")
}
