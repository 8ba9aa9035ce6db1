package intake

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"eahas/features"
)

// A .wandb file is the transaction log of a run (wandb/sdk/internal/datastore.py): LevelDB's log format behind a header
// of 7 bytes, with protobuf records.
const (
	wandbBlock  = 32 << 10
	wandbHeader = 7 // checksum 4, length 2, kind 1
)

// eachWandbRecord hands out the records; a torn end ends the file. Kept whole: one loop over the parts of records,
// whose checks keep it within the block.
func eachWandbRecord(r io.Reader, each func(data []byte) error) error {
	b := bufio.NewReaderSize(r, wandbBlock)
	var mark [7]byte
	if _, err := io.ReadFull(b, mark[:]); err != nil || string(mark[:4]) != ":W&B" {
		return fmt.Errorf("%w: it does not begin with :W&B", ErrFormat)
	}
	at := len(mark) // within the block
	var whole []byte
	var head [wandbHeader]byte
	for {
		if left := wandbBlock - at; left < wandbHeader {
			if _, err := io.CopyN(io.Discard, b, int64(left)); err != nil {
				return nil
			}
			at = 0
		}
		if _, err := io.ReadFull(b, head[:]); err != nil {
			return nil
		}
		length, kind := int(binary.LittleEndian.Uint16(head[4:])), head[6]
		at += wandbHeader + length
		if at > wandbBlock || kind < 1 || kind > 4 {
			if kind == 0 && length == 0 {
				return nil // preallocated zeros
			}
			return fmt.Errorf("%w: a record that crosses its block", ErrFormat)
		}
		if kind == 1 || kind == 2 { // whole, or first part
			whole = whole[:0]
		}
		if len(whole)+length > maxRecord {
			return fmt.Errorf("%w: a record of more than %d bytes", ErrLimit, maxRecord)
		}
		var err error
		if whole, err = readAll(b, whole, len(whole)+length); err != nil {
			return nil
		}
		if kind == 1 || kind == 4 { // whole, or last part
			if err := each(whole); err != nil {
				return err
			}
		}
	}
}

// wandbRecord reads one Record: history 2, summary 3, config 5, run 17, exit 18 (wandb/proto/wandb_internal.proto).
func (l *Log) wandbRecord(run *Run, b []byte) error {
	return eachField(b, func(f pbField) error {
		switch f.num {
		case 2:
			return l.wandbHistory(run, f.data)
		case 3:
			return eachField(f.data, func(u pbField) error { // update 1
				if u.num != 1 {
					return nil
				}
				key, v, err := wandbItem(u.data)
				if err == nil {
					run.wandbSummary(key, v)
				}
				return err
			})
		case 5:
			return run.wandbConfig(f.data)
		case 17:
			return eachField(f.data, func(r pbField) error { // run_id 1, config 4, display_name 8, start_time 17
				switch r.num {
				case 4:
					return run.wandbConfig(r.data)
				case 8:
					run.Name = r.text()
				case 17:
					return eachField(r.data, func(t pbField) error {
						if t.num == 1 {
							run.span(float64(int64(t.bits)))
						}
						return nil
					})
				}
				return nil
			})
		case 18:
			run.Status = Finished
			return eachField(f.data, func(e pbField) error { // exit_code 1
				if e.num == 1 && int32(e.bits) != 0 {
					run.Status = Failed
				}
				return nil
			})
		}
		return nil
	})
}

// wandbItem reads an item of config, history or summary: key 1, nested_key 2, value_json 16.
func wandbItem(b []byte) (string, any, error) {
	var key string
	var nested []string
	var v any
	err := eachField(b, func(f pbField) error {
		switch f.num {
		case 1:
			key = f.text()
		case 2:
			nested = append(nested, f.text())
		case 16:
			if err := json.NewDecoder(newTolerant(strings.NewReader(f.text()))).Decode(&v); err != nil {
				return fmt.Errorf("%w: a value that is no JSON: %w", ErrFormat, err)
			}
		}
		return nil
	})
	if len(nested) > 0 {
		key = strings.Join(nested, ".")
	}
	return key, v, err
}

func (r *Run) wandbConfig(b []byte) error {
	return eachField(b, func(f pbField) error { // update 1
		if f.num != 1 {
			return nil
		}
		key, v, err := wandbItem(f.data)
		if err == nil && !strings.HasPrefix(key, "_wandb") {
			r.configure(key, v)
		}
		return err
	})
}

func (l *Log) wandbHistory(run *Run, b []byte) error {
	line := map[string]any{}
	err := eachField(b, func(f pbField) error { // item 1, step 2 {num 1}
		switch f.num {
		case 1:
			key, v, err := wandbItem(f.data)
			line[key] = v
			return err
		case 2:
			return eachField(f.data, func(s pbField) error {
				if s.num == 1 {
					line["_step"] = float64(int64(s.bits))
				}
				return nil
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return l.wandbLine(run, line)
}

// wandbSummary keeps final values; those that are the last of the history are found out later.
func (r *Run) wandbSummary(key string, v any) {
	if strings.HasPrefix(key, "_") || key == "" {
		return
	}
	flatten(key, v, func(name string, v features.Value) {
		if x, ok := v.Float(); ok {
			r.Final[name] = features.Number(x)
		}
	})
}
