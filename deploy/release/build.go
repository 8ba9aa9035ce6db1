package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// built is the program for one platform.
type built struct {
	name    string // eahas, eahas.exe
	program []byte
	modules []*debug.Module // that are linked into it, of others
}

// build builds eahas without cgo, paths of this machine and symbols for debuggers.
func build(ctx context.Context, system, arch string) (built, error) {
	dir, err := os.MkdirTemp("", "eahas-release-*")
	if err != nil {
		return built{}, err
	}
	defer os.RemoveAll(dir)
	b := built{name: "eahas"}
	if system == "windows" {
		b.name += ".exe"
	}
	path := filepath.Join(dir, b.name)
	commit := "-buildvcs=true" // into the program, also where this machine's settings leave it out
	if os.Getenv(epoch) != "" {
		commit = "-buildvcs=auto" // there may be no clone
	}
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", commit, "-ldflags", "-s -w", "-o", path, "./cmd/eahas")
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOOS="+system, "GOARCH="+arch)
	if out, err := c.CombinedOutput(); err != nil {
		return b, fmt.Errorf("go build: %w\n%s", err, out)
	}
	if b.program, err = os.ReadFile(path); err != nil {
		return b, err
	}
	info, err := buildinfo.Read(bytes.NewReader(b.program))
	if err != nil {
		return b, err
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		b.modules = append(b.modules, m)
	}
	return b, nil
}

// epoch is the variable that says the time of what is built where there is no commit (reproducible-builds.org).
const epoch = "SOURCE_DATE_EPOCH"

// commitTime is the time of the checked-out commit, or what SOURCE_DATE_EPOCH says.
func commitTime(ctx context.Context) (time.Time, error) {
	said := os.Getenv(epoch)
	if said == "" {
		out, err := exec.CommandContext(ctx, "git", "log", "-1", "--format=%ct").Output()
		if err != nil {
			return time.Time{}, errors.New("no commit to take the time from: run it in a clone, or set " +
				"SOURCE_DATE_EPOCH")
		}
		said = strings.TrimSpace(string(out))
	}
	s, err := strconv.ParseInt(said, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no time in seconds since 1970", said)
	}
	return time.Unix(s, 0).UTC(), nil
}
