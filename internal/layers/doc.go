// Package layers holds the picture of who may import whom; its test compares the picture with what the go command says.
package layers
