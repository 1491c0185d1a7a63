# Python 3.12: the newest that every engine runs on. The build has the C compiler that durable-rules needs.
FROM python:3.12 AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements/build.txt requirements/durable.txt requirements/service.txt requirements/
RUN python -m venv /opt/amends \
    && python -m pip install --require-hashes --only-binary :all: --requirement requirements/build.txt \
    && /opt/amends/bin/python -m pip install --require-hashes --only-binary :all: --requirement requirements/service.txt \
    && python -m pip wheel --require-hashes --no-deps --no-build-isolation --wheel-dir dist --requirement requirements/durable.txt \
    && /opt/amends/bin/python -m pip install --no-deps --no-index --find-links dist durable-rules
COPY pyproject.toml README.md LICENSE ./
COPY service service
COPY clients clients
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/amends/bin/python -m pip install --no-deps --no-index --find-links dist amends \
    && /opt/amends/bin/python -m pip uninstall --yes pip

FROM python:3.12-slim
ENV PATH=/opt/amends/bin:$PATH PYTHONUNBUFFERED=1
COPY --from=build /opt/amends /opt/amends
COPY rules /srv/amends/rules
WORKDIR /srv/amends
# A number, so that an orchestrator can prove that it is not root.
USER 10001:10001
EXPOSE 50051
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["amends", "health", "--target", "127.0.0.1:50051"]
ENTRYPOINT ["amends"]
# Loopback, for a proxy beside it. Calls are not encrypted: to be reached from outside the container is asked for with
# `serve --host 0.0.0.0 --insecure`.
CMD ["serve"]
