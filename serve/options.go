package serve

import (
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Options are the limits of a server, and who may ask. A zero field means the default.
type Options struct {
	MaxBody     int64 // bytes of a request's body; default 1 MiB
	MaxBatch    int   // configurations in one request; default 1,000
	MaxPoints   int   // epochs in one answer; default 20,000
	MaxInFlight int   // requests that are worked on at once; default 256
	MaxConns    int   // connections at once; default 1,024
	MaxPerHost  int   // connections of one client's address at once; default half of MaxConns, at least 1

	ReadHeader time.Duration // for the head of a request; default 5 s
	Read       time.Duration // for a whole request; default 20 s
	Write      time.Duration // for answering; default 60 s
	Idle       time.Duration // between two requests of a connection; default 60 s
	Drain      time.Duration // how long a stopping server goes on accepting, so that clients hear of it; default 500 ms
	Stop       time.Duration // how long a stopping server waits for its requests after that; default 60 s
	Grace      time.Duration // before MinRate holds; default 2 s
	MinRate    int           // bytes a second that a request must come with on average after Grace; default 8,192

	// answers of at least so many bytes are compressed for clients that take gzip; default 16 KiB; below 0: none
	GzipAbove int
	// Keep is how many bytes of answers to single questions that came more than once are kept; default 32 MiB; below 0:
	// none.
	Keep int

	// Hosts are the names by which clients may address the server, besides localhost and addresses in digits; "*"
	// allows all. A page of another site whose name suddenly resolves to this machine (DNS rebinding) is so refused.
	Hosts []string
	// Token, when not empty, must come with each request for bundles and metrics, as "Authorization: Bearer TOKEN".
	// SetToken changes it.
	Token string
	// TLS makes Serve speak TLS, and HTTP/2 to those who ask. Nil: plain HTTP.
	TLS *tls.Config

	// Loading makes the server not ready, and answer 503 for bundles, until Replace is called.
	Loading bool
	// Access takes one record for each answered request. Nil: none is written.
	Access *slog.Logger
	// Complaints is where what net/http has to complain about goes. Nil: nowhere.
	Complaints io.Writer
}

func (o Options) withDefaults() (Options, error) {
	for _, f := range []struct {
		v   *int
		def int
	}{
		{&o.MaxBatch, 1000}, {&o.MaxPoints, 20_000}, {&o.MaxInFlight, 256}, {&o.MaxConns, 1024}, {&o.MinRate, 8 << 10},
	} {
		if *f.v == 0 {
			*f.v = f.def
		}
		if *f.v < 0 {
			return o, fmt.Errorf("%w: a limit of %d", ErrOptions, *f.v)
		}
	}
	switch {
	case o.MaxPerHost == 0:
		o.MaxPerHost = max(1, o.MaxConns/2)
	case o.MaxPerHost < 0:
		return o, fmt.Errorf("%w: %d connections of one address", ErrOptions, o.MaxPerHost)
	}
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.MaxBody < 0 {
		return o, fmt.Errorf("%w: bodies of at most %d bytes", ErrOptions, o.MaxBody)
	}
	if o.GzipAbove == 0 {
		o.GzipAbove = 16 << 10
	}
	if o.Keep == 0 {
		o.Keep = 32 << 20
	}
	if o.Complaints == nil {
		o.Complaints = io.Discard
	}
	for _, f := range []struct {
		v   *time.Duration
		def time.Duration
	}{
		{&o.ReadHeader, 5 * time.Second}, {&o.Read, 20 * time.Second}, {&o.Write, time.Minute}, {&o.Idle, time.Minute},
		{&o.Drain, 500 * time.Millisecond}, {&o.Stop, time.Minute}, {&o.Grace, 2 * time.Second},
	} {
		if *f.v == 0 {
			*f.v = f.def
		}
		if *f.v < 0 {
			return o, fmt.Errorf("%w: a time-out of %s", ErrOptions, *f.v)
		}
	}
	return o, nil
}
