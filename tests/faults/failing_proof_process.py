"""The program of a proof, with the C part of durable-rules misbehaving at its hundredth fact.

DURABLE says how: `crash` ends the process as a fault in C does, `hang` never returns and holds the interpreter's lock,
`eats` takes all memory, `lie` answers that nothing holds, `prints` writes on stdout what nobody asked for, and `absent`
cannot be imported.
"""

import ctypes
import itertools
import os
import signal
import sys
from typing import Any

from amends.server import proof_process

_misbehaviour = os.environ["DURABLE"]
_calls = itertools.count(1)


def misbehave() -> None:
    match _misbehaviour:
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "hang":
            # Called as a C engine is: without giving up the lock.
            ctypes.PyDLL(None).sleep(1_000)
        case "eats":
            bytearray(1 << 45)
        case "prints":
            os.write(1, b"{oh\n[1]\n")
        case _:
            raise AssertionError(_misbehaviour)


if _misbehaviour == "absent":
    sys.modules["durable_rules_engine"] = None  # type: ignore[assignment]  # so that importing it fails
else:
    import durable_rules_engine

    _real = durable_rules_engine.assert_fact

    def assert_fact(handle: int, fact: str) -> Any:  # noqa: ANN401  # as in the C module, which has no types
        late = next(_calls) > 100
        if late and _misbehaviour == "lie" and '"g":1' in fact:
            return 1, None
        if late and _misbehaviour != "lie":
            misbehave()
        return _real(handle, fact)

    durable_rules_engine.assert_fact = assert_fact

if __name__ == "__main__":
    raise SystemExit(proof_process.main(seconds=int(sys.argv[1]), mebibytes=int(sys.argv[2])))
