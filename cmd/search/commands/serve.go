package commands

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"eahas/search"
	"eahas/search/service"
	"eahas/search/study"
)

func serveCommand() *cli.Command {
	return &cli.Command{
		Name: "serve",
		Usage: "charge the trainings of search libraries elsewhere, on loopback, by the same accounts and into the " +
			"same traces",
		Description: "The study says tasks, budget and noise; the traces of a library go to " +
			"<out>/<task>/<method>/<seed>.jsonl. List the library as\n" +
			"  {method: external, as: NAME}\nin the study, and eahas search report compares it with the others. " +
			"Python: eahas.search.\n\n" +
			"Example:\n  eahas search serve -config examples/search.yaml",
		Flags: append([]cli.Flag{&cli.StringFlag{Name: "listen", Usage: "`ADDRESS`; only loopback",
			Value: "127.0.0.1:8766"}}, append(studyFlags[:3:3], metricFlag, secondFlag)...),
		Action: serveLedger,
	}
}

func serveLedger(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	conf, err := readStudy(c)
	if err != nil {
		return err
	}
	dir := c.String("out")
	if dir == "" {
		dir = filepath.Join(defaultOut, conf.Name)
	}
	data := dataFolder(c.String("data"))
	tasks, err := study.OpenTasks(c.Context, conf, dir, func(ctx context.Context, t study.TaskConfig) (search.Task,
		error) {
		return openLogs(ctx, t, data, c.App.ErrWriter)
	})
	if err != nil {
		return err
	}
	l, err := loopback(c.String("listen"))
	if err != nil {
		return err
	}
	s := service.New(conf, tasks, dir)
	h := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second}
	fmt.Fprintf(c.App.Writer, "listening on http://%s\n", l.Addr())
	go func() {
		<-c.Context.Done()
		_ = h.Close() // ends Serve
	}()
	if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return errors.Join(err, s.Close())
	}
	return s.Close()
}

// loopback listens, and refuses addresses that other machines reach.
func loopback(address string) (net.Listener, error) {
	a, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%w: -listen: %w", errUsage, err)
	}
	if !a.IP.IsLoopback() {
		return nil, fmt.Errorf("%w: -listen %s is not on loopback; the service knows no users", errUsage, address)
	}
	return net.ListenTCP("tcp", a)
}
