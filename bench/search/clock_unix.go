//go:build unix

package main

import "syscall"

// processorSeconds returns the processor time that the process has taken, its own and the system's for it.
func processorSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic("bench/search: " + err.Error())
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
