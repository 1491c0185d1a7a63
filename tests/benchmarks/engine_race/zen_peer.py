"""ZEN: one decision table that collects every row that hits, as its documentation has it for rules of this kind.

A cell is a unary test, an empty one any value. A row knows no alternative over two columns: such a rule has two rows.
The content is compiled once and comes from a loader: only so its table has an index of rows, and a decision no runtime
of its own to start, which together make it eight times as fast at 40 rules as `create_decision` of a text.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tests.benchmarks.engine_race.policies import Listed, Policy, Situation, Span, Test, Value

KEY: Final = "race"
PAGE = "https://docs.gorules.io/developers/sdks/python and https://docs.gorules.io/developers/jdm/node-types"


def example() -> None:
    """Of "Node types", the decision table: a discount by tier and order total."""
    content = {
        "hitPolicy": "first",
        "inputs": [
            {"id": "i1", "name": "Customer Tier", "field": "customer.tier"},
            {"id": "i2", "name": "Order Total", "field": "order.total"},
        ],
        "outputs": [{"id": "o1", "name": "Discount", "field": "discount"}],
        "rules": [
            {"_id": "r1", "i1": '"gold"', "i2": ">= 100", "o1": "0.15"},
            {"_id": "r2", "i1": "", "i2": "", "o1": "0"},
        ],
        "passThrough": True,
        "inputField": None,
        "outputPath": None,
        "executionMode": "single",
    }
    engine = table_engine(content)
    for tier, total, discount in (("gold", 100, 0.15), ("gold", 99, 0), ("silver", 100, 0)):
        result = engine.evaluate(KEY, {"customer": {"tier": tier}, "order": {"total": total}})["result"]
        assert result["discount"] == discount, result


class ZenPeer:
    """An engine with one decision."""

    def __init__(self, policy: Policy) -> None:
        rows = [
            {"_id": f"{rule.name}-{number}", **_cells(policy.facts, branch), "rule": json.dumps(rule.name)}
            for rule in policy.rules
            for number, branch in enumerate(rule.branches)
        ]
        content = {
            "hitPolicy": "collect",
            "inputs": [{"id": fact, "name": fact, "field": fact} for fact in policy.facts],
            "outputs": [{"id": "rule", "name": "Rule", "field": "rule"}],
            "rules": rows,
        }
        self._engine = table_engine(content)

    def given(self, situation: Situation) -> dict[str, Value]:
        """A context is a dict."""
        return dict(situation)

    def decide(self, given: dict[str, Value]) -> Any:  # noqa: ANN401  # JSON
        """The rows that hit."""
        return self._engine.evaluate(KEY, given)["result"]

    def names(self, answer: Sequence[Mapping[str, str]]) -> Mapping[str, None]:
        """Of a rule with two rows both may have hit."""
        return dict.fromkeys(row["rule"] for row in answer)


def table_engine(table: Mapping[str, Any]) -> Any:  # noqa: ANN401  # the library has no types
    """An engine with that one table, asked for by KEY."""
    import zen

    content = zen.ZenDecisionContent(json.dumps(_graph(table)))
    return zen.ZenEngine({"loader": lambda _: content})


def _graph(content: Mapping[str, Any]) -> Mapping[str, Any]:
    nodes: Sequence[tuple[str, str, Mapping[str, Any]]] = (
        ("input", "inputNode", {"schema": ""}),
        ("table", "decisionTableNode", content),
        ("output", "outputNode", {}),
    )
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [{"id": name, "type": kind, "name": name, "content": holds} for name, kind, holds in nodes],
        "edges": [
            {"id": "e1", "sourceId": "input", "targetId": "table", "type": "edge"},
            {"id": "e2", "sourceId": "table", "targetId": "output", "type": "edge"},
        ],
    }


def _cells(facts: Mapping[str, object], branch: Sequence[Test]) -> dict[str, str]:
    """A generated branch tests each fact once."""
    return dict.fromkeys(facts, "") | {test.fact: _cell(test) for test in branch}


def _cell(test: Test) -> str:
    match test:
        case Span(_, low, high):
            return f"[{low}..{high})"
        case Listed(_, values, negated):
            listed = ", ".join(json.dumps(value) for value in values)
            return f"not in [{listed}]" if negated else listed
