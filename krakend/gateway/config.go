package main

// What KrakenD CE reads from the file beyond lura: the names of the modules, the log, the error bodies.

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/gin-gonic/gin"
	breaker "github.com/krakendio/krakend-circuitbreaker/v2/gobreaker"
	krakendcors "github.com/krakendio/krakend-cors/v2"
	"github.com/luraproject/lura/v2/config"
	"github.com/luraproject/lura/v2/core"
	"github.com/luraproject/lura/v2/logging"
	router "github.com/luraproject/lura/v2/router/gin"
	"github.com/luraproject/lura/v2/transport/http/server"
)

const loggingNamespace = "telemetry/logging"

// parse reads the file. The modules know themselves by their old names, the file by the new ones.
func parse(file string) (config.ServiceConfig, error) {
	config.ExtraConfigAlias["router"] = router.Namespace
	config.ExtraConfigAlias["qos/circuit-breaker"] = breaker.Namespace
	config.ExtraConfigAlias["security/cors"] = krakendcors.Namespace
	cfg, err := config.NewParser().Parse(file)
	if err != nil {
		return cfg, err
	}
	cfg.Normalize()
	if len(cfg.Endpoints) == 0 {
		return cfg, fmt.Errorf("'%s': no endpoints", file)
	}
	return cfg, nil
}

// newLogger writes lines in the form of KrakenD, of the level that the file names.
func newLogger(extra config.ExtraConfig, out io.Writer) (logging.Logger, error) {
	settings := struct{ Level, Prefix string }{Level: "INFO", Prefix: "[KRAKEND]"}
	if err := section(extra, loggingNamespace, &settings); err != nil {
		return nil, err
	}
	logger, err := logging.NewLogger(settings.Level, out, settings.Prefix)
	if err != nil {
		return nil, fmt.Errorf("%s: level %q: %w", loggingNamespace, settings.Level, err)
	}
	return logger, nil
}

// errorBodies is what the gateway's own 404 and 405 say: "router": {"error_body": {"404": {…}, "405": {…}}}.
type errorBodies map[string]json.RawMessage

func parseErrorBodies(extra config.ExtraConfig) errorBodies {
	var settings struct {
		Bodies errorBodies `json:"error_body"`
	}
	// Like CE, which passes over a section of the wrong form.
	if err := section(extra, router.Namespace, &settings); err != nil {
		return nil
	}
	return settings.Bodies
}

func (bodies errorBodies) handler(status int) gin.HandlerFunc {
	body, found := bodies[fmt.Sprint(status)]
	return func(c *gin.Context) {
		c.Header(core.KrakendHeaderName, core.KrakendHeaderValue)
		c.Header(server.CompleteResponseHeaderName, server.HeaderIncompleteResponseValue)
		if found {
			c.Data(status, "application/json; charset=utf-8", body)
		}
	}
}

// section reads a part of extra_config into a struct; nothing changes when it is not there.
func section(extra config.ExtraConfig, name string, into any) error {
	value, found := extra[name]
	if !found {
		return nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
