package main

// qos/ratelimit/router: tokens for all clients of an endpoint together, and for each client.
//
// krakend-ratelimit's own assembly of these parts keeps 2,048 shards an endpoint, each with a goroutine: 270 MB for
// forty endpoints. Here num_shards of the file is heeded, as CE's newer version of the module does.

import (
	"context"
	"errors"
	"fmt"

	"github.com/gin-gonic/gin"
	krakendrate "github.com/krakendio/krakend-ratelimit/v3"
	ratelimit "github.com/krakendio/krakend-ratelimit/v3/router"
	limiter "github.com/krakendio/krakend-ratelimit/v3/router/gin"
	"github.com/luraproject/lura/v2/config"
	"github.com/luraproject/lura/v2/logging"
	"github.com/luraproject/lura/v2/proxy"
	router "github.com/luraproject/lura/v2/router/gin"
)

const (
	// KrakenD's.
	defaultShards = 2048
	maxShards     = 1 << 16
)

// newRateLimiter puts the limits of each endpoint before its handler, the client's outermost, as CE does: who is
// over his own limit takes nothing from what all have together.
func newRateLimiter(ctx context.Context, logger logging.Logger, next router.HandlerFactory) router.HandlerFactory {
	return func(endpoint *config.EndpointConfig, p proxy.Proxy) gin.HandlerFunc {
		handler := next(endpoint, p)
		cfg, err := ratelimit.ConfigGetter(endpoint.ExtraConfig)
		if errors.Is(err, ratelimit.ErrNoExtraCfg) {
			return handler
		}
		if err != nil {
			logger.Error("[ENDPOINT: "+endpoint.Endpoint+"][Ratelimit]", err)
			return handler
		}
		if cfg.MaxRate > 0 {
			bucket := krakendrate.NewTokenBucket(cfg.MaxRate, capacity(cfg.Capacity, cfg.MaxRate))
			handler = limiter.NewEndpointRateLimiterMw(bucket)(handler)
		}
		if cfg.ClientMaxRate > 0 {
			backend := krakendrate.NewShardedMemoryBackend(
				ctx, shards(endpoint.ExtraConfig), krakendrate.DataTTL, krakendrate.PseudoFNV64a)
			size := capacity(cfg.ClientCapacity, cfg.ClientMaxRate)
			store := krakendrate.NewLimiterStore(cfg.ClientMaxRate, int(size), backend)
			handler = limiter.NewTokenLimiterMw(whoAsks(endpoint.Endpoint, cfg), store)(handler)
		}
		return handler
	}
}

// whoAsks tells clients apart. The router turns the panic into the refusal of the file: an endpoint that is to have a limit
// must not run without.
func whoAsks(endpoint string, cfg ratelimit.Config) limiter.TokenExtractor {
	switch cfg.Strategy {
	case "ip":
		if cfg.Key != "" {
			return limiter.NewIPTokenExtractor(cfg.Key)
		}
		return limiter.IPTokenExtractor
	case "header":
		return limiter.HeaderTokenExtractor(cfg.Key)
	default:
		panic(fmt.Sprintf("%s: %s: unknown strategy %q", endpoint, ratelimit.Namespace, cfg.Strategy))
	}
}

// capacity is the burst: what the file says, else what a second brings.
func capacity(said uint64, rate float64) uint64 {
	if said == 0 {
		return max(1, uint64(rate))
	}
	return said
}

func shards(extra config.ExtraConfig) uint64 {
	settings := struct {
		NumShards uint64 `json:"num_shards"`
	}{defaultShards}
	if err := section(extra, ratelimit.Namespace, &settings); err != nil {
		panic(err)
	}
	return min(max(1, settings.NumShards), maxShards)
}
