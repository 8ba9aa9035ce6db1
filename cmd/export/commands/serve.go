package commands

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
	"eahas/internal/garbage"
	"eahas/serve"
)

func serveCommand() *cli.Command {
	return &cli.Command{
		Name:      "serve",
		Usage:     "answer over HTTP: JSON, a page with sliders, metrics",
		UsageText: "eahas serve [-addr HOST:PORT] BUNDLE… | NAME=BUNDLE…",
		Description: "Serves any number of bundles, each under the name of its folder or the given one:\n" +
			"  POST /v1/bundles/NAME/query   {\"config\": {…}} or {\"configs\": [{…}, …]}; \"up_to\", " +
			"\"level\", \"sample\"\n" +
			"  GET  /v1/bundles, /v1/bundles/NAME, /v1/bundles/NAME/sample?seed=N\n" +
			"  GET  /, /openapi.json, /metrics, /healthz, /readyz\n" +
			"It listens on loopback unless told otherwise; where other machines reach it, it asks for a token " +
			"(-token-file, or\n" +
			"the environment's " + tokenVariable +
			"), or for -open. SIGHUP loads the bundles, the token and the certificate anew without\n" +
			"a lost request. SIGTERM and SIGINT stop it after the requests that it has accepted are answered.\n" +
			"docs/serving.md is the manual.\n\n" +
			"Example:\n  eahas serve artifacts/synthetic\n" +
			"  curl -H 'Content-Type: application/json' -d '{\"config\": {\"depth\": 20, …}}' " +
			"localhost:8080/v1/bundles/synthetic/query",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "addr", Usage: "listen on `HOST:PORT`; port 0 takes a free one",
				Value: "127.0.0.1:8080"},
			&cli.StringSliceFlag{Name: "host",
				Usage: "clients may call the server by this `NAME`, too, besides localhost and addresses in digits; " +
					"* allows all"},
			&cli.StringFlag{Name: "token-file", Usage: "ask for the bearer token that `FILE` holds",
				DefaultText: "the environment's " + tokenVariable},
			&cli.BoolFlag{Name: "open", Usage: "serve everybody who reaches the address, without a token"},
			&cli.StringFlag{Name: "tls-cert", Usage: "speak TLS with the chain of certificates in `FILE` (PEM)"},
			&cli.StringFlag{Name: "tls-key", Usage: "its private key, in `FILE` (PEM)"},
			&cli.StringFlag{Name: "access-log",
				Usage: "write a record of each request to standard error: `text` or json", DefaultText: "none"},
			&cli.Int64Flag{Name: "max-body", Usage: "refuse bodies above `N` bytes", Value: 1 << 20},
			&cli.IntFlag{Name: "max-batch", Usage: "refuse more than `N` configurations in one request", Value: 1000},
			&cli.IntFlag{Name: "max-points", Usage: "refuse answers of more than `N` epochs", Value: 20_000},
			&cli.IntFlag{Name: "max-requests", Usage: "answer 503 above `N` requests at once", Value: 256},
			&cli.IntFlag{Name: "max-conns", Usage: "hold at most `N` connections; the longest silent one makes room",
				Value: 1024},
			&cli.IntFlag{Name: "max-conns-per-client", Usage: "hold at most `N` connections of one address",
				DefaultText: "half of -max-conns"},
			&cli.IntFlag{Name: "min-rate", Usage: "end requests that come with fewer than `N` bytes a second after 2 s",
				Value: 8 << 10},
			&cli.IntFlag{Name: "gzip-above",
				Usage: "compress answers of `N` bytes and more for clients that take gzip; -1: none", Value: 16 << 10},
			&cli.IntFlag{Name: "keep",
				Usage: "keep up to `N` bytes of answers to questions that came more than once; -1: none",
				Value: 32 << 20},
			&cli.DurationFlag{Name: "drain", Usage: "on SIGTERM go on accepting for `TIME`, so that clients hear of it",
				Value: 500 * time.Millisecond},
		},
		Action: serveBundles,
	}
}

// room is for the garbage of answers: while the heap of a server of a bundle or two is looked through, requests wait
// for 20 ms and more, and with this room that is rare (docs/results.md, Serving).
const room = 384 << 20

