package pipeline

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

// turns shares the workers between studies that run side by side. At most as many trainings run at once as there are workers;
// who has waited longest is next, so all studies advance alike and a common deadline treats them alike. With fewer studies
// than workers each training gets several.
type turns struct {
	workers int
	free    *semaphore.Weighted
	mu      sync.Mutex
	studies int // that have not ended
}

func newTurns(workers, studies int) *turns {
	return &turns{workers: workers, free: semaphore.NewWeighted(int64(workers)), studies: studies}
}

// take waits for a turn and returns how many workers it has, until done is called. The error is the context's.
func (t *turns) take(ctx context.Context) (workers int, done func(), err error) {
	if err := t.free.Acquire(ctx, 1); err != nil {
		return 0, nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return max(1, t.workers/max(1, t.studies)), func() { t.free.Release(1) }, nil
}

// leave says that a study has ended; the others get its workers.
func (t *turns) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.studies--
}

// trialCount tells the observer how many trials of all studies have begun.
type trialCount struct {
	observer Observer
	total    int // 0: not known
	mu       sync.Mutex
	done     []int // by study: the largest number of a trial
}

func (c *trialCount) begin(study, trial int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done[study] = max(c.done[study], trial)
	sum := 0
	for _, n := range c.done {
		sum += n
	}
	c.observer.send(Event{Stage: "tune", Kind: Progress, Done: sum, Total: max(sum, c.total)})
}
