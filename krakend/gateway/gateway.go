package main

// The assembly: which of KrakenD's modules stand around a request, in the order of KrakenD CE itself.

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
	circuitbreaker "github.com/krakendio/krakend-circuitbreaker/v2/gobreaker/proxy"
	cors "github.com/krakendio/krakend-cors/v2/mux"
	proxylimit "github.com/krakendio/krakend-ratelimit/v3/proxy"
	"github.com/luraproject/lura/v2/config"
	"github.com/luraproject/lura/v2/logging"
	"github.com/luraproject/lura/v2/proxy"
	router "github.com/luraproject/lura/v2/router/gin"
	"github.com/luraproject/lura/v2/transport/http/client"
	"github.com/luraproject/lura/v2/transport/http/server"
)

// serve runs the gateway until ctx ends, and says why when it could not.
func serve(ctx context.Context, cfg config.ServiceConfig, out io.Writer) (err error) {
	logger, err := newLogger(cfg.ExtraConfig, out)
	if err != nil {
		return fmt.Errorf("%w: %w", errSettings, err)
	}
	// gin panics when two endpoints cannot stand beside each other; the configuration is at fault, not the program.
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%w: endpoints: %v", errSettings, fault)
		}
	}()
	// The router logs why the server could not run and goes on; we keep it for the exit code.
	var served error
	runServer := server.RunServerWithLoggerFactory(logger)
	router.NewFactory(router.Config{
		Engine:         newEngine(cfg, logger, out),
		ProxyFactory:   proxy.NewDefaultFactory(newBackend(logger), logger),
		Logger:         logger,
		HandlerFactory: newRateLimiter(ctx, logger, router.CustomErrorEndpointHandler(logger, server.DefaultToHTTPError)),
		RunServer: func(ctx context.Context, cfg config.ServiceConfig, handler http.Handler) error {
			served = runServer(ctx, cfg, withCors(cfg.ExtraConfig, logger, handler))
			return served
		},
	}).NewWithContext(ctx).Run(cfg)
	if served == http.ErrServerClosed {
		return nil
	}
	return served
}

// newBackend stacks what stands before each backend, the breaker outermost, as in CE.
func newBackend(logger logging.Logger) proxy.BackendFactory {
	backend := proxy.CustomHTTPProxyFactory(client.NewHTTPClient)
	backend = proxylimit.BackendFactory(logger, backend)
	return circuitbreaker.BackendFactory(backend, logger)
}

// newEngine is lura's engine with the bodies that CE gives its own 404 and 405.
func newEngine(cfg config.ServiceConfig, logger logging.Logger, out io.Writer) *gin.Engine {
	engine := router.NewEngine(cfg, router.EngineOptions{Logger: logger, Writer: out})
	bodies := parseErrorBodies(cfg.ExtraConfig)
	engine.NoRoute(bodies.handler(http.StatusNotFound))
	engine.NoMethod(bodies.handler(http.StatusMethodNotAllowed))
	return engine
}

// withCors answers preflights before the router sees them: it knows no OPTIONS.
func withCors(extra config.ExtraConfig, logger logging.Logger, handler http.Handler) http.Handler {
	if middleware := cors.NewWithLogger(extra, logger); middleware != nil {
		return middleware.Handler(handler)
	}
	return handler
}
