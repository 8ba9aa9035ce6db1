package commands

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/par"
)

const (
	maxLine  = 1 << 20 // bytes of one line of input
	maxBatch = 1024    // lines that are answered at once
)

// errRefused is returned when at least one line got no answer.
var errRefused = errors.New("lines were refused")

// refusal is the JSON form of a line that got no answer.
type refusal struct {
	Line  int    `json:"line"`
	Error string `json:"error"`
	Axis  string `json:"axis,omitempty"` // the axis by which the configuration is outside the space
}

// job is one line on its way through the program.
type job struct {
	number int
	in     []byte
	err    error // from reading
	answer artifacts.Answer
	out    []byte
	failed bool
}

// streamLines answers JSON lines in their order. It reads as many lines as are there at once, up to maxBatch, answers
// them on all cores, and writes before it reads on: somebody who sends one line and waits gets its answer.
func streamLines(ctx context.Context, s *artifacts.Surrogate, q artifacts.Ask, r io.Reader, w io.Writer) error {
	in, out := bufio.NewReaderSize(r, 1<<16), bufio.NewWriterSize(w, 1<<16)
	batch := make([]job, maxBatch)
	line, failed := 0, 0
	for end := false; !end; {
		if err := ctx.Err(); err != nil {
			return err
		}
		var jobs []job
		var err error
		if jobs, line, err = readJobs(in, batch, line); err != nil && err != io.EOF {
			return err
		}
		end = err == io.EOF
		answerAll(s, q, jobs)
		for i := range jobs {
			if jobs[i].failed {
				failed++
			}
			if _, err := out.Write(jobs[i].out); err != nil {
				return err
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d %w", failed, errRefused)
	}
	return nil
}

// readJobs fills the batch with the lines that are there, at least one unless the text ends; empty lines only count.
// line is the number of the last line read before, and is returned as that of the last one read now. The error is
// io.EOF at the end of the text, together with the lines before it.
func readJobs(in *bufio.Reader, batch []job, line int) (jobs []job, last int, err error) {
	n := 0
	for n < len(batch) && (n == 0 || in.Buffered() > 0) {
		j := &batch[n]
		j.in, j.err, err = readLine(in, j.in[:0])
		if err == io.EOF && len(j.in) == 0 && j.err == nil {
			return batch[:n], line, io.EOF
		}
		if err != nil && err != io.EOF {
			return nil, line, fmt.Errorf("line %d: %w", line+1, err)
		}
		line++
		if j.err == nil && len(bytes.TrimSpace(j.in)) == 0 {
			continue
		}
		j.number = line
		n++
	}
	return batch[:n], line, nil
}

// readLine appends one line, less its end, to buf. tooLong is set, and the line skipped, when it exceeds maxLine.
func readLine(r *bufio.Reader, buf []byte) (line []byte, tooLong, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if tooLong == nil {
			buf = append(buf, part...)
		}
		if len(buf) > maxLine {
			buf, tooLong = buf[:0], fmt.Errorf("the line is longer than %d bytes", maxLine)
		}
		if err != bufio.ErrBufferFull {
			return bytes.TrimRight(buf, "\r\n"), tooLong, err
		}
	}
}

// answerAll answers every job on all cores.
func answerAll(s *artifacts.Surrogate, q artifacts.Ask, jobs []job) {
	par.For(len(jobs), 0, func(i int) { jobs[i].run(s, q) })
}

// run answers one line into j.out.
func (j *job) run(s *artifacts.Surrogate, q artifacts.Ask) {
	err := j.query(s, q)
	if j.failed = err != nil; j.failed {
		j.out = refusalOf(j.number, err).append(j.out[:0])
		return
	}
	j.out = strconv.AppendInt(append(j.out[:0], `{"line":`...), int64(j.number), 10)
	j.out = append(j.answer.AppendMembers(j.out), "}\n"...)
}

// append appends the refusal as one line.
func (r refusal) append(dst []byte) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(r) // a number and two strings always encode
	return append(dst, b.Bytes()...)
}

func (j *job) query(s *artifacts.Surrogate, q artifacts.Ask) error {
	if j.err != nil {
		return j.err
	}
	var config features.Config
	if err := json.Unmarshal(j.in, &config); err != nil {
		return fmt.Errorf("not a JSON object of axes and values: %w", err)
	}
	return s.AskInto(&j.answer, config, q, j.number)
}

func refusalOf(line int, err error) refusal {
	r := refusal{Line: line, Error: err.Error()}
	var outside *features.OutOfSpaceError
	if errors.As(err, &outside) {
		r.Axis = outside.Axis
	}
	return r
}
