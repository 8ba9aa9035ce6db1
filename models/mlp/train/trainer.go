package train

import (
	"context"
	"fmt"
	"sync"

	"eahas/internal/par"
	"eahas/models"
	"eahas/models/mlp"
)

// Trainer trains an mlp.Model. The zero value trains the default network.
type Trainer struct {
	Params Params
}

var _ models.Trainer = Trainer{}

// Train fits Seeds networks in parallel and returns them as an *mlp.Model. It honours Data.Weights, and Data.Groups in
// the inner split of EarlyStop. A bad hyperparameter gives an error that wraps ErrParams; a target that is not finite
// or outside its bounds gives one that names row and output.
func (t Trainer) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := checkShapes(d); err != nil {
		return nil, err
	}
	p, err := t.Params.resolved(d.K)
	if err != nil {
		return nil, err
	}
	q, err := prepare(d, p)
	if err != nil {
		return nil, err
	}
	if q.constant() {
		return mlp.New(q.scaler, q.means(d), nil)
	}
	p.Epochs = p.EpochsFor(q.n)
	members, err := fitMembers(ctx, q, p, o)
	if err != nil {
		return nil, err
	}
	return mlp.New(q.scaler, q.outputs, members)
}

// fitMembers trains the members with at most o.Workers goroutines.
func fitMembers(ctx context.Context, q *problem, p Params, o models.Options) ([]mlp.Network, error) {
	progress := counter{total: p.Seeds * p.Epochs, report: o.Progress}
	members := make([]mlp.Network, p.Seeds)
	err := par.Each(ctx, p.Seeds, o.Workers, func(ctx context.Context, i int) error {
		epochs := 0
		net, err := fitMember(ctx, q, p, o.Seed, i, func() { epochs++; progress.add(1) })
		if err != nil {
			return err
		}
		progress.add(p.Epochs - epochs) // what an early stop left out
		members[i] = net
		return nil
	})
	return members, err
}

// counter adds up epochs over the members' goroutines and reports one at a time.
type counter struct {
	mu          sync.Mutex
	done, total int
	report      func(done, total int)
}

func (c *counter) add(n int) {
	if n == 0 || c.report == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done += n
	c.report(c.done, c.total)
}

// means returns outputs that predict each target's weighted mean, whatever the input.
func (q *problem) means(d models.Data) []mlp.Output {
	out := make([]mlp.Output, q.k)
	rows := used(d)
	for j, o := range q.outputs {
		out[j] = mlp.Output{Shift: o.Shift}
		if o.Scale == 0 {
			continue
		}
		sum, weight := 0.0, 0.0
		for _, r := range rows {
			w := 1.0
			if d.Weights != nil {
				w = d.Weights[r]
			}
			sum, weight = sum+w*d.Y[r*d.K+j], weight+w
		}
		out[j].Shift = sum / weight
	}
	return out
}

// checkShapes reports a caller's mistake in the data.
func checkShapes(d models.Data) error {
	n := d.X.N
	if d.K < 1 || len(d.Y) != n*d.K || len(d.X.Data) != n*d.X.P() ||
		d.Weights != nil && len(d.Weights) != n || d.Groups != nil && len(d.Groups) != n {
		return fmt.Errorf("mlp/train: %d rows of %d columns and %d outputs do not fit %d cells, %d targets, %d "+
			"weights, %d groups",
			n, d.X.P(), d.K, len(d.X.Data), len(d.Y), len(d.Weights), len(d.Groups))
	}
	return nil
}
