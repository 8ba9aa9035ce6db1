package stage

import (
	"encoding/json"
	"os"
	"strings"
	"time"

	"eahas/internal/atomicfile"
)

// Spent is what a finished stage took. It is measured, so it differs from run to run and is kept apart from results.
type Spent struct {
	Wall float64 `json:"wall_seconds"`
	// of the whole process meanwhile, stages beside it included; 0 where the system does not say
	CPU float64 `json:"cpu_seconds"`
}

// clock remembers when something began.
type clock struct {
	wall time.Time
	cpu  float64
}

func startClock() clock { return clock{time.Now(), processorSeconds()} }

func (c clock) spent() Spent {
	return Spent{Wall: time.Since(c.wall).Seconds(), CPU: processorSeconds() - c.cpu}
}

// timeSuffix ends the name of the small file beside a stage's output that holds what the stage took.
const timeSuffix = ".time"

func (s Store) timePath(stage string, k Key) string {
	return strings.TrimSuffix(s.path(stage, k), outputSuffix) + timeSuffix
}

func (s Store) saveTime(stage string, k Key, t Spent) error {
	b, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return atomicfile.Write(s.timePath(stage, k), append(b, '\n'))
}

// time returns what a stage took when it ran, or zeros when nobody measured it.
func (s Store) time(stage string, k Key) Spent {
	var t Spent
	if b, err := os.ReadFile(s.timePath(stage, k)); err == nil {
		_ = json.Unmarshal(b, &t) // only a measurement; a damaged file means not measured
	}
	return t
}
