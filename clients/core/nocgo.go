//go:build !cgo

// Command core is a C library, and without cgo a program that says so.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "core is a C library: CGO_ENABLED=1 go build -buildmode=c-shared ./clients/core")
	os.Exit(2)
}
