// Command gbdtbench is our side of the benchmark in bench/: it writes the data that every library reads, and trains,
// queries and cross-validates models/gbdt on it. Results are one JSON object on standard output.
//
//	gbdtbench gen DIR ROWS...                     X_ROWS.f32, Y_ROWS.f32 for each, and X_test.f32, Y_test.f32
//	gbdtbench train DIR ROWS TARGETS ROUNDS WORKERS
//	gbdtbench query DIR ROWS ROUNDS
//	gbdtbench folds DIR NAME ROUNDS extra|plain   five folds of the real frame DIR/NAME.*
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
)

func main() {
	if err := run(context.Background(), os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gbdtbench:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("usage: gbdtbench gen DIR ROWS... | train DIR ROWS TARGETS ROUNDS WORKERS | query DIR ROWS " +
	"ROUNDS | folds DIR NAME ROUNDS extra|plain")

func run(ctx context.Context, stdout io.Writer, args []string) error {
	if len(args) < 3 {
		return errUsage
	}
	command, dir, rest := args[0], args[1], args[2:]
	if command == "folds" && len(rest) == 3 {
		rounds, err := numbers(rest[1:2])
		if err != nil {
			return err
		}
		return answer(stdout)(folds(ctx, dir, rest[0], rounds[0], rest[2] == "extra"))
	}
	n, err := numbers(rest)
	switch {
	case err != nil:
		return err
	case command == "gen":
		return generate(dir, n)
	case command == "train" && len(n) == 4:
		return answer(stdout)(train(ctx, dir, n[0], n[1], n[2], n[3]))
	case command == "query" && len(n) == 2:
		return answer(stdout)(query(ctx, dir, n[0], n[1]))
	}
	return errUsage
}

// answer prints a result as JSON.
func answer(w io.Writer) func(v any, err error) error {
	return func(v any, err error) error {
		if err != nil {
			return err
		}
		return json.NewEncoder(w).Encode(v)
	}
}

func numbers(args []string) ([]int, error) {
	var out []int
	for _, a := range args {
		n, err := strconv.Atoi(a)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is not a number above 0", a)
		}
		out = append(out, n)
	}
	return out, nil
}
