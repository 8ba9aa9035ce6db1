// Command train turns raw logs of training runs into a frozen surrogate: train run. See train -h.
package main

import (
	"context"
	"os"

	"eahas/cmd/train/commands"
)

func main() {
	os.Exit(commands.Run(context.Background(), os.Stdout, os.Stderr, os.Args))
}
