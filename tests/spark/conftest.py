"""One session of Spark for all tests that need one: a Java machine of its own takes seconds to start."""

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import pytest

from tests.lacking import Lack, do_without

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NO_SPARK: Final = Lack("Spark", "This installs it: make spark-setup")
NO_JAVA: Final = Lack("Java", "This installs it: apt-get install default-jre-headless")


@pytest.fixture
def installed(request: pytest.FixtureRequest) -> None:
    """Spark's package is there; the test starts nothing of it."""
    if find_spec("pyspark") is None or find_spec("pandas") is None:
        do_without(request, NO_SPARK)


@pytest.fixture(scope="session")
def session_of_all() -> "Iterator[SparkSession | Lack]":
    if find_spec("pyspark") is None or find_spec("pandas") is None:
        yield NO_SPARK
    elif shutil.which("java") is None:
        yield NO_JAVA
    else:
        from amends.rescoring.spark.session import session

        # Two tasks at once, each tried three times. Small batches and files, so that few rows make many of both.
        with session("local[2,3]", progress=False) as spark:
            spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "500")
            spark.conf.set("spark.sql.files.maxPartitionBytes", "16kb")
            spark.conf.set("spark.sql.files.openCostInBytes", "1")
            spark.conf.set("spark.sql.shuffle.partitions", "3")
            yield spark


@pytest.fixture
def spark(request: pytest.FixtureRequest, session_of_all: "SparkSession | Lack") -> "SparkSession":
    if isinstance(session_of_all, Lack):
        do_without(request, session_of_all)
    return session_of_all
