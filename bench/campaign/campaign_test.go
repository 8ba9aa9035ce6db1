package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eahas/internal/stream"
)

// TestMain lets the test's own binary be the child of a campaign.
func TestMain(m *testing.M) {
	targets["faulty"] = func(plan) (target, error) { return faulty{}, nil }
	if len(os.Args) > 1 && os.Args[1] == childArgument {
		if err := child(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// faulty breaks in every way that a campaign counts.
type faulty struct{}

func (faulty) input(number int) ([]byte, int) { return []byte{byte(number)}, 0 }

var garbage []byte

func (faulty) try(b []byte, _ int) (outcome, error) {
	switch b[0] {
	case 1:
		panic("one dies")
	case 3:
		time.Sleep(time.Hour)
	case 4:
		garbage = make([]byte, mostBytes+1)
	case 5:
		return "", errors.New("five leaves something behind")
	case 6:
		return refused, nil
	}
	return same, nil
}

func TestWhatBreaksIsCounted(t *testing.T) {
	t.Parallel()
	keep := t.TempDir()
	var out bytes.Buffer
	p := plan{Kind: "faulty", Count: 8, Keep: keep, Patience: 10 * time.Second}
	if err := watch(context.Background(), &out, p); !errors.Is(err, errBroken) {
		t.Errorf("%v", err)
	}
	for _, want := range []string{"8 inputs", "input 1 kills: panic: one dies", "input 3 hangs",
		"input 4 allocates 1024 MiB",
		"input 5: five leaves", "refused  1", "same     4", "deaths   1", "hangs    1", "over 1 GiB 1", "broken   1"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	for _, n := range []int{1, 3, 4, 5} {
		if b, err := os.ReadFile(filepath.Join(keep, fmt.Sprintf("faulty-0-%d", n))); err != nil || b[0] != byte(n) {
			t.Errorf("input %d was not kept: %v", n, err)
		}
	}
}

// Readers of logs hold in a short campaign; most altered files are refused, some are not altered where it matters.
func TestFilesHold(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run(context.Background(), &out, []string{"-count", "300"}); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if !strings.Contains(out.String(), "files: 300 inputs") || !strings.Contains(out.String(), "refused") {
		t.Errorf("%s", out.String())
	}
}

// The input of a number is the same every time, others are others, and the file that it is made of stays as it is.
func TestInputsFollowFromTheirNumbers(t *testing.T) {
	t.Parallel()
	b := bytes.Repeat([]byte("0123456789"), 50)
	kept := bytes.Clone(b)
	first := mutate(stream.New(1, "a"), b, kept)
	if !bytes.Equal(first, mutate(stream.New(1, "a"), b, kept)) || !bytes.Equal(b, kept) {
		t.Error("the same number gave other bytes, or the file was changed")
	}
	seen := map[string]bool{}
	for i := range 50 {
		seen[string(mutate(stream.New(1, fmt.Sprint(i)), b, kept))] = true
	}
	if len(seen) < 40 {
		t.Errorf("50 numbers gave %d inputs", len(seen))
	}
}

func TestArgumentsAreChecked(t *testing.T) {
	t.Parallel()
	for _, bad := range [][]string{{"-kind", "nothing"}, {"-count", "0"}, {"-kind", "bundles"}, {"-checksummed"}} {
		if _, err := parse(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

// A model file that was altered gets its right size and checksum, and nothing else of the manifest changes.
func TestManifestIsSigned(t *testing.T) {
	t.Parallel()
	manifest := []byte(`{"a": 1, "files": [{"name": "x.bin", "size": 3, "sha256": "aa11"}, {"name": "y", "size": 3, "sha256": "bb22"}]}`)
	got, err := signed(manifest, "x.bin", []byte("four"))
	want := `{"a": 1, "files": [{"name": "x.bin", "size": 4, "sha256": ` +
		`"04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00"}, {"name": "y", "size": 3, "sha256": "bb22"}]}`
	if err != nil || string(got) != want { // sha256sum (GNU coreutils 9.1) of "four"
		t.Errorf("%v\n%s\n%s", err, got, want)
	}
	if _, err := signed(manifest, "z", nil); err == nil {
		t.Error("a file that is not listed was signed")
	}
}
