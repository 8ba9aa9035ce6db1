package main

import (
	"bytes"
	"os"
	"testing"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// oneThread keeps the libraries from spinning in threads of their own: the problems of these tests are small.
func oneThread(t *testing.T) {
	t.Helper()
	for _, v := range []string{"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"} {
		t.Setenv(v, "1")
	}
}

func TestUsage(t *testing.T) {
	var out bytes.Buffer
	for _, args := range [][]string{nil, {"-config", "x.yaml"}, {"-peers", "grid+knn"},
		{"-config", "x.yaml", "-peers", "grid+knn", "more"}, {"-nonsense"}} {
		if err := run(t.Context(), &out, &out, args); err == nil {
			t.Errorf("%q is accepted", args)
		}
	}
}
