{{- define "etl.check" -}}
{{- $needed := list "s3_access_key" "s3_secret_key" "warehouse_password" -}}
{{- include "stratum.checkSecrets" (dict "needed" $needed "Values" .Values "Chart" .Chart) -}}
{{- end }}

{{- define "stratum.config" -}}
# The loader's settings.
data_dir = "/data"

[s3]
endpoint = {{ .Values.s3.endpoint | toJson }}
region = {{ .Values.s3.region | toJson }}
bucket = {{ .Values.s3.bucket | toJson }}
access_key_file = "/etc/stratum/secrets/s3_access_key"
secret_key_file = "/etc/stratum/secrets/s3_secret_key"

[warehouse]
url = {{ .Values.warehouse.url | toJson }}
database = {{ .Values.warehouse.database | toJson }}
user = {{ .Values.warehouse.user | toJson }}
password_file = "/etc/stratum/secrets/warehouse_password"
{{- end }}
