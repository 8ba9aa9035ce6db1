package commands

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eahas/artifacts/export"
	"eahas/cmd/internal/program"
)

var update = flag.Bool("update", false, "write the golden files again")

// bundle is a committed one: a formula, trained by nearest neighbours.
const bundle = "../../../artifacts/testdata/v1-knn-bezier"

// one is a configuration inside its space.
var one = []string{"lr=0.01", "momentum=0.9", "opt=sgd", "batch=64", "epochs=50"}

// TestGolden runs the command as a user does and compares everything that it writes, and its exit code.
func TestGolden(t *testing.T) {
	lines := `{"lr":0.01,"momentum":0.9,"opt":"sgd","batch":64,"epochs":50}

{"lr":0.5,"momentum":0.9,"opt":"adam","beta1":0.9,"batch":128,"epochs":200}
{"lr":3,"momentum":0.9,"opt":"sgd","batch":64,"epochs":50}
{"lr":0.01,"momentum":0.9,"opt":"sgd","beta1":0.9,"batch":64,"epochs":50}
{"lr":[1]}
{"lr":0.01
null`
	for name, c := range map[string]struct {
		args  []string
		stdin string
	}{
		"help":         {args: []string{"-h"}},
		"help-query":   {args: []string{"query", "-h"}},
		"help-verify":  {args: []string{"verify", "-h"}},
		"help-info":    {args: []string{"info", "-h"}},
		"table":        {args: append([]string{"query", bundle}, one...)},
		"epoch":        {args: append([]string{"query", "-epoch", "3", bundle}, one...)},
		"json":         {args: append([]string{"query", "-json", "-epoch", "2", bundle}, one...)},
		"extrapolates": {args: append([]string{"query", "-epoch", "1", bundle, "lr=1"}, one[1:]...)},
		"outside":      {args: append([]string{"query", bundle, "lr=2"}, one[1:]...)},
		"unknown-axis": {args: append([]string{"query", bundle, "depth=2"}, one...)},
		"missing-axis": {args: append([]string{"query", bundle}, one[1:]...)},
		"early-epoch":  {args: append([]string{"query", "-epoch", "0", bundle}, one...)},
		"twice":        {args: append([]string{"query", bundle, "lr=2"}, one...)},
		"flag-after":   {args: append([]string{"query", bundle, "-json"}, one...)},
		"bad-flag":     {args: []string{"query", "-jsn", bundle}},
		"no-bundle":    {args: []string{"query"}},
		"not-there":    {args: []string{"query", "nowhere", "lr=1"}},
		"lines":        {args: []string{"query", "-epoch", "2", bundle}, stdin: lines},
		"no-lines":     {args: []string{"query", bundle}},
		"verify":       {args: []string{"verify", bundle}},
		"verify-json":  {args: []string{"verify", "-json", bundle}},
		"verify-quiet": {args: []string{"verify", "-quiet", bundle}},
		"verify-both":  {args: []string{"verify", "-quiet", "-with-libraries", bundle}},
		"info-json":    {args: []string{"info", "-json", bundle}},
		"verify-two":   {args: []string{"verify", bundle, bundle}},
		"info":         {args: []string{"info", bundle}},
		"bad-command":  {args: []string{"quarry", bundle}},
		"help-model":   {args: []string{"model", "-h"}},
		"bad-format":   {args: []string{"model", "-format", "pickle", "-out", "x", bundle}},
		"bad-option":   {args: []string{"model", "-format", "onnx", "-n", "7", "-out", "x", bundle}},
		"no-form":      {args: []string{"model", "-format", "lightgbm", "-out", "x", bundle}},
		"bad-lang":     {args: []string{"source", "-lang", "ada", bundle}},
		"bad-package":  {args: []string{"source", "-package", "a b", bundle}},
	} {
		t.Run(name, func(t *testing.T) {
			golden(t, name, execute(c.args, c.stdin))
		})
	}
}

// execute runs the command and joins what it writes and how it ends.
func execute(args []string, stdin string) string {
	var stdout, stderr bytes.Buffer
	code := Run(context.Background(), strings.NewReader(stdin), &stdout, &stderr, append([]string{"export"}, args...))
	return fmt.Sprintf("%s-- stderr --\n%s-- exit code %d --\n", &stdout, &stderr, code)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("differs from %s:\ngot:\n%s\nwanted:\n%s", path, got, want)
	}
}

// TestModelWritesEveryFormat: each row of the table can be written by its name.
func TestModelWritesEveryFormat(t *testing.T) {
	for _, f := range export.Formats() {
		dir := t.TempDir()
		args := []string{"model", "-format", f.Name, "-out", dir}
		if slices.Contains(f.Options, "n") {
			args = append(args, "-n", "12")
		}
		out := execute(append(args, "../../../artifacts/testdata/v1-gbdt-bezier"), "")
		if !strings.Contains(out, "export.json\t") || !strings.Contains(out, "exit code 0") {
			t.Errorf("%s: %s", f.Name, out)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) < 2 {
			t.Errorf("%s: %v, %v", f.Name, entries, err)
		}
	}
}

// TestStreamKeepsOrder sends more lines than a batch holds, some refused, and looks for every number in its place.
func TestStreamKeepsOrder(t *testing.T) {
	const n = 3000
	var in strings.Builder
	for i := range n {
		lr := "0.01"
		if i%7 == 0 {
			lr = "2"
		}
		fmt.Fprintf(&in, `{"lr":%s,"momentum":0.9,"opt":"sgd","batch":64,"epochs":50}`+"\n", lr)
	}
	var stdout, stderr bytes.Buffer
	code := Run(context.Background(), strings.NewReader(in.String()), &stdout, &stderr,
		[]string{"export", "query", "-epoch", "1", bundle})
	if code != program.Failed || !strings.Contains(stderr.String(), "429 lines were refused") {
		t.Errorf("stderr: %s", &stderr)
	}
	d := json.NewDecoder(&stdout)
	for i := range n {
		var a struct {
			Line  int
			Error string
			Axis  string
			Curve []float64
		}
		if err := d.Decode(&a); err != nil {
			t.Fatal(err)
		}
		refused := i%7 == 0
		if a.Line != i+1 || refused != (a.Error != "") || refused != (a.Axis == "lr") ||
			refused != (len(a.Curve) == 0) {
			t.Fatalf("answer %d: %+v", i+1, a)
		}
	}
	if d.More() {
		t.Error("more answers than lines")
	}
}

// TestLongLineIsRefused: a line beyond the limit is refused, and the lines around it are answered.
func TestLongLineIsRefused(t *testing.T) {
	good := `{"lr":0.01,"momentum":0.9,"opt":"sgd","batch":64,"epochs":50}`
	in := good + "\n" + strings.Repeat("x", 3*maxLine) + "\n" + good
	out := strings.Split(execute([]string{"query", "-epoch", "1", bundle}, in), "\n")
	if len(out) < 3 || !strings.Contains(out[0], `"line":1,"unit"`) ||
		!strings.Contains(out[1], `"line":2,"error":"the line is longer`) ||
		!strings.Contains(out[2], `"line":3,"unit"`) {
		t.Errorf("got %.300q", out)
	}
}

func TestVerifyNamesTheTamperedFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(bundle)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "curve.predictor.bin")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
	out := execute([]string{"verify", dir}, "")
	if !strings.Contains(out, "checksum mismatch: curve.predictor.bin") || !strings.Contains(out, "exit code 1") {
		t.Errorf("got %s", out)
	}
}
