package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"eahas/trial/power"
)

// BlockSeconds is the time that one group of samples spans: at ten samples a second 36,000 of them.
const BlockSeconds = 3600

func init() {
	register.DoFn3x0[string, func(Series, []byte), func(string)](&toSeries{})
	register.DoFn3x0[string, func(Run), func(string)](&toRun{})
	register.DoFn5x0[Series, func(*[]byte) bool, func(*Run) bool, func(string, Part), func(Device, Edge)](
		&withinBlock{})
	register.DoFn4x0[Device, func(*Edge) bool, func(*Run) bool, func(string, Part)](&betweenBlocks{})
	register.Function2x1(add)
	register.Emitter1[string]()
	register.Emitter1[Run]()
	register.Emitter2[Series, []byte]()
	register.Emitter2[string, Part]()
	register.Emitter2[Device, Edge]()
	register.Iter1[[]byte]()
	register.Iter1[Run]()
	register.Iter1[Edge]()
}

// Device is one device of a cluster.
type Device struct{ Node, Name string }

// Series is the samples of a device in one block of time.
type Series struct {
	Node, Name string
	Block      int64
}

// Edge is the first and the last sample of a device in one block.
type Edge struct{ First, Last Sample }

// Joules gives the joules of each run, and the lines that are no samples or runs.
func Joules(s beam.Scope, samples, runs beam.PCollection) (joules, bad beam.PCollection) {
	s = s.Scope("joules")
	series, badSamples := beam.ParDo2(s, &toSeries{}, samples)
	known, badRuns := beam.ParDo2(s, &toRun{}, runs)
	inside, edges := beam.ParDo2(s, &withinBlock{}, beam.GroupByKey(s, series), beam.SideInput{Input: known})
	between := beam.ParDo(s, &betweenBlocks{}, beam.GroupByKey(s, edges), beam.SideInput{Input: known})
	parts := beam.Flatten(s, inside, between)
	return beam.CombinePerKey(s, add, parts), beam.Flatten(s, badSamples, badRuns)
}

func add(a, b Part) Part { return Part{a.Joules + b.Joules, a.Seconds + b.Seconds} }

// toSeries reads lines of samples. What a bundle holds of a series travels as one element, packed: an engine pays for
// each element, and neighbours in a file are of few series.
type toSeries struct {
	packed map[Series][]byte
	bytes  int
}

// bundleBytes of packed samples are sent on before the bundle ends.
const bundleBytes = 16 << 20

// StartBundle forgets what is left of a bundle that failed.
func (f *toSeries) StartBundle(_ func(Series, []byte), _ func(string)) {
	f.packed, f.bytes = map[Series][]byte{}, 0
}

// ProcessElement keeps a sample for its block.
func (f *toSeries) ProcessElement(line string, samples func(Series, []byte), bad func(string)) {
	if strings.TrimSuffix(line, "\r") == samplesHead || line == "" {
		return
	}
	node, device, one, err := parseSample(line)
	if err != nil {
		bad(fmt.Sprintf("%s: %v", line, err))
		return
	}
	at := Series{node, device, int64(math.Floor(one.T / BlockSeconds))}
	f.packed[at] = one.pack(f.packed[at])
	if f.bytes += sampleBytes; f.bytes >= bundleBytes {
		f.FinishBundle(samples, bad)
	}
}

// FinishBundle sends the samples on.
func (f *toSeries) FinishBundle(samples func(Series, []byte), _ func(string)) {
	for at, packed := range f.packed {
		samples(at, packed)
	}
	f.packed, f.bytes = map[Series][]byte{}, 0
}

// toRun reads lines of runs.
type toRun struct{}

// ProcessElement gives the run of a line.
func (*toRun) ProcessElement(line string, run func(Run), bad func(string)) {
	if strings.TrimSuffix(line, "\r") == runsHead || line == "" {
		return
	}
	one, err := parseRun(line)
	if err != nil {
		bad(fmt.Sprintf("%s: %v", line, err))
		return
	}
	run(one)
}

// byNode keeps the runs of every node, by their start; a worker reads the list once.
type byNode map[string][]Run

func (n *byNode) read(runs func(*Run) bool) {
	if *n != nil {
		return
	}
	*n = byNode{}
	for one := (Run{}); runs(&one); {
		(*n)[one.Node] = append((*n)[one.Node], one)
	}
	for _, of := range *n {
		slices.SortFunc(of, func(a, b Run) int { return cmp.Compare(a.Start, b.Start) })
	}
}

// integrate adds the segments between neighbouring samples, sorted by time, to the runs of a node.
func (n byNode) integrate(node string, samples []Sample, emit func(string, Part)) {
	for _, run := range n[node] {
		first, _ := slices.BinarySearchFunc(samples, run.Start,
			func(s Sample, t float64) int { return cmp.Compare(s.T, t) })
		var sum Part
		for i := max(1, first); i < len(samples) && samples[i-1].T < run.End; i++ {
			a, b := samples[i-1], samples[i]
			from, to := max(a.T, run.Start), min(b.T, run.End)
			if to > from {
				sum.Joules += power.Segment{T0: a.T, W0: a.W, T1: b.T, W1: b.W}.Joules(from, to)
				sum.Seconds += to - from
			}
		}
		if sum.Seconds > 0 {
			emit(run.Name, sum)
		}
	}
}

// byTime sorts samples; those at one time by their power, so that the result does not depend on the order in which an
// engine has them.
func byTime(a, b Sample) int { return cmp.Or(cmp.Compare(a.T, b.T), cmp.Compare(a.W, b.W)) }

// withinBlock integrates the samples of one block.
type withinBlock struct{ runs byNode }

// ProcessElement emits the parts of runs inside a block, and its edges.
func (f *withinBlock) ProcessElement(at Series, samples func(*[]byte) bool, runs func(*Run) bool,
	part func(string, Part), edge func(Device, Edge)) {
	f.runs.read(runs)
	var all []Sample
	for packed := []byte(nil); samples(&packed); {
		all = unpack(all, packed)
	}
	slices.SortFunc(all, byTime)
	f.runs.integrate(at.Node, all, part)
	edge(Device{at.Node, at.Name}, Edge{all[0], all[len(all)-1]})
}

// betweenBlocks integrates from one block to the next.
type betweenBlocks struct{ runs byNode }

// ProcessElement emits the parts of runs between a device's blocks.
func (f *betweenBlocks) ProcessElement(at Device, edges func(*Edge) bool, runs func(*Run) bool,
	part func(string, Part)) {
	f.runs.read(runs)
	var all []Edge
	for one := (Edge{}); edges(&one); {
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b Edge) int { return byTime(a.First, b.First) })
	for i := 1; i < len(all); i++ {
		f.runs.integrate(at.Node, []Sample{all[i-1].Last, all[i].First}, part)
	}
}
