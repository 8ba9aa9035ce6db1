package arrowio

import (
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"eahas/internal/fixture"
	"eahas/trial"
)

// TestMoreTypes reads what pyarrow and DuckDB of .ci/requirements.txt write: the right values, or an error that says
// what to do.
func TestMoreTypes(t *testing.T) {
	python := fixture.Tool(t, "EAHAS_PYTHON")
	dir := t.TempDir()
	if out, err := exec.Command(python, filepath.Join("testdata", "write_types.py"), dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	read := func(name string, params ...string) (*Result, error) {
		m := trial.Mapping{Path: trial.Strings{name}, Layout: trial.Wide, ID: "id", Params: trial.Columns{"lr": "lr"},
			Curve: &trial.CurveColumn{Column: "curve", Kind: "accuracy", Unit: "fraction"}}
		for _, p := range params {
			m.Params[p] = p
		}
		return Ingest(t.Context(), []trial.Mapping{m}, dir, Options{Strict: true})
	}
	for _, name := range []string{"bss.parquet", "crc.parquet", "duckdb2.parquet", "decimal32.feather",
		"decimal64.feather", "decimal128.feather",
		"decimal256.feather", "decimal32.parquet", "decimal64.parquet", "decimal128.parquet", "decimal256.parquet",
		"runs.feather"} {
		t.Run(name, func(t *testing.T) {
			var params []string
			if strings.HasPrefix(name, "decimal") || strings.HasPrefix(name, "runs") {
				params = []string{"x"}
			}
			r, err := read(name, params...)
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Trials) != 100 {
				t.Fatalf("%d trials", len(r.Trials))
			}
			for i, x := range r.Trials {
				lr, _ := x.Config.Get("lr").Float()
				if lr != float64(i)/8 || math.Abs(x.Curve.Values[0]-(10+float64(i)/10)) > 1e-9 {
					t.Fatalf("row %d: %v %v", i, lr, x.Curve.Values)
				}
				want := lr
				if name == "runs.feather" {
					want = 1.5 + float64(i/50)
				}
				if got, ok := x.Config.Get("x").Float(); ok && got != want {
					t.Fatalf("row %d: x is %v, want %v", i, got, want)
				}
			}
		})
	}
	if r, err := read("zero.parquet"); err != nil || len(r.Trials) != 0 {
		t.Errorf("a table without rows: %v", err)
	}
	for name, says := range map[string]string{"uint64.parquet": "write them as text",
		"uint64.feather": "write them as text", "int53.parquet": "beyond 2^53"} {
		if _, err := read(name, "big"); err == nil || !strings.Contains(err.Error(), says) ||
			errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v, want an error that says %q", name, err, says)
		}
	}
	if _, err := read("twins.parquet"); !errors.Is(err, ErrColumn) ||
		!strings.Contains(err.Error(), "two columns of the name") {
		t.Errorf("two columns of one name: %v", err)
	}

	// Each flipped bit in the bodies of the pages of a file with checksums is noticed: no other values are ever read.
	whole, err := os.ReadFile(filepath.Join(dir, "crc.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := read("crc.parquet")
	if err != nil {
		t.Fatal(err)
	}
	silent := 0
	for at := 4; at < 4+1500 && at < len(whole); at += 3 {
		b := append([]byte(nil), whole...)
		b[at] ^= 1 << (at % 8)
		if err := os.WriteFile(filepath.Join(dir, "flipped.parquet"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := read("flipped.parquet")
		if err != nil {
			continue
		}
		for i := range got.Trials { // flips in the statistics of a page's header change nothing that is read
			if got.Trials[i].Curve.Values[0] != want.Trials[i].Curve.Values[0] ||
				got.Trials[i].Config.Key() != want.Trials[i].Config.Key() || got.Trials[i].ID != want.Trials[i].ID {
				silent++
				break
			}
		}
	}
	if silent > 0 {
		t.Errorf("%d flipped bits were read as other values", silent)
	}
}

// TestAbsurdCurvesAreRejected: one bad trial is a rejection, not the end of the run.
func TestAbsurdCurvesAreRejected(t *testing.T) {
	dir := t.TempDir()
	text := "id,lr,epoch,loss\n" + "a,1,1,3\na,1,2,2\na,1,3,1\n" + "b,1,1,3\nb,1,2,1e150\nb,1,3,1\n" +
		"c,1,1,3\nc,1,2,2\nc,1,2000000,1\n"
	if err := os.WriteFile(filepath.Join(dir, "x.csv"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Ingest(t.Context(), []trial.Mapping{{Path: trial.Strings{"x.csv"}, Layout: trial.Long, ID: "id",
		Params: trial.Columns{"lr": "lr"},
		Curve:  &trial.CurveColumn{Column: "loss", Kind: "loss", Epochs: trial.EpochsSpec{Column: "epoch"}}}}, dir,
		Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Trials) != 1 || len(r.Rejections) != 2 || r.Rejections[0].ID != "b" || r.Rejections[0].Value != "1e+150" ||
		r.Rejections[1].ID != "c" || r.Rejections[1].Value != "2e+06" {
		t.Errorf("%d trials, %+v", len(r.Trials), r.Rejections)
	}
}

// TestHostileEpochsLeaveCostsUnknown: epochs that lie 1e-200 apart make no mean of a mean over rows.
func TestHostileEpochsLeaveCostsUnknown(t *testing.T) {
	covered, _ := epochsOf([]float64{1e-200, 2e-200})
	c := trial.Cost{Mean: 1e147, Total: 2e147}
	if perEpoch(&c, 2, covered); !math.IsNaN(c.Mean) || c.Total != 2e147 {
		t.Errorf("%+v", c)
	}
}
