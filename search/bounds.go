package search

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"eahas/eval"
	"eahas/features"
	"eahas/internal/par"
	"eahas/internal/stream"
)

// BoundsOptions steer FindBounds. Zero fields mean the defaults.
type BoundsOptions struct {
	Draws int `yaml:"draws" json:"draws"` // random configurations; default 200,000. A table is looked at whole
	// climbs from the best draws; every other one weighs ln cost beside the loss; default 20
	Climbs int `yaml:"climbs" json:"climbs"`
	// goroutines at most; <= 0 means GOMAXPROCS; the result does not depend on it
	Workers int `yaml:"-" json:"-"`
}

// Bounds say what could be found on a task, by its truth alone: never by the runs that are compared.
type Bounds struct {
	Key     string          `json:"key"`   // of the task and the options
	Exact   bool            `json:"exact"` // every configuration was looked at
	Looked  int             `json:"looked"`
	Best    float64         `json:"best"` // the lowest loss of a whole run
	BestAt  features.Config `json:"best_at"`
	Worst   float64         `json:"worst"` // the highest loss at any checkpoint, chance where runs begin with it
	Mean    float64         `json:"mean_cost"`
	Cost    [3]float64      `json:"cost_p10_p50_p90"` // of a whole run
	Within  float64         `json:"cheapest_within_one"`
	Front   []FrontPoint    `json:"front"` // of loss and the second quantity, over all checkpoints, by loss ascending
	MaxCost float64         `json:"max_second"`
	Volume  float64         `json:"hypervolume"` // of the front; see Hypervolume
}

// FrontPoint is a point of a front.
type FrontPoint struct {
	Loss   float64 `json:"loss"`
	Second float64 `json:"second"`
}

const (
	boundsChunks = 64     // parts of the draws, each with a stream of its own
	meanDraws    = 10_000 // draws that the mean cost is of
)

// BoundsKey names what bounds depend on.
func BoundsKey(t Task, o BoundsOptions) string {
	o = o.resolve()
	sum := sha256.Sum256(fmt.Appendf(nil, "bounds 2\n%s\n%d\n%d\n", t.Digest(), o.Draws, o.Climbs))
	return hex.EncodeToString(sum[:])
}

func (o BoundsOptions) resolve() BoundsOptions {
	if o.Draws == 0 {
		o.Draws = 200_000
	}
	if o.Climbs == 0 {
		o.Climbs = 20
	}
	return o
}

// Finite is a Domain whose configurations can be listed.
type Finite interface {
	Domain
	// Configs lists every configuration.
	Configs() []features.Config
}

// look is one configuration that was looked at.
type look struct {
	config features.Config
	loss   float64 // of the whole run
	cost   float64
	second float64
}

// chunk gathers what one part of the draws saw.
type chunk struct {
	looks []look
	front []FrontPoint
	worst float64
	top   float64 // largest second quantity
}

// FindBounds looks at configurations of the task without noise. The result depends on the task and the options alone.
func FindBounds(ctx context.Context, t Task, o BoundsOptions) (*Bounds, error) {
	o = o.resolve()
	b := &Bounds{Key: BoundsKey(t, o)}
	configs := func(k int) []features.Config { return drawn(t.Domain(), o.Draws, k) }
	if f, ok := t.Domain().(Finite); ok {
		b.Exact = true
		all := f.Configs()
		configs = func(k int) []features.Config {
			return all[k*len(all)/boundsChunks : (k+1)*len(all)/boundsChunks]
		}
	}
	chunks := make([]chunk, boundsChunks)
	if err := par.Each(ctx, boundsChunks, o.Workers, func(ctx context.Context, k int) error {
		return chunks[k].look(ctx, t, configs(k))
	}); err != nil {
		return nil, err
	}
	all := merge(chunks)
	if !b.Exact {
		if err := climb(ctx, t, &all, o.Climbs); err != nil {
			return nil, err
		}
	}
	return b.fill(all)
}

// drawn draws part k of n configurations.
func drawn(d Domain, n, k int) []features.Config {
	rng := stream.New(0, "bounds", strconv.Itoa(k))
	out := make([]features.Config, (k+1)*n/boundsChunks-k*n/boundsChunks)
	for i := range out {
		out[i] = d.Sample(rng)
	}
	return out
}

// look asks for the configurations.
func (c *chunk) look(ctx context.Context, t Task, configs []features.Config) error {
	a, m := t.Asker(), t.Metric()
	c.worst = math.Inf(-1)
	for _, config := range configs {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, err := a.Ask(config, 0, false)
		if err != nil {
			return err
		}
		c.add(m, config, r)
	}
	return nil
}

// add notes one run.
func (c *chunk) add(m Metric, config features.Config, r *Run) look {
	last := len(r.Trained) - 1
	l := look{config, m.Loss(r.Truth[last]), r.TrueCost, r.Second}
	if math.IsNaN(l.second) {
		l.second = r.TrueCost
	}
	c.looks = append(c.looks, l)
	c.top = max(c.top, l.second)
	for i := range r.Trained {
		loss, second := m.Loss(r.Truth[i]), r.Second
		if math.IsNaN(second) {
			second = r.Cost[i]
		}
		if math.IsNaN(loss) || math.IsInf(loss, 0) || r.Trained[i] <= 0 {
			continue
		}
		c.worst = max(c.worst, loss)
		c.insert(FrontPoint{loss, second})
	}
	return l
}

