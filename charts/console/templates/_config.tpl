{{- define "console.check" -}}
{{- $needed := list "operator_token" "warehouse_password" -}}
{{- if .Values.viewerToken }}{{ $needed = append $needed "viewer_token" }}{{ end -}}
{{- include "stratum.checkSecrets" (dict "needed" $needed "Values" .Values "Chart" .Chart) -}}
{{- end }}

{{- define "stratum.config" -}}
# The console's settings. It has no state directory here: what was installed is not shown.
address = {{ .Values.address | toJson }}
port = {{ .Values.port | int64 }}
product = {{ .Values.product | toJson }}
environment = {{ .Values.environment | toJson }}
page_dir = "/opt/stratum/page"
state_dir = "/data/state"
viewer_access = {{ .Values.viewerAccess | toJson }}
operator_token_file = "/etc/stratum/secrets/operator_token"
{{- if .Values.viewerToken }}
viewer_token_file = "/etc/stratum/secrets/viewer_token"
{{- end }}
log_level = {{ .Values.logLevel | toJson }}

[warehouse]
url = {{ .Values.warehouse.url | toJson }}
database = {{ .Values.warehouse.database | toJson }}
user = {{ .Values.warehouse.user | toJson }}
password_file = "/etc/stratum/secrets/warehouse_password"
{{- end }}
