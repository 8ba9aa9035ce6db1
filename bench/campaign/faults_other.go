//go:build !linux || !(amd64 || arm64)

package main

import (
	"context"
	"errors"
)

const faultsChild = "-faults-child"

var errNoFaults = errors.New("campaign: -kind faults and -kind full hold system calls back, which this system cannot")

func becomeHeldBack([]string) error { return errNoFaults }

func heldBack(context.Context, int, faultKind, []string) (int, string, error) {
	return 0, "", errNoFaults
}
