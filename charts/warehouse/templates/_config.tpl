{{- define "warehouse.check" -}}
{{- $needed := list "admin_password" "ingest_password" "reader_password" -}}
{{- include "stratum.checkSecrets" (dict "needed" $needed "Values" .Values "Chart" .Chart) -}}
{{- end }}

{{- define "stratum.config" -}}
# The warehouse's settings.
address = {{ .Values.address | toJson }}
port = {{ .Values.port | int64 }}
data_dir = "/data/warehouse"
database = {{ .Values.database | toJson }}
query_timeout_seconds = {{ .Values.queryTimeoutSeconds | int64 }}
max_threads = {{ .Values.maxThreads | int64 }}
parallel_queries = {{ .Values.parallelQueries | int64 }}
log_level = {{ .Values.logLevel | toJson }}
{{- range list "admin" "ingest" "reader" }}

[[users]]
name = "{{ . }}"
password_file = "/etc/stratum/secrets/{{ . }}_password"
access = "{{ . }}"
{{- end }}
{{- end }}
