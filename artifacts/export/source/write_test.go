package source

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
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

const driverC = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "surrogate.h"

static double epochs[1000], curve[1000];

static void put(double v) {
  uint64_t u;
  memcpy(&u, &v, 8);
  printf(" %llx", (unsigned long long)u);
}

int main(void) {
  char word[64];
  for (;;) {
    double x[EAHAS_AXES + 1];
    for (int i = 0; i <= EAHAS_AXES; i++) {
      if (scanf("%63s", word) != 1) return 0;
      x[i] = strtod(word[0] == '+' ? word + 1 : word, NULL);
    }
    struct eahas_answer a = eahas_query(x, x[EAHAS_AXES], epochs, curve, 1000);
    put(a.last), put(a.energy_per_epoch), put(a.energy_total), put(a.time_per_epoch), put(a.time_total), put(a.inference_energy);
    for (long i = 0; i < a.n; i++) put(epochs[i]);
    for (long i = 0; i < a.n; i++) put(curve[i]);
    puts("");
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

// TestCompiledSourceAnswersBitForBit compiles the file and asks 10,000 configurations, those at the ends of axes
// included.
func TestCompiledSourceAnswersBitForBit(t *testing.T) {
	for _, s := range compared(t) {
		if d := compare(t, s, goDriver(t, s)); d != 0 {
			t.Errorf("%s: differs by %g", s.Spec().Name, d)
		}
	}
}

// TestCompiledHeaderAnswersBitForBit: on other processors than x86-64 Go's exp is another.
func TestCompiledHeaderAnswersBitForBit(t *testing.T) {
	allowed := 0.0
	if runtime.GOARCH != "amd64" {
		allowed = 1e-13
	}
	for _, s := range compared(t) {
		if d := compare(t, s, cDriver(t, s)); d > allowed {
			t.Errorf("%s: differs by %g", s.Spec().Name, d)
		}
	}
}

// goDriver writes and compiles the Go file, and returns the program's path.
func goDriver(t *testing.T, s *artifacts.Surrogate) string {
	t.Helper()
	src, err := Go(s, "main")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module generated\n\ngo 1.21\n", "surrogate.go": string(src),
		"driver.go": driver} {
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
	return filepath.Join(dir, "driver")
}

// cDriver does the same for the C header.
func cDriver(t *testing.T, s *artifacts.Surrogate) string {
	t.Helper()
	header, err := C(s)
	if err != nil {
		t.Fatal(err)
	}
	return compileC(t, map[string]string{"surrogate.h": string(header), "driver.c": driverC})
}

// compileC compiles driver.c and returns the program's path.
func compileC(t *testing.T, files map[string]string) string {
	t.Helper()
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("gcc is missing, and in CI it must be there: %v", err)
		}
		t.Skipf("no gcc here: %v", err)
	}
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command(gcc, "-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-unused-variable",
		"-ffp-contract=off", "-o", "driver", "driver.c", "-lm")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%.3000s", err, out)
	}
	return filepath.Join(dir, "driver")
}

// compare asks the program 10,000 configurations and returns the largest relative difference of a number.
func compare(t *testing.T, s *artifacts.Surrogate, program string) float64 {
	t.Helper()
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
				x = code(p, v)
			}
			in.WriteString(strconv.FormatFloat(x, 'g', -1, 64) + " ")
		}
		fmt.Fprintln(&in, upTo)
		var a artifacts.Answer
		if err := s.QueryInto(&a, c, upTo); err != nil {
			t.Fatal(err)
		}
		var line strings.Builder
		all := append([]float64{a.Last, a.EnergyPerEpoch, a.EnergyTotal, a.TimePerEpoch, a.TimeTotal,
			a.InferenceEnergy}, a.Epochs...)
		for _, v := range append(all, a.Curve...) {
			fmt.Fprintf(&line, " %x", math.Float64bits(v))
		}
		want = append(want, line.String())
	}
	cmd := exec.Command(program)
	cmd.Stdin = &in
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d answers to %d questions", len(got), len(want))
	}
	worst := 0.0
	for i := range got {
		g, w := strings.Fields(got[i]), strings.Fields(want[i])
		if len(g) != len(w) {
			t.Fatalf("configuration %d:\ngot    %s\nwanted %s", i, got[i], want[i])
		}
		for j := range g {
			if x, y := bits(t, g[j]), bits(t, w[j]); math.IsNaN(x) != math.IsNaN(y) {
				t.Fatalf("configuration %d, number %d: %g, wanted %g", i, j, x, y)
			} else if x != y && !math.IsNaN(x) {
				worst = max(worst, math.Abs(x-y)/max(math.Abs(x), math.Abs(y)))
			}
		}
	}
	return worst
}

func bits(t *testing.T, word string) float64 {
	t.Helper()
	u, err := strconv.ParseUint(word, 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	return math.Float64frombits(u)
}

func TestOtherModelsAreRefused(t *testing.T) {
	if _, err := Go(surrogate(t, "v1-knn-bezier"), "x"); !errors.Is(err, ErrUnsupported) {
		t.Errorf("got %v", err)
	}
	if _, err := Go(surrogate(t, "v1-gbdt-bezier"), "a b"); err == nil {
		t.Error("a package called \"a b\"")
	}
}

// compared lists the surrogates to compare: the committed one, and that of $EAHAS_BUNDLE if it is set.
func compared(t *testing.T) []*artifacts.Surrogate {
	t.Helper()
	out := []*artifacts.Surrogate{surrogate(t, "v1-gbdt-bezier")}
	if path := os.Getenv("EAHAS_BUNDLE"); path != "" {
		s, err := artifacts.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}
