// Package stage runs the stages of a long computation once each, and keeps what they made.
//
//	 name, parts ──► Piece ──► Key (SHA-256 of both and of the format)
//	                   │
//	Runner.Do ──► Store: is there an output under this key? ── yes ──► read it
//	                   │ no
//	                   ▼
//	                 work ──► output and the time it took, each a file that appears whole or not at all
//
// In steps:
//
//  1. A Piece names one stage and lists everything that its output depends on: settings, inputs' hashes, other keys.
//  2. Runner.Do reads the output from the Store if it was made before under the same key, else it does the work and
//     keeps the output. A run that was killed, or one of whose settings changed, does only what is missing.
//  3. An Observer hears what happens. Times are measured and kept apart from outputs: those are the same bytes
//     wherever they are made.
package stage
