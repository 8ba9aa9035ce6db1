package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
	"eahas/internal/arithmetic"
)

// build says what this program was built from.
type build struct {
	Version  string `json:"version"`            // that bundles and reports carry
	Module   string `json:"module,omitempty"`   // the module's version, where the go command knows one
	Commit   string `json:"commit,omitempty"`   // of the repository; empty when built without version control
	Time     string `json:"time,omitempty"`     // of the commit
	Modified bool   `json:"modified,omitempty"` // there were changes that are in no commit
	Go       string `json:"go"`
	Platform string `json:"platform"`
	// of this process; what machines of one arithmetic train has the same bytes
	Arithmetic string `json:"arithmetic"`
}

// buildOf reads what the go command wrote into the program; i is nil where it wrote nothing.
func buildOf(i *debug.BuildInfo) build {
	b := build{Version: artifacts.CodeVersion, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Arithmetic: arithmetic.Fingerprint()}
	if i == nil {
		return b
	}
	if v := i.Main.Version; v != "(devel)" {
		b.Module = v
	}
	for _, s := range i.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

func (b build) String() string {
	s := "eahas " + b.Version
	if b.Commit != "" {
		s += fmt.Sprintf(", commit %.12s of %s", b.Commit, b.Time)
	}
	if b.Modified {
		s += ", with changes"
	}
	return s + ", " + b.Go + " " + b.Platform + ", arithmetic " + b.Arithmetic
}

func versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "version, commit and Go that this program was built from",
		Description: "go run writes no commit into the program; go build and go install do.\n\nExample:\n  eahas " +
			"version -json",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "write one JSON object"}},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			i, _ := debug.ReadBuildInfo()
			b := buildOf(i)
			if c.Bool("json") {
				return json.NewEncoder(c.App.Writer).Encode(b)
			}
			_, err := fmt.Fprintln(c.App.Writer, b)
			return err
		},
	}
}
