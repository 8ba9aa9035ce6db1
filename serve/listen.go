package serve

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"
)

// Serve answers on l until ctx is done, and then stops without losing an accepted request: for Options.Drain it goes on
// accepting, says "stopping" on /readyz and ends each connection with its next answer; then it closes l and the idle
// connections and waits up to Options.Stop for the rest. It returns nil after such a stop, an error when requests were
// left or l failed. It closes l in any case.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	o := s.options
	h := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: o.ReadHeader,
		ReadTimeout:       o.Read,
		WriteTimeout:      o.Write,
		IdleTimeout:       o.Idle,
		MaxHeaderBytes:    1 << 14,
		ErrorLog:          log.New(o.Complaints, "serve: ", 0),
		ConnState:         connState,
		ConnContext:       withConn,
		TLSConfig:         o.TLS,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: 64},
	}
	failed := make(chan error, 1)
	accepting := newConns(l, o)
	go func() {
		if o.TLS != nil {
			failed <- h.ServeTLS(accepting, "", "")
		} else {
			failed <- h.Serve(accepting)
		}
	}()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.stopping.Store(true)
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-time.After(o.Drain):
	}
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), o.Stop)
	defer cancel()
	if err := h.Shutdown(late); err != nil {
		return errors.Join(fmt.Errorf("serve: requests were left after %s: %w", o.Stop, err), h.Close())
	}
	return nil
}
