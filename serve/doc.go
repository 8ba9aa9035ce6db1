// Package serve answers queries over HTTP from any number of opened bundles.
//
// The way of one request:
//
//  1. the listener's time-outs bound how slowly a client may send and read; above MaxInFlight requests at once the
//     answer is 503
//  2. the route names a bundle; an unknown one is 404
//  3. the body, at most MaxBody bytes, is one object with "config" or "configs" (at most MaxBatch) and "up_to"
//     a single question that came more than once may have its answer kept: the same bytes, without 4 and 5
//  4. artifacts.Surrogate.QueryInto answers each configuration into a pooled Answer
//  5. the answer is appended to a pooled buffer as JSON, without reflection; a batch is written as it grows, so that
//     its size does not show in memory
//  6. counters and a histogram take note, for /metrics
//
// A refused configuration is 422 with the axis in a single query, and an object with "error" and "axis" in its place in
// a batch. Serve stops gracefully: it first says on every answer that the connection ends, goes on accepting for a
// moment, and then waits until each accepted request is answered. docs/serving.md is the manual, openapi.json the
// contract; a test holds the handlers to it.
//
// The package imports the standard library, artifacts and features.
package serve
