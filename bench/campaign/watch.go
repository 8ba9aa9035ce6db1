package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// childArgument starts the child; its plan stands on its standard input.
const childArgument = "-child"

// progress is one line of the child: Done without Outcome is the start of an input.
type progress struct {
	Number    int     `json:"number"`
	Outcome   outcome `json:"outcome,omitempty"`
	Allocated uint64  `json:"allocated,omitempty"`
	Broken    string  `json:"broken,omitempty"` // what did not hold, in words
}

// child tries inputs and says how they went.
func child(in io.Reader, out io.Writer) error {
	debug.SetTraceback("single")
	var p plan
	if err := json.NewDecoder(in).Decode(&p); err != nil {
		return err
	}
	limitMemory()
	t, err := targets[p.Kind](p)
	if err != nil {
		return err
	}
	say := json.NewEncoder(out)
	var before, after runtime.MemStats
	for n := p.First; n < p.First+p.Count; n++ {
		if err := say.Encode(progress{Number: n}); err != nil {
			return err
		}
		b, seed := t.input(n)
		runtime.ReadMemStats(&before)
		o, err := t.try(b, seed)
		runtime.ReadMemStats(&after)
		line := progress{Number: n, Outcome: o, Allocated: after.TotalAlloc - before.TotalAlloc}
		if err != nil {
			line.Outcome, line.Broken = other, err.Error()
		}
		if err := say.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// counts are the result of a campaign.
type counts struct {
	tried    int
	outcomes map[outcome]int
	deaths   int
	hangs    int
	heavy    int // over mostBytes
	broken   int
	most     uint64 // bytes allocated for one input
	slowest  time.Duration
}

// watch runs children until every input was tried.
func watch(ctx context.Context, out io.Writer, p plan) error {
	c := counts{outcomes: map[outcome]int{}}
	began := time.Now()
	for next := p.First; next < p.First+p.Count; {
		part := p
		part.First, part.Count = next, p.First+p.Count-next
		done, err := c.follow(ctx, out, part)
		if err != nil {
			return err
		}
		next = done
	}
	fmt.Fprintf(out, "%s: %d inputs from seed %d, numbers %d to %d, in %.0f s\n", p.Kind, c.tried, p.Seed, p.First,
		p.First+p.Count-1, time.Since(began).Seconds())
	for _, o := range slices.Sorted(maps.Keys(c.outcomes)) {
		fmt.Fprintf(out, "  %-8s %d\n", o, c.outcomes[o])
	}
	fmt.Fprintf(out, "  deaths   %d\n  hangs    %d (over %s; slowest %s)\n  over 1 GiB %d (most %.1f MiB)\n  "+
		"broken   %d\n",
		c.deaths, c.hangs, p.Patience, c.slowest.Round(time.Millisecond), c.heavy, float64(c.most)/(1<<20), c.broken)
	if c.deaths+c.hangs+c.heavy+c.broken > 0 || p.Checksummed && c.outcomes[other] > 0 {
		return errBroken
	}
	return nil
}

// follow runs one child and returns the number of the input after the last one that it tried.
func (c *counts) follow(ctx context.Context, out io.Writer, p plan) (next int, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	ctx, kill := context.WithCancel(ctx)
	defer kill()
	cmd := exec.CommandContext(ctx, self, childArgument)
	text, err := json.Marshal(p)
	if err != nil {
		return 0, err
	}
	var stderr strings.Builder
	cmd.Stdin, cmd.Stderr = strings.NewReader(string(text)), &stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	at, open, hung := c.listen(out, p, pipe, kill)
	err = cmd.Wait()
	switch {
	case hung:
		c.hangs++
		fmt.Fprintf(out, "input %d hangs%s\n", at, keep(p, at))
	case open:
		c.deaths++
		fmt.Fprintf(out, "input %d kills: %s%s\n", at, firstLine(stderr.String()), keep(p, at))
	case err != nil:
		return 0, errors.Join(err, errors.New(stderr.String()))
	}
	if hung || open {
		c.tried++
	}
	return at + 1, parentError(ctx, hung)
}

// listen counts what a child says, and kills it when it is silent for too long. It returns the last input, whether the
// child began it and did not end it, and whether it was killed.
func (c *counts) listen(out io.Writer, p plan, pipe io.Reader, kill func()) (at int, open, hung bool) {
	at = p.First
	lines := make(chan progress)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(pipe); s.Scan(); {
			var l progress
			if json.Unmarshal(s.Bytes(), &l) == nil {
				lines <- l
			}
		}
	}()
	began := time.Now()
	timer := time.NewTimer(time.Minute) // until the seeds are read
	defer timer.Stop()
	for {
		select {
		case l, ok := <-lines:
			if !ok {
				return at, open, false
			}
			timer.Reset(p.Patience)
			at, open = l.Number, l.Outcome == ""
			if !open {
				c.slowest = max(c.slowest, time.Since(began))
				c.count(out, p, l)
			}
			began = time.Now()
		case <-timer.C:
			kill()
			for range lines {
			}
			return at, open, true
		}
	}
}

// parentError is the context's error when somebody else than follow ended it.
func parentError(ctx context.Context, hung bool) error {
	if hung {
		return nil
	}
	return ctx.Err()
}

func (c *counts) count(out io.Writer, p plan, l progress) {
	c.tried++
	c.outcomes[l.Outcome]++
	c.most = max(c.most, l.Allocated)
	switch {
	case l.Broken != "":
		c.broken++
		fmt.Fprintf(out, "input %d: %s%s\n", l.Number, l.Broken, keep(p, l.Number))
	case l.Allocated > mostBytes:
		c.heavy++
		fmt.Fprintf(out, "input %d allocates %d MiB%s\n", l.Number, l.Allocated>>20, keep(p, l.Number))
	case p.Checksummed && l.Outcome == other:
		fmt.Fprintf(out, "input %d reads as other values%s\n", l.Number, keep(p, l.Number))
	}
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s
}

// keep writes an input into the folder of -keep and says where.
func keep(p plan, number int) string {
	if p.Keep == "" {
		return ""
	}
	t, err := targets[p.Kind](p)
	if err != nil {
		return " (not kept: " + err.Error() + ")"
	}
	b, _ := t.input(number)
	path := filepath.Join(p.Keep, fmt.Sprintf("%s-%d-%d", p.Kind, p.Seed, number))
	if err := errors.Join(os.MkdirAll(p.Keep, 0o755), os.WriteFile(path, b, 0o644)); err != nil {
		return " (not kept: " + err.Error() + ")"
	}
	return " (kept as " + path + ")"
}
