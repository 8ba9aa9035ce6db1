//go:build !linux

package pages

// Large is of Linux.
func Large[T any]([]T) {}
