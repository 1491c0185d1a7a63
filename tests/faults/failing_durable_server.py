"""`amends serve` with the engine durable, whose C part fails on the second match: for a ruleset that is gone, or, with
SECOND_MATCH=crash, with the whole process.
"""

import itertools
import os
import signal
from typing import Any

import durable_rules_engine

from amends.cli.main import app

_real = durable_rules_engine.assert_fact
_matches = itertools.count(1)


def assert_fact(handle: int, fact: str) -> Any:  # noqa: ANN401  # as in the C module, which has no types
    # The guard of a match is 1, that of setting up 2.
    if '"g":1' in fact and next(_matches) == 2:
        if os.environ.get("SECOND_MATCH") == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        durable_rules_engine.delete_ruleset(handle)
    return _real(handle, fact)


if __name__ == "__main__":
    durable_rules_engine.assert_fact = assert_fact
    app()
