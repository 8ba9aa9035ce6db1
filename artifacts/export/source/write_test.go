package source

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/stream"
)

// driver answers lines of numbers with the bits of everything that Query says.
const driver = `package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
)

func main() {
	in, out := bufio.NewScanner(os.Stdin), bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		words := strings.Fields(in.Text())
		var x [len(Axes)]float64
		for i := range x {
			x[i], _ = strconv.ParseFloat(words[i], 64)
		}
		upTo, _ := strconv.ParseFloat(words[len(x)], 64)
		a := Query(x, upTo)
		all := append([]float64{a.Last, a.EnergyPerEpoch, a.EnergyTotal, a.TimePerEpoch, a.TimeTotal, a.InferenceEnergy}, a.Epochs...)
		for _, v := range append(all, a.Curve...) {
			fmt.Fprintf(out, " %x", math.Float64bits(v))
		}
		fmt.Fprintln(out)
	}
}
`

func surrogate(t *testing.T, name string) *artifacts.Surrogate {
	t.Helper()
	s, err := artifacts.Open(filepath.Join("..", "..", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestCompiledSourceAnswersBitForBit compiles the file and asks 10,000 configurations, those at the ends of axes included.
func TestCompiledSourceAnswersBitForBit(t *testing.T) {
	s := surrogate(t, "v1-gbdt-bezier")
	code10k(t, s)
}

func code10k(t *testing.T, s *artifacts.Surrogate) {
	t.Helper()
	src, err := Go(s, "main")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module generated\n\ngo 1.21\n", "surrogate.go": string(src), "driver.go": driver} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-o", "driver", ".")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	spec := s.Spec()
	r, sampler := stream.New(1, "source"), spec.Space.NewSampler()
	var in bytes.Buffer
	var want []string
	for i := range 10_000 {
		c, err := sampler.Sample(r)
		if err != nil {
			t.Fatal(err)
		}
		if i%4 == 3 { // at an end of some axis, where that stays inside
			p := &spec.Space.Params[r.IntN(len(spec.Space.Params))]
			old, ends := c[p.Name], []features.Value{features.Number(p.Low), features.Number(p.High)}
			if !p.Numeric() {
				ends = p.Choices
			}
			c[p.Name] = ends[r.IntN(len(ends))]
			if spec.Space.Check(c) != nil {
				c[p.Name] = old
			}
		}
		upTo := []float64{math.Inf(1), 1, 20.5}[i%3]
		for j := range spec.Space.Params {
			p := &spec.Space.Params[j]
			x := math.NaN()
			if v := c[p.Name]; !v.IsMissing() {
				x = code(&spec.Space, p, v)
			}
			in.WriteString(strconv.FormatFloat(x, 'g', -1, 64) + " ")
		}
		fmt.Fprintln(&in, upTo)
		var a artifacts.Answer
		if err := s.QueryInto(&a, c, upTo); err != nil {
			t.Fatal(err)
		}
		var line strings.Builder
		all := append([]float64{a.Last, a.EnergyPerEpoch, a.EnergyTotal, a.TimePerEpoch, a.TimeTotal, a.InferenceEnergy}, a.Epochs...)
		for _, v := range append(all, a.Curve...) {
			fmt.Fprintf(&line, " %x", math.Float64bits(v))
		}
		want = append(want, line.String())
	}
	cmd := exec.Command(filepath.Join(dir, "driver"))
	cmd.Stdin = &in
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d answers to %d questions", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("configuration %d:\ngot    %s\nwanted %s", i, got[i], want[i])
		}
	}
}

func TestOtherModelsAreRefused(t *testing.T) {
	if _, err := Go(surrogate(t, "v1-knn-bezier"), "x"); !errors.Is(err, ErrUnsupported) {
		t.Errorf("got %v", err)
	}
	if _, err := Go(surrogate(t, "v1-gbdt-bezier"), "a b"); err == nil {
		t.Error("a package called \"a b\"")
	}
}

// TestOwnBundle compares for the bundle that $EAHAS_BUNDLE names; without it there is nothing to do.
func TestOwnBundle(t *testing.T) {
	path := os.Getenv("EAHAS_BUNDLE")
	if path == "" {
		return
	}
	s, err := artifacts.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	code10k(t, s)
}
