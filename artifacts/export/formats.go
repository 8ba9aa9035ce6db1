package export

import (
	"bytes"
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"eahas/artifacts"
	"eahas/artifacts/export/archive"
	"eahas/artifacts/export/configspace"
	"eahas/artifacts/export/lightgbm"
	"eahas/artifacts/export/onnx"
	"eahas/artifacts/export/source"
	"eahas/artifacts/export/tabular"
	"eahas/artifacts/export/xgboost"
	"eahas/artifacts/export/yahpo"
	"eahas/features"
)

// Options are the choices that formats leave open. A format looks at those that its row names.
type Options struct {
	VectorLeaves bool // xgboost: keep trees with one value per output as they are
	// onnx: trees in double precision, as the operator TreeEnsemble of ai.onnx.ml 5
	Double bool
	// yahpo: of the scenario, default the surrogate's; source-go: of the package, default surrogate
	Name    string
	Rows    int                       // tabular: how many configurations are drawn; default 1,000
	Seed    uint64                    // tabular: of the draws
	Configs iter.Seq[features.Config] // tabular: these configurations instead of draws
	Bundle  string                    // archive: the bundle's folder, which must be that of the surrogate
}

// Format is one row of the table of formats.
type Format struct {
	Name     string    // as "eahas model -format" takes it
	Writes   string    // its files
	Holds    string    // what of a surrogate stands in them
	ReadBy   string    // which tools load them
	Accepts  string    // which surrogates it has a word for; all others give ErrUnsupported
	Options  []string  // the command's flags that it looks at
	Promises []Promise // what Verify has real libraries confirm
	Tested   string    // without Promises: where else it is compared with the surrogate
	NoOwn    bool      // it has no word for a bundle's own targets
	First    bool      // it holds targets that are predicted first, and what their predictions do to the others
	files    func(*artifacts.Surrogate, Options) ([]File, error)
}

// Promise is how near a library's answers for a format's files come to the surrogate's.
type Promise struct {
	Flag      string   // of the command, for the options below; empty for the defaults
	Options   Options  // with which the files are written
	Libraries []string // of Python
	Ask       string   // what they are asked: heads, query, space or table (see check/verify.py)
	Limit     float64  // the largest difference, relative
	Strict    bool     // relative to each number, not to the output's size
}

// Any is what a format accepts that takes every surrogate.
const Any = "every surrogate"

const (
	onlyTrees = "boosted trees and forests"
	anyModel  = "trees, networks, linear models"
	anyCurve  = anyModel + "; curves of kind bezier, grid or svd"
	noOwn     = "; no targets of the bundle's own"
)

