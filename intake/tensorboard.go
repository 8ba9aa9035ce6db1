package intake

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"eahas/features"

	"eahas/trial/names"
)

var tensorboardReader = Reader{
	Name:  "tensorboard",
	Tool:  "TensorBoard (TensorFlow, PyTorch, tensorboardX)",
	Files: "events.out.tfevents.*: one folder a run",
	Told:  "TFRecord with a file version of brain.Event",
	Gives: "scalars (simple values and tensors) by step, or by epoch where a scalar named epoch is logged; wall " +
		"times; hparams as configuration; the training arguments that Hugging Face writes as text",
	find: func(t *tree) *Found {
		return found(Certain, "TFRecords of events", t.free(func(f *file) bool {
			if !strings.Contains(f.base(), "tfevents") {
				return false
			}
			head := f.head()
			return len(head) >= 12 && masked(head[:8]) == binary.LittleEndian.Uint32(head[8:12])
		}))
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		first := len(log.Runs)
		err := log.each(ctx, found.files, func(f *file) error { return readEvents(ctx, f, log) })
		log.Runs = slices.Concat(log.Runs[:first], log.gatherHparams(log.Runs[first:]))
		for _, run := range log.Runs[first:] {
			if err := run.byEpoch(); err != nil {
				log.leave(run.From, "%v", err)
			}
		}
		return err
	},
}

func readEvents(ctx context.Context, f *file, log *Log) error {
	r, err := f.open()
	if err != nil {
		return err
	}
	defer r.Close()
	run, err := log.run("tensorboard", runPath(f), f.name)
	if err != nil {
		return err
	}
	run.Name = path.Base(run.ID)
	n := 0
	err = eachRecord(r, func(data []byte) error {
		if n++; n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		return log.event(run, data)
	})
	if errors.Is(err, errTorn) || errors.Is(err, io.ErrUnexpectedEOF) {
		log.leave(f.name, "%v: the run was killed, or still writes", errTorn)
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: after %d events: %w", f.name, n, err)
	}
	return nil
}

