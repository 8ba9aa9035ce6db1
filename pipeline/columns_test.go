package pipeline

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whether the series of trials and predictions lie on the heap or in files, and whether a stage was done now or before,
// the bundle is the same, byte for byte.
func TestColumnsGiveTheSameBundle(t *testing.T) {
	const text = `name: small
seed: 3
simulate: {trials: 90, repeats: 2, repeat_every: 9, layout: LAYOUT}
logs: [MAPPING]
space: {builtin: eahas-cifar10}
evaluate: {folds: 3, bootstrap: 20}
variants: [{base: bezier+linear, cost: linear}]
`
	for layout, mapping := range map[string]string{
		"pycls": "{path: synthetic_*.parquet, layout: pycls}",
		"long": "{path: synthetic.parquet, layout: long, id: trial_id, group: group_id, " +
			"curve: {column: top1_err, kind: error, unit: percent, epochs: {column: epoch}}, " +
			"energy: {column: energy_j, unit: J, shape: per_epoch}}",
	} {
		if testing.Short() && layout != "long" {
			continue // for the race detector one will do
		}
		c, err := Parse("", []byte(strings.NewReplacer("LAYOUT", layout, "MAPPING", mapping).Replace(text)))
		if err != nil {
			t.Fatal(err)
		}
		parent := t.TempDir()
		var want map[string][]byte
		for _, kept := range []struct {
			name string
			from int
		}{{"heap", 0}, {"files", 1}, {"files", 1}} {
			out := filepath.Join(parent, kept.name)
			r := newRun(c, Options{Out: out, Replace: true}, "")
			if kept.from > 0 {
				r.largeLogs, r.stages.Store.ColumnsFrom = 0, kept.from
			}
			in, err := r.ingest(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := os.RemoveAll(out); err != nil { // what is up to date would not run again
				t.Fatal(err)
			}
			if _, err := r.from(t.Context(), in, func(*prepared) error { return nil }); err != nil {
				t.Fatal(err)
			}
			columns, _ := filepath.Glob(filepath.Join(WorkFolder(out), "*.columns"))
			if (len(columns) > 0) != (kept.from > 0) {
				t.Errorf("%s, %s: columns %v", layout, kept.name, columns)
			}
			got := filesOf(t, out)
			if want == nil {
				want = got
			}
			for name := range want {
				if !bytes.Equal(got[name], want[name]) {
					t.Errorf("%s, %s: %s differs", layout, kept.name, name)
				}
			}
		}
	}
}

// filesOf reads a bundle; a report says how long the stages took.
func filesOf(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, e := range entries {
		if out[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return out
}
