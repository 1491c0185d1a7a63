# What it is built on and what it runs on: any two images with the same Python, 3.11 or 3.12, at the same path. The first
# needs its venv module and headers and a C compiler, for durable-rules, which has no wheels.
ARG BUILD_IMAGE=python:3.12
ARG BASE_IMAGE=python:3.12-slim

FROM ${BUILD_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements/build.txt requirements/durable.txt requirements/service.txt requirements/
# Where pip finds packages, and whom it trusts there, may be told as secrets: they are in no layer.
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf --mount=type=secret,id=ca.pem \
    python3 -m venv /opt/build \
    && python3 -m venv --without-pip /opt/amends \
    && /opt/build/bin/pip install --require-hashes --only-binary :all: --requirement requirements/build.txt \
    && /opt/build/bin/pip --python /opt/amends/bin/python install --require-hashes --only-binary :all: --requirement requirements/service.txt \
    && /opt/build/bin/pip wheel --require-hashes --no-deps --no-build-isolation --wheel-dir dist --requirement requirements/durable.txt \
    && /opt/build/bin/pip --python /opt/amends/bin/python install --no-deps --no-index --find-links dist durable-rules
COPY pyproject.toml README.md LICENSE ./
COPY service service
COPY clients clients
RUN /opt/build/bin/pip wheel --no-deps --no-index --no-build-isolation --wheel-dir dist . \
    && /opt/build/bin/pip --python /opt/amends/bin/python install --no-deps --no-index --find-links dist amends \
    && install --directory --mode 700 /data/amends

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="Amends" org.opencontainers.image.licenses="Apache-2.0"
ENV PATH=/opt/amends/bin:$PATH PYTHONUNBUFFERED=1 AMENDS_DATA_DIR=/var/lib/amends
COPY --from=build /opt/amends /opt/amends
COPY --from=build --chown=10001:10001 /data /var/lib
COPY rules /srv/amends/rules
WORKDIR /srv/amends
# A number, so that an orchestrator can prove that it is not root.
USER 10001:10001
# Made for one Python at one path and for the C library of its base: where another is, the build ends here.
RUN ["python", "-c", "import amends.cli.main, durable_rules_engine, grpc, psycopg, uvloop"]
EXPOSE 50051
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["sh", "-c", "exec amends health --target 127.0.0.1:${AMENDS_PORT:-50051}"]
ENTRYPOINT ["amends"]
# Loopback, for a proxy beside it. Calls are not encrypted: to be reached from outside the container is asked for with
# `serve --host 0.0.0.0` and a certificate, or `--insecure`.
CMD ["serve"]
