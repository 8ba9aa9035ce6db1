package arrowio

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"eahas/trial"
)

// FuzzIngest reads hostile files by a mapping of each layout.
func FuzzIngest(f *testing.F) {
	for _, b := range sampleFiles(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "x"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		costs := func(m trial.Mapping) trial.Mapping {
			m.Path, m.ID = trial.Strings{"x"}, "trial_id"
			m.Energy = &trial.EnergyColumn{Column: "energy_j", Unit: "J", Shape: trial.PerEpoch}
			return m
		}
		for _, m := range []trial.Mapping{
			{Path: trial.Strings{"x"}, Layout: trial.Pycls},
			costs(trial.Mapping{Layout: trial.Wide, Curve: &trial.CurveColumn{Column: "curve", Kind: "error",
				Unit: "percent", Epochs: trial.EpochsSpec{Column: "epochs"}}}),
			costs(trial.Mapping{Layout: trial.Long, Curve: &trial.CurveColumn{Column: "curve", Kind: "error",
				Unit: "percent", Epochs: trial.EpochsSpec{Column: "epoch"}}}),
		} {
			r, err := Ingest(ctx, []trial.Mapping{m}, dir, Options{Workers: 1})
			if errors.Is(err, context.DeadlineExceeded) {
				t.Fatal("hang")
			}
			if err != nil {
				continue
			}
			for i := range r.Trials {
				wellFormed(t, &r.Trials[i])
			}
		}
	})
}

func TestDescribe(t *testing.T) {
	dir := t.TempDir()
	writeCells(t, filepath.Join(dir, "c.feather"), []cell{good("a"), good("b"),
		{id: nil, lr: nan, curve: []float64{nan}, energy: -2}})
	c, err := Describe(context.Background(), []string{"c.feather"}, dir)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]ColumnInfo{}
	for _, x := range c {
		by[x.Name] = x
	}
	if x := by["id"]; x.Kind != "text" || x.Nulls != 1 || len(x.Values) != 2 || x.Rows != 3 {
		t.Errorf("%+v", x)
	}
	if x := by["curve"]; !x.List || x.Short != 1 || x.Long != 3 || x.NaNs != 1 || x.Min != .1 || x.Max != .3 {
		t.Errorf("%+v", x)
	}
	if x := by["epochs"]; !x.Rising || !x.Whole || x.Nulls != 1 {
		t.Errorf("%+v", x)
	}
	if x := by["energy"]; x.Min != -2 || x.Max != 60 || !x.Whole {
		t.Errorf("%+v", x)
	}
	if _, err := Describe(context.Background(), []string{"nothing"}, dir); !errors.Is(err, ErrNoFiles) {
		t.Error(err)
	}
}

// TestNullAndEmptyListsDiffer holds for both formats.
func TestNullAndEmptyListsDiffer(t *testing.T) {
	for _, f := range formats {
		path := filepath.Join(t.TempDir(), "x"+f.Ext())
		rows := [][]float64{{1, 2}, nil, {}, {3}}
		if err := writeTable(path, f, 2, []field[[]float64]{floats("v", func(r []float64) []float64 { return r })},
			each(rows)); err != nil {
			t.Fatal(err)
		}
		src, err := open(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer src.close()
		err = src.scan(context.Background(), []int{0}, func(b *batch) error {
			for r, want := range rows {
				if got := b.cols[0].appendNumbers(nil, r); len(got) != len(want) ||
					b.cols[0].isAbsent(r) != (want == nil) {
					t.Errorf("%v row %d: %v (null %t), want %v", f, r, got, b.cols[0].isAbsent(r), want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestInputsAreListedOnceAndHashed(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{"b.parquet", "a.feather", "notes.txt", "sub/c.parquet"} {
		if err := os.WriteFile(filepath.Join(dir, n), []byte("abc"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	in, err := Inputs(context.Background(), []trial.Mapping{{Path: trial.Strings{".", "*.parquet", "sub/c.parquet"}}},
		dir, 2)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a.feather", "b.parquet", "sub/c.parquet"}
	if len(in) != len(want) {
		t.Fatalf("%+v", in)
	}
	for i := range want { // SHA-256 of "abc" as FIPS 180-2, appendix B.1 gives it
		if in[i].Path != want[i] || in[i].Bytes != 3 ||
			in[i].SHA256 != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
			t.Errorf("%+v", in[i])
		}
	}
}
