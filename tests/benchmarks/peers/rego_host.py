"""Rego by rego-cpp: a module, built once into a bundle with an entry point."""

from pathlib import Path
from typing import Any

from tests.benchmarks.peers.cases import REFUND, Case


class Host:
    """An interpreter with a bundle."""

    def __init__(self, folder: Path, policy: str) -> None:
        import regopy

        self._policy, self._entry = policy, f"{policy}/decision"
        compiler = regopy.Interpreter()
        compiler.add_module(policy, (folder / f"{policy}.rego").read_text(encoding="utf-8"))
        self._bundle = compiler.build(f"data.{policy}.decision", [self._entry])
        self._whole = compiler.build(f"data.{policy}", [])
        self._rego = regopy.Interpreter()

    def given(self, case: Case) -> dict[str, Any]:
        """An input is a dict."""
        return dict(case)

    def decide(self, given: dict[str, Any]) -> Any:  # noqa: ANN401  # JSON
        """The document of the entry point; LookupError where it is undefined."""
        self._rego.set_input(given)
        found = self._rego.query_bundle_entrypoint(self._bundle, self._entry).results
        if not found or not found[0].expressions:
            raise LookupError("undefined decision")
        return found[0].expressions[0]

    def answer(self, decided: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
        """The document."""
        return {**decided, "rules": sorted(decided["rules"])} if self._policy == REFUND else decided

    def asks(self, decided: Any) -> list[str]:  # noqa: ANN401, ARG002  # JSON
        """It does not say."""
        return []

    def why(self, given: dict[str, Any]) -> object:
        """All documents of the policy, of which the entry point is one."""
        self._rego.set_input(given)
        return self._rego.query_bundle(self._whole).results[0].expressions[0]
