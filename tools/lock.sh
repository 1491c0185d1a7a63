#!/bin/sh
# Writes requirements/*.txt from pyproject.toml: hashed, for every Python that we support, and without a word about where
# packages come from, so that any index serves.
#
#   lock.sh UV [--upgrade]
set -eu

uv="$1"
shift

compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-emit-find-links --custom-compile-command "make lock" "$@"
}

compile "$@" pyproject.toml --extra service --extra bridge --extra mcp --extra otel --extra rescore --extra report --group dev --output-file requirements/dev.txt
# What runs in production is what was tested: the smaller sets take the versions of the large one.
compile pyproject.toml --extra service --constraint requirements/dev.txt --output-file requirements/service.txt
compile --group build --constraint requirements/dev.txt --output-file requirements/build.txt
compile "$@" --group durable --no-deps --output-file requirements/durable.txt
compile "$@" --group demo --no-deps --output-file requirements/demo.txt
# They join the environment of the developers, so what both need is one version.
compile "$@" --group benchmarks --constraint requirements/dev.txt --output-file requirements/benchmarks.txt
compile "$@" --group deploy --constraint requirements/dev.txt --output-file requirements/deploy.txt
compile "$@" --group browser --constraint requirements/dev.txt --output-file requirements/browser.txt
compile "$@" pyproject.toml --extra spark --constraint requirements/dev.txt --output-file requirements/spark.txt
# Each lives in an environment of its own, with whatever versions it wants.
compile "$@" --group peer-helpdesk --output-file requirements/peer-helpdesk.txt
compile "$@" --group peer-tryton --output-file requirements/peer-tryton.txt
compile "$@" --group lock --output-file requirements/lock.txt