// table lists the formats. A new one is its package, which knows nothing of this one, and a row here.
var table = []Format{
	{
		Name: "lightgbm", Writes: "TARGET.txt, or TARGET.K.txt for each output K",
		Holds:  "the heads' trees, as LightGBM text, version v4",
		ReadBy: "LightGBM (Python, C, R), treelite", Accepts: onlyTrees, files: perHead(lightGBM(lightgbm.V4)),
		Promises: []Promise{{Libraries: []string{"lightgbm", "treelite"}, Ask: "heads", Limit: 1e-12, Strict: true}},
	}, {
		Name: "lightgbm-v3", Writes: "the same", Holds: "the same, as version v3",
		ReadBy: "older readers, and the Go package leaves", Accepts: onlyTrees, files: perHead(lightGBM(lightgbm.V3)),
		Promises: []Promise{{Libraries: []string{"lightgbm", "treelite"}, Ask: "heads", Limit: 1e-12, Strict: true}},
	}, {
		Name: "xgboost-json", Writes: "TARGET.json", Holds: "the heads' trees",
		ReadBy: "XGBoost 1.7 and later; with -vector-leaves 3.2 and later", Accepts: onlyTrees,
		Options:  []string{"vector-leaves"},
		files:    perHead(xgBoost(".json", xgboost.Model.JSON)),
		Promises: []Promise{{Libraries: []string{"xgboost"}, Ask: "heads", Limit: 1e-6}},
	}, {
		Name: "xgboost-ubj", Writes: "TARGET.ubj", Holds: "the heads' trees, smaller",
		ReadBy: "XGBoost 1.7 and later; with -vector-leaves 3.2 and later", Accepts: onlyTrees,
		Options: []string{"vector-leaves"},
		files:   perHead(xgBoost(".ubj", xgboost.Model.UBJSON)),
		Promises: []Promise{
			{Libraries: []string{"xgboost"}, Ask: "heads", Limit: 1e-6},
			{Flag: "-vector-leaves", Options: Options{VectorLeaves: true}, Libraries: []string{"xgboost"}, Ask: "heads",
				Limit: 1e-6},
		},
	}, {
		Name: "onnx", Writes: "TARGET.onnx", Holds: "the heads' models, from encoded rows to their outputs",
		ReadBy: "ONNX Runtime; with -double 1.20 and later", Accepts: anyModel, Options: []string{"double"},
		files: perHead(onnxHead),
		Promises: []Promise{
			{Libraries: []string{"onnxruntime"}, Ask: "heads", Limit: 1e-6},
			{Flag: "-double", Options: Options{Double: true}, Libraries: []string{"onnxruntime"}, Ask: "heads",
				Limit: 1e-12},
		},
	}, {
		Name: "onnx-query", Writes: "query.onnx", Holds: "everything: a configuration in, curve, energy and time out",
		ReadBy: "ONNX Runtime 1.20 and later", Accepts: anyCurve,
		files: one("query.onnx", func(s *artifacts.Surrogate, _ Options) ([]byte, error) {
			return onnx.Query(s, artifacts.CodeVersion)
		}),
		Promises: []Promise{{Libraries: []string{"onnxruntime"}, Ask: "query", Limit: 1e-5}},
	}, {
		Name: "yahpo", Writes: "a scenario's folder", Holds: "everything, at one epoch",
		ReadBy: "YAHPO Gym 1.0", Accepts: anyCurve + noOwn, NoOwn: true, Options: []string{"name"}, files: scenario,
		Tested: "its tests have YAHPO Gym answer, in an environment of its own (docs/exports.md)",
	}, {
		Name: "configspace", Writes: "space.json", Holds: "the space",
		ReadBy:  "ConfigSpace 1.x, and with it SMAC and its kin",
		Accepts: fmt.Sprintf("spaces whose grids have at most %d values", configspace.MaxListed), First: true,
		files: one("space.json", func(s *artifacts.Surrogate, _ Options) ([]byte, error) {
			return configspace.Write(s.Spec().Space)
		}),
		Promises: []Promise{{Libraries: []string{"ConfigSpace"}, Ask: "space"}},
	}, {
		Name: "tabular", Writes: "table.parquet", Holds: "answers: a row for each of -n configurations",
		ReadBy: "pyarrow, pandas, DuckDB, every reader of Parquet", Accepts: Any, First: true,
		Options:  []string{"n", "seed"},
		files:    one("table.parquet", parquet),
		Promises: []Promise{{Libraries: []string{"pyarrow"}, Ask: "table", Strict: true}},
	}, {
		Name: "source-go", Writes: "NAME.go", Holds: "everything, as one Go file", ReadBy: "Go",
		Accepts: "boosted trees with Bezier curves (chord or warp)" + noOwn, NoOwn: true, Options: []string{"name"},
		files:  goSource,
		Tested: "its tests compile it and compare bit for bit",
	}, {
		Name: "source-c", Writes: "surrogate.h", Holds: "everything, as one C header", ReadBy: "C99 compilers",
		Accepts: "boosted trees with Bezier curves (chord or warp)" + noOwn, NoOwn: true,
		files:  one("surrogate.h", func(s *artifacts.Surrogate, _ Options) ([]byte, error) { return source.C(s) }),
		Tested: "its tests compile it and compare bit for bit",
	}, {
		Name: "archive", Writes: "bundle.tar", Holds: "the bundle itself in one file", ReadBy: "eahas unpack, tar",
		Accepts: Any, First: true,
		files:  one("bundle.tar", packed),
		Tested: "unpacking checks the sums and the golden answers",
	},
}

// Formats lists all formats, in the order of the table.
func Formats() []Format { return slices.Clone(table) }

// Find returns the format of that name; the error wraps ErrFormat and lists the names.
func Find(name string) (*Format, error) {
	var names []string
	for i := range table {
		if table[i].Name == name {
			return &table[i], nil
		}
		names = append(names, table[i].Name)
	}
	return nil, fmt.Errorf("export: %w: %q; there are %s", ErrFormat, name, strings.Join(names, ", "))
}

// one makes the files of a format that has one for the whole surrogate.
func one(name string, write func(*artifacts.Surrogate, Options) ([]byte, error)) func(*artifacts.Surrogate,
	Options) ([]File, error) {
	return func(s *artifacts.Surrogate, o Options) ([]File, error) {
		b, err := write(s, o)
		if err != nil {
			return nil, err
		}
		return []File{{name, b, &Description{}}}, nil
	}
}

func scenario(s *artifacts.Surrogate, o Options) ([]File, error) {
	name := cmp.Or(o.Name, onnx.MetricName(s.Spec().Name))
	theirs, err := yahpo.Files(s, name, artifacts.CodeVersion)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, f := range theirs {
		files = append(files, File{name + "/" + f.Name, f.Data, &Description{}})
	}
	return files, nil
}

func parquet(s *artifacts.Surrogate, o Options) ([]byte, error) {
	var b bytes.Buffer
	var failed error
	configs := o.Configs
	if configs == nil {
		configs = tabular.Draw(s, cmp.Or(o.Rows, 1000), o.Seed, &failed)
	}
	if _, err := tabular.Write(&b, s, configs); err != nil {
		return nil, err
	}
	return b.Bytes(), failed
}

func goSource(s *artifacts.Surrogate, o Options) ([]File, error) {
	name := cmp.Or(o.Name, "surrogate")
	return one(name+".go", func(s *artifacts.Surrogate, _ Options) ([]byte, error) { return source.Go(s, name) })(s, o)
}

func packed(_ *artifacts.Surrogate, o Options) ([]byte, error) {
	if o.Bundle == "" {
		return nil, fmt.Errorf("%w: the bundle's folder (Options.Bundle)", ErrOptions)
	}
	var b bytes.Buffer
	err := archive.Pack(&b, o.Bundle)
	return b.Bytes(), err
}