func serveBundles(c *cli.Context) error {
	if c.NArg() == 0 {
		return fmt.Errorf("%w: eahas serve needs a bundle; see eahas serve -h", errUsage)
	}
	places, err := placesOf(c.Args().Slice())
	if err != nil {
		return err
	}
	guards, err := guardsOf(c)
	if err != nil {
		return err
	}
	access, err := accessLog(c.App.ErrWriter, c.String("access-log"))
	if err != nil {
		return err
	}
	defer garbage.Room(room)()
	s, err := serve.New(nil, serve.Options{
		MaxBody: c.Int64("max-body"), MaxBatch: c.Int("max-batch"), MaxPoints: c.Int("max-points"),
		MaxInFlight: c.Int("max-requests"),
		MaxConns:    c.Int("max-conns"), MaxPerHost: c.Int("max-conns-per-client"), MinRate: c.Int("min-rate"),
		GzipAbove: c.Int("gzip-above"), Keep: c.Int("keep"),
		Drain: c.Duration("drain"), Hosts: c.StringSlice("host"), Token: guards.token, TLS: guards.config(),
		Access: access, Complaints: c.App.ErrWriter, Loading: true,
	})
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	l, err := net.Listen("tcp", c.String("addr"))
	if err != nil {
		return err
	}
	if err := guards.check(l.Addr(), c.Bool("open")); err != nil {
		return errors.Join(err, l.Close())
	}
	ctx, stop := signal.NotifyContext(c.Context, syscall.SIGTERM, os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	again := make(chan os.Signal, 1)
	signal.Notify(again, syscall.SIGHUP)
	defer signal.Stop(again)
	fmt.Fprintf(c.App.Writer, "listening on %s://%s/\n", guards.scheme(), l.Addr())
	loaded := make(chan struct{})
	go func() {
		defer close(loaded)
		if err := load(c, s, places); err != nil {
			fail(err)
			return
		}
		reloads(ctx, c, s, places, guards, again)
	}()
	err = s.Serve(ctx, l)
	fail(nil)
	<-loaded
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		err = errors.Join(cause, err)
	}
	return err
}

// place is a bundle's folder and the name that it is served under.
type place struct{ name, path string }

func placesOf(args []string) ([]place, error) {
	var out []place
	var names []string
	for _, arg := range args {
		name, path := nameOf(arg)
		out, names = append(out, place{name, path}), append(names, name)
	}
	if err := serve.CheckNames(names); err != nil {
		return nil, fmt.Errorf("%w: %w", errUsage, err)
	}
	return out, nil
}

// load opens all bundles and serves them.
func load(c *cli.Context, s *serve.Server, places []place) error {
	var bundles []serve.Named
	for _, from := range places {
		b, err := artifacts.OpenBundle(from.path)
		if err != nil {
			return err
		}
		bundles = append(bundles, serve.Named{Name: from.name, Bundle: b})
	}
	if err := s.Replace(bundles); err != nil {
		return err
	}
	for _, b := range bundles {
		fmt.Fprintf(c.App.Writer, "bundle %s: %s\n", b.Name, title(b.Bundle.Surrogate.Spec()))
	}
	return nil
}

// reloads loads everything anew at each SIGHUP until ctx is done. What cannot be loaded is told, and what was there
// before is served on.
func reloads(ctx context.Context, c *cli.Context, s *serve.Server, places []place, g *guards, again <-chan os.Signal) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-again:
		}
		if err := errors.Join(g.reload(s), load(c, s, places)); err != nil {
			s.CountFailedLoad()
			fmt.Fprintln(c.App.ErrWriter, "eahas: reload failed, what could not be loaded is as before:", err)
			continue
		}
		fmt.Fprintln(c.App.Writer, "reloaded")
	}
}

// nameOf takes NAME=BUNDLE apart; without a name the folder's is taken. A folder of the whole argument comes first.
func nameOf(arg string) (name, path string) {
	if _, err := os.Stat(arg); err != nil {
		if name, path, ok := strings.Cut(arg, "="); ok && !strings.ContainsRune(name, filepath.Separator) {
			return name, path
		}
	}
	absolute, err := filepath.Abs(arg)
	if err != nil {
		return filepath.Base(arg), arg
	}
	return filepath.Base(absolute), arg
}
