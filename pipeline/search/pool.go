package search

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"

	"eahas/pipeline/stage"
)

// pool shares the workers between studies that run side by side. At most as many trainings run at once as there are
// workers; who has waited longest is next, so all studies advance alike and a common deadline treats them alike. With
// fewer studies than workers each training gets several.
type pool struct {
	workers int
	free    *semaphore.Weighted
	mu      sync.Mutex
	studies int // that have not ended
}

func newPool(workers, studies int) *pool {
	return &pool{workers: workers, free: semaphore.NewWeighted(int64(workers)), studies: studies}
}

// take waits for its turn and returns how many workers it has, until done is called. The error is the context's.
func (p *pool) take(ctx context.Context) (workers int, done func(), err error) {
	if err := p.free.Acquire(ctx, 1); err != nil {
		return 0, nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(1, p.workers/max(1, p.studies)), func() { p.free.Release(1) }, nil
}

// leave says that a study has ended; the others get its workers.
func (p *pool) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.studies--
}

// trialCount tells the observer how many trials of all studies have begun.
type trialCount struct {
	observer stage.Observer
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
	c.observer.Send(stage.Event{Stage: "tune", Kind: stage.Progress, Done: sum, Total: max(sum, c.total)})
}
