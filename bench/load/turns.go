package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// bareArgument makes the program the bare peer; the length of its body follows.
const bareArgument = "bare-peer"

// serveBare answers every request with a constant body of n bytes: the least that net/http does; of /metrics it tells
// its processor time. It says where it listens.
func serveBare(ctx context.Context, out io.Writer, n string) error {
	length, err := strconv.Atoi(n)
	if err != nil {
		return err
	}
	body := bytes.Repeat([]byte("1"), length)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	h := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter,
		q *http.Request) {
		if q.URL.Path == "/metrics" {
			fmt.Fprintf(w, "process_cpu_seconds_total %g\n", ownProcessorTime())
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", n)
		_, _ = w.Write(body)
	})}
	context.AfterFunc(ctx, func() { _ = h.Close() })
	fmt.Fprintln(out, l.Addr())
	return h.Serve(l)
}

// startBare starts this program as the bare peer.
func startBare(ctx context.Context, length int) (addr string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, self, bareArgument, strconv.Itoa(length))
	cmd.Stderr = os.Stderr
	lines, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return "", nil, err
	}
	stop = func() {
		cancel()
		_ = cmd.Wait() // it was killed
	}
	addr, err = bufio.NewReader(lines).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, err
	}
	return strings.TrimSpace(addr), stop, nil
}

// turn is how long one of the peers is asked before it is the next one's turn.
const turn = 500 * time.Millisecond

// peer is one of the servers that are asked in turns.
type peer struct {
	name  string
	plan  plan
	all   result
	rates []float64 // of each turn, answers a second
	cpu   float64   // seconds of processor time; NaN: it does not tell
}

// inTurns asks the servers in turns, so that whatever else the machine does falls on all of them, and gives the median
// ratio of the rates of turns that follow each other. It returns the rate of the server, the first of them.
func inTurns(ctx context.Context, out io.Writer, p plan, requests []message, length int) (float64, error) {
	peers := []*peer{{name: "served", plan: p}}
	if p.bare {
		addr, stop, err := startBare(ctx, length)
		if err != nil {
			return 0, err
		}
		defer stop()
		peers = append(peers, &peer{name: fmt.Sprintf("bare net/http, %d bytes", length), plan: p.at(addr)})
	}
	if p.compare != "" {
		if _, err := warm(p.compare, requests); err != nil {
			return 0, err
		}
		peers = append(peers, &peer{name: p.compare, plan: p.at(p.compare)})
	}
	rounds := max(3, int(p.time/(turn*time.Duration(len(peers)))))
	for range rounds {
		for _, q := range peers {
			q.plan.time = turn
			before := processorTime(ctx, q.plan.addr)
			r := drive(ctx, q.plan, requests)
			q.cpu += processorTime(ctx, q.plan.addr) - before
			q.rates = append(q.rates, r.rate())
			q.all.took, q.all.bad, q.all.wall = append(q.all.took, r.took...), q.all.bad+r.bad, q.all.wall+r.wall
			if q.all.first == "" {
				q.all.first = r.first
			}
		}
	}
	for _, q := range peers {
		fmt.Fprintf(out, "%s:\n", q.name)
		slices.Sort(q.all.took)
		if err := q.all.write(out, q.plan); err != nil {
			return 0, err
		}
	}
	for _, q := range peers[1:] {
		ratios := make([]float64, rounds)
		for i := range ratios {
			ratios[i] = peers[0].rates[i] / q.rates[i]
		}
		slices.Sort(ratios)
		fmt.Fprintf(out, "rate, served / %s: median %.3f, quartiles %.3f and %.3f, of %d turns of %s\n", q.name,
			ratios[rounds/2], ratios[rounds/4], ratios[rounds*3/4], rounds, turn)
	}
	writeProcessorTime(out, peers)
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		fmt.Fprintf(out, "load of the machine at the end: %s", load)
	}
	return peers[0].all.rate(), nil
}

func (p plan) at(addr string) plan {
	p.addr = addr
	return p
}

// writeProcessorTime says what an answer costs each peer, which other work on the machine changes less than the rates.
func writeProcessorTime(out io.Writer, peers []*peer) {
	for _, q := range peers {
		if math.IsNaN(q.cpu) {
			continue
		}
		fmt.Fprintf(out, "processor time an answer, %s: %.1f us\n", q.name, q.cpu*1e6/float64(len(q.all.took)))
	}
}

// ownProcessorTime is this process' in seconds, by Linux' /proc/self/stat; NaN elsewhere.
func ownProcessorTime() float64 {
	stat, err := os.ReadFile("/proc/self/stat")
	_, after, ok := strings.Cut(string(stat), ") ") // of the program's name
	fields := strings.Fields(after)
	if err != nil || !ok || len(fields) < 13 {
		return math.NaN()
	}
	user, err1 := strconv.ParseFloat(fields[11], 64)
	system, err2 := strconv.ParseFloat(fields[12], 64)
	if err1 != nil || err2 != nil {
		return math.NaN()
	}
	return (user + system) / 100 // Linux always counts in hundredths here
}

var cpuSeconds = regexp.MustCompile(`(?m)^process_cpu_seconds_total (\S+)$`)

// processorTime asks a peer's /metrics for the seconds of processor time that its process has taken; NaN where it does
// not say.
func processorTime(ctx context.Context, addr string) float64 {
	page, err := get(ctx, "http://"+addr+"/metrics")
	if err != nil {
		return math.NaN()
	}
	m := cpuSeconds.FindSubmatch(page)
	if m == nil {
		return math.NaN()
	}
	seconds, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		return math.NaN()
	}
	return seconds
}

// warm asks each request twice and returns how long the bodies of the answers are on average.
func warm(addr string, requests []message) (length int, err error) {
	for range 2 {
		if length, err = askAll(addr, requests); err != nil {
			return 0, err
		}
	}
	return length, nil
}

// askAll asks each request but the hostile ones once and returns how long the bodies of the answers are on average.
func askAll(addr string, requests []message) (int, error) {
	c, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	in, sum, n := bufio.NewReader(c), 0, 0
	for _, m := range requests {
		if m.good[0] != http.StatusOK {
			continue
		}
		if _, err := c.Write(m.bytes); err != nil {
			return 0, err
		}
		r, err := http.ReadResponse(in, nil)
		if err != nil {
			return 0, err
		}
		length, err := io.Copy(io.Discard, r.Body)
		if err = errors.Join(err, r.Body.Close()); err != nil {
			return 0, err
		}
		sum, n = sum+int(length), n+1
	}
	return sum / max(1, n), nil
}
