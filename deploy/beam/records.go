package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Sample is one reading of a device.
type Sample struct {
	T, W float64 // seconds, watts
}

// sampleBytes is the length of a packed sample.
const sampleBytes = 16

// pack appends a sample.
func (s Sample) pack(to []byte) []byte {
	to = binary.LittleEndian.AppendUint64(to, math.Float64bits(s.T))
	return binary.LittleEndian.AppendUint64(to, math.Float64bits(s.W))
}

// unpack appends the samples that were packed.
func unpack(to []Sample, packed []byte) []Sample {
	for ; len(packed) >= sampleBytes; packed = packed[sampleBytes:] {
		to = append(to, Sample{math.Float64frombits(binary.LittleEndian.Uint64(packed)),
			math.Float64frombits(binary.LittleEndian.Uint64(packed[8:]))})
	}
	return to
}

// Run is the time that a run spent on one node.
type Run struct {
	Name, Node string
	Start, End float64 // seconds of the samples' clock; End > Start
}

// Part is what some samples say about a run.
type Part struct {
	Joules  float64
	Seconds float64 // sampled, of all devices together
}

// heads are the first lines of the two kinds of files.
const (
	samplesHead = "node,device,time,watts"
	runsHead    = "run,node,start,end"
)

// fields splits a line into four fields, of which the last two are numbers.
func fields(line string) (a, b string, x, y float64, err error) {
	f := strings.Split(strings.TrimSuffix(line, "\r"), ",")
	if len(f) != 4 {
		return "", "", 0, 0, fmt.Errorf("%d fields, want 4", len(f))
	}
	for i, to := range []*float64{&x, &y} {
		text := strings.TrimSpace(f[2+i])
		if *to, err = strconv.ParseFloat(text, 64); err != nil || math.IsNaN(*to) || math.IsInf(*to, 0) {
			return "", "", 0, 0, fmt.Errorf("%q is no finite number", text)
		}
	}
	if a, b = strings.TrimSpace(f[0]), strings.TrimSpace(f[1]); a == "" {
		err = fmt.Errorf("the first field is empty")
	}
	return a, b, x, y, err
}

// parseSample reads a line of samples. What meters say below zero is zero.
func parseSample(line string) (node, device string, s Sample, err error) {
	node, device, s.T, s.W, err = fields(line)
	s.W = max(s.W, 0)
	return node, device, s, err
}

// parseRun reads a line of runs.
func parseRun(line string) (r Run, err error) {
	r.Name, r.Node, r.Start, r.End, err = fields(line)
	if err == nil && (r.Node == "" || !(r.End > r.Start)) {
		err = fmt.Errorf("node %q from %g to %g", r.Node, r.Start, r.End)
	}
	return r, err
}
