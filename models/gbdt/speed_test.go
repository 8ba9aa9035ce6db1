package gbdt

import (
	"context"
	"encoding/binary"
	"math"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"eahas/internal/synthtask"
	"eahas/models"
)

func dump(t *testing.T, path string, s []float64) {
	b := make([]byte, 0, 8*len(s))
	for _, v := range s {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	os.WriteFile(path, b, 0o644)
}

func TestDump(t *testing.T) {
	dir := os.Getenv("GBDT_DUMP")
	if dir == "" {
		t.Skip()
	}
	for _, n := range []int{10000, 100000} {
		d := synthtask.Make(n, uint64(n))
		dump(t, dir+"/X_"+strconv.Itoa(n)+".f64", d.X.Data)
		dump(t, dir+"/Y_"+strconv.Itoa(n)+".f64", d.Y)
	}
	d := synthtask.Make(20000, 7)
	dump(t, dir+"/X_test.f64", d.X.Data)
	dump(t, dir+"/Y_test.f64", d.Y)
}

func cpu() float64 {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return float64(r.Utime.Nano()+r.Stime.Nano()) / 1e9
}

func TestSpeed(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("GBDT_N"))
	if n == 0 {
		t.Skip()
	}
	rounds, _ := strconv.Atoi(os.Getenv("GBDT_ROUNDS"))
	d, test := one(synthtask.Make(n, uint64(n)), 7), one(synthtask.Make(20000, 7), 7)
	for range 3 {
		t0, c0 := time.Now(), cpu()
		m, err := Train(context.Background(), d, Params{Rounds: rounds}, models.Options{Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		dt := time.Since(t0)
		t.Logf("%d rows %d rounds %.3fs cpu %.3f R2 %v", n, rounds, dt.Seconds(), cpu()-c0, r2(m.Compile(), test))
	}
}
