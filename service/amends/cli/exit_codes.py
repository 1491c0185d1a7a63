"""What the exit code of every command says."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The first that applies; the numbers are a contract with scripts."""

    OK = 0
    UNEXPECTED = 1
    BAD_ARGUMENTS = 2
    PACK_DOES_NOT_COMPILE = 3
    TESTS_FAILED = 4
    DISAGREEMENT = 5
