// Command release makes what a version is published as: for each platform an archive of the program eahas with its
// licences, a container image without anything else in it, a list of the modules inside (CycloneDX), and checksums.
// From a clone, with Go alone:
//
//	go run ./deploy/release -out dist
//	go run ./deploy/release -out dist -platforms linux/amd64,darwin/arm64
//
// The same commit, Go version and flags give the same bytes on every machine: times are those of the commit.
//
// Read it from here: build.go (programs), archive.go (tar.gz and zip), notice.go (licences), bill.go (modules),
// image.go (the container image, which `podman load` and `docker load` take, and skopeo copies to a registry).
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"eahas/artifacts"
	"eahas/internal/atomicfile"
)

// platforms that are built when none are named.
const platforms = "linux/amd64,linux/arm64,darwin/amd64,darwin/arm64,windows/amd64,windows/arm64"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("release", flag.ContinueOnError)
	out := f.String("out", "dist", "`folder` of what is made; it must not be there yet")
	targets := f.String("platforms", platforms, "`GOOS/GOARCH` of the programs, with commas between")
	bill := f.Bool("sbom", true, "list the modules of each program, by "+billTool+" (downloaded on first use)")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("there are no arguments, got %q", f.Args())
	}
	if err := os.Mkdir(*out, 0o755); err != nil {
		return err
	}
	at, err := commitTime(ctx)
	if err != nil {
		return err
	}
	r := release{out: *out, version: artifacts.CodeVersion, at: at, bill: *bill, sums: map[string]string{}}
	for _, p := range strings.Split(*targets, ",") {
		if err := r.platform(ctx, p); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	return r.checksums()
}

// release is one run of the command.
type release struct {
	out     string
	version string
	at      time.Time // of the commit
	bill    bool
	sums    map[string]string // SHA-256 of what was made, by its file name
}

// platform builds the program for GOOS/GOARCH and makes everything of it.
func (r *release) platform(ctx context.Context, p string) error {
	system, arch, ok := strings.Cut(p, "/")
	if !ok {
		return errors.New("a platform is GOOS/GOARCH, as go tool dist list prints them")
	}
	b, err := build(ctx, system, arch)
	if err != nil {
		return err
	}
	notice, err := notice(ctx, b.modules)
	if err != nil {
		return err
	}
	files := []file{{b.name, 0o755, b.program}, {"NOTICE", 0o644, notice}}
	for _, name := range []string{"LICENSE", "README.md", "CHANGELOG.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files = append(files, file{name, 0o644, text})
	}
	stem := fmt.Sprintf("eahas-%s-%s-%s", r.version, system, arch)
	packed, ext, err := pack(stem, files, system == "windows", r.at)
	if err != nil {
		return err
	}
	if err := r.write(stem+ext, packed); err != nil {
		return err
	}
	if system == "linux" {
		image, err := image(files[:3], arch, r.version, r.at)
		if err != nil {
			return err
		}
		if err := r.write(stem+".image.tar", image); err != nil {
			return err
		}
	}
	if !r.bill {
		return nil
	}
	list, err := billOf(ctx, b, r.version, r.at)
	if err != nil {
		return err
	}
	return r.write(stem+".cdx.json", list)
}

func (r *release) write(name string, b []byte) error {
	r.sums[name] = fmt.Sprintf("%x", sha256.Sum256(b))
	fmt.Printf("%s  %.1f MB\n", name, float64(len(b))/1e6)
	return atomicfile.Write(filepath.Join(r.out, name), b)
}

// checksums writes SHA256SUMS, for sha256sum -c.
func (r *release) checksums() error {
	var sums strings.Builder
	for _, name := range slices.Sorted(maps.Keys(r.sums)) {
		fmt.Fprintf(&sums, "%s  %s\n", r.sums[name], name)
	}
	return atomicfile.Write(filepath.Join(r.out, "SHA256SUMS"), []byte(sums.String()))
}
