"""What re-scoring needs and a service does not: looked for first, so that its lack is told in one line."""

from importlib.util import find_spec

from amends.cli.asking import fail
from amends.cli.exit_codes import ExitCode


def check_spark(command: str) -> None:
    """End the command where the extra `spark` is not installed."""
    if find_spec("pyspark") is None or find_spec("pandas") is None:
        fail(command, "--engine spark needs Spark: pip install 'amends[service,spark]'", ExitCode.BAD_ARGUMENTS)


def check_rescoring(command: str) -> None:
    """End the command where the extra `rescore` is not installed."""
    if find_spec("pyarrow") is None or find_spec("numpy") is None:
        fail(command, "it needs numpy and pyarrow: pip install 'amends[rescore]'", ExitCode.BAD_ARGUMENTS)
