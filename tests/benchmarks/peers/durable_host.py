"""durable-rules: a ruleset with the functions that its rules call. Facts are asserted and retracted, events posted."""

import importlib
from pathlib import Path
from typing import Any

from tests.benchmarks.peers.cases import CREDIT, LIMITS, REFUND, Case
from tests.benchmarks.peers.settle import settle, share


class Host:
    """A ruleset, and what its rules have told."""

    def __init__(self, folder: Path, policy: str) -> None:
        from durable import engine, lang

        self._policy, self._lang, self._nothing_fired = policy, lang, engine.MessageNotHandledException
        self._told: list[Any] = []
        self._matched: list[Any] = []
        written = importlib.import_module(f"tests.benchmarks.peers.policies.{folder.name}.{policy}")
        rules = getattr(written, policy)
        if policy == LIMITS:
            rules(self._tell, share)
        else:
            rules(self._tell)

    def given(self, case: Case) -> tuple[Case, dict[str, Any]]:
        """The case, and of it what is a fact."""
        return case, {name: value for name, value in case.items() if name != "granted"}

    def decide(self, given: tuple[Case, dict[str, Any]]) -> Any:  # noqa: ANN401  # of the policy
        """Let everything fire, or the first that takes the event; then work out what it comes to."""
        case, fact = given
        self._told, self._matched = [], []
        try:
            if self._policy == CREDIT:
                self._lang.post(self._policy, dict(fact))
            else:
                self._lang.assert_fact(self._policy, dict(fact))
                self._lang.retract_fact(self._policy, dict(fact))
        except self._nothing_fired:
            pass
        if self._policy == REFUND:
            percent = max((percent for _, percent in self._told), default=0)
            return dict(self._told), share(case["paid"], percent) if percent else 0
        if self._policy == CREDIT:
            return self._told[0] if self._told else (0, 0)
        return settle(case, self._told)

    def answer(self, decided: Any) -> dict[str, Any]:  # noqa: ANN401  # of the policy
        """Of what was told."""
        if self._policy == REFUND:
            return {"rules": sorted(decided[0]), "refund": decided[1]}
        if self._policy == CREDIT:
            return {"row": decided[0], "credit": decided[1]}
        return dict(decided)

    def asks(self, decided: Any) -> list[str]:  # noqa: ANN401, ARG002  # of the policy
        """It does not say."""
        return []

    def why(self, given: tuple[Case, dict[str, Any]]) -> object:
        """Which functions were called, in order, each by the facts that it matched; amounts are the functions' own."""
        self.decide(given)
        called = zip(self._told, self._matched, strict=True)
        return [{"called": f"row-{what}", "by": dict(matched.m.items())} for (what, _), matched in called]

    def _tell(self, matched: Any, what: object, amount: int) -> None:  # noqa: ANN401  # the library has no types
        self._told.append((what, amount))
        self._matched.append(matched)
