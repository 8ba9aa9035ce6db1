package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Serve answers on l until ctx is done, and then stops without losing an accepted request: for Options.Drain it goes on
// accepting, says "stopping" on /readyz and ends each connection with its next answer; then it closes l and the idle
// connections and waits up to Options.Stop for the rest. It returns nil after such a stop, an error when requests were
// left or l failed. It closes l in any case. What net/http has to complain about goes to complaints (nil: nowhere).
func (s *Server) Serve(ctx context.Context, l net.Listener, complaints io.Writer) error {
	if complaints == nil {
		complaints = io.Discard
	}
	o := s.options
	h := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: o.ReadHeader,
		ReadTimeout:       o.Read,
		WriteTimeout:      o.Write,
		IdleTimeout:       o.Idle,
		MaxHeaderBytes:    1 << 14,
		ErrorLog:          log.New(complaints, "serve: ", 0),
	}
	failed := make(chan error, 1)
	go func() {
		failed <- h.Serve(&bounded{Listener: l, slots: make(chan struct{}, o.MaxConns), closed: make(chan struct{})})
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

// bounded accepts at most cap(slots) connections at once; further ones wait in the system's queue.
type bounded struct {
	net.Listener
	slots  chan struct{}
	closed chan struct{}
	once   sync.Once
}

// Accept waits for a slot and a connection.
func (b *bounded) Accept() (net.Conn, error) {
	select {
	case b.slots <- struct{}{}:
	case <-b.closed:
		return nil, net.ErrClosed
	}
	c, err := b.Listener.Accept()
	if err != nil {
		<-b.slots
		return nil, err
	}
	return &slotConn{Conn: c, free: sync.OnceFunc(func() { <-b.slots })}, nil
}

// Close ends Accept.
func (b *bounded) Close() error {
	b.once.Do(func() { close(b.closed) })
	return b.Listener.Close()
}

// slotConn gives its slot back when it is closed.
type slotConn struct {
	net.Conn
	free func()
}

// Close closes the connection.
func (c *slotConn) Close() error {
	defer c.free()
	return c.Conn.Close()
}
