package program

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseShard reads the value of a flag -shard, "i/n" with 0 <= i < n. Anything else is an ErrUsage.
func ParseShard(s string) (index, count int, err error) {
	a, b, ok := strings.Cut(s, "/")
	i, errA := strconv.Atoi(a)
	n, errB := strconv.Atoi(b)
	if !ok || errA != nil || errB != nil || i < 0 || i >= n {
		return 0, 0, fmt.Errorf("%w: -shard: %q is not i/n with 0 <= i < n", ErrUsage, s)
	}
	return i, n, nil
}
