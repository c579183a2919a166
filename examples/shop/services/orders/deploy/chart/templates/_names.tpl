{{/* Another setting is another ConfigMap, so that pods start anew with it, and can come back to the one before. */}}
{{- define "orders.settings" -}}
orders-{{ toYaml .Values.settings | sha256sum | trunc 10 }}
{{- end }}