// event reads an Event: wall_time 1, step 2, summary 5 (tensorflow/core/util/event.proto).
func (l *Log) event(run *Run, b []byte) error {
	var at, step float64
	var values [][]byte
	err := eachField(b, func(f pbField) error {
		switch f.num {
		case 1:
			at = f.double()
		case 2:
			step = float64(int64(f.bits))
		case 5:
			return eachField(f.data, func(v pbField) error { // Summary: value 1
				if v.num == 1 {
					values = append(values, v.data)
				}
				return nil
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	run.span(at)
	for _, v := range values {
		s, err := summaryValue(v)
		if err != nil {
			return err
		}
		switch {
		case s.plugin == "hparams":
			err = run.hparams(s)
		case strings.HasPrefix(s.text, "{") && (s.tag == "args/text_summary" || s.tag == "args"):
			run.argsText(s.text)
		case s.ok:
			run.tick(step, at)
			err = l.point(run, s.tag, step, s.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// summary is one value of a summary.
type summary struct {
	tag, plugin string
	content     []byte // of the plugin
	value       float64
	ok          bool // value is a scalar
	text        string
}

// summaryValue reads a Summary.Value: tag 1, simple_value 2, tensor 8, metadata 9
// (tensorflow/core/framework/summary.proto).
func summaryValue(b []byte) (summary, error) {
	var s summary
	return s, eachField(b, func(f pbField) error {
		switch f.num {
		case 1:
			s.tag = f.text()
		case 2:
			s.value, s.ok = f.float(), true
		case 8:
			return s.tensor(f.data)
		case 9:
			// SummaryMetadata: plugin_data 1 {plugin_name 1, content 2}
			return eachField(f.data, func(m pbField) error {
				if m.num != 1 {
					return nil
				}
				return eachField(m.data, func(p pbField) error {
					switch p.num {
					case 1:
						s.plugin = p.text()
					case 2:
						s.content = p.data
					}
					return nil
				})
			})
		}
		return nil
	})
}

// tensor reads a TensorProto that holds one number or one text: dtype 1, tensor_content 4, half_val 13, float_val 5,
// double_val 6, int_val 7, string_val 8, int64_val 10, bool_val 11 (tensorflow/core/framework/tensor.proto). Kept
// whole: it is the table of the message's fields.
func (s *summary) tensor(b []byte) error {
	var kind uint64
	var content []byte
	n, size := 0, 1.0
	set := func(x float64) { s.value, n = x, n+1 }
	err := eachField(b, func(f pbField) error {
		switch f.num {
		case 1:
			kind = f.bits
		case 2: // shape: dim 2 {size 1}
			return eachField(f.data, func(d pbField) error {
				if d.num != 2 {
					return nil
				}
				return eachField(d.data, func(e pbField) error {
					if e.num == 1 {
						size *= float64(int64(e.bits))
					}
					return nil
				})
			})
		case 4:
			content = f.data
		case 5:
			packed(f, 4, func(x uint64) { set(float64(math.Float32frombits(uint32(x)))) })
		case 6:
			packed(f, 8, func(x uint64) { set(math.Float64frombits(x)) })
		case 7, 10, 11:
			packed(f, 0, func(x uint64) { set(float64(int64(x))) })
		case 8:
			s.text = f.text()
		}
		return nil
	})
	if err != nil || size != 1 {
		return err
	}
	if n == 1 {
		s.ok = true
	} else {
		s.fromBytes(kind, content)
	}
	return nil
}

// fromBytes takes the bytes of one number of a type.
func (s *summary) fromBytes(kind uint64, content []byte) {
	switch {
	case kind == 1 && len(content) == 4: // DT_FLOAT
		s.value, s.ok = float64(math.Float32frombits(binary.LittleEndian.Uint32(content))), true
	case kind == 2 && len(content) == 8: // DT_DOUBLE
		s.value, s.ok = math.Float64frombits(binary.LittleEndian.Uint64(content)), true
	case kind == 3 && len(content) == 4: // DT_INT32
		s.value, s.ok = float64(int32(binary.LittleEndian.Uint32(content))), true
	case kind == 9 && len(content) == 8: // DT_INT64
		s.value, s.ok = float64(int64(binary.LittleEndian.Uint64(content))), true
	case kind == 14 && len(content) == 2: // DT_BFLOAT16
		s.value, s.ok = float64(math.Float32frombits(uint32(binary.LittleEndian.Uint16(content))<<16)), true
	}
}

// hparams reads what the plugin keeps: session_start_info 3 {hparams 1, start_time_secs 5}, session_end_info 4 {status
// 1, end_time_secs 2} (tensorboard/plugins/hparams/plugin_data.proto).
func (r *Run) hparams(s summary) error {
	return eachField(s.content, func(f pbField) error {
		switch f.num {
		case 3:
			return eachField(f.data, func(h pbField) error {
				if h.num == 1 {
					return r.hparam(h.data)
				}
				if h.num == 5 {
					r.span(h.double())
				}
				return nil
			})
		case 4:
			return eachField(f.data, func(h pbField) error {
				switch {
				case h.num == 1 && h.bits == 1:
					r.Status = Finished
				case h.num == 1 && h.bits == 2:
					r.Status = Failed
				case h.num == 2:
					r.span(h.double())
				}
				return nil
			})
		}
		return nil
	})
}

// hparam reads an entry of a map: key 1, value 2, a google.protobuf.Value: number 2, string 3, bool 4.
func (r *Run) hparam(b []byte) error {
	var key string
	var v features.Value
	err := eachField(b, func(f pbField) error {
		switch f.num {
		case 1:
			key = f.text()
		case 2:
			return eachField(f.data, func(x pbField) error {
				switch x.num {
				case 2:
					v = features.Number(x.double())
				case 3:
					v = features.Text(x.text())
				case 4:
					v = features.Text(fmt.Sprint(x.bits != 0))
				}
				return nil
			})
		}
		return nil
	})
	r.set(key, v)
	return err
}

// argsText reads the training arguments that Hugging Face's callback writes as JSON in a text summary.
func (r *Run) argsText(text string) {
	var v any
	if json.NewDecoder(newTolerant(strings.NewReader(text))).Decode(&v) != nil {
		return
	}
	flatten("", v, func(name string, v features.Value) {
		if !slices.ContainsFunc(trainerBookkeeping, func(p string) bool { return strings.HasPrefix(name, p) }) {
			r.set(name, v)
		}
	})
}

// gatherHparams gives the hparams that torch and tensorboardX write to a folder of their own below the run's back to
// the run, with the metrics logged beside them as results.
func (l *Log) gatherHparams(runs []*Run) []*Run {
	byID := map[string]*Run{}
	for _, r := range runs {
		byID[r.ID] = r
	}
	var out []*Run
	for _, r := range runs {
		up := byID[path.Dir(r.ID)]
		if up == nil || up == r || len(r.Config) == 0 || len(up.Config) > 0 || r.Epochs() > 1 {
			out = append(out, r)
			continue
		}
		up.Config, up.Seed, up.Planned = r.Config, r.Seed, r.Planned
		if up.Status == Unknown {
			up.Status = r.Status
		}
		for name, s := range r.Series {
			if up.Series[name] == nil {
				up.Final[name] = features.Number(s.last())
			}
		}
	}
	return out
}

// byEpoch turns steps into epochs where a scalar named epoch says which step belongs to which.
func (r *Run) byEpoch() error {
	var clock *Series
	for _, name := range slices.Sorted(maps.Keys(r.Series)) {
		if names.IsEpoch(name) {
			clock = r.Series[name]
			delete(r.Series, name)
			break
		}
	}
	if clock == nil || len(clock.Epochs) == 0 {
		return nil
	}
	clock.sort()
	shift := 0.0
	if clock.Values[0] == 0 && clock.Epochs[0] > 0 {
		shift = 1 // Lightning counts epochs from 0
	}
	for i := 1; i < len(clock.Values); i++ {
		if clock.Values[i] < clock.Values[i-1] {
			return fmt.Errorf("the scalar epoch falls: its steps are kept as epochs")
		}
	}
	epochOf := func(step float64) float64 {
		i, _ := slices.BinarySearch(clock.Epochs, step)
		return clock.Values[min(i, len(clock.Values)-1)] + shift
	}
	for name, s := range r.Series {
		moved := &Series{}
		s.sort()
		for i := range s.Epochs {
			moved.set(epochOf(s.Epochs[i]), s.Values[i])
		}
		r.Series[name] = moved
	}
	if r.Clock != nil {
		moved := &Series{}
		r.Clock.sort()
		for i := range r.Clock.Epochs {
			moved.set(epochOf(r.Clock.Epochs[i]), r.Clock.Values[i])
		}
		r.Clock = moved
	}
	return nil
}
