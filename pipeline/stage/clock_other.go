//go:build !unix

package stage

// processorSeconds is not known on this system.
func processorSeconds() float64 { return 0 }
