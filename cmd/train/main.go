// Command train turns raw logs of training runs into a frozen surrogate: train run. See train -h.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Stdout, os.Stderr, os.Args))
}
