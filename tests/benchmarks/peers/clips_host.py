"""CLIPS by clipspy: templates and rules loaded once; a function of the policy asserts a case and runs the agenda.

clipspy 1.0.6 never lets go of a fact that Python has asserted, and each takes the runs after it longer; what functions
of the policy assert costs nothing later.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.peers.cases import CREDIT, REFUND, Case

_Given = tuple[Sequence[Any], Sequence[tuple[int, Any, int]]]


class Host:
    """An environment with a policy."""

    def __init__(self, folder: Path, policy: str) -> None:
        import clips

        self._policy, self._symbol = policy, clips.Symbol
        self._environment = clips.Environment()
        self._environment.load(str(folder / f"{policy}.clp"))
        self._environment.reset()
        self._call = self._environment.call
        self._case = self._environment.find_template("case")
        self._defaults = {slot.name: slot.default_value for slot in self._case.slots}

    def given(self, case: Case) -> _Given:
        """Slots in their order, those left out by their defaults; and what was granted before, each with a number."""
        slots = [self._slot(case[name]) if name in case else default for name, default in self._defaults.items()]
        before = case.get("granted", ())
        return slots, [(number, self._symbol(one["kind"]), one["amount"]) for number, one in enumerate(before)]

    def decide(self, given: _Given) -> Sequence[Any]:
        """What `ask` returns."""
        slots, granted = given
        for one in granted:
            self._call("before", *one)
        return self._call("ask", *slots)  # type: ignore[no-any-return]  # clipspy has no types

    def answer(self, decided: Sequence[Any]) -> dict[str, Any]:
        """In the words of the comparison."""
        if self._policy == REFUND:
            refund, *rules = decided
            return {"rules": sorted(map(str, rules)), "refund": refund}
        if self._policy == CREDIT:
            row, credit = decided
            return {"row": row, "credit": credit}
        refund, credit, *roles = decided
        refund_by, credit_by = (str(role).replace("nobody", "") for role in roles)
        return {"refund": refund, "credit": credit, "refund_by": refund_by, "credit_by": credit_by}

    def asks(self, decided: Sequence[Any]) -> list[str]:  # noqa: ARG002
        """It does not say."""
        return []

    def why(self, given: _Given) -> object:
        """The agenda before it runs, each rule with the facts that it matched, and what it concludes."""
        slots, granted = given
        self._case.assert_fact(**dict(zip(self._defaults, slots, strict=True)))
        for one in granted:
            self._call("before", *one)
        known = self._facts()
        agenda = []
        for activation in self._environment.activations():
            rule, _, matched = str(activation).partition(": ")
            agenda.append([rule, [known.get(index, index) for index in matched.split(",")]])
        self._environment.run()
        concluded = [fact for index, fact in self._facts().items() if index not in known]
        self._environment.reset()
        return {"agenda": agenda, "concluded": concluded}

    def _facts(self) -> dict[str, str]:
        return {f"f-{fact.index}": str(fact) for fact in self._environment.facts()}

    def _slot(self, value: object) -> object:
        return self._symbol(value) if isinstance(value, str) else value
