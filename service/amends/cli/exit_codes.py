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


def worse(one: ExitCode, other: ExitCode) -> ExitCode:
    """A disagreement before a pack that does not compile, that before a proof without its end, then what has failed."""
    order = (
        *(ExitCode.OK, ExitCode.TESTS_FAILED, ExitCode.UNEXPECTED),
        *(ExitCode.PACK_DOES_NOT_COMPILE, ExitCode.DISAGREEMENT),
    )
    return max(one, other, key=order.index)
