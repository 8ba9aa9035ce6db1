package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// bareArgument makes the program the bare peer; the length of its body follows.
const bareArgument = "bare-peer"

// serveBare answers every request with a constant body of n bytes: the least that net/http does. It says where it
// listens.
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
		_ *http.Request) {
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
}

// inTurns asks the servers in turns, so that whatever else the machine does falls on all of them, and gives the median
// ratio of the rates of turns that follow each other.
func inTurns(ctx context.Context, out io.Writer, p plan, requests []message) error {
	peers := []*peer{{name: "served", plan: p}}
	if p.bare {
		length, err := answerLength(p.addr, requests[0])
		if err != nil {
			return err
		}
		addr, stop, err := startBare(ctx, length)
		if err != nil {
			return err
		}
		defer stop()
		peers = append(peers, &peer{name: fmt.Sprintf("bare net/http, %d bytes", length), plan: p.at(addr)})
	}
	if p.compare != "" {
		peers = append(peers, &peer{name: p.compare, plan: p.at(p.compare)})
	}
	rounds := max(3, int(p.time/(turn*time.Duration(len(peers)))))
	for range rounds {
		for _, q := range peers {
			q.plan.time = turn
			r := drive(ctx, q.plan, requests)
			q.rates = append(q.rates, float64(len(r.took))/r.wall.Seconds())
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
			return err
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
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		fmt.Fprintf(out, "load of the machine at the end: %s", load)
	}
	return nil
}

func (p plan) at(addr string) plan {
	p.addr = addr
	return p
}

// answerLength asks once and returns how long the body of the answer is.
func answerLength(addr string, m message) (int, error) {
	c, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	if _, err := c.Write(m.bytes); err != nil {
		return 0, err
	}
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0, err
	}
	defer r.Body.Close()
	n, err := io.Copy(io.Discard, r.Body)
	return int(n), err
}
