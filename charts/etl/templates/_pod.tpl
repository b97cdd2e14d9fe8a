{{/* The pod of one pass; `arguments` is what the two kinds of it differ in. */}}
{{- define "etl.pod" -}}
metadata:
  labels: {{- include "stratum.selector" . | nindent 4 }}
  annotations:
    checksum/config: {{ include "stratum.revision" . }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "stratum.name" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  restartPolicy: Never
  # At a SIGTERM it finishes the object at work; a kill would lose nothing either.
  terminationGracePeriodSeconds: 60
  securityContext: {{- include "stratum.podSecurity" . | nindent 4 }}
  {{- include "stratum.placement" . | nindent 2 }}
  containers:
    - name: etl
      image: {{ include "stratum.image" (dict "image" .Values.image "version" .Chart.AppVersion) }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: {{ .arguments | toJson }}
      env:
        - {name: STRATUM_REVISION, value: {{ include "stratum.revision" . | quote }}}
      resources: {{- toYaml .Values.resources | nindent 8 }}
      securityContext: {{- include "stratum.containerSecurity" . | nindent 8 }}
      volumeMounts:
        {{- include "stratum.mounts" . | nindent 8 }}
        - {name: data, mountPath: /data}
  volumes:
    {{- include "stratum.volumes" . | nindent 4 }}
    # Only a lock lies in it: what was loaded is known in the warehouse.
    - {name: data, emptyDir: {}}
{{- end }}
