package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// result is what one connection, and then all together, have seen.
type result struct {
	took  []time.Duration // of the answers that were right
	bad   int             // connection broken or a wrong code
	first string          // the first complaint
	wall  time.Duration
}

// drive sends the requests over all connections until the time is up.
func drive(ctx context.Context, p plan, requests []message) result {
	ctx, cancel := context.WithTimeout(ctx, p.time)
	defer cancel()
	results := make([]result, p.connections)
	var wg sync.WaitGroup
	began := time.Now()
	for i := range results {
		wg.Go(func() { results[i].connection(ctx, p, requests, i, began) })
	}
	wg.Wait()
	all := result{wall: time.Since(began)}
	for i := range results {
		r := &results[i]
		all.took = append(all.took, r.took...)
		all.bad += r.bad
		if all.first == "" {
			all.first = r.first
		}
	}
	slices.Sort(all.took)
	return all
}

// connection sends every p.connections-th request; at a fixed rate each is due at its own time, and its latency counts
// from then, so that a server that stalls cannot hide the requests that had to wait.
func (r *result) connection(ctx context.Context, p plan, requests []message, i int, began time.Time) {
	var c net.Conn
	var in *bufio.Reader
	defer func() {
		if c != nil {
			c.Close()
		}
	}()
	alarm, err := newAlarm(ctx)
	if err != nil {
		r.complain(err)
		return
	}
	defer alarm.close()
	for k := i; ctx.Err() == nil; k += p.connections {
		start := time.Now()
		if p.rate > 0 {
			start = began.Add(time.Duration(float64(k) / p.rate * float64(time.Second)))
			if alarm.wait(start) != nil {
				return
			}
		}
		if c == nil {
			if c, err = net.Dial("tcp", p.addr); err != nil {
				r.complain(err)
				time.Sleep(10 * time.Millisecond)
				continue
			}
			in = bufio.NewReaderSize(c, 1<<16)
		}
		m := requests[k%len(requests)]
		code, closes, err := exchange(c, in, m.bytes)
		switch {
		case err != nil:
			r.complain(err)
			closes = true
		case code != m.good[0] && code != m.good[1]:
			r.complain(fmt.Errorf("code %d, wanted %d", code, m.good[0]))
		default:
			r.took = append(r.took, time.Since(start))
		}
		if closes {
			c.Close()
			c = nil
		}
	}
}

func (r *result) complain(err error) {
	r.bad++
	if r.first == "" {
		r.first = err.Error()
	}
}

// exchange sends a request and reads its answer's code; the body is read and dropped.
func exchange(c net.Conn, in *bufio.Reader, request []byte) (code int, closes bool, err error) {
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return 0, true, err
	}
	if _, err := c.Write(request); err != nil {
		return 0, true, err
	}
	line, err := in.ReadSlice('\n')
	if err != nil {
		return 0, true, err
	}
	if len(line) < 12 {
		return 0, true, fmt.Errorf("answer begins with %q", line)
	}
	if code, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, true, err
	}
	length := -1
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return code, true, err
		}
		if len(line) <= 2 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("content-length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return code, true, err
			}
		case bytes.EqualFold(name, []byte("connection")):
			closes = string(value) == "close"
		}
	}
	if length < 0 {
		return code, closes, chunks(in)
	}
	_, err = in.Discard(length)
	return code, closes, err
}

// chunks reads a chunked body to its end.
func chunks(in *bufio.Reader) error {
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return err
		}
		n, err := strconv.ParseUint(strings.TrimSpace(line), 16, 31)
		if err != nil {
			return err
		}
		if _, err := in.Discard(int(n) + 2); err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
}

// rate is the number of right answers a second.
func (r *result) rate() float64 { return float64(len(r.took)) / r.wall.Seconds() }

func (r *result) write(w io.Writer, p plan) error {
	n := len(r.took)
	if n == 0 {
		return fmt.Errorf("no right answer; %d wrong ones, the first: %s", r.bad, r.first)
	}
	at := func(q float64) time.Duration { return r.took[min(n-1, int(q*float64(n)))].Round(time.Microsecond) }
	fmt.Fprintf(w, "%d answers in %.1f s over %d connections: %.0f/s\n", n, r.wall.Seconds(), p.connections,
		r.rate())
	fmt.Fprintf(w, "latency p50 %s, p90 %s, p99 %s, p99.9 %s, largest %s\n", at(.5), at(.9), at(.99), at(.999),
		r.took[n-1].Round(time.Microsecond))
	fmt.Fprintf(w, "wrong answers %d\n", r.bad)
	if r.bad > 0 {
		return fmt.Errorf("%d wrong answers, the first: %s", r.bad, r.first)
	}
	return nil
}
