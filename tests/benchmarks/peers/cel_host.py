"""CEL: expressions that are compiled once; which are asked, in which order, and what becomes of them is the host's."""

from pathlib import Path
from typing import Any

import yaml

from tests.benchmarks.peers.cases import CREDIT, REFUND, Case


class Host:
    """The programs of a policy."""

    def __init__(self, folder: Path, policy: str) -> None:
        import cel

        self._policy, self._context = policy, cel.Context
        # The package has its own of these, opt-in and in Python too, with more to look at in each call.
        self._functions = {"max": max, "min": min, "sum": sum}
        if policy == CREDIT:
            self._decision = cel.compile((folder / "credit.cel").read_text(encoding="utf-8")).execute
            return
        told = yaml.safe_load((folder / f"{policy}.yaml").read_text(encoding="utf-8"))
        if policy == REFUND:
            self._rules = [(one["id"], one["percent"], cel.compile(one["when"]).execute) for one in told["rules"]]
            self._refund = cel.compile(told["refund"]).execute
        else:
            self._variables = [(one["name"], cel.compile(one["expression"]).execute) for one in told["variables"]]
            self._decision = cel.compile(told["decision"]).execute

    def given(self, case: Case) -> dict[str, Any]:
        """Variables are a dict."""
        return dict(case)

    def decide(self, given: dict[str, Any]) -> Any:  # noqa: ANN401  # of the policy
        """Execute what the policy holds."""
        if self._policy == CREDIT:
            return self._decision(self._context(given))
        if self._policy == REFUND:
            context = self._context(given)
            held = [(rule, percent) for rule, percent, execute in self._rules if execute(context)]
            context.add_variable("percent", max((percent for _, percent in held), default=0))
            return {"rules": [rule for rule, _ in held], "refund": self._refund(context)}
        context, known = self._context(given, self._functions), dict[str, Any]()
        # What each variable comes to is found by name: a context to which it is added starts anew with the next call.
        context.set_variable_resolver(known.get)
        for name, execute in self._variables:
            known[name] = execute(context)
        return self._decision(context)

    def answer(self, decided: Any) -> dict[str, Any]:  # noqa: ANN401  # of the policy
        """It is the answer."""
        return {**decided, "rules": sorted(decided["rules"])} if self._policy == REFUND else decided

    def asks(self, decided: Any) -> list[str]:  # noqa: ANN401, ARG002  # of the policy
        """It does not say."""
        return []

    def why(self, given: dict[str, Any]) -> object:  # noqa: ARG002
        """It tells nothing beside the value."""
        return None
