package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"eahas/features"
	"eahas/internal/synthtask"
	"eahas/models"
)

// testRows is the size of the test set, testSeed its seed; training sets are seeded with their row count.
const (
	testRows = 20000
	testSeed = 7
)

func generate(dir string, rows []int) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, n := range rows {
		if err := save(dir, strconv.Itoa(n), synthtask.Make(n, uint64(n))); err != nil {
			return err
		}
	}
	return save(dir, "test", synthtask.Make(testRows, testSeed))
}

func save(dir, name string, d models.Data) error {
	if err := write(filepath.Join(dir, "X_"+name+".f32"), d.X.Data); err != nil {
		return err
	}
	return write(filepath.Join(dir, "Y_"+name+".f32"), d.Y)
}

// write stores values as little-endian float32.
func write(path string, values []float64) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	var b [4]byte
	for _, v := range values {
		binary.LittleEndian.PutUint32(b[:], math.Float32bits(float32(v)))
		w.Write(b[:])
	}
	if err := w.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// read loads little-endian float32 values as float64, in pieces so that the file is never held whole.
func read(path string) ([]float64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	out := make([]float64, 0, info.Size()/4)
	buf := make([]byte, 1<<18)
	for {
		n, err := io.ReadFull(f, buf)
		for i := 0; i+4 <= n; i += 4 {
			out = append(out, float64(math.Float32frombits(binary.LittleEndian.Uint32(buf[i:]))))
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// load reads the set with this name and keeps the last `targets` of its targets (1: seconds per epoch).
func load(dir, name string, targets int) (models.Data, error) {
	x, err := read(filepath.Join(dir, "X_"+name+".f32"))
	if err != nil {
		return models.Data{}, err
	}
	y, err := read(filepath.Join(dir, "Y_"+name+".f32"))
	if err != nil {
		return models.Data{}, err
	}
	if targets > synthtask.Outputs {
		return models.Data{}, fmt.Errorf("%d targets, there are %d", targets, synthtask.Outputs)
	}
	d := models.Data{X: synthtask.Frame(true), K: targets}
	d.X.Data, d.X.N = x, len(x)/synthtask.Columns
	d.Y = lastColumns(y, synthtask.Outputs, targets)
	return d, nil
}

func lastColumns(y []float64, columns, keep int) []float64 {
	if keep == columns {
		return y
	}
	out := make([]float64, 0, len(y)/columns*keep)
	for i := columns; i <= len(y); i += columns {
		out = append(out, y[i-keep:i]...)
	}
	return out
}

// frame is a real set: columns in DIR/NAME.json (group per column, -1 for numeric), X, Y and folds beside it.
type frame struct {
	Groups  []int `json:"groups"`
	Targets int   `json:"targets"`
}

func (f frame) columns() []features.Column {
	out := make([]features.Column, len(f.Groups))
	for i, g := range f.Groups {
		out[i] = features.Column{Name: "c" + strconv.Itoa(i), Group: g}
	}
	return out
}
