// Command export answers questions from a frozen surrogate: query, verify, info. See export -h.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(exitCode(os.Stderr, run(context.Background(), os.Stdin, os.Stdout, os.Stderr, os.Args)))
}
