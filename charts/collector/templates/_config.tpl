{{/* The files that its settings name must be among the secrets. */}}
{{- define "collector.check" -}}
{{- $needed := list "s3_access_key" "s3_secret_key" -}}
{{- range $source, $secrets := .Values.sources }}
{{- range $secrets }}
{{- $needed = append $needed (printf "%s.%s" $source .name) -}}
{{- end }}
{{- end }}
{{- include "stratum.checkSecrets" (dict "needed" $needed "Values" .Values "Chart" .Chart) -}}
{{- if not .Values.sources -}}
{{- fail "collector: sources is empty, so nobody could send anything; give argocd, github, gitlab or metrics" -}}
{{- end }}
{{- end }}

{{- define "stratum.config" -}}
# The collector's settings; each pod adds its number to the name.
address = {{ .Values.address | toJson }}
port = {{ .Values.port | int64 }}
data_dir = "/data/wal"
collector = {{ include "collector.id" . | toJson }}
seal_after_seconds = {{ .Values.sealAfterSeconds }}
seal_bytes = {{ .Values.sealBytes | int64 }}
max_bytes = {{ .Values.maxBytes | int64 }}
min_free_bytes = {{ .Values.minFreeBytes | int64 }}
shutdown_seconds = {{ .Values.shutdownSeconds | int64 }}
log_level = {{ .Values.logLevel | toJson }}

[s3]
endpoint = {{ .Values.s3.endpoint | toJson }}
region = {{ .Values.s3.region | toJson }}
bucket = {{ .Values.s3.bucket | toJson }}
access_key_file = "/etc/stratum/secrets/s3_access_key"
secret_key_file = "/etc/stratum/secrets/s3_secret_key"
{{- range $source, $secrets := .Values.sources }}
{{- range $secrets }}

[[sources.{{ $source }}.secrets]]
name = {{ .name | toJson }}
file = {{ printf "/etc/stratum/secrets/%s.%s" $source .name | toJson }}
sample = {{ .sample | default false }}
{{- end }}
{{- end }}
{{- end }}

{{- define "collector.id" -}}
{{- .Values.id | default (include "stratum.name" . | trunc 24 | trimSuffix "-") -}}
{{- end }}
