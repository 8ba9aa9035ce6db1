package search

import "eahas/features"

// TraceFormat is the version of the traces that this code writes and reads.
const TraceFormat = 1

// Header is the first line of a trace: everything that the rest depends on.
type Header struct {
	Format   int             `json:"format"`
	Task     string          `json:"task"`
	SHA256   string          `json:"sha256"` // Task.Digest
	Method   string          `json:"method"` // as the study calls it
	Kind     string          `json:"kind"`   // as Kinds calls it, with its prefix
	Settings features.Config `json:"settings,omitempty"`
	Unit     string          `json:"unit"` // of the budget and of every cost
	Accounts
}

// Event is one line of a trace: a job that ended. Costs are in the header's unit; what is unknown is nil.
type Event struct {
	N      int             `json:"n"` // 0, 1, ...
	Trial  int             `json:"trial"`
	Config features.Config `json:"config,omitempty"` // in the first event of a trial
	From   float64         `json:"from"`             // epochs trained before
	To     float64         `json:"to"`               // epochs trained now
	Share  float64         `json:"share"`            // of the run's own length
	// the share that was asked for, or that was reached when the budget cut the job
	Rung    float64  `json:"rung"`
	Value   *float64 `json:"value"`          // as observed
	Cost    float64  `json:"cost"`           // of the job, evaluations included
	Eval    float64  `json:"eval,omitempty"` // joules of its evaluations
	Joules  *float64 `json:"j"`              // of the job, without evaluations
	Seconds *float64 `json:"s"`
	Second  float64  `json:"second"` // the trial's cost so far, or the task's own second quantity
	Spent   float64  `json:"spent"`  // by all events so far, idle workers included
	Clock   *float64 `json:"clock_s"`
	Worker  int      `json:"worker"`
	// the event of the incumbent: deepest rung first, then the best by the observed value
	Inc      int     `json:"inc"`
	True     float64 `json:"true"`
	Final    float64 `json:"true_final"` // loss without noise if the run were finished
	ToFinish float64 `json:"to_finish"`  // what that would cost
	Outside  bool    `json:"extrapolates,omitempty"`
}

// End is the last line of a whole trace.
type End struct {
	End    string  `json:"end"`    // why: "budget" or "method" (nothing more to ask)
	Events int     `json:"events"` // how many there are
	Spent  float64 `json:"spent"`
	IdleS  float64 `json:"idle_s"` // seconds that workers waited for others
	SHA256 string  `json:"sha256"` // of all lines before this one
}

// Trace is a whole run.
type Trace struct {
	Header Header
	Events []Event
	End    End
}
