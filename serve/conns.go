package serve

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// conns accepts at most max connections at once and perHost of one address. When all are taken, the one whose client
// has been silent longest makes room; where nobody is, new ones wait in the system's queue.
type conns struct {
	net.Listener
	options Options

	mu      sync.Mutex
	changed *sync.Cond // a connection has gone, or the listener closes
	open    map[*conn]struct{}
	perHost map[string]int
	closed  bool
}

// evictAfter is how long a client has been silent at least when its connection makes room for another's.
const evictAfter = time.Second

// sweepEvery is how often the rate of those that are sending is looked at.
const sweepEvery = 250 * time.Millisecond

func newConns(l net.Listener, o Options) *conns {
	c := &conns{Listener: l, options: o, open: map[*conn]struct{}{}, perHost: map[string]int{}}
	c.changed = sync.NewCond(&c.mu)
	go c.sweep()
	return c
}

// Accept waits for room and for a connection.
func (l *conns) Accept() (net.Conn, error) {
	for {
		if !l.room() {
			return nil, net.ErrClosed
		}
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if own := l.take(c); own != nil {
			return own, nil
		}
		_ = c.Close() // its address has enough
	}
}

// room waits until there is room for one more, and makes some where it can; false: the listener closes.
func (l *conns) room() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.open) >= l.options.MaxConns && !l.closed {
		if c := l.silent(time.Now().Add(-evictAfter)); c != nil {
			delete(l.open, c) // at once, so that nobody closes it twice
			l.forgetHost(c)
			go c.Conn.Close()
			continue
		}
		l.changed.Wait() // sweep wakes it
	}
	return !l.closed
}

// silent returns the connection whose client owes something since longest, and since before a time; nil: none.
func (l *conns) silent(before time.Time) (found *conn) {
	oldest := onTheClock(before)
	for c := range l.open {
		if since := c.since.Load(); c.busy.Load() == 0 && since < oldest {
			found, oldest = c, since
		}
	}
	return found
}

// take enters a connection; nil: its address has MaxPerHost already.
func (l *conns) take(c net.Conn) *conn {
	host, _, err := net.SplitHostPort(c.RemoteAddr().String())
	if err != nil {
		host = c.RemoteAddr().String()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.perHost[host] >= l.options.MaxPerHost {
		return nil
	}
	own := &conn{Conn: c, list: l, host: host}
	own.since.Store(onTheClock(time.Now()))
	l.open[own] = struct{}{}
	l.perHost[host]++
	return own
}

func (l *conns) forget(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, in := l.open[c]; in {
		delete(l.open, c)
		l.forgetHost(c)
		l.changed.Signal()
	}
}

func (l *conns) forgetHost(c *conn) {
	if l.perHost[c.host]--; l.perHost[c.host] == 0 {
		delete(l.perHost, c.host)
	}
}

// sweep ends the requests that come too slowly, until the listener and all connections are closed.
func (l *conns) sweep() {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for range tick.C {
		l.mu.Lock()
		now := time.Now()
		for c := range l.open {
			if c.tooSlow(now, l.options) {
				_ = c.Conn.SetReadDeadline(now) // the handler answers 408 where the head was whole
			}
		}
		l.changed.Signal() // somebody may be silent for long enough by now
		over := l.closed && len(l.open) == 0
		l.mu.Unlock()
		if over {
			return
		}
	}
}

// Close ends Accept; the connections go on.
func (l *conns) Close() error {
	l.mu.Lock()
	l.closed = true
	l.changed.Broadcast()
	l.mu.Unlock()
	return l.Listener.Close()
}

// clockStart is what onTheClock counts from.
var clockStart = time.Now()

// onTheClock returns a reading of time.Now in nanoseconds of the monotonic clock: where somebody sets the machine's, no
// client has been silent for that long, and none owes bytes for it.
func onTheClock(t time.Time) int64 { return int64(t.Sub(clockStart)) }

// conn is one connection. What its client owes counts from since: a request, or the rest of one.
type conn struct {
	net.Conn
	list      *conns
	host      string
	since     atomic.Int64 // onTheClock
	got       atomic.Int64 // bytes since then
	receiving atomic.Bool  // a request has begun to come
	busy      atomic.Int32 // requests that the server works on
}

// Read counts.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.got.Add(int64(n))
	return n, err
}

// Close gives the place back.
func (c *conn) Close() error {
	c.list.forget(c)
	return c.Conn.Close()
}

// tooSlow judges a request that has begun to come.
func (c *conn) tooSlow(now time.Time, o Options) bool {
	if !c.receiving.Load() || c.busy.Load() > 0 {
		return false
	}
	late := time.Duration(onTheClock(now)-c.since.Load()) - o.Grace
	return late > 0 && float64(c.got.Load()) < late.Seconds()*float64(o.MinRate)
}

// The turns of a request, told by the handler. All of them may be called on nil, where there is no such connection.

// begin: the head is there and the server works.
func (c *conn) begin() {
	if c != nil {
		c.busy.Add(1)
	}
}

// wait: the server waits for the body. The head's time and bytes still count.
func (c *conn) wait() {
	if c != nil {
		c.busy.Add(-1)
	}
}

// resume: the body is there.
func (c *conn) resume() {
	if c != nil {
		c.busy.Add(1)
	}
}

// end: the answer is written, and this is the time.
func (c *conn) end(now time.Time) {
	if c != nil {
		c.turn(now)
		c.busy.Add(-1)
	}
}

// turn begins a new account.
func (c *conn) turn(now time.Time) {
	c.since.Store(onTheClock(now))
	c.got.Store(0)
}

// connState is http.Server's ConnState.
func connState(c net.Conn, s http.ConnState) {
	own := underlying(c)
	if own == nil {
		return
	}
	switch s {
	case http.StateActive: // the first bytes of a request are there
		own.turn(time.Now())
		own.receiving.Store(true)
	case http.StateIdle:
		own.turn(time.Now())
		own.receiving.Store(false)
	}
}

func underlying(c net.Conn) *conn {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	own, _ := c.(*conn)
	return own
}

type connKey struct{}

// withConn is http.Server's ConnContext.
func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, underlying(c))
}

func connOf(ctx context.Context) *conn {
	c, _ := ctx.Value(connKey{}).(*conn)
	return c
}
