package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// faultKind is what happens at a system call.
type faultKind string

const (
	atCall faultKind = "faults" // SIGKILL in place of the call
	full   faultKind = "full"   // this and all later calls that need room fail, as on a full disk
)

// tiny is the config that is run: little work, every kind of file.
const tiny = `name: tiny
seed: 5
simulate: {trials: 30}
space: {builtin: eahas-cifar10}
evaluate: {folds: 2, bootstrap: 10}
variants:
  - {name: flat, base: bezier+gbdt, regressor: {kind: mean}, cost: {kind: mean}}
`

// tinySearch compares two methods on the bundle of tiny.
const tinySearch = `name: tiny
seed: 1
seeds: 2
budget: {trainings: 4}
bounds: {draws: 50}
tasks:
  - bundle: %s
methods: [rs, ls]
`

// command is one that writes files. In its arguments OUT is what it writes, HERE the folder of what was prepared.
type command struct {
	name  string
	args  string
	older string // prepared, and there before
	grows bool   // its folder fills file by file, as promised: those of the whole result that are there are whole
	times string // files that hold measured times: they are not compared
}

// commands are those that write.
var commands = []command{
	{name: "run", args: "run -quiet -config HERE/tiny.yaml -out OUT"},
	{name: "run over an older bundle", args: "run -quiet -replace -config HERE/other.yaml -out OUT", older: "bundle"},
	{name: "evaluate", args: "evaluate -quiet -config HERE/tiny.yaml -out OUT"},
	{name: "compare", args: "compare -quiet -config HERE/tiny.yaml -out OUT"},
	{name: "merge", args: "merge -quiet -config HERE/tiny.yaml -out OUT HERE/part0 HERE/part1"},
	{name: "report", args: "report -quiet -out OUT HERE/bundle/report.json"},
	{name: "simulate", args: "simulate -quiet -trials 20 -out OUT/log", grows: true},
	{name: "import", args: "import -quiet -out OUT HERE/keras.csv"},
	{name: "pack", args: "pack HERE/bundle OUT"},
	{name: "unpack", args: "unpack HERE/bundle.tar OUT"},
	{name: "tune", args: "tune -quiet -config HERE/tiny.yaml -trials 2 -out OUT", grows: true, times: "journal.jsonl"},
	{name: "search run", args: "search run -quiet -config HERE/search.yaml -out OUT", grows: true,
		times: "overhead.json report.json report.html"},
	{name: "tabular", args: "tabular -n 20 HERE/bundle OUT"},
	{name: "model", args: "model -format tabular -n 20 -out OUT HERE/bundle", grows: true},
}

// prepared makes what the commands read.
var prepared = []string{
	"run -quiet -config HERE/tiny.yaml -out HERE/bundle",
	"evaluate -quiet -config HERE/tiny.yaml -shard 0/2 -out HERE/part0",
	"evaluate -quiet -config HERE/tiny.yaml -shard 1/2 -out HERE/part1",
	"pack HERE/bundle HERE/bundle.tar",
}

// faults puts a fault at system calls that change files, of every command: each in turn, or -count of them, evenly. At
// any time what is there is what was there or the whole result; the same command then goes on to the same bytes.
func faults(ctx context.Context, out io.Writer, p plan) error {
	dir, err := os.MkdirTemp("", "campaign")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	f := faultRun{plan: p, here: filepath.Join(dir, "here")}
	if f.Program, err = exec.LookPath(p.Program); err != nil {
		return err
	}
	if err := f.prepare(ctx); err != nil {
		return err
	}
	chosen := slices.DeleteFunc(slices.Clone(commands), func(c command) bool {
		return len(p.From) > 0 && !slices.Contains(p.From, c.name)
	})
	total, broken := 0, 0
	for i, c := range chosen {
		n, of, errs := f.all(ctx, c, filepath.Join(dir, fmt.Sprint(i)), p.share(i, len(chosen)))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for _, err := range errs {
			fmt.Fprintf(out, "%s: %v\n", c.name, err)
		}
		fmt.Fprintf(out, "  %-26s %4d of %d calls, broken %d\n", c.name, n, of, len(errs))
		total, broken = total+n, broken+len(errs)
	}
	fmt.Fprintf(out, "%s: %d over %d commands\n  broken   %d\n", p.Kind, total, len(chosen), broken)
	if broken > 0 {
		return errBroken
	}
	return nil
}

// faultRun is a campaign of faults.
type faultRun struct {
	plan
	here string // what was prepared
}

