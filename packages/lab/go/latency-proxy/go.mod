module slipway/lab/latency-proxy

go 1.24.0
