package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"eahas/internal/synthtask"
)

func TestTrainAndQuery(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	if err := run(ctx, os.Stdout, []string{"gen", dir, "500"}); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"train", dir, "500", "1", "20", "1"}, {"train", dir, "500", "10", "5", "2"},
		{"query", dir, "500", "10"}} {
		var b bytes.Buffer
		if err := run(ctx, &b, args); err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		var got map[string]float64
		if err := json.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatalf("%v printed %q: %v", args, b.Bytes(), err)
		}
		if r2, ok := got["r2"]; ok && !(r2 > 0.3 && r2 < 1) {
			t.Errorf("%v: R2 is %v", args, r2)
		}
		if got["row_allocs"] != 0 {
			t.Errorf("%v: %v allocations", args, got["row_allocs"])
		}
	}
}

func TestFilesKeepTheBytes(t *testing.T) {
	dir := t.TempDir()
	if err := generate(dir, []int{50}); err != nil {
		t.Fatal(err)
	}
	got, err := load(dir, "50", 2)
	if err != nil {
		t.Fatal(err)
	}
	want := synthtask.Make(50, 50)
	for i, v := range want.X.Data {
		if got.X.Data[i] != v {
			t.Fatalf("cell %d is %v, want %v", i, got.X.Data[i], v)
		}
	}
	for i := range 50 {
		if got.Y[2*i] != want.Y[10*i+8] || got.Y[2*i+1] != want.Y[10*i+9] {
			t.Fatalf("row %d has targets %v", i, got.Y[2*i:2*i+2])
		}
	}
}

func TestFolds(t *testing.T) {
	dir := t.TempDir()
	var x, y, fold []float64
	for i := range 200 {
		x = append(x, float64(i%17), float64(i%2), float64((i+1)%2))
		y = append(y, float64(i%17+5*(i%2)))
		fold = append(fold, float64(i%5))
	}
	for name, v := range map[string][]float64{"X_a.f32": x, "Y_a.f32": y, "F_a.f32": fold} {
		if err := write(filepath.Join(dir, name), v); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte(`{"groups": [-1, 0, 0], "targets": 1}`),
		0o644); err != nil {
		t.Fatal(err)
	}
	got, err := folds(context.Background(), dir, "a", 100, false)
	if err != nil || got.(map[string]float64)["r2"] < 0.9 {
		t.Errorf("got %v, %v", got, err)
	}
}

// By hand: targets 1, 2, 3 and 0, 10, 20; squared errors 1 of 2 and 0 of 200.
func TestRSquared(t *testing.T) {
	if got := rSquared([]float64{1, 0, 2, 10, 4, 20}, []float64{1, 0, 2, 10, 3, 20}, 2); math.Abs(got-0.75) > 1e-12 {
		t.Errorf("R2 is %v, want 0.75", got)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"gen"}, {"train", "x", "1"}, {"other", "x", "1"}} {
		if err := run(context.Background(), os.Stdout, args); !errors.Is(err, errUsage) {
			t.Errorf("%v: error %v", args, err)
		}
	}
	if err := run(context.Background(), os.Stdout, []string{"gen", "x", "-3"}); err == nil {
		t.Error("a negative count was accepted")
	}
}
