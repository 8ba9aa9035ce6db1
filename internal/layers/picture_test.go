package layers

import "slices"

// The picture. A path stands for the package and everything below it, unless a longer path of the same list does.

// floors are the rooms of the house from the ground up. A room imports rooms of lower floors; inside a room, anybody
// may import anybody.
var floors = [][]string{
	{"docs", "internal/arithmetic", "internal/atomicfile", "internal/chromium", "internal/fixture", "internal/garbage",
		"internal/gather",
		"internal/layers", "internal/literal", "internal/mapped", "internal/nullable", "internal/pages", "internal/par",
		"internal/paste", "internal/plaintext",
		"internal/stream", "internal/strictyaml", "report/svg", "trial/names", "trial/target"},
	{"eval", "features", "internal/atomicfolder", "tune"},
	{"models", "report", "trial"},
	{"artifacts", "internal/synthtask", "simulate", "trial/arrowio"},
	{"artifacts/export", "intake", "search", "serve"},
	{"pipeline/dataset", "pipeline/guess", "pipeline/recipe", "pipeline/stage", "report/searchpage"},
	{"pipeline/experiment"},
	{"pipeline/peers", "pipeline/search"},
	{"pipeline"},
	{"bench", "clients", "cmd", "deploy", "examples"},
}

// heavy are the libraries and the trainers that a consumer never links.
var heavy = []string{"github.com/apache/arrow", "github.com/apache/arrow-go", "gorgonia.org",
	"github.com/sjwhitworth/golearn", "models/gbdt/train", "models/mlp/train"}

// light says what a room may link, directly or through others, besides itself and the standard library. None of them
// may link a heavy library.
var light = map[string][]string{
	"eval":            {"gonum.org/v1/gonum", "internal", "trial/target"},
	"features":        {"gonum.org/v1/gonum", "internal"},
	"artifacts":       answering,
	"serve":           append(slices.Clone(counting), answering...),
	"search":          answering,
	"search/formulas": append([]string{"search", "simulate"}, answering...),
	"search/study":    append([]string{"search", "simulate", "trial", "github.com/goccy/go-yaml"}, answering...),
	"search/service":  append([]string{"search", "simulate", "trial", "github.com/goccy/go-yaml"}, answering...),
	"clients/core":    answering,
	"cmd/export": append([]string{"cmd/internal/program", "github.com/urfave/cli/v2",
		"github.com/cpuguy83/go-md2man", "github.com/russross/blackfriday", "github.com/xrash/smetrics"},
		append(slices.Clone(counting), answering...)...),
}

// native is the one package with cgo, which no other imports: the C library of the Python client. Without cgo it is a
// program that says so.
const native = "clients/core"

// answering is what the rooms that answer from a bundle may link.
var answering = []string{
	"artifacts", "eval", "features", "internal", "models", "serve", "trial",
	"gonum.org/v1/gonum", "golang.org/x/sync", "golang.org/x/sys", "golang.org/x/tools/container/intsets",
	"google.golang.org/protobuf",
}

// counting is Prometheus' client and what it brings along, for the server alone.
var counting = []string{
	"github.com/prometheus", "github.com/beorn7/perks", "github.com/cespare/xxhash", "github.com/klauspost/compress",
	"github.com/munnerz/goautoneg",
}

// only says which rooms alone may import a library or a room.
var only = map[string][]string{
	"github.com/prometheus":          {"serve"},
	"github.com/apache/arrow":        {"trial/arrowio"},
	"github.com/apache/arrow-go":     {"trial/arrowio"},
	"gorgonia.org":                   {"models/mlp/train"},
	"github.com/sjwhitworth/golearn": {"models/baseline"},
	"github.com/goccy/go-yaml":       {"pipeline", "intake", "internal/strictyaml", "search/study"},
	"modernc.org/sqlite":             {"intake"},
	"github.com/urfave/cli":          {"cmd"},
	"github.com/schollz/progressbar": {"cmd"},
	"pipeline":                       {"cmd", "bench/accuracy", "bench/adapt", "bench/coverage"},
	"models/mlp/train":               {"pipeline"},
	"models/baseline":                {"pipeline"},
}

// never says what a room must not import itself, though its floor would allow it.
var never = []struct {
	room string
	what []string
	why  string
}{
	{"pipeline/dataset", []string{"models"}, "the table that is trained on knows no model"},
	{"pipeline/recipe", []string{"artifacts", "eval", "trial/arrowio"}, "a recipe sees no fold and no log"},
	{"pipeline/experiment", []string{"os", "path/filepath", "trial/arrowio"}, "an experiment sees no file path"},
	{"report", []string{"models", "trial/arrowio"}, "a report holds numbers and names"},
	{"models", []string{"os"}, "a model reads no file"},
	{"features", []string{"os"}, "a space reads no file"},
	{"eval", []string{"os"}, "a metric reads no file"},
}
