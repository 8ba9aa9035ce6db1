package study

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"eahas/artifacts"
	"eahas/features"
	"eahas/search"
	"eahas/trial"
)

// TableConfig says where measured runs are read: from a table file (.jsonl) of this package, or from logs by the same
// keys as in a training run's config.
type TableConfig struct {
	Path  string          `yaml:"path,omitempty"`  // a .jsonl table: a TableHeader, then one search.TableRow a line
	Logs  []trial.Mapping `yaml:"logs,omitempty"`  // Parquet, Arrow or CSV
	Space *features.Space `yaml:"space,omitempty"` // default: inferred from the rows
	Value *ValueColumn    `yaml:"value,omitempty"` // of logs without a curve: one number a run
	// what is to be low beside the loss, in place of the training's cost
	Second  *UnitColumn `yaml:"second,omitempty"`
	Missing string      `yaml:"missing,omitempty"` // rows with a missing cell: refuse (default) or drop
}

// ValueColumn is a column with one outcome a run.
type ValueColumn struct {
	Column string `yaml:"column"`
	Kind   string `yaml:"kind"`           // accuracy, error, loss or score
	Unit   string `yaml:"unit,omitempty"` // fraction or percent of an accuracy or error
}

// UnitColumn is a column of positive numbers with a unit that is only shown.
type UnitColumn struct {
	Column string `yaml:"column"`
	Unit   string `yaml:"unit,omitempty"`
}

// TableHeader is the first line of a table file.
type TableHeader struct {
	Table  int              `json:"table"` // the format's version: 1
	Metric artifacts.Metric `json:"metric"`
	Second string           `json:"second,omitempty"` // what the rows' second quantity is, with its unit
	Space  *features.Space  `json:"space,omitempty"`
}

// maxTableLine is the longest line of a table file, in bytes.
const maxTableLine = 16 << 20

// ReadTable reads a table file. The error names the line.
func ReadTable(file string, r io.Reader) (TableHeader, []search.TableRow, error) {
	var h TableHeader
	var rows []search.TableRow
	s := bufio.NewScanner(r)
	s.Buffer(nil, maxTableLine)
	for n := 1; s.Scan(); n++ {
		d := json.NewDecoder(bytes.NewReader(s.Bytes()))
		d.DisallowUnknownFields()
		var err error
		if n == 1 {
			if err = d.Decode(&h); err == nil && h.Table != 1 {
				err = fmt.Errorf("format %d, this program reads 1", h.Table)
			}
		} else {
			row := search.TableRow{Where: fmt.Sprintf("%s line %d", file, n)}
			err = d.Decode(&row)
			rows = append(rows, row)
		}
		if err != nil {
			return h, nil, fmt.Errorf("%w: %s line %d: %w", ErrConfig, file, n, err)
		}
	}
	if err := s.Err(); err != nil {
		return h, nil, fmt.Errorf("%w: %s: %w", ErrConfig, file, err)
	}
	if h.Table == 0 {
		return h, nil, fmt.Errorf("%w: %s is empty; the first line says what the metric is", ErrConfig, file)
	}
	return h, rows, nil
}

// openTableFile reads a .jsonl table.
func openTableFile(t TaskConfig) (search.Task, error) {
	b, err := os.ReadFile(t.Table.Path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	if err := checkSum(t, b, t.Table.Path); err != nil {
		return nil, err
	}
	h, rows, err := ReadTable(t.Table.Path, bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	o := t.options(h)
	if o.Space == nil {
		o.Space = h.Space
	}
	task, _, err := search.NewTable(rows, o)
	return task, err
}

// options returns how the rows of a table become a task.
func (t TaskConfig) options(h TableHeader) search.TableOptions {
	return search.TableOptions{Name: t.Name, Space: t.Table.Space, Metric: h.Metric, Fixed: t.Fixed, Cost: t.Cost,
		Second: h.Second,
		Drop:   t.Table.Missing == "drop"}
}

// Options is options for those who read the rows themselves.
func (t TaskConfig) Options(h TableHeader) search.TableOptions { return t.options(h) }

func checkSum(t TaskConfig, b []byte, what string) error {
	sum := sha256.Sum256(b)
	if got := hex.EncodeToString(sum[:]); t.SHA256 != "" && !strings.EqualFold(got, t.SHA256) {
		return fmt.Errorf("%w: %s has the SHA-256 %s, the study wants %s: it is another one; take the sha256 line "+
			"out, or fetch what the study was written for",
			ErrConfig, what, got, t.SHA256)
	}
	return nil
}
