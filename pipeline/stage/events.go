package stage

// Event is something that a watcher of a run may want to see.
type Event struct {
	Stage   string // "ingest", "train bezier+gbdt fold 0", ...
	Kind    EventKind
	Done    int    // Progress: steps finished
	Total   int    // Progress: steps in all; 0 when unknown
	Message string // Note and Warning: one sentence; Finished: a short summary
	// Planned: about how much work each of the stages to come is, by its name, in one unit
	Work map[string]float64
}

// EventKind says what an Event reports.
type EventKind string

// The kinds of events.
const (
	Planned  EventKind = "planned" // what the run will do, before it does it
	Started  EventKind = "started"
	Progress EventKind = "progress"
	Finished EventKind = "finished"
	Cached   EventKind = "cached" // the stage's output was still there from an earlier run
	Note     EventKind = "note"
	Warning  EventKind = "warning"
)

// Observer receives events; it is called from many goroutines and must not block for long.
type Observer func(Event)

// Send hands the event to the observer, if there is one.
func (o Observer) Send(e Event) {
	if o != nil {
		o(e)
	}
}
