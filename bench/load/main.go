// Command load asks a running "eahas serve" on this machine and reports answers a second and latencies.
//
//	go run ./bench/load -bundle default -seconds 10                  # as many as it can: throughput
//	go run ./bench/load -bundle default -seconds 10 -rate 5000       # at a fixed rate: latency, counted from when each was due
//	go run ./bench/load -bundle default -seconds 600 -rate 2000 -hostile   # a soak: one request in five is hostile
//
//	go run ./bench/load -bundle default -seconds 10 -bare            # beside a bare handler, in turns: the ratio of their rates
//	go run ./bench/load -bundle default -seconds 10 -bare -share .5  # and then at half of the server's rate
//
// With -bare it also serves, in a process of its own, a bare net/http handler that writes a constant body as long as
// the answers are on average, and asks both in turns for half a second each; -compare HOST:PORT adds another server of
// the same bundle (an older version). The count of connections, the time and the address (loopback) are bounded. It
// speaks plain HTTP/1.1 over its own connections, so that it takes little of the machine that it measures.
//
// Before the clock starts each question is asked twice: a server keeps its answers from then on ("eahas serve -keep"),
// and 256 that are new at once would be a backlog, of which latencies at a fixed rate would mostly tell.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"runtime"
	"time"
)

const (
	maxConnections = 256
	maxSeconds     = 3600
	maxRate        = 1_000_000
)

type plan struct {
	addr, bundle string
	connections  int
	time         time.Duration
	rate         float64 // requests a second over all connections; 0: as many as possible
	share        float64 // when above 0: first as many as possible, then at this share of that rate
	configs      int     // different configurations
	hostile      bool
	upTo         float64 // 0: the whole run
	bare         bool    // ask a bare handler in turns
	compare      string  // and this server, when not empty
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, args []string) error {
	if len(args) == 2 && args[0] == bareArgument {
		return serveBare(ctx, out, args[1])
	}
	// All connections wait most of the time: a second thread would wake for each of them and sleep again, at the cost
	// of the servers beside it (a tenth of the full rate, on two processors).
	runtime.GOMAXPROCS(1)
	p, err := parse(args)
	if err != nil {
		return err
	}
	requests, err := prepare(ctx, p)
	if err != nil {
		return err
	}
	length, err := warm(p.addr, requests)
	if err != nil {
		return err
	}
	ask := func(p plan) (float64, error) {
		if p.bare || p.compare != "" {
			return inTurns(ctx, out, p, requests, length)
		}
		r := drive(ctx, p, requests)
		return r.rate(), r.write(out, p)
	}
	rate, err := ask(p)
	if err != nil || p.share == 0 {
		return err
	}
	p.rate = rate * p.share
	fmt.Fprintf(out, "\nat %.0f/s, %g of that rate:\n", p.rate, p.share)
	_, err = ask(p)
	return err
}

func parse(args []string) (plan, error) {
	f := flag.NewFlagSet("load", flag.ContinueOnError)
	var p plan
	f.StringVar(&p.addr, "addr", "127.0.0.1:8080", "of the server; loopback only")
	f.StringVar(&p.bundle, "bundle", "default", "its name")
	f.IntVar(&p.connections, "connections", 16, fmt.Sprintf("at once, up to %d", maxConnections))
	seconds := f.Float64("seconds", 10, fmt.Sprintf("up to %d", maxSeconds))
	f.Float64Var(&p.rate, "rate", 0, "requests a second; 0: as many as possible")
	f.Float64Var(&p.share, "share", 0, "after as many as possible, ask at this share (0..1) of the server's rate")
	f.IntVar(&p.configs, "configs", 256, "different configurations, up to 4096")
	f.BoolVar(&p.hostile, "hostile", false, "make one request in five a hostile one")
	f.Float64Var(&p.upTo, "up-to", 0, "ask for series up to this epoch; 0: the whole run")
	f.BoolVar(&p.bare, "bare", false, "ask a bare net/http handler in turns, and give the ratio of the rates")
	f.StringVar(&p.compare, "compare", "", "ask the server at `HOST:PORT`, too, which has the same bundle")
	if err := f.Parse(args); err != nil {
		return p, err
	}
	p.time = time.Duration(*seconds * float64(time.Second))
	for _, a := range []string{p.addr, p.compare} {
		if err := checkLoopback(a); a != "" && err != nil {
			return p, err
		}
	}
	switch {
	case p.connections < 1 || p.connections > maxConnections:
		return p, fmt.Errorf("-connections %d, wanted 1..%d", p.connections, maxConnections)
	case !(*seconds > 0 && *seconds <= maxSeconds):
		return p, fmt.Errorf("-seconds %g, wanted above 0 and up to %d", *seconds, maxSeconds)
	case !(p.rate >= 0 && p.rate <= maxRate):
		return p, fmt.Errorf("-rate %g, wanted 0..%d", p.rate, maxRate)
	case !(p.share >= 0 && p.share < 1) || p.share > 0 && p.rate > 0:
		return p, fmt.Errorf("-share %g -rate %g, wanted a share of 0..1, or a rate", p.share, p.rate)
	case p.configs < 1 || p.configs > 4096:
		return p, fmt.Errorf("-configs %d, wanted 1..4096", p.configs)
	case f.NArg() > 0:
		return p, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	return p, nil
}

// checkLoopback refuses an address, host:port, that is not on this machine.
func checkLoopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%s is not this machine's loopback", host)
	}
	return nil
}
