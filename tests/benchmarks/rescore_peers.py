"""The same flights one by one: by the reference engine, and by ZEN on a table of the same conditions.

All that can be is taken off ZEN: derived facts and how far dates are apart are handed to it; rows and columns that no
flight could reach are left out. It says which conditions hold, two-valued; what we decide beside that (what is not
known, money, limits, authority, due times, reasons) it does not, and neither does it read or write a file here.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, assert_never

from amends.application.compiled_pack import CompiledPack
from amends.domain.facts import Facts, Value
from amends.domain.money import Money
from amends.domain.situation import Situation
from amends.engines.reference import ReferenceEngine
from amends.packs.conditions import Atom, Between, Has, OneOf, Present, SetTest, Within, evaluate, evaluate_atom
from amends.packs.load import load_pack
from amends.packs.model import Pack
from amends.packs.normal_form import normal_form
from amends.wire.decode_situation import decode_situation
from amends_client import Situation as Told

RULES: Final = Path(__file__).parents[2] / "rules"
_NEVER: Final = 2**62
_KEY: Final = "airline"


class OneByOne:
    """Cases decided one after the other by the reference engine."""

    def __init__(self, told: Sequence[Told]) -> None:
        self.pack = load_pack(RULES, "airline")
        self._compiled = CompiledPack(self.pack, ReferenceEngine())
        self._role = self.pack.authority[0].role
        self.cases: list[Situation] = [decode_situation(one, self.pack.vocabulary, now=_NEVER) for one in told]

    def facts(self) -> list[Facts]:
        """What is known of each case, with what the pack derives."""
        return [self._compiled.match(case.facts)[0] for case in self.cases]

    def seconds(self, cases: Sequence[Situation]) -> float:
        """Processor seconds a case. Decoding it is not counted."""
        began = time.process_time()
        for case in cases:
            self._compiled.decide(case, role=self._role)
        return (time.process_time() - began) / len(cases)


@dataclass(frozen=True, slots=True)
class _Row:
    condition: int
    cells: Mapping[str, str]


class Zen:
    """The conditions of a pack as one decision table that collects every row that hits; ImportError without ZEN."""

    def __init__(self, pack: Pack, facts: Sequence[Facts]) -> None:
        import zen

        known = frozenset(path for one in facts for path in one)
        self._conditions = pack.conditions
        forms = [(number, form) for number, asked in enumerate(pack.conditions) for form in normal_form(asked)]
        self._distances = {_distance(atom): atom for _, form in forms for atom in form if isinstance(atom, Within)}
        self.rows = [_Row(number, cells) for number, form in forms if (cells := _cells(form, known)) is not None]
        self.columns = sorted({path for row in self.rows for path in row.cells})
        content = {_KEY: _graph(self.rows, self.columns)}
        self._engine: Any = zen.ZenEngine({"loader": {"type": "static", "content": content}})

    def check(self, facts: Sequence[Facts]) -> None:
        """AssertionError unless it finds what the language says."""
        for one in facts:
            expected = {number for number, condition in enumerate(self._conditions) if evaluate(condition, one) is True}
            found = {row["rule"] for row in self._engine.evaluate(_KEY, self._context(one))["result"]}
            assert found == expected, (found ^ expected, one)

    def seconds(self, facts: Sequence[Facts]) -> float:
        """Processor seconds a case, by its batch or one by one, whichever takes less. Making what it is given is not
        counted.
        """
        contexts = [self._context(one) for one in facts]
        requests = [{"key": _KEY, "context": context} for context in contexts]
        began = time.process_time()
        answers = self._engine.evaluate_batch(requests)
        half = time.process_time()
        for context in contexts:
            self._engine.evaluate(_KEY, context)
        assert all(answer["success"] for answer in answers)
        return min(half - began, time.process_time() - half) / len(facts)

    def _context(self, facts: Facts) -> dict[str, object]:
        distances = {name: evaluate_atom(atom, facts) for name, atom in self._distances.items()}
        return {_name(path): distances[path] if path in distances else _json(facts.get(path)) for path in self.columns}


def _cells(conjunct: Sequence[Atom], known: frozenset[str]) -> dict[str, str] | None:
    """The cells of a row; None where it can hold for no case of which only these facts are ever known."""
    tests: dict[str, list[str]] = {}
    for atom in conjunct:
        if isinstance(atom, Within):
            tests.setdefault(_distance(atom), []).append("$ == true")
        elif atom.path in known:
            tests.setdefault(atom.path, []).append(_test(atom))
        elif not (isinstance(atom, Present) and not atom.expected):
            return None
    return {path: " and ".join(found) for path, found in tests.items()}


def _distance(atom: Within) -> str:
    sign = "not." if atom.negated else ""
    return f"{sign}{atom.path}.{'ahead' if atom.ahead else 'after'}.{atom.of}.{atom.span}"


def _test(atom: OneOf | Between | Has | Present) -> str:
    """As ZEN says it; what is not known is null, of which nothing holds but that."""
    match atom:
        case Present(_, expected):
            return "$ != null" if expected else "$ == null"
        case OneOf(_, values, negated):
            listed = json.dumps([_json(value) for value in values])
            return f"$ != null and $ not in {listed}" if negated else f"$ in {listed}"
        case Between(_, lower, upper, scale, negated):
            assert not negated
            assert not scale
            ends = [("<=" if upper.inclusive else "<", upper)] if upper else []
            ends += [(">=" if lower.inclusive else ">", lower)] if lower else []
            return " and ".join(["$ != null", *(f"$ {sign} {_json(bound.value)}" for sign, bound in ends)])
        case Has(_, test, values, negated):
            any_of = f"some($, # in {json.dumps(sorted(values))})"
            assert test is not SetTest.ALL
            return f"$ != null and {'not ' if (test is SetTest.NONE) != negated else ''}{any_of}"
        case _:
            assert_never(atom)


def _json(value: Value | None) -> Any:  # noqa: ANN401 -- JSON
    """Money is of one currency here."""
    if isinstance(value, Money):
        return value.minor_units
    return sorted(value) if isinstance(value, frozenset) else value


def _name(path: str) -> str:
    return path.replace(".", "_")


def _graph(rows: Sequence[_Row], known: Sequence[str]) -> dict[str, Any]:
    content = {
        "hitPolicy": "collect",
        "inputs": [{"id": _name(path), "name": path, "field": _name(path)} for path in known],
        "outputs": [{"id": "rule", "name": "Rule", "field": "rule"}],
        "rules": [
            {"_id": f"{number}", "rule": f"{row.condition}", **{_name(path): row.cells.get(path, "") for path in known}}
            for number, row in enumerate(rows)
        ],
    }
    nodes: Iterator[tuple[str, dict[str, Any]]] = iter(
        (("inputNode", {"schema": ""}), ("decisionTableNode", content), ("outputNode", {}))
    )
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [{"id": kind, "type": kind, "name": kind, "content": holds} for kind, holds in nodes],
        "edges": [
            {"id": "e1", "sourceId": "inputNode", "targetId": "decisionTableNode", "type": "edge"},
            {"id": "e2", "sourceId": "decisionTableNode", "targetId": "outputNode", "type": "edge"},
        ],
    }
