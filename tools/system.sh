#!/bin/sh
# What the machine itself must bring before `make setup` can do the rest: Python 3.11 or newer with its venv module; and
# what it should bring: a C compiler and Python's headers, without which the engine durable-rules cannot be built, and the
# programs of a PostgreSQL server, without which the decision log is tested on SQLite only; and what makes a container
# image from Debian's packages, without which the image is not tested; and Node with npm, without which the parts that are
# written in TypeScript are neither built nor tested, and Chromium, in which their pages are; and Java, without which
# re-scoring by Spark is not tested. It looks and tells; it installs nothing.
#
#   system.sh python    prints the interpreter to use
#   system.sh missing   prints the Debian packages that are missing, on one line
#   system.sh check     prints what is missing and how to install it; exit status 1 if nothing works without it
set -eu

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if new_enough "$candidate"; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

has_venv() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

has_compiler() {
    command -v "${CC:-cc}" >/dev/null 2>&1
}

# Compiled, not looked for: a header that lies there without the C library's own is no use.
has_headers() {
    include="$("$1" -c 'import sysconfig; print(sysconfig.get_path("include"))')"
    echo '#include <Python.h>' | "${CC:-cc}" -I "$include" -fsyntax-only -x c - >/dev/null 2>&1
}

# On the path, or where Debian keeps the programs of each version. The tests start a server of their own with them.
has_postgresql() {
    command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

has_buildah() {
    command -v buildah >/dev/null 2>&1
}

has_mmdebstrap() {
    command -v mmdebstrap >/dev/null 2>&1
}

# 18.19 or newer, for what the TypeScript parts are built with.
has_node() {
    command -v npm >/dev/null 2>&1 &&
        node --eval 'const [a, b] = process.versions.node.split("."); process.exit(a > 18 || (a == 18 && b >= 19) ? 0 : 1)' >/dev/null 2>&1
}

has_chromium() {
    command -v chromium >/dev/null 2>&1
}

# 17 or newer, for Spark.
has_java() {
    version="$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')"
    [ "${version:-0}" -ge 17 ]
}

# A Python of a distribution is served by its own packages; any other brings its venv module and its headers along.
prefix() {
    version="$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
    if [ "$version" = "$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" ]; then
        echo python3
    else
        echo "python$version"
    fi
}

required() {
    if python="$(find_python)"; then
        has_venv "$python" || echo "$(prefix "$python")-venv"
    else
        echo "python3 python3-venv"
    fi
}

desired() {
    has_postgresql || echo postgresql
    has_buildah || echo buildah
    has_mmdebstrap || echo mmdebstrap
    has_node || echo nodejs npm
    has_chromium || echo chromium
    has_java || echo default-jre-headless
    has_compiler || echo gcc
    if ! python="$(find_python)"; then
        echo python3-dev
    elif ! has_compiler || ! has_headers "$python"; then
        echo "$(prefix "$python")-dev"
    fi
}

missing() {
    # shellcheck disable=SC2046  # names of packages, a word each
    echo $(required) $(desired)
}

check() {
    [ -n "$(missing)" ] || return 0
    {
        if [ -n "$(required)" ]; then
            echo "Amends needs Python 3.11 or newer with its venv module."
        else
            echo "All works but this:"
            has_postgresql || echo "- without the programs of PostgreSQL its tests do not run"
            { has_buildah && has_mmdebstrap; } ||
                echo "- without buildah and mmdebstrap the container image is not built by the tests"
            has_node || echo "- without Node and npm the TypeScript client is neither built nor tested"
            has_chromium || echo "- without Chromium the sidebar is not tested"
            has_java || echo "- without Java re-scoring by Spark is not tested"
            { has_compiler && has_headers "$(find_python)"; } ||
                echo "- without a C compiler and the headers of Python the engine durable-rules cannot be built"
        fi
        echo "Missing here; this installs it:"
        echo
        echo "    apt-get install $(missing)"
        echo
        find_python >/dev/null || echo "Another interpreter is chosen by: make PYTHON=/path/to/python3.12 ..."
    } >&2
    [ -z "$(required)" ]
}

case "${1:-}" in
    python) find_python || echo python3 ;;
    missing) missing ;;
    check) check ;;
    *) echo "usage: system.sh python|missing|check" >&2; exit 2 ;;
esac
