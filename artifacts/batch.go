package artifacts

import (
	"context"
	"fmt"

	"eahas/features"
	"eahas/internal/par"
)

// chunk is how many queries a worker takes at once.
const chunk = 16

// QueryAll answers configs[i] into answers[i], both of length n, with series up to upTo as in QueryInto. It uses up to
// workers goroutines (<= 0: GOMAXPROCS); the answers do not depend on it. It returns n errors, nil where a query was
// answered. When ctx is done, the queries that have not begun get ctx.Err().
func (s *Surrogate) QueryAll(ctx context.Context, answers []Answer, configs []features.Config, upTo float64,
	workers int) []error {
	if len(answers) != len(configs) {
		panic("artifacts: QueryAll needs one answer for each configuration")
	}
	errs := make([]error, len(configs))
	par.For((len(configs)+chunk-1)/chunk, workers, func(c int) {
		for i := c * chunk; i < min((c+1)*chunk, len(configs)); i++ {
			if err := ctx.Err(); err != nil {
				errs[i] = fmt.Errorf("artifacts: query %d: %w", i, err)
				continue
			}
			errs[i] = s.QueryInto(&answers[i], configs[i], upTo)
		}
	})
	return errs
}
