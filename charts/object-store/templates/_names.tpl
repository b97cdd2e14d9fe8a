{{/* What every chart of Stratum says in the same way; the five copies are equal. */}}

{{/* The name of all that the release owns, short enough for what is appended to it. */}}
{{- define "stratum.name" -}}
{{- $both := printf "%s-%s" .Release.Name .Chart.Name -}}
{{- $own := contains .Chart.Name .Release.Name | ternary .Release.Name $both -}}
{{- .Values.name | default $own | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{/* By these its pods are found: they never change. */}}
{{- define "stratum.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "stratum.labels" -}}
{{ include "stratum.selector" . }}
app.kubernetes.io/part-of: stratum
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* By digest where one is given: a tag may be moved. */}}
{{- define "stratum.image" -}}
{{- if .image.reference -}}
{{ .image.reference }}
{{- else if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ .image.tag | default .version }}
{{- end -}}
{{- end }}

{{- define "stratum.secretName" -}}
{{- .Values.existingSecret | default (include "stratum.name" .) -}}
{{- end }}

{{/* Changes with whatever a running process was started with; it answers with it at /healthz. */}}
{{- define "stratum.revision" -}}
{{- list (include "stratum.config" .) .Values.secrets .Values.image .Chart.AppVersion | toJson | sha256sum | trunc 16 -}}
{{- end }}

{{/* The port that an address names, in words or by its scheme. */}}
{{- define "stratum.portOf" -}}
{{- $address := urlParse . -}}
{{- $usual := eq $address.scheme "https" | ternary "443" "80" -}}
{{- regexFind ":[0-9]+$" $address.host | trimPrefix ":" | default $usual -}}
{{- end }}

{{/* Stops where a needed secret is neither given nor to be found in a Secret that is there. */}}
{{- define "stratum.checkSecrets" -}}
{{- range .needed }}
{{- if not (or $.Values.existingSecret (get $.Values.secrets .)) }}
{{- fail (printf "%s: secrets has no %s; give it a value, or name in existingSecret a Secret that has it" $.Chart.Name .) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "stratum.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "stratum.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* What a process is started with: settings without secrets, and the secrets as files. */}}
{{- define "stratum.mounts" -}}
- {name: config, mountPath: /etc/stratum/config, readOnly: true}
- {name: secrets, mountPath: /etc/stratum/secrets, readOnly: true}
- {name: tmp, mountPath: /tmp}
{{- end }}

{{/* 288 is 0440: readers of YAML 1.2 would take the octal for a decimal number. */}}
{{- define "stratum.volumes" -}}
- name: config
  configMap: {name: {{ include "stratum.name" . }}}
- name: secrets
  secret: {secretName: {{ include "stratum.secretName" . }}, defaultMode: 288}
- name: tmp
  emptyDir: {sizeLimit: 256Mi}
{{- end }}

{{/* Healthy is the process; ready is also what it needs. */}}
{{- define "stratum.probes" -}}
startupProbe:
  httpGet: {path: /healthz, port: http}
  periodSeconds: 2
  failureThreshold: 90
  timeoutSeconds: 5
livenessProbe:
  httpGet: {path: /healthz, port: http}
  periodSeconds: 10
  failureThreshold: 6
  timeoutSeconds: 5
readinessProbe:
  httpGet: {path: /readyz, port: http}
  periodSeconds: 5
  timeoutSeconds: 5
{{- end }}

{{/* Where its pods may run. */}}
{{- define "stratum.placement" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Names are looked up anywhere: some clusters do it on the node. */}}
{{- define "stratum.dnsEgress" -}}
- ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
{{- end }}
