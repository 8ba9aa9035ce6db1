// Package layers holds the picture of who may import whom. Its test reads the sources of the module, and of the
// libraries that the module uses, in its own process: go test sees which files were read, and so runs it again after
// any change.
package layers
