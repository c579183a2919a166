module slipway/lab/web-server

go 1.24.0
