{{- define "web.labels" -}}
app: {{ .Release.Name }}
version: {{ .Chart.Version | quote }}
{{- end }}
