module slipway/lab/admission-webhook

go 1.24.0
