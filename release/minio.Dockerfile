# MinIO, which has no releases any more, from the commit and the modules that the context's go.mod and
# go.sum name. The compiler runs on the builder's own architecture.
FROM --platform=$BUILDPLATFORM golang:1.26.8-bookworm@sha256:a688600ca24f8a4d3ca77f95b0dd40704a9fc787c826660eb7ba0b641b8b175d AS build
WORKDIR /source
COPY go.mod go.sum ./
ARG TARGETOS TARGETARCH
RUN CGO_ENABLED=0 GOTOOLCHAIN=local GOOS=${TARGETOS} GOARCH=${TARGETARCH} \
    go build -trimpath -buildvcs=false -ldflags '-s -w' -o /minio github.com/minio/minio

FROM scratch
ARG VERSION=0
ARG REVISION=unknown
ARG SOURCE=https://github.com/stratum-platform/stratum
LABEL org.opencontainers.image.title="stratum-minio" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.licenses="AGPL-3.0-or-later"
ENV PATH=/usr/local/bin HOME=/tmp
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /minio /usr/local/bin/minio
# By number, so that a cluster can see that it is not root.
USER 10001:10001
ENTRYPOINT ["minio"]