// insert keeps the front: by loss ascending, the second quantity descending.
func (c *chunk) insert(p FrontPoint) {
	k, _ := slices.BinarySearchFunc(c.front, p, func(a, b FrontPoint) int { return cmp.Compare(a.Loss, b.Loss) })
	if k > 0 && c.front[k-1].Second <= p.Second || k < len(c.front) && c.front[k].Loss == p.Loss &&
		c.front[k].Second <= p.Second {
		return
	}
	end := k
	for end < len(c.front) && c.front[end].Second >= p.Second {
		end++
	}
	c.front = slices.Replace(c.front, k, end, p)
}

func merge(chunks []chunk) chunk {
	out := chunk{worst: math.Inf(-1)}
	for _, c := range chunks {
		out.looks = append(out.looks, c.looks...)
		out.worst, out.top = max(out.worst, c.worst), max(out.top, c.top)
		for _, p := range c.front {
			out.insert(p)
		}
	}
	return out
}

// climb begins n times, each time at the best of another n-th of the draws, and goes to the first better neighbour
// until none was better in three lists of neighbours. Every other climb weighs ln cost beside the loss.
func climb(ctx context.Context, t Task, c *chunk, n int) error {
	drawn := slices.Clone(c.looks)
	for k := range n {
		w := 0.0
		if k%2 == 1 {
			w = 0.9 * float64(k+1) / float64(n)
		}
		var part []look
		for i := k; i < len(drawn); i += n {
			part = append(part, drawn[i])
		}
		if len(part) == 0 {
			continue
		}
		if err := c.climb(ctx, t, part, w, stream.New(0, "bounds", "climb", strconv.Itoa(k))); err != nil {
			return err
		}
	}
	return nil
}

// barrenLists is how many lists of neighbours without a better one end a climb.
const barrenLists = 3

func (c *chunk) climb(ctx context.Context, t Task, part []look, w float64, rng *rand.Rand) error {
	a, m := t.Asker(), t.Metric()
	value := func(l look) float64 { return (1-w)*m.modelled(l.loss) + w*math.Log(l.second) }
	here := slices.MinFunc(part, func(x, y look) int { return cmp.Compare(value(x), value(y)) })
	for barren := 0; barren < barrenLists; {
		barren++
		for _, config := range t.Domain().Neighbours(rng, here.config) {
			if err := ctx.Err(); err != nil {
				return err
			}
			r, err := a.Ask(config, 0, false)
			if err != nil {
				return err
			}
			if l := c.add(m, config, r); value(l) < value(here) {
				here, barren = l, 0
				break
			}
		}
	}
	return nil
}

// fill computes the bounds of everything that was looked at.
func (b *Bounds) fill(c chunk) (*Bounds, error) {
	if len(c.looks) == 0 || math.IsInf(c.worst, 0) {
		return nil, fmt.Errorf("%w: no configuration has a finite loss", ErrTask)
	}
	b.Looked = len(c.looks)
	b.Best, b.Worst, b.MaxCost = math.Inf(1), c.worst, c.top
	costs := make([]float64, 0, len(c.looks))
	for i, l := range c.looks {
		if l.loss < b.Best {
			b.Best, b.BestAt = l.loss, l.config
		}
		costs = append(costs, l.cost)
		if b.Exact || i < meanDraws {
			b.Mean += (l.cost - b.Mean) / float64(i+1)
		}
	}
	b.Within = math.Inf(1)
	for _, l := range c.looks {
		if l.loss <= b.Best+1 {
			b.Within = min(b.Within, l.cost)
		}
	}
	slices.Sort(costs)
	for k, q := range []float64{0.1, 0.5, 0.9} {
		b.Cost[k] = costs[int(q*float64(len(costs)-1))]
	}
	b.Front = c.front
	b.Volume = b.Hypervolume(b.Front)
	return b, nil
}

// Hypervolume returns the area that points dominate in loss and the natural logarithm of the second quantity, below the
// worst loss and 1.1 times the largest second quantity of the task.
func (b *Bounds) Hypervolume(points []FrontPoint) float64 {
	x, y := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		x[i], y[i] = p.Loss, math.Log(p.Second)
	}
	return eval.Hypervolume(x, y, b.Worst, math.Log(1.1*b.MaxCost))
}

// DecodeBounds reads what JSON holds of bounds, and refuses those of another task or other options.
func DecodeBounds(text []byte, t Task, o BoundsOptions) (*Bounds, error) {
	b := new(Bounds)
	if err := json.Unmarshal(text, b); err != nil {
		return nil, err
	}
	if b.Key != BoundsKey(t, o) {
		return nil, fmt.Errorf("%w: these bounds belong to another task", ErrTrace)
	}
	return b, nil
}
