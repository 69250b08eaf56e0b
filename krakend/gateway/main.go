// store-gateway runs krakend.json where KrakenD itself is not installed.
//
// It owns the command line, the signals and the exit code. What a gateway is made of stands in gateway.go; what it
// does is KrakenD's own published modules and the configuration.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

const usage = `store-gateway: krakend.json, run by KrakenD's published modules.

  store-gateway -c FILE [-p PORT]

It runs until SIGINT or SIGTERM, then lets what runs finish (max_shutdown_wait_time of the file).
Exit codes: 0 stopped as asked, 1 the gateway could not run, 2 the command line or the file is wrong.

`

// A file or a command line that no gateway can be made from.
var errSettings = errors.New("wrong settings")

func main() {
	// Both signals end it the same way; a second one ends it at once, as without a handler.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	err := run(ctx, os.Args[1:], os.Stderr)
	code := exitCode(err)
	if code != 0 {
		fmt.Fprintln(os.Stderr, "store-gateway:", err)
	}
	os.Exit(code)
}

func exitCode(err error) int {
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errSettings):
		return 2
	default:
		return 1
	}
}

// run serves until ctx ends. Logs go to out, in the form of KrakenD.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("store-gateway", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.Usage = func() { fmt.Fprint(out, usage); flags.PrintDefaults() }
	file := flags.String("c", "", "the configuration, krakend.json")
	port := flags.Int("p", 0, "the port, instead of the file's")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return fmt.Errorf("%w: %w", errSettings, err)
	}
	if *file == "" || flags.NArg() > 0 {
		return fmt.Errorf("%w: store-gateway -c FILE [-p PORT]", errSettings)
	}
	cfg, err := parse(*file)
	if err != nil {
		return fmt.Errorf("%w: %w", errSettings, err)
	}
	if *port != 0 {
		cfg.Port = *port
	}
	return serve(ctx, cfg, out)
}
