package tabular

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/fixture"
	"eahas/internal/stream"
)

func surrogate(t testing.TB) *artifacts.Surrogate {
	t.Helper()
	s, err := artifacts.Open(filepath.Join("..", "..", "testdata", "v1-gbdt-bezier"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func samples(t testing.TB, s *artifacts.Surrogate, n int) []features.Config {
	t.Helper()
	spec := s.Spec()
	r, out := stream.New(1, "tabular"), make([]features.Config, n)
	for i := range out {
		var err error
		if out[i], err = spec.Space.Sample(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// readers prints each row as JSON, as pyarrow reads it, after DuckDB and pandas have read the same.
const readers = `
import sys, json, math, pyarrow, pyarrow.parquet as pq, duckdb, pandas
t = pq.read_table(sys.argv[1])
rows = t.to_pylist()
pq.ParquetFile(sys.argv[1]).metadata.row_group(0).column(0)
d = duckdb.sql("select * from read_parquet('%s')" % sys.argv[1])
names = d.columns
assert [dict(zip(names, r)) for r in d.fetchall()] == rows, "duckdb"
f = pandas.read_parquet(sys.argv[1])
assert list(f.columns) == names and len(f) == len(rows), "pandas"
for r, c in zip(rows, f["curve"]):
    assert list(c) == r["curve"], "pandas"
print(t.schema.metadata[b"eahas"].decode())
print(json.dumps([pyarrow.__version__, duckdb.__version__, pandas.__version__]))
for r in rows:
    print(json.dumps(r))
`

// TestRealReadersSeeTheAnswers reads the file with pyarrow, DuckDB and pandas and compares every number.
func TestRealReadersSeeTheAnswers(t *testing.T) {
	python := fixture.Tool(t, "EAHAS_PYTHON")
	s := surrogate(t)
	configs := samples(t, s, RowGroup+300)
	path := filepath.Join(t.TempDir(), "table.parquet")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	n, err := Write(f, s, slices.Values(configs))
	if err = errors.Join(err, f.Close()); err != nil || n != len(configs) {
		t.Fatal(n, err)
	}
	cmd := exec.Command(python, "-c", readers, path)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &complaints)
	}
	d := json.NewDecoder(bytes.NewReader(out))
	var about notes
	var versions []string
	if err := errors.Join(d.Decode(&about), d.Decode(&versions)); err != nil {
		t.Fatal(err)
	}
	t.Logf("pyarrow, duckdb, pandas %v", versions)
	units := map[string]string{}
	for _, c := range about.Columns {
		units[c.Name] = c.Unit
	}
	if units["curve"] != "percent" || units["energy_j"] != "J" || units["time_total_s"] != "s" ||
		about.Metric.Name != "top-1 accuracy" {
		t.Errorf("metadata: %+v", about)
	}
	type row struct {
		LR, Momentum, Beta1, Batch, ConfigEpochs *float64
		Opt                                      string
		Epochs, Curve, EnergyJ, TimeS            []float64
		LastEpoch, EnergyTotalJ, InferenceJ      float64
		Extrapolates                             bool
	}
	for i, c := range configs {
		var m map[string]json.RawMessage
		if err := d.Decode(&m); err != nil {
			t.Fatal(err)
		}
		var got row
		for name, into := range map[string]any{
			"lr": &got.LR, "momentum": &got.Momentum, "beta1": &got.Beta1, "batch": &got.Batch,
			"config_epochs": &got.ConfigEpochs, "opt": &got.Opt,
			"epochs": &got.Epochs, "curve": &got.Curve, "energy_j": &got.EnergyJ, "time_s": &got.TimeS,
			"last_epoch":     &got.LastEpoch,
			"energy_total_j": &got.EnergyTotalJ, "inference_energy_j": &got.InferenceJ,
			"extrapolates": &got.Extrapolates,
		} {
			if err := json.Unmarshal(m[name], into); err != nil {
				t.Fatalf("row %d, %s: %v", i, name, err)
			}
		}
		a, err := s.Query(c)
		if err != nil {
			t.Fatal(err)
		}
		for name, p := range map[string]*float64{"lr": got.LR, "momentum": got.Momentum, "beta1": got.Beta1,
			"batch": got.Batch, "epochs": got.ConfigEpochs} {
			x, ok := c[name].Float()
			if ok != (p != nil) || ok && x != *p {
				t.Fatalf("row %d: %s = %v, wanted %s", i, name, p, c[name])
			}
		}
		if opt, _ := c["opt"].Str(); opt != got.Opt || got.Extrapolates != a.Extrapolates || got.LastEpoch != a.Last ||
			got.EnergyTotalJ != a.EnergyTotal || got.InferenceJ != a.InferenceEnergy {
			t.Fatalf("row %d: %+v, wanted %+v", i, got, a)
		}
		if !slices.Equal(got.Epochs, a.Epochs) || !slices.Equal(got.Curve, a.Curve) ||
			!slices.Equal(got.EnergyJ, a.Energy) || !slices.Equal(got.TimeS, a.Time) {
			t.Fatalf("row %d: series differ", i)
		}
	}
	if d.More() {
		t.Error("more rows than configurations")
	}
}

func TestEqualInputGivesEqualBytes(t *testing.T) {
	s := surrogate(t)
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if _, err := Write(w, s, slices.Values(samples(t, s, 50))); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the bytes differ")
	}
}

func TestRefusedConfigurationEndsTheTable(t *testing.T) {
	s := surrogate(t)
	configs := append(samples(t, s, 3), features.Config{"lr": features.Number(7)})
	n, err := Write(new(bytes.Buffer), s, slices.Values(configs))
	if n != 3 || !errors.Is(err, artifacts.ErrConfig) {
		t.Errorf("%d rows, %v", n, err)
	}
}
