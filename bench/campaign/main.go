// Command campaign attacks the readers of logs and bundles with altered files, and running commands with kills, and
// counts what does not hold. Anyone can repeat a campaign: every input follows from -seed and its number.
//
//	go run ./bench/campaign -kind files -count 100000                        # logs written here, all layouts and formats
//	go run ./bench/campaign -kind files -count 100000 LOGS...                # and altered from these, too
//	go run ./bench/campaign -kind files -checksummed -count 100000 LOGS...   # every page has a checksum: no other values
//	go run ./bench/campaign -kind bundles -count 10000 BUNDLES...            # folders, with their checksums made right
//	go run ./bench/campaign -kind archives -count 10000 BUNDLES...           # packed, then unpacked
//	go run ./bench/campaign -kind kills -count 100 -program ./eahas          # SIGKILL at random moments
//	go run ./bench/campaign -kind faults -count 10000 -program ./eahas       # SIGKILL at each call that changes a file
//	go run ./bench/campaign -kind full -count 10000 -program ./eahas merge   # a full disk from each call on, of merge
//
// How a campaign of files goes:
//
//  1. A child process alters inputs (mutate.go) and reads them (target.go), one after the other. Before each it says
//     its number; after it, what came out and how much was allocated.
//  2. The parent (watch.go) takes a child that dies for a death, and one that is silent for ten seconds for a hang:
//     it counts, keeps the input with -keep, and starts another child after that input.
//  3. The counts are printed. The exit status is 1 when there was any death, hang, or allocation of over 1 GiB, or, of
//     checksummed files, any that read as other values without an error.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
)

// mostBytes is how much may be allocated for one input.
const mostBytes = 1 << 30

// plan is what the flags say.
type plan struct {
	Kind        string
	Count       int
	First       int
	Seed        uint64
	Checksummed bool
	Keep        string        // folder for inputs that broke something; "" keeps none
	Program     string        // eahas, of kills
	Patience    time.Duration // for one input
	From        []string
}

// share is how many of the inputs are for command number i of n.
func (p plan) share(i, n int) int { return p.Count/n + min(1, max(0, p.Count%n-i)) }

// errBroken means that something did not hold; the counts were printed.
var errBroken = errors.New("campaign: not everything held")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, args []string) error {
	if len(args) > 0 && args[0] == childArgument {
		return child(os.Stdin, out)
	}
	if len(args) > 1 && args[0] == faultsChild {
		return becomeHeldBack(args[1:])
	}
	p, err := parse(args)
	if err != nil {
		return err
	}
	switch p.Kind {
	case "kills":
		return kills(ctx, out, p)
	case string(atCall), string(full):
		return faults(ctx, out, p)
	}
	return watch(ctx, out, p)
}

func parse(args []string) (plan, error) {
	p := plan{Patience: 10 * time.Second}
	f := flag.NewFlagSet("campaign", flag.ContinueOnError)
	f.StringVar(&p.Kind, "kind", "files", "what is attacked: files, bundles, archives, kills, faults or full")
	f.IntVar(&p.Count, "count", 10_000, "how many inputs, or kills")
	f.IntVar(&p.First, "first", 0, "number of the first input")
	f.Uint64Var(&p.Seed, "seed", 1, "root seed")
	f.BoolVar(&p.Checksummed, "checksummed", false, "every page of the given files has a checksum")
	f.StringVar(&p.Keep, "keep", "", "keep inputs that broke something in this `folder`")
	f.StringVar(&p.Program, "program", "eahas", "the `program` that is killed")
	if err := f.Parse(args); err != nil {
		return p, err
	}
	p.From = f.Args()
	switch {
	case p.Count < 1 || p.First < 0:
		return p, fmt.Errorf("campaign: -count %d -first %d: there is nothing to do", p.Count, p.First)
	case (p.Kind == "bundles" || p.Kind == "archives") && len(p.From) == 0:
		return p, fmt.Errorf("campaign: -kind %s needs bundle folders", p.Kind)
	case p.Kind != "kills" && p.Kind != string(atCall) && p.Kind != string(full) && targets[p.Kind] == nil:
		return p, fmt.Errorf("campaign: -kind %s: there are files, bundles, archives, kills, faults and full", p.Kind)
	case p.Checksummed && (p.Kind != "files" || len(p.From) == 0):
		return p, errors.New("campaign: -checksummed is said of files that are given")
	}
	return p, nil
}
