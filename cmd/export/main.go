// Command export answers questions from a frozen surrogate: query, verify, info. See export -h.
package main

import (
	"context"
	"os"

	"eahas/cmd/export/commands"
)

func main() {
	os.Exit(commands.Run(context.Background(), os.Stdin, os.Stdout, os.Stderr, os.Args))
}
