{{/* The pod that makes buckets and users. */}}
{{- define "object-store.setup" -}}
metadata:
  labels:
    app.kubernetes.io/name: {{ .Chart.Name }}-setup
    app.kubernetes.io/instance: {{ .Release.Name }}
  annotations:
    checksum/config: {{ include "stratum.revision" . }}
spec:
  serviceAccountName: {{ include "stratum.name" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  restartPolicy: Never
  securityContext: {{- include "stratum.podSecurity" . | nindent 4 }}
  {{- include "stratum.placement" . | nindent 2 }}
  containers:
    - name: setup
      image: {{ include "stratum.image" (dict "image" .Values.setup.image "version" .Chart.Version) }}
      imagePullPolicy: {{ .Values.setup.image.pullPolicy }}
      args: [apply, --config=/etc/stratum/config/store.toml]
      resources: {{- toYaml .Values.setup.resources | nindent 8 }}
      securityContext: {{- include "stratum.containerSecurity" . | nindent 8 }}
      volumeMounts: {{- include "stratum.mounts" . | nindent 8 }}
  volumes: {{- include "stratum.volumes" . | nindent 4 }}
{{- end }}
