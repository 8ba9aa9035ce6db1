//go:build !race

package modeltest

// raceDetector says that the race detector is on: sync.Pool then drops what it is given at random, so that allocations
// cannot be counted.
const raceDetector = false