// prepare makes what the commands read.
func (f *faultRun) prepare(ctx context.Context) error {
	if err := os.MkdirAll(f.here, 0o777); err != nil {
		return err
	}
	for name, text := range map[string]string{
		"tiny.yaml":   tiny,
		"other.yaml":  strings.Replace(tiny, "seed: 5", "seed: 6", 1),
		"search.yaml": fmt.Sprintf(tinySearch, filepath.Join(f.here, "bundle")),
		"keras.csv":   "epoch,accuracy,loss,val_accuracy,val_loss\n0,0.5,1.2,0.45,1.3\n1,0.6,1.1,0.5,1.2\n",
	} {
		if err := os.WriteFile(filepath.Join(f.here, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	for _, line := range prepared {
		if _, text, err := heldBack(ctx, 0, "", f.line(line, "")); err != nil {
			return fmt.Errorf("%s: %w\n%s", line, err, text)
		}
	}
	return nil
}

// line is a command line of the program.
func (f *faultRun) line(args, out string) []string {
	words := strings.Fields(args)
	for i, w := range words {
		words[i] = strings.NewReplacer("HERE", f.here, "OUT", out).Replace(w)
	}
	return append([]string{f.Program}, words...)
}

// all puts the fault at n calls of a command and returns at how many it did, of how many there are, and what broke.
func (f *faultRun) all(ctx context.Context, c command, dir string, n int) (done, of int, errs []error) {
	at, err := f.place(c, filepath.Join(dir, "whole"))
	if err != nil {
		return 0, 0, []error{err}
	}
	before, err := c.content(at)
	if err != nil {
		return 0, 0, []error{err}
	}
	of, text, err := heldBack(ctx, 0, "", f.line(c.args, at))
	if err != nil {
		return 0, of, []error{fmt.Errorf("%w\n%s", err, text)}
	}
	want, err := c.content(at)
	if err != nil {
		return 0, of, []error{err}
	}
	n = min(n, of)
	for i := range n {
		call := 1 + i*of/n
		place := filepath.Join(dir, fmt.Sprint(call))
		if err := f.one(ctx, c, place, call, before, want); err != nil {
			errs = append(errs, fmt.Errorf("call %d of %d: %w", call, of, err))
		}
		if err := os.RemoveAll(place); err != nil || ctx.Err() != nil {
			return done, of, append(errs, err)
		}
		done++
	}
	return done, of, errs
}

// place makes the folder in which a command writes, and puts there what was there before.
func (f *faultRun) place(c command, dir string) (out string, err error) {
	out = filepath.Join(dir, "out")
	if err = os.MkdirAll(dir, 0o777); err == nil && c.older != "" {
		err = os.CopyFS(out, os.DirFS(filepath.Join(f.here, c.older)))
	}
	return out, err
}

// one puts the fault at one call.
func (f *faultRun) one(ctx context.Context, c command, dir string, call int, before, want map[string][]byte) error {
	at, err := f.place(c, dir)
	if err != nil {
		return err
	}
	_, text, ended := heldBack(ctx, call, faultKind(f.Kind), f.line(c.args, at))
	got, err := c.content(at)
	if err != nil {
		return err
	}
	switch {
	case equalFiles(got, want):
	case ended == nil:
		return fmt.Errorf("it ended well without its result\n%s", text)
	case c.grows:
		for name, b := range got {
			if w, ok := want[name]; ok && !strings.HasPrefix(string(w), string(b)) {
				return fmt.Errorf("%s is not as it will be", name)
			}
		}
	case !equalFiles(got, before):
		return fmt.Errorf("neither what was there nor the result: %w", differences(got, want))
	}
	if f.Kind == string(full) {
		if err := onlyStages(dir); err != nil {
			return err
		}
	}
	if equalFiles(got, want) && !c.grows && c.older == "" {
		return nil // the command would refuse to write over its result
	}
	if _, text, err := heldBack(ctx, 0, "", f.line(c.args, at)); err != nil {
		return fmt.Errorf("it does not go on: %w\n%s", err, text)
	}
	if got, err = c.content(at); err != nil {
		return err
	}
	return errors.Join(differences(got, want), onlyStages(dir))
}

// content are the files of a result without measured times; nil when it is not there.
func (c command) content(path string) (map[string][]byte, error) {
	if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	files, err := content(path)
	for _, name := range strings.Fields(c.times) {
		delete(files, name)
	}
	return files, err
}

// equalFiles reports whether two results have the same files.
func equalFiles(a, b map[string][]byte) bool {
	return (a == nil) == (b == nil) && differences(a, b) == nil
}
