// Command search compares search methods by the joules they spend, and says what to train next: search run, report,
// replay, next. See search -h.
package main

import (
	"context"
	"os"

	"eahas/cmd/search/commands"
)

func main() {
	os.Exit(commands.Run(context.Background(), os.Stdin, os.Stdout, os.Stderr, os.Args))
}
