package commands

import (
	"context"
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
	"eahas/serve"
)

func serveCommand() *cli.Command {
	return &cli.Command{
		Name:      "serve",
		Usage:     "answer over HTTP: JSON, a page with sliders, metrics",
		UsageText: "eahas serve [-addr HOST:PORT] BUNDLE… | NAME=BUNDLE…",
		Description: "Serves any number of bundles, each under the name of its folder or the given one:\n" +
			"  POST /v1/bundles/NAME/query   {\"config\": {…}} or {\"configs\": [{…}, …]}, \"up_to\": an epoch\n" +
			"  GET  /v1/bundles, /v1/bundles/NAME, /v1/bundles/NAME/sample?seed=N\n" +
			"  GET  /, /openapi.json, /metrics, /healthz, /readyz\n" +
			"It listens on loopback unless told otherwise; there is no access control. SIGTERM and SIGINT stop it after the\n" +
			"requests that it has accepted are answered. docs/serving.md is the manual.\n\n" +
			"Example:\n  eahas serve artifacts/synthetic\n  curl -d '{\"config\": {\"depth\": 20, …}}' localhost:8080/v1/bundles/synthetic/query",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "addr", Usage: "listen on `HOST:PORT`; port 0 takes a free one", Value: "127.0.0.1:8080"},
			&cli.Int64Flag{Name: "max-body", Usage: "refuse bodies above `N` bytes", Value: 1 << 20},
			&cli.IntFlag{Name: "max-batch", Usage: "refuse more than `N` configurations in one request", Value: 1000},
			&cli.IntFlag{Name: "max-points", Usage: "refuse answers of more than `N` epochs", Value: 20_000},
			&cli.IntFlag{Name: "max-requests", Usage: "answer 503 above `N` requests at once", Value: 256},
			&cli.DurationFlag{Name: "drain", Usage: "on SIGTERM go on accepting for `TIME`, so that clients hear of it", Value: 500 * time.Millisecond},
		},
		Action: serveBundles,
	}
}

func serveBundles(c *cli.Context) error {
	if c.NArg() == 0 {
		return fmt.Errorf("%w: eahas serve needs a bundle; see eahas serve -h", errUsage)
	}
	var bundles []serve.Named
	for _, arg := range c.Args().Slice() {
		name, path := nameOf(arg)
		b, err := artifacts.OpenBundle(path)
		if err != nil {
			return err
		}
		bundles = append(bundles, serve.Named{Name: name, Bundle: b})
	}
	s, err := serve.New(bundles, serve.Options{
		MaxBody: c.Int64("max-body"), MaxBatch: c.Int("max-batch"), MaxPoints: c.Int("max-points"),
		MaxInFlight: c.Int("max-requests"), Drain: c.Duration("drain"),
	})
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	l, err := net.Listen("tcp", c.String("addr"))
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(c.Context, syscall.SIGTERM, os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	fmt.Fprintf(c.App.Writer, "listening on http://%s/\n", l.Addr())
	for _, b := range bundles {
		fmt.Fprintf(c.App.Writer, "bundle %s: %s\n", b.Name, title(b.Bundle.Surrogate.Spec()))
	}
	return s.Serve(ctx, l, c.App.ErrWriter)
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
