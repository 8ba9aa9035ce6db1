//go:build !unix

package main

import "time"

var start = time.Now()

// processorSeconds returns the time by the clock: this system tells no processor time.
func processorSeconds() float64 { return time.Since(start).Seconds() }
