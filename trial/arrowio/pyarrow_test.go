package arrowio

import (
	"context"
	"math"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"eahas/internal/fixture"
	"eahas/trial"
)

// TestPyarrowFiles reads what pandas and pyarrow write. It needs $EAHAS_PYTHON, a Python with both.
func TestPyarrowFiles(t *testing.T) {
	python := fixture.Tool(t, "EAHAS_PYTHON")
	dir := t.TempDir()
	if out, err := exec.Command(python, filepath.Join("testdata", "write_pycls.py"), dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, kind := range []string{"uncompressed.feather", "lz4.feather", "zstd.feather", "stream.arrows",
		"snappy.parquet", "snappy2.parquet", "v2.parquet", "plain.parquet"} {
		t.Run("pycls "+kind, func(t *testing.T) {
			res, err := Ingest(context.Background(), []trial.Mapping{{Layout: trial.Pycls,
				Path: trial.Strings{"curves_" + kind, "energy_" + kind}}}, dir, Options{Strict: true})
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Trials) != 30 || res.Joined != 30 {
				t.Fatalf("%d trials, %d joined", len(res.Trials), res.Joined)
			}
			for i, x := range res.Trials {
				near(t, "error", x.Curve.Values[:2], []float64{90 - float64(i)/100, 89 - float64(i)/100}, 1e-12)
				if w := (1 + float64(i)) * 3600; x.TrainEnergy.Mean != w || x.TrainEnergy.Total != 50*w {
					t.Fatalf("energy %v, want %v J an epoch", x.TrainEnergy, w)
				}
				if w := 20 + (0.1+4.9)/2; math.Abs(x.TrainTime.Mean-w) > 1e-9 {
					t.Fatalf("time %v, want %v (first epoch left out)", x.TrainTime.Mean, w)
				}
				if d, _ := x.Config.Get("depth").Float(); d != float64(6+i%10) || x.Length != 50 ||
					math.Abs(x.TestEnergy.Mean-360) > 1e-9 {
					t.Fatalf("%+v", x)
				}
			}
		})
	}
	for _, kind := range []string{"types_uncompressed.feather", "types_lz4.feather", "types_zstd.feather",
		"types.parquet"} {
		t.Run(kind, func(t *testing.T) { checkTypes(t, filepath.Join(dir, kind)) })
	}
}

// checkTypes compares every column of the table of types with the row's number.
func checkTypes(t *testing.T, path string) {
	src, err := open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer src.close()
	var want []int
	for i, l := range src.leaves() {
		if l.use != nil {
			t.Errorf("%s: %v", l.name, l.use)
		}
		want = append(want, i)
	}
	expect := map[string]func(i float64) float64{
		"i8":  func(i float64) float64 { return math.Mod(i, 100) },
		"u8":  func(i float64) float64 { return math.Mod(i, 200) },
		"u32": func(i float64) float64 { return i + 4e9 }, "b": func(i float64) float64 { return 1 - math.Mod(i, 2) },
		"f16": func(i float64) float64 { return math.Mod(i, 100) / 4 }, "f32": func(i float64) float64 { return i / 4 },
		"f64": func(i float64) float64 { return i / 4 },
		"dec": func(i float64) float64 { return i / 4 }, "ts": func(i float64) float64 { return i / 1000 },
	}
	rows := int64(0)
	err = src.scan(context.Background(), want, func(b *batch) error {
		rows += int64(b.n)
		for _, c := range b.cols {
			for r := range b.n {
				i := float64(b.first) + float64(r)
				switch c.name {
				case "id":
					if s, _ := c.text(r); s != "r"+string('0'+byte(int(i)%3)) {
						t.Fatalf("id %v: %s", i, s)
					}
				case "ls":
					if s, _ := c.text(r); s != strings.TrimSuffix(number(i), ".0") {
						t.Fatalf("ls %v: %s", i, s)
					}
				case "ll":
					v := c.appendNumbers(nil, r)
					if i == 2999 && !c.isAbsent(r) || i < 2999 && (len(v) != 3 || v[1] != 2 || !math.IsNaN(v[2])) {
						t.Fatalf("ll %v: %v", i, v)
					}
				case "null":
					if math.Mod(i, 2) == 1 != c.isNull(r) {
						t.Fatalf("null %v", i)
					}
				default:
					w := i
					if f := expect[c.name]; f != nil {
						w = f(i)
					}
					if got := c.number(r); math.Abs(got-w) > 1e-9 {
						t.Fatalf("%s row %v: %v, want %v", c.name, i, got, w)
					}
				}
			}
		}
		return nil
	})
	if err != nil || rows != 3000 {
		t.Fatal(err, rows)
	}
}
