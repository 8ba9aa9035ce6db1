package train

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"

	"eahas/internal/stream"
	"eahas/models/mlp"
)

// fitMember trains one network. tick is called once an epoch.
func fitMember(ctx context.Context, q *problem, p Params, seed uint64, member int, tick func()) (mlp.Network, error) {
	name := strconv.Itoa(member)
	if p.Solver == LBFGS {
		return newWhole(q, p).fit(ctx, p, stream.New(seed, "mlp", "weights", name))
	}
	rows := upTo(q.n)
	var held []int
	if p.EarlyStop.Share > 0 {
		rows, held = Split(q.n, q.groups, p.EarlyStop.Share, seed, member)
	}
	batch := min(p.Batch, len(rows))
	gr, err := newGraph(q, p, batch, stream.New(seed, "mlp", "weights", name))
	if err != nil {
		return mlp.Network{}, err
	}
	defer gr.close()

	order := stream.New(seed, "mlp", "order", name)
	best := keeper{cost: math.Inf(1)}
	perEpoch := len(rows) / batch
	for epoch := range p.Epochs {
		shuffle(order, rows)
		for i := range perEpoch {
			if err := ctx.Err(); err != nil {
				return mlp.Network{}, err
			}
			rate := rateAt(p.Schedule, p.Rate, epoch*perEpoch+i, p.Epochs*perEpoch)
			gr.fill(q, rows[i*batch:(i+1)*batch])
			if err := gr.step(rate); err != nil {
				return mlp.Network{}, fmt.Errorf("member %d, epoch %d: %w", member, epoch, err)
			}
			gr.decay(1 - rate*p.Decay)
		}
		tick()
		if len(held) > 0 && best.offer(gr, q, held, epoch) >= p.EarlyStop.Patience {
			break
		}
	}
	if len(held) > 0 {
		return best.network, nil
	}
	return gr.network(q), nil
}

// shuffle permutes the rows; those behind the last full batch sit the epoch out.
func shuffle(rng *rand.Rand, rows []int) {
	rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
}

func upTo(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// keeper remembers the network that did best on held-back rows.
type keeper struct {
	cost    float64
	epoch   int
	network mlp.Network
}

// offer shows the graph's present weights and returns how many epochs ago the best ones were seen.
func (k *keeper) offer(gr *graph, q *problem, held []int, epoch int) int {
	net := gr.network(q)
	if cost := q.cost(&net, held); cost < k.cost || k.network.Trunk == nil {
		*k = keeper{cost, epoch, net}
	}
	return epoch - k.epoch
}
