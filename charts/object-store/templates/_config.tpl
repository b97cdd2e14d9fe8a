{{- define "object-store.check" -}}
{{- $needed := list "root_user" "root_password" -}}
{{- range .Values.users }}{{ $needed = append $needed (printf "user.%s" .name) }}{{ end -}}
{{- include "stratum.checkSecrets" (dict "needed" $needed "Values" .Values "Chart" .Chart) -}}
{{- end }}

{{/* Of the Job that makes buckets and users; the server itself has none. */}}
{{- define "stratum.config" -}}
# The buckets, the users, and what each may do.
endpoint = "http://{{ include "stratum.name" . }}:{{ .Values.port | int64 }}"
region = {{ .Values.region | toJson }}
access_key_file = "/etc/stratum/secrets/root_user"
secret_key_file = "/etc/stratum/secrets/root_password"
buckets = {{ .Values.buckets | toJson }}
wait_seconds = 240
{{- range .Values.users }}

[[users]]
name = {{ .name | toJson }}
secret_key_file = {{ printf "/etc/stratum/secrets/user.%s" .name | toJson }}
{{- range .grants }}
{{- if .actions }}

[[users.grants]]
bucket = {{ .bucket | toJson }}
actions = {{ .actions | toJson }}
{{- end }}
{{- end }}
{{- end }}
{{- range .Values.lifecycle }}

[[lifecycle]]
bucket = {{ .bucket | toJson }}
prefix = {{ .prefix | toJson }}
days = {{ .days | int64 }}
{{- end }}
{{- end }}

{{/* What the server is started with: another user is no reason to restart it. */}}
{{- define "object-store.revision" -}}
{{- $keys := list (get .Values.secrets "root_user") (get .Values.secrets "root_password") -}}
{{- list $keys .Values.image .Values.region .Chart.AppVersion | toJson | sha256sum | trunc 16 -}}
{{- end }}

{{/* Not empty where several servers keep the objects together. */}}
{{- define "object-store.distributed" -}}
{{- if gt (.Values.replicas | int) 1 }}yes{{ end -}}
{{- end }}

{{/*
Where the objects lie, as every server is told. In full: a pod finds its own full name without DNS,
which still has its last address for a while after a restart.
*/}}
{{- define "object-store.drives" -}}
{{- if include "object-store.distributed" . -}}
{{- $name := include "stratum.name" . -}}
{{- $last := sub .Values.replicas 1 -}}
http://{{ $name }}-{0...{{ $last }}}.{{ $name }}-peers.{{ .Release.Namespace }}.svc.{{ .Values.clusterDomain }}:{{ .Values.port | int64 }}/data/store
{{- else -}}
/data/store
{{- end -}}
{{- end }}

{{/* What MinIO's servers compare with each other, and more: a server that differs is refused. */}}
{{- define "object-store.startedWith" -}}
{{- list (include "object-store.revision" .) (include "object-store.drives" .) | toJson | sha256sum | trunc 16 -}}
{{- end }}
