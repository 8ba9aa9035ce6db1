// Package garbage gives the garbage collector's victims room: beside a small live heap the runtime collects often.
package garbage

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// percent returns the garbage that may lie beside so many live bytes, in percent of them: room, but no less than the
// runtime's own rule allows and at most eight times as much.
func percent(room, live uint64) int {
	return int(min(800, max(100, 100*room/max(live, 1))))
}

// Room lets so many bytes of garbage lie beside a small live heap before they are collected, until end is called.
// Where GOGC or GOMEMLIMIT is set, that stands.
func Room(room uint64) (end func()) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	var over atomic.Bool
	now := percent(room, liveHeap())
	before := debug.SetGCPercent(now)
	var collected func(*[16]byte)
	collected = func(s *[16]byte) { // after each collection
		if over.Load() {
			return
		}
		if p := percent(room, liveHeap()); p != now {
			now = p
			debug.SetGCPercent(p)
		}
		runtime.SetFinalizer(s, collected)
	}
	runtime.SetFinalizer(new([16]byte), collected)
	return func() {
		over.Store(true)
		debug.SetGCPercent(before)
	}
}

// liveHeap returns what the last collection found alive.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}
