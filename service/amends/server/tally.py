"""Counts what happens on the way of a call as cheaply as it can be, and hands it on a few times a second."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from amends.application.catalog import Policies
from amends.domain.decision import Decision, RuleTrace, Verdict
from amends.telemetry import Telemetry

_HELD = frozenset({Verdict.APPLIED, Verdict.LIMITED, Verdict.OVERRULED})


class _Same(NamedTuple):
    """Decisions by the same rules: those of one plan share the very tuple."""

    policy: str
    outcome: str
    rules: tuple[RuleTrace, ...]


class Tally:
    """For one event loop; hears of decisions as the port `Observer`."""

    def __init__(
        self, telemetry: Telemetry, calls: Callable[[Sequence[Mapping[str, object]]], None] | None = None
    ) -> None:
        """`calls` hears of calls too, by their lines."""
        self._telemetry = telemetry
        self._calls = calls
        self._decided: dict[tuple[str, str, int], tuple[_Same, int]] = {}
        self._matches = 0
        self._nanoseconds = 0

    def decided(self, policy: str, decision: Decision) -> None:
        """One more."""
        key = policy, decision.outcome, id(decision.rules)
        same, count = self._decided.get(key) or (_Same(policy, decision.outcome, decision.rules), 0)
        self._decided[key] = same, count + 1

    def matched(self, nanoseconds: int) -> None:
        """An engine was asked, and took so long."""
        self._matches += 1
        self._nanoseconds += nanoseconds

    def hand_on(self, lines: Sequence[Mapping[str, object]], in_flight: int) -> None:
        """Hand on what was counted, and the calls whose lines are written, while so many others go on."""
        decided, self._decided = self._decided, {}
        for same, count in decided.values():
            rules = dict.fromkeys(one.rule_id for one in same.rules if one.verdict in _HELD)
            self._telemetry.decisions(same.policy, same.outcome, count, rules=rules)
        self._telemetry.matched(self._matches, self._nanoseconds)
        self._matches = self._nanoseconds = 0
        self._telemetry.calls(lines, in_flight=in_flight)
        if self._calls is not None:
            self._calls(lines)


class LivePolicies:
    """What each policy decides by, as of whenever it is read: policy, pack, version and digest."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    def __iter__(self) -> Iterator[tuple[str, str, str, str]]:
        catalog = self._policies.pinned()
        for policy, name in catalog.policies.items():
            if name in catalog.packs:
                pack = catalog.packs[name].pack
                yield policy, pack.pack_id, pack.version, pack.digest
