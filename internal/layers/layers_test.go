package layers

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// pkg is what go list says about a package.
type pkg struct {
	ImportPath string
	Standard   bool
	Imports    []string
}

// graph holds every package that the module builds from, by path.
type graph map[string]pkg

const module = "eahas/"

// heavy are the libraries that a consumer never links.
var heavy = []string{"github.com/apache/arrow", "github.com/apache/arrow-go", "gorgonia.org", "github.com/sjwhitworth/golearn"}

// light says what a room may depend on, directly or not, besides the standard library.
var light = map[string][]string{
	"eahas/eval":       {"eahas/eval", "gonum.org/v1/gonum", "eahas/internal/stream", "eahas/internal/par", "eahas/internal/nullable"},
	"eahas/features":   {"eahas/features", "gonum.org/v1/gonum", "eahas/internal/stream"},
	"eahas/artifacts":  {"eahas/artifacts", "eahas/features", "eahas/models", "eahas/internal", "gonum.org/v1/gonum", "golang.org/x/tools/container/intsets", "golang.org/x/sync", "golang.org/x/sys", "google.golang.org/protobuf"},
	"eahas/serve":      {"eahas/serve", "eahas/artifacts", "eahas/features", "eahas/models", "eahas/internal", "gonum.org/v1/gonum", "golang.org/x/tools/container/intsets", "golang.org/x/sync", "golang.org/x/sys", "google.golang.org/protobuf"},
	"eahas/cmd/export": {"eahas/cmd/export", "eahas/serve", "eahas/artifacts", "eahas/features", "eahas/models", "eahas/internal", "gonum.org/v1/gonum", "golang.org/x/tools/container/intsets", "golang.org/x/sync", "golang.org/x/sys", "google.golang.org/protobuf", "github.com/urfave/cli/v2", "github.com/cpuguy83/go-md2man", "github.com/russross/blackfriday", "github.com/xrash/smetrics"},
}

// only says which rooms alone may import a library.
var only = map[string][]string{
	"github.com/apache/arrow":        {"eahas/trial/arrowio"},
	"github.com/apache/arrow-go":     {"eahas/trial/arrowio"},
	"gorgonia.org":                   {"eahas/models/mlp/train"},
	"github.com/sjwhitworth/golearn": {"eahas/models/baseline"},
	"github.com/goccy/go-yaml":       {"eahas/pipeline"},
	"github.com/urfave/cli":          {"eahas/cmd/export", "eahas/cmd/train"},
	"github.com/schollz/progressbar": {"eahas/cmd/train"},
	"eahas/pipeline":                 {"eahas/cmd/train", "eahas/bench/accuracy"},
	"eahas/models/mlp/train":         {"eahas/pipeline"},
	"eahas/models/baseline":          {"eahas/pipeline"},
}

// within reports whether path is prefix or lies below it.
func within(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

func withinAny(path string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return within(path, p) })
}

// deps returns everything that a package depends on, itself included.
func (g graph) deps(path string) []string {
	seen := map[string]bool{path: true}
	queue := []string{path}
	for i := 0; i < len(queue); i++ {
		for _, next := range g[queue[i]].Imports {
			if !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	slices.Sort(queue)
	return queue
}

// violations lists every breach of the picture, sorted.
func (g graph) violations() []string {
	var out []string
	for path := range g {
		if !within(path, strings.TrimSuffix(module, "/")) {
			continue
		}
		for room, allowed := range light {
			if !within(path, room) {
				continue
			}
			for _, d := range g.deps(path) {
				if withinAny(d, heavy) {
					out = append(out, fmt.Sprintf("%s links %s, which a light room never does", path, d))
				} else if !g[d].Standard && !withinAny(d, allowed) {
					out = append(out, fmt.Sprintf("%s depends on %s, which is not in its list", path, d))
				}
			}
		}
		for _, d := range g[path].Imports {
			for library, rooms := range only {
				if within(d, library) && !within(path, library) && !withinAny(path, rooms) {
					out = append(out, fmt.Sprintf("%s imports %s, which only %s may", path, d, strings.Join(rooms, " and ")))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// load asks the go command for all packages of the module and what they depend on; test files do not count.
func load(t *testing.T) graph {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Standard,Imports", module+"...")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	g := graph{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); err == io.EOF {
			return g
		} else if err != nil {
			t.Fatal(err)
		}
		g[p.ImportPath] = p
	}
}

func TestImportPicture(t *testing.T) {
	g := load(t)
	for room := range light {
		if _, ok := g[room]; !ok {
			t.Errorf("the room %s is gone; mend the picture", room)
		}
	}
	for _, v := range g.violations() {
		t.Error(v)
	}
}

// TestPictureTurnsRed breaks each rule once.
func TestPictureTurnsRed(t *testing.T) {
	for name, g := range map[string]graph{
		"artifacts links arrow through a room": {
			"eahas/artifacts":                      {Imports: []string{"eahas/models/knn"}},
			"eahas/models/knn":                     {Imports: []string{"eahas/trial/arrowio"}},
			"eahas/trial/arrowio":                  {Imports: []string{"github.com/apache/arrow/go/v15/arrow"}},
			"github.com/apache/arrow/go/v15/arrow": {},
		},
		"export links gorgonia":             {"eahas/cmd/export": {Imports: []string{"gorgonia.org/tensor"}}},
		"export links golearn":              {"eahas/cmd/export": {Imports: []string{"github.com/sjwhitworth/golearn/base"}}},
		"eval knows the models":             {"eahas/eval": {Imports: []string{"eahas/models"}}},
		"artifacts knows the pipeline":      {"eahas/artifacts": {Imports: []string{"eahas/pipeline"}}},
		"a room besides arrowio uses arrow": {"eahas/simulate": {Imports: []string{"github.com/apache/arrow/go/v15/parquet"}}},
		"a room besides mlp/train trains":   {"eahas/models/mlp": {Imports: []string{"gorgonia.org/gorgonia"}}},
		"a room besides baseline":           {"eahas/models/knn": {Imports: []string{"github.com/sjwhitworth/golearn/base"}}},
		"a second room reads configs":       {"eahas/report": {Imports: []string{"github.com/goccy/go-yaml"}}},
		"a room below uses the pipeline":    {"eahas/report": {Imports: []string{"eahas/pipeline"}}},
	} {
		if len(g.violations()) == 0 {
			t.Errorf("%s: nothing was found", name)
		}
	}
	fine := graph{
		"eahas/artifacts": {Imports: []string{"fmt", "eahas/features"}},
		"eahas/features":  {Imports: []string{"fmt"}},
		"fmt":             {Standard: true},
	}
	if v := fine.violations(); len(v) != 0 {
		t.Errorf("a sound graph: %v", v)
	}
}
