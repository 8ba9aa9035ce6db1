package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/apache/beam/sdks/v2/go/container/tools"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/util/grpcx"
)

var provision = flag.String("provision_endpoint", "",
	"given by an engine that starts this program as a worker: the command of its environment PROCESS")

// initBeam is beam.Init, after flag.Parse, for a program that is its own worker: without a container image, started by
// an engine on each of its machines. There it does not return.
func initBeam() error {
	if *provision != "" {
		if err := beWorker(context.Background(), flag.Lookup("id").Value.String()); err != nil {
			return fmt.Errorf("provision_endpoint %s: %w", *provision, err)
		}
	}
	if *jobopts.WorkerBinary == "" {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		*jobopts.WorkerBinary = self
	}
	beam.Init()
	return nil
}

// beWorker asks the engine where it listens, as the program that starts workers in Beam's container images does.
func beWorker(ctx context.Context, id string) error {
	info, err := tools.ProvisionInfo(grpcx.WriteWorkerID(ctx, id), *provision)
	if err != nil {
		return err
	}
	for name, value := range map[string]string{
		"worker":           "true",
		"logging_endpoint": info.GetLoggingEndpoint().GetUrl(),
		"control_endpoint": info.GetControlEndpoint().GetUrl(),
	} {
		if err := flag.Set(name, value); err != nil {
			return err
		}
	}
	if status := info.GetStatusEndpoint().GetUrl(); status != "" {
		if err := os.Setenv("STATUS_ENDPOINT", status); err != nil {
			return err
		}
	}
	return os.Setenv("RUNNER_CAPABILITIES", strings.Join(info.GetRunnerCapabilities(), " "))
}
