package layers

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// within reports whether path is room or lies below it.
func within(path, room string) bool { return path == room || strings.HasPrefix(path, room+"/") }

func withinAny(path string, rooms []string) bool {
	return slices.ContainsFunc(rooms, func(r string) bool { return within(path, r) })
}

// own reports whether a path of the graph is a package of this module.
func own(path string) bool {
	return slices.ContainsFunc(floors, func(rooms []string) bool { return withinAny(path, rooms) })
}

// placeOf returns the floor and the room of a package: those of the longest path that fits.
func placeOf(path string) (floor int, room string, ok bool) {
	for f, rooms := range floors {
		for _, r := range rooms {
			if within(path, r) && len(r) > len(room) {
				floor, room, ok = f, r, true
			}
		}
	}
	return floor, room, ok
}

// violations lists every breach of the picture, sorted, each with the chain of imports that makes it.
func (g graph) violations() []string {
	var out []string
	for path, imports := range g {
		if !own(path) {
			continue
		}
		out = append(out, g.upwards(path)...)
		out = append(out, g.linked(path)...)
		for _, d := range imports {
			out = append(out, forbidden(path, d)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// upwards finds imports of rooms that are not on a lower floor.
func (g graph) upwards(path string) (out []string) {
	floor, room, _ := placeOf(path)
	for _, d := range g[path] {
		if f, r, ok := placeOf(d); ok && r != room && f >= floor {
			out = append(out, fmt.Sprintf("%s -> %s: %s is on floor %d and may not import floor %d", path, d, room,
				floor, f))
		}
	}
	return out
}

// linked finds what a light room must not link.
func (g graph) linked(path string) (out []string) {
	room := ""
	for r := range light {
		if within(path, r) && len(r) > len(room) {
			room = r
		}
	}
	if room == "" {
		return nil
	}
	allowed := func(d string) bool {
		return !withinAny(d, heavy) && (withinAny(d, light[room]) || within(d, room) || standard(d) && !own(d))
	}
	reached := g.reach(path)
	for _, d := range slices.Sorted(maps.Keys(reached)) {
		heavily := withinAny(d, heavy)
		if allowed(d) || withinAny(reached[d], heavy) || !heavily && !allowed(reached[d]) {
			continue // what a breach brings along is not told again, unless it is heavy
		}
		why := d + " is not in the list of the light room " + room
		if heavily {
			why = "the light room " + room + " links a heavy library"
		}
		out = append(out, chainTo(reached, d)+": "+why)
	}
	return out
}

// reach returns every package that path depends on, itself included, with the package through which it is reached
// first: the chains are as short as can be.
func (g graph) reach(path string) map[string]string {
	through := map[string]string{path: ""}
	queue := []string{path}
	for i := 0; i < len(queue); i++ {
		for _, next := range g[queue[i]] {
			if _, seen := through[next]; !seen {
				through[next] = queue[i]
				queue = append(queue, next)
			}
		}
	}
	return through
}

// chainTo writes how d is reached.
func chainTo(through map[string]string, d string) string {
	chain := d
	for d = through[d]; d != ""; d = through[d] {
		chain = d + " -> " + chain
	}
	return chain
}

// forbidden judges one import by the lists only and never.
func forbidden(path, d string) (out []string) {
	for what, rooms := range only {
		if within(d, what) && !within(path, what) && !withinAny(path, rooms) {
			out = append(out, fmt.Sprintf("%s -> %s: only %s may import it", path, d, strings.Join(rooms, " and ")))
		}
	}
	for _, n := range never {
		if _, room, _ := placeOf(path); room == n.room && withinAny(d, n.what) {
			out = append(out, fmt.Sprintf("%s -> %s: %s", path, d, n.why))
		}
	}
	if d == "C" && path != native {
		out = append(out, path+" -> C: the module is built without cgo")
	}
	return out
}

func TestImportPicture(t *testing.T) {
	const root = "../.."
	g, err := readModule(root)
	if err != nil {
		t.Fatal(err)
	}
	for path := range g {
		if !own(path) {
			t.Errorf("%s has no place in the house: give it one in floors", path)
		}
	}
	versions, err := libraries(root + "/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if err := g.readLibraries(versions); err != nil {
		t.Fatal(err)
	}
	for room := range light {
		if g[room] == nil {
			t.Errorf("the light room %s is gone: mend the picture", room)
		}
	}
	// The libraries are really read: arrowio, which is allowed to, reaches arrow's own packages.
	if reached := g.reach("trial/arrowio"); len(reached) < 100 || len(g) < 300 {
		t.Errorf("the sources of libraries were not read: arrowio reaches %d packages of %d", len(reached), len(g))
	}
	for _, v := range g.violations() {
		t.Error(v)
	}
}

// TestPictureTurnsRed breaks each rule once and looks for the offending chain.
func TestPictureTurnsRed(t *testing.T) {
	for want, g := range map[string]graph{
		"artifacts -> models/knn -> trial/arrowio -> github.com/apache/arrow-go/v18/arrow: the light room artifacts": {
			"artifacts":     {"models/knn"},
			"models/knn":    {"trial/arrowio"},
			"trial/arrowio": {"github.com/apache/arrow-go/v18/arrow"},
		},
		"artifacts -> models/interval -> models/gbdt/train: the light room artifacts links": {
			"artifacts": {"models/interval"}, "models/interval": {"models/gbdt/train"}},
		"artifacts -> gonum.org/v1/gonum/stat -> gorgonia.org/tensor: the light room": {
			"artifacts": {"gonum.org/v1/gonum/stat"}, "gonum.org/v1/gonum/stat": {"gorgonia.org/tensor"}},
		"cmd/export -> github.com/sjwhitworth/golearn/base":           {"cmd/export": {"github.com/sjwhitworth/golearn/base"}},
		"eval -> models: models is not in the list":                   {"eval": {"models"}},
		"eval -> example.org/new: example.org/new is not in":          {"eval": {"example.org/new"}},
		"search -> pipeline: pipeline is not in":                      {"search": {"pipeline"}},
		"artifacts -> pipeline: artifacts is on floor":                {"artifacts": {"pipeline"}},
		"models/knn -> artifacts: models is on floor":                 {"models/knn": {"artifacts"}},
		"pipeline/dataset -> pipeline/recipe: ":                       {"pipeline/dataset": {"pipeline/recipe"}},
		"pipeline/recipe -> pipeline/experiment: ":                    {"pipeline/recipe": {"pipeline/experiment"}},
		"pipeline/stage -> pipeline: pipeline/stage is on floor":      {"pipeline/stage": {"pipeline"}},
		"pipeline/dataset -> models/knn: the table":                   {"pipeline/dataset": {"models/knn"}},
		"pipeline/experiment -> path/filepath: an experiment":         {"pipeline/experiment": {"path/filepath"}},
		"pipeline/recipe -> eval: a recipe sees no fold":              {"pipeline/recipe": {"eval"}},
		"intake -> pipeline: intake is on floor":                      {"intake": {"pipeline"}},
		"simulate -> github.com/apache/arrow/go/v15/parquet: only":    {"simulate": {"github.com/apache/arrow/go/v15/parquet"}},
		"models/mlp -> gorgonia.org/gorgonia: only models/mlp/train":  {"models/mlp": {"gorgonia.org/gorgonia"}},
		"models/knn -> github.com/sjwhitworth/golearn/base: only":     {"models/knn": {"github.com/sjwhitworth/golearn/base"}},
		"report -> github.com/goccy/go-yaml: only pipeline":           {"report": {"github.com/goccy/go-yaml"}},
		"bench/load -> pipeline/stage: only cmd and bench/accuracy":   {"bench/load": {"pipeline/stage"}},
		"models/gbdt -> C: the module is built without cgo":           {"models/gbdt": {"C"}},
		"trial -> trial/arrowio: trial is on floor":                   {"trial": {"trial/arrowio"}},
		"cmd/train -> github.com/sjwhitworth/golearn/base: only mode": {"cmd/train": {"github.com/sjwhitworth/golearn/base"}},
	} {
		found := g.violations()
		if !slices.ContainsFunc(found, func(v string) bool { return strings.HasPrefix(v, want) }) {
			t.Errorf("wanted %q, found %q", want, found)
		}
	}
	fine := graph{
		"artifacts":           {"fmt", "features", "models/knn"},
		"models/knn":          {"models", "math"},
		"features":            {"fmt"},
		"pipeline/experiment": {"pipeline/recipe", "pipeline/dataset"},
		"pipeline/recipe":     {"models/mlp/train", "models/baseline"},
		"cmd/train":           {"pipeline/stage", "os"},
	}
	if v := fine.violations(); len(v) != 0 {
		t.Errorf("a sound graph: %v", v)
	}
}
