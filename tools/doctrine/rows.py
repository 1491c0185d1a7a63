"""The rows of the doctrine: what each asks for, and what of a pack stands for it beside the rules that cite it."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from amends.packs.model import Pack, Rule
from amends.packs.pack_test import PackTest

FILE: Final = Path(__file__).parent / "rows.csv"

WHOLE: Final = ("order of actions", "justices of kinds", "authority", "review dates")
"""What stands beside the rules and has no name of its own."""

_CITED: Final = re.compile(r"[DR]\d+")
_NAMED: Final = re.compile(r"([dr]\d\d)_\w+")


@dataclass(frozen=True, slots=True)
class Row:
    """A row. `beside` are parts of the pack that no rule can cite: limits, guardrails, derived facts and the like."""

    ident: str
    asks_for: str
    beside: tuple[str, ...]


def rows() -> tuple[Row, ...]:
    """All rows, in the order of the doctrine."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Row(line["row"], line["asks_for"], tuple(part for part in line["beside"].split("|") if part))
            for line in csv.DictReader(file)
        )


def cited(rule: Rule) -> Iterator[str]:
    """The rows that a rule encodes; it may cite a law or a house rule too."""
    yield from (source for source in rule.sources if _CITED.fullmatch(source))


def row_of(test: PackTest) -> str:
    """The row that a test is named after, as `d07_credit_note_shows_digits`; empty for a test of something else."""
    found = _NAMED.fullmatch(test.name)
    return "" if found is None else f"{found[1][0].upper()}{int(found[1][1:])}"


def parts(pack: Pack) -> frozenset[str]:
    """What may stand beside the rules, as rows name it."""
    return frozenset(
        [
            *(f"limit {limit.limit_id}" for limit in pack.limits),
            *(f"requirement {requirement.requirement_id}" for requirement in pack.requires),
            *(f"guardrail {guardrail.guardrail_id}" for guardrail in pack.guardrails),
            *(f"derived fact {derive.path}" for derive in pack.derives),
            *WHOLE,
        ]
    )
