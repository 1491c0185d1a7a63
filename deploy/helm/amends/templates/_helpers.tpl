{{- define "amends.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "amends.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "amends.labels" -}}
{{ include "amends.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "amends.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "amends.records" -}}
{{- if ne .Values.settings.recording "off" }}true{{ end -}}
{{- end }}

{{- /* Everything that does not fit together, told at once. */ -}}
{{- define "amends.check" -}}
{{- $found := list -}}
{{- if not .Values.insecure -}}
{{- if not .Values.tls.secret -}}
{{- $found = append $found "tls.secret: calls would not be encrypted; name a Secret with tls.crt and tls.key, or say insecure: true where something else is the boundary" -}}
{{- end -}}
{{- if not .Values.access.secret -}}
{{- $found = append $found "access.secret: anybody could call; name a Secret with access.toml, or say insecure: true where something else is the boundary" -}}
{{- end -}}
{{- end -}}
{{- if and (include "amends.records" .) (not .Values.database.secret) -}}
{{- $found = append $found "database.secret: decisions are recorded in PostgreSQL; name a Secret that holds its URL, or say settings.recording: \"off\"" -}}
{{- end -}}
{{- if and .Values.tls.clientCa (not (and .Values.tls.secret .Values.tls.probeSecret)) -}}
{{- $found = append $found "tls.probeSecret: with tls.clientCa every caller shows a certificate, the readiness probe too; name tls.secret and a Secret with its tls.crt and tls.key" -}}
{{- end -}}
{{- if and .Values.rules.files .Values.rules.volume -}}
{{- $found = append $found "rules: give files or a volume, not both" -}}
{{- end -}}
{{- if and .Values.retention.enabled (not (include "amends.records" .)) -}}
{{- $found = append $found "retention.enabled: nothing is recorded, so nothing is let go of" -}}
{{- end -}}
{{- if $found -}}
{{- fail (printf "\n- %s" (join "\n- " $found)) -}}
{{- end -}}
{{- end }}

{{- /* A value as a variable holds it. Helm reads every number as a float, which it would write with an exponent. */ -}}
{{- define "amends.text" -}}
{{- if kindIs "map" . -}}
{{- $pairs := list -}}
{{- range $name, $value := . }}{{ $pairs = append $pairs (printf "%s=%s" $name $value) }}{{ end -}}
{{- join "," $pairs -}}
{{- else if kindIs "slice" . -}}
{{- join "," . -}}
{{- else if kindIs "float64" . -}}
{{- int64 . -}}
{{- else -}}
{{- . -}}
{{- end -}}
{{- end }}

{{- define "amends.databaseVariable" -}}
- name: AMENDS_DATABASE
  valueFrom:
    secretKeyRef:
      name: {{ .Values.database.secret | quote }}
      key: {{ .Values.database.key | quote }}
{{- end }}

{{- define "amends.environment" -}}
- name: AMENDS_PORT
  value: "50051"
- name: AMENDS_HTTP_PORT
  value: "8080"
- name: AMENDS_RULES
  value: /srv/amends/rules
{{- if .Values.insecure }}
- name: AMENDS_INSECURE
  value: "true"
{{- end }}
{{- if .Values.tls.secret }}
- name: AMENDS_TLS_CERTIFICATE
  value: /etc/amends/tls/tls.crt
- name: AMENDS_TLS_KEY
  value: /etc/amends/tls/tls.key
{{- end }}
{{- if .Values.tls.clientCa }}
- name: AMENDS_TLS_CLIENT_CA
  value: /etc/amends/tls/ca.crt
- name: AMENDS_SERVER_CA
  value: /etc/amends/tls/ca.crt
- name: AMENDS_CLIENT_CERTIFICATE
  value: /etc/amends/probe/tls.crt
- name: AMENDS_CLIENT_KEY
  value: /etc/amends/probe/tls.key
{{- end }}
{{- if .Values.access.secret }}
- name: AMENDS_ACCESS
  value: /etc/amends/access/access.toml
{{- end }}
{{- if include "amends.records" . }}
{{ include "amends.databaseVariable" . }}
{{- end }}
{{- range $name, $value := .Values.settings }}
- name: AMENDS_{{ $name | snakecase | upper }}
  value: {{ include "amends.text" $value | quote }}
{{- end }}
{{- with .Values.env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "amends.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "amends.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- /* A pod that runs one command on the database and ends; `command`: its words. */ -}}
{{- define "amends.databasePod" -}}
metadata:
  labels:
    {{- include "amends.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
spec:
  restartPolicy: Never
  serviceAccountName: {{ .root.Values.serviceAccountName }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with .root.Values.imagePullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext: {{- include "amends.podSecurity" .root | nindent 4 }}
  containers:
    - name: {{ .component }}
      image: {{ include "amends.image" .root | quote }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args: {{ toJson .command }}
      env:
        {{- include "amends.databaseVariable" .root | nindent 8 }}
      securityContext: {{- include "amends.containerSecurity" .root | nindent 8 }}
      resources:
        requests: {cpu: 100m, memory: 256Mi}
        limits: {memory: 1Gi}
      volumeMounts:
        - name: temporary
          mountPath: /tmp
        {{- with .root.Values.volumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - name: temporary
      emptyDir:
        sizeLimit: {{ .root.Values.temporary.sizeLimit }}
    {{- with .root.Values.volumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
