package main

import "syscall"

// limitMemory lets an allocation fail, and the process die, before the machine suffers: 16 GiB of address space, of
// which Go reserves some that it does not use.
func limitMemory() {
	_ = syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: 16 << 30, Max: 16 << 30})
}
