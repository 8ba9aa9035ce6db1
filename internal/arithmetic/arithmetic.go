// Package arithmetic tells processors and builds apart whose floating-point results differ in their last digits.
//
// Go lets a compiler fuse x*y + z into one rounding (it does on arm64, and on amd64 built with GOAMD64=v3), and package
// math computes some functions in assembly, on amd64 with other instructions where the processor has fused
// multiply-add. Training repeats such operations billions of times: two machines of one fingerprint make the same
// bytes, machines of unlike ones may not.
package arithmetic

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"runtime"
	"sync"

	"gonum.org/v1/gonum/floats"
)

// Fingerprint names the arithmetic of this process: the architecture and eight hexadecimal digits of the SHA-256 of
// what a fixed battery of operations gives, such as "amd64-1f3a5b7c". Where two processes have the same one, every
// operation of the battery gave both the same bits.
var Fingerprint = sync.OnceValue(func() string {
	sum := sha256.Sum256(battery())
	return runtime.GOARCH + "-" + hex.EncodeToString(sum[:4])
})

// battery is the results of the operations as little-endian bits: products that are added, functions of package math,
// and gonum's kernels, over numbers of many magnitudes.
func battery() []byte {
	var b []byte
	put := func(xs ...float64) {
		for _, x := range xs {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
		}
	}
	xs := numbers(256)
	for i, x := range xs {
		y, z := xs[(i+1)%len(xs)], xs[(i+2)%len(xs)]
		put(addProduct(x, y, z), addProduct(x, -y, x*y))
		put(math.Exp(-x), math.Exp(x/8), math.Expm1(-x), math.Exp2(y))
		put(math.Log(x), math.Log1p(x), math.Log10(x), math.Log2(x))
		put(math.Pow(x, y/16), math.Sqrt(x), math.Cbrt(x), math.Hypot(x, y))
		put(math.Tanh(x/4), math.Erf(x/4), math.Cos(x), math.Sin(x), math.Atan(x))
	}
	put(floats.Dot(xs[:255], xs[1:]), floats.Norm(xs, 2), floats.Sum(xs))
	return b
}

// addProduct is a product and a sum, that a compiler may fuse.
//
//go:noinline
func addProduct(x, y, z float64) float64 { return x*y + z }

// numbers are n positive numbers between 1/16 and 16 from a multiplicative congruential generator (Lehmer, modulus
// 2^31-1, multiplier 48271), made by exact operations alone.
func numbers(n int) []float64 {
	xs := make([]float64, n)
	state := uint64(1)
	for i := range xs {
		state = state * 48271 % (1<<31 - 1)
		xs[i] = math.Ldexp(1+float64(state)/(1<<31), int(state%8)-4)
	}
	return xs
}
