package peers

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os/exec"
	"strings"
	"sync"

	"eahas/pipeline/experiment"
)

// crew is the processes of one peer: as many as there were problems at a time. Importing a library takes longer than
// many a problem.
type crew struct {
	python string
	args   []string

	mu   sync.Mutex
	idle []*worker
}

// worker is one process of peer.py.
type worker struct {
	cmd       *exec.Cmd
	in        io.WriteCloser
	out       *bufio.Reader
	complaint *strings.Builder // its standard error; to be read after Wait
	about     string
}

// header is a line of JSON that goes to peer.py before a problem's numbers, or comes before an answer's.
type header struct {
	N     int    `json:"n,omitempty"`
	P     int    `json:"p,omitempty"`
	K     int    `json:"k,omitempty"`
	M     int    `json:"m,omitempty"`
	Seed  uint64 `json:"seed"`
	Log   bool   `json:"log,omitempty"` // learn the targets' logarithms
	About string `json:"about,omitempty"`
	Error string `json:"error,omitempty"`
}

// get returns an idle worker, or a new one.
func (c *crew) get() (*worker, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := len(c.idle); n > 0 {
		w := c.idle[n-1]
		c.idle = c.idle[:n-1]
		return w, nil
	}
	w := &worker{cmd: exec.Command(c.python, c.args...), complaint: new(strings.Builder)}
	w.cmd.Stderr = w.complaint
	in, err := w.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	w.in, w.out = in, bufio.NewReader(out)
	if err := w.cmd.Start(); err != nil {
		return nil, err
	}
	hello, err := w.readHeader()
	if err != nil {
		return nil, w.failed(err)
	}
	w.about = hello.About
	return w, nil
}

func (c *crew) put(w *worker) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle = append(c.idle, w)
}

// about says which library and version the crew speaks for.
func (c *crew) about() (string, error) {
	w, err := c.get()
	if err != nil {
		return "", err
	}
	c.put(w)
	return w.about, nil
}

// solve lets a worker learn q, or the logarithms of its targets. A cancelled context ends the worker.
func (c *crew) solve(ctx context.Context, q *experiment.Problem, log bool) ([]float64, error) {
	w, err := c.get()
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = w.cmd.Process.Kill() }) // what comes of it the conversation shows
	answer, err := w.solve(q, log)
	if !stop() {
		err = errors.Join(ctx.Err(), err)
	}
	if err != nil {
		return nil, w.failed(err)
	}
	c.put(w)
	return answer, nil
}

// dismiss ends the idle workers.
func (c *crew) dismiss() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for _, w := range c.idle {
		errs = append(errs, w.in.Close(), w.cmd.Wait())
	}
	c.idle = nil
	return errors.Join(errs...)
}

// failed ends a worker that broke down, and adds what it complained about.
func (w *worker) failed(err error) error {
	err = errors.Join(err, w.in.Close(), w.cmd.Wait())
	if lines := strings.Split(strings.TrimSpace(w.complaint.String()), "\n"); lines[0] != "" {
		err = fmt.Errorf("%w; %s says: %s", err, w.cmd.Path, lines[len(lines)-1])
	}
	return err
}

func (w *worker) solve(q *experiment.Problem, log bool) ([]float64, error) {
	b, err := json.Marshal(header{N: q.N, P: q.P, K: q.K, M: q.M, Seed: q.Seed, Log: log})
	if err != nil {
		return nil, err
	}
	b = append(b, '\n')
	for _, part := range [][]float64{q.X, q.Y, q.Test} {
		for _, v := range part {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
	}
	if _, err := w.in.Write(b); err != nil {
		return nil, err
	}
	h, err := w.readHeader()
	if err != nil {
		return nil, err
	}
	if h.M != q.M || h.K != q.K {
		return nil, fmt.Errorf("an answer of %d x %d numbers, wanted %d x %d", h.M, h.K, q.M, q.K)
	}
	answer := make([]float64, q.M*q.K)
	return answer, binary.Read(w.out, binary.LittleEndian, answer)
}

func (w *worker) readHeader() (h header, err error) {
	line, err := w.out.ReadBytes('\n')
	if err != nil {
		return h, err
	}
	if err := json.Unmarshal(line, &h); err != nil {
		return h, err
	}
	if h.Error != "" {
		return h, errors.New(h.Error)
	}
	return h, nil
}
