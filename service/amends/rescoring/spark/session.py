"""Starts Spark, or joins what `spark-submit` has started; what is missing is told before Java tells it at length."""

import os
import re
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from py4j.protocol import Py4JError, Py4JNetworkError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

_JAVA: Final = "Java 17 or newer; on Debian: apt-get install default-jre-headless"
_REACH_SECONDS: Final = 5
_MASTER: Final = re.compile(r"local(\[[^]]+\])?|local-cluster\[[^]]+\]|spark://\S+|k8s://\S+|yarn")
_STANDALONE: Final = re.compile(r"spark://(?P<hosts>\S+)")
_SUBMITTED: Final = "PYSPARK_GATEWAY_PORT"
"""In the environment of what `spark-submit` starts."""
GAVE_UP: Final = (PySparkException, Py4JError, ConnectionError)
"""By which Spark, or Java under it, says that it does not go on; the last is said of a Java that is gone."""
_CLASS: Final = re.compile(r"\[[A-Z][A-Z_.]+\] ")
"""By which Spark's own messages begin, behind the names of tasks and exceptions."""
_SETTINGS: Final = {
    # Moments are moments, and are written as such.
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.compression.codec": "zstd",
    # `Late` and `late` are two columns.
    "spark.sql.caseSensitive": "true",
    # What is decided and what is rejected is written in one pass, without sorting the one behind the other.
    "spark.sql.maxConcurrentOutputFileWriters": "2",
    "spark.ui.enabled": "false",
    # What ends a run is told by it, in a line.
    "spark.log.level": "FATAL",
}


class SparkError(Exception):
    """Spark cannot be started, or gave up; says why and how to mend it."""


@contextmanager
def session(master: str | None, *, progress: bool) -> Iterator[SparkSession]:
    """A session for one run, stopped afterwards; one that others have begun in this process goes on.

    `master` None: as `spark-submit` was told, else all processors of this machine. SparkError where it cannot be had.
    """
    before = SparkSession.getActiveSession()
    found = _started(master, progress=progress)
    try:
        yield found
    finally:
        if before is None:
            # Java may be gone, which then was what ended the run.
            with suppress(*GAVE_UP):
                found.stop()


def told(error: Exception) -> str:
    """What is wrong, in the words of the worker or of Spark, without the stack of either."""
    if isinstance(error, (Py4JNetworkError, ConnectionError)):
        return "Java has ended; it may have had too little memory: spark.driver.memory says how much it gets"
    said = _of_java(error) or str(error)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    of_python = [line for line in lines if re.match(r"[\w.]+(Error|Exception): ", line)]
    found = (of_python or lines or [type(error).__name__])[-1 if of_python else 0]
    of_spark = _CLASS.search(found)
    return found if of_spark is None else found[of_spark.start() :]


def _started(master: str | None, *, progress: bool) -> SparkSession:
    submitted = _SUBMITTED in os.environ
    chosen = master or (None if submitted else "local[*]")
    if chosen is not None:
        _check_master(chosen)
    if not submitted:
        _check_java()
    builder = SparkSession.builder.appName("amends rescore")
    settings = {**_SETTINGS, "spark.ui.showConsoleProgress": str(progress).lower()}
    if chosen is not None:
        builder = builder.master(chosen)
        if chosen.startswith("local"):
            # Nobody else is to reach it, and its workers are of this very Python.
            settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (Py4JError, PySparkException) as error:
        why = told(error)
        if "JAVA_GATEWAY_EXITED" in why:
            raise SparkError(f"Java did not start Spark, which needs {_JAVA}") from None
        raise SparkError(f"Spark does not start{'' if chosen is None else f' with --master {chosen}'}: {why}") from None


def _of_java(error: Exception) -> str | None:
    """What Java's exception says, where it is one; its class and its stack tell a user nothing."""
    cause = getattr(error, "java_exception", None)
    with suppress(Py4JError):
        if cause is not None:
            return str(cause.getMessage())
    return None


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if home and not os.access(Path(home, "bin", "java"), os.X_OK):
        raise SparkError(f"JAVA_HOME is {home}, and there is no bin/java in it; Spark needs {_JAVA}")
    if not home and shutil.which("java") is None:
        raise SparkError(f"there is no Java here; Spark needs {_JAVA}, or JAVA_HOME that says where it is")


def _check_master(master: str) -> None:
    """Spark itself would ask a master that is not there for a minute."""
    if not _MASTER.fullmatch(master):
        raise SparkError(f"--master {master}: what is it? As in local[2], spark://host:7077, k8s://https://host, yarn")
    found = _STANDALONE.fullmatch(master)
    if found is None:
        return
    hosts = found["hosts"].split(",")
    for host in hosts:
        name, _, port = host.rpartition(":")
        with suppress(OSError, ValueError), socket.create_connection((name, int(port)), _REACH_SECONDS):
            return
    raise SparkError(f"no Spark answers at {' or '.join(hosts)}: --master {master}")
