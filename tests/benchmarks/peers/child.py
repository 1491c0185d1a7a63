"""One peer in a process of its own: what it answers, what that costs, and how much memory it fills are its own.

The parent writes a line of JSON and reads one (`engine_race.stable.Runner` is its end).
"""

import json
import os
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.engine_race.timed import Timed, end_with_the_parent
from tests.benchmarks.peers.cases import POLICIES, drawn_finely
from tests.benchmarks.peers.entries import peers
from tests.benchmarks.peers.peer import Host, Peer
from tests.benchmarks.peers.probes import PROBES

_SITUATIONS: Final = 2048


class _Child:
    def __init__(self, peer: Peer) -> None:
        self._peer, self._hosts, self._timed = peer, dict[str, Host](), dict[str, Timed]()

    def serve(self, asked: Mapping[str, Any]) -> dict[str, object]:
        """One thing that the parent asks."""
        match asked:
            case {"load": True}:
                before = _resident()
                self._hosts = {policy: self._peer.load(policy) for policy in POLICIES}
                return {"grown": _resident() - before}
            case {"resident": True}:
                return {"resident": _resident()}
            case {"answers": str(policy), "cases": list(cases)}:
                return {"answers": [self._answer(policy, case) for case in cases]}
            case {"why": str(policy), "case": dict(case)}:
                host = self._hosts[policy]
                return {"why": json.loads(json.dumps(host.why(host.given(case)), default=str))}
            case {"time": str(policy), "count": int(count)}:
                return {"us": self._timer(policy).round(count)}
            case {"probes": True}:
                return {"probes": {asks: _said(probe) for asks, probe in PROBES[self._peer.name].items()}}
            case _:
                raise AssertionError(asked)

    def _answer(self, policy: str, case: dict[str, Any]) -> dict[str, object]:
        host = self._hosts[policy]
        try:
            decided = host.decide(host.given(case))
            return {"answer": host.answer(decided), "asks": host.asks(decided)}
        except Exception as error:  # noqa: BLE001  # whatever a stranger's engine raises is its answer
            return {"error": f"{type(error).__name__}: {error}"[:300]}

    def _timer(self, policy: str) -> Timed:
        if policy not in self._timed:
            host = self._hosts[policy]
            self._timed[policy] = Timed(host, [host.given(case) for case in drawn_finely(policy, _SITUATIONS)])
        return self._timed[policy]


def _said(probe: Any) -> str:  # noqa: ANN401  # a function of nothing
    try:
        return str(probe())
    except Exception as error:  # noqa: BLE001  # as above
        return f"error: {str(error).splitlines()[0][:120]}"


def _resident() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize()


def main() -> None:
    """Serve until the parent is gone. What engines print goes to where errors go."""
    end_with_the_parent()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    child = _Child(next(peer for peer in peers() if peer.name == sys.argv[1]))
    for line in sys.stdin:
        try:
            found = child.serve(json.loads(line))
        except Exception as error:  # noqa: BLE001  # as above
            found = {"failed": f"{type(error).__name__}: {error}"[:300]}
        answers.write(json.dumps(found) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
