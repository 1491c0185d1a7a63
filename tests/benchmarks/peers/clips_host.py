"""CLIPS by clipspy: templates and rules loaded once; a case is asserted, the agenda run, all is reset.

What rules conclude they tell to a function in Python, as clipspy's documentation has it. Every fact that Python asserts
leaves something behind in an environment that its next runs look through, so there is a new one now and then.
"""

from pathlib import Path
from typing import Any, Final

from tests.benchmarks.peers.cases import CREDIT, LIMITS, REFUND, Case

AT_MOST: Final = 1000
"""Cases of one environment: of fewer, loading is most of the cost; of more, what was left behind."""


class Host:
    """An environment with a policy."""

    def __init__(self, folder: Path, policy: str) -> None:
        import clips

        self._policy, self._symbol, self._new = policy, clips.Symbol, clips.Environment
        self._path = str(folder / f"{policy}.clp")
        self._told: list[tuple[str, Any]] = []
        self._load()

    def _load(self) -> None:
        self._environment = self._new()
        self._environment.define_function(self._tell, name="conclude")
        self._environment.load(self._path)
        self._case = self._environment.find_template("case")
        self._granted: Any = self._environment.find_template("granted") if self._policy == LIMITS else None
        self._left = AT_MOST

    def given(self, case: Case) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Slots of the case, and of what was granted before; equal facts are one, so each has a number."""
        slots = {name: self._slot(value) for name, value in case.items() if name != "granted"}
        before = case.get("granted", ())
        granted = [
            {"number": number, "kind": self._symbol(one["kind"]), "amount": one["amount"]}
            for number, one in enumerate(before)
        ]
        return slots, granted

    def decide(self, given: tuple[dict[str, Any], list[dict[str, Any]]]) -> list[tuple[str, Any]]:
        """Assert, run, reset; what was told."""
        if self._left == 0:
            self._load()
        self._left -= 1
        slots, granted = given
        self._told = []
        self._case.assert_fact(**slots)
        for one in granted:
            self._granted.assert_fact(**one)
        self._environment.run()
        self._environment.reset()
        return self._told

    def answer(self, decided: list[tuple[str, Any]]) -> dict[str, Any]:
        """In the words of the comparison; where no rule told anything, there is nothing."""
        if self._policy == REFUND:
            rules = sorted({str(value) for what, value in decided if what == "rule"})
            return {"rules": rules, "refund": dict(decided).get("refund", 0)}
        if self._policy == CREDIT:
            return {"row": 0, "credit": 0, **dict(decided)}
        return {what: value if isinstance(value, int) else value.replace("nobody", "") for what, value in decided}

    def asks(self, decided: list[tuple[str, Any]]) -> list[str]:  # noqa: ARG002
        """It does not say."""
        return []

    def why(self, given: tuple[dict[str, Any], list[dict[str, Any]]]) -> object:
        """The agenda before it runs, each rule with the facts that it matched, and all facts once it has run."""
        slots, granted = given
        self._case.assert_fact(**slots)
        for one in granted:
            self._granted.assert_fact(**one)
        agenda = [str(activation) for activation in self._environment.activations()]
        self._environment.run()
        facts = [str(fact) for fact in self._environment.facts()]
        self._environment.reset()
        return {"agenda": agenda, "facts": facts}

    def _slot(self, value: object) -> object:
        return self._symbol(value) if isinstance(value, str) else value

    def _tell(self, what: str, value: object) -> None:
        self._told.append((what, value))
