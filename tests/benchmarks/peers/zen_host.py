"""ZEN: a decision graph in JSON, as its editor saves it, compiled once; the engine asks a loader for it each time."""

from pathlib import Path
from typing import Any

from tests.benchmarks.peers.cases import CREDIT, REFUND, Case


class Host:
    """A decision of the engine."""

    def __init__(self, folder: Path, policy: str) -> None:
        import zen

        self._policy = policy
        content = zen.ZenDecisionContent((folder / f"{policy}.json").read_text(encoding="utf-8"))
        self._engine = zen.ZenEngine({"loader": lambda _: content})

    def given(self, case: Case) -> dict[str, Any]:
        """A context is a dict."""
        return dict(case)

    def decide(self, given: dict[str, Any]) -> Any:  # noqa: ANN401  # JSON
        """The result of the graph."""
        return self._engine.evaluate(self._policy, given)["result"]

    def answer(self, decided: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
        """The response; a rule with two rows may be named twice."""
        if self._policy == REFUND:
            return {"rules": sorted(set(decided["rules"])), "refund": int(decided["refund"])}
        if self._policy == CREDIT:
            return {"row": int(decided["row"]), "credit": int(decided["credit"])}
        return {
            "refund": int(decided["refund"]),
            "credit": int(decided["credit"]),
            "refund_by": decided["refund_by"],
            "credit_by": decided["credit_by"],
        }

    def asks(self, decided: Any) -> list[str]:  # noqa: ANN401, ARG002  # JSON
        """It does not say."""
        return []

    def why(self, given: dict[str, Any]) -> object:
        """The trace of each node."""
        return self._engine.evaluate(self._policy, given, {"trace": True})["trace"]
