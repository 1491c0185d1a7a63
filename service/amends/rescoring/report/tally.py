"""Tally: what rows come to together, added up table by table. Numbers are exact; memory does not grow with the rows."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.domain.action_kinds import ActionKind
from amends.rescoring.columns import Integers
from amends.rescoring.value_codes import row_codes, value_codes

TOLD_BY: Final = ("loyalty_tier", "fault", "stage")
"""The columns by whose values rows and money are told apart."""

_PAIN: Final = ("priority_class", "stage", "owner", "pain_type")
_EXAMPLES: Final = 3
TALLIED: Final = (
    "case_id",
    "pack_digest",
    "observe_time",
    "outcome",
    *dict.fromkeys((*TOLD_BY, *_PAIN)),
    "actions",
    "applied_rules",
    "needed_facts",
)
"""The columns that are read."""


class ActionKey(NamedTuple):
    """What actions are counted by."""

    kind: str
    what: str | None
    currency: str | None


@dataclass(slots=True)
class ActionCount:
    """Actions of one kind: how many, their money still to be given, what was given, and what cannot go out yet."""

    count: int = 0
    minor_units: int = 0
    given: int = 0
    unsettled: int = 0
    on_hold: int = 0
    now: int = 0
    """Actions that who asks may grant now."""


class Pain(NamedTuple):
    """A place on the pain map; None: nobody has said."""

    priority_class: str | None
    stage: str | None
    owner: str | None
    pain_type: str | None


class Audit(NamedTuple):
    """A step that is to be looked at, and whose it is."""

    step: str
    owner: str | None


@dataclass(slots=True)
class Tally:
    """What rows come to. Money is in minor units by currency."""

    rows: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    digests: Counter[str] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    actions: defaultdict[ActionKey, ActionCount] = field(default_factory=lambda: defaultdict(ActionCount))
    rows_by: dict[str, Counter[str | None]] = field(default_factory=lambda: {name: Counter() for name in TOLD_BY})
    money_by: dict[str, Counter[tuple[str | None, str, str]]] = field(
        default_factory=lambda: {name: Counter() for name in TOLD_BY}
    )
    """Of each column: minor units by value, kind of action and currency."""
    rules: Counter[str] = field(default_factory=Counter)
    needed: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """Decisions by the facts that they lack, in the order in which to ask. As many as a pack's rules tell apart."""
    pains: Counter[Pain] = field(default_factory=Counter)
    pain_money: Counter[tuple[Pain, str]] = field(default_factory=Counter)
    audits: Counter[Audit] = field(default_factory=Counter)
    examples: defaultdict[Audit, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, table: pa.Table) -> None:
        """These rows too."""
        if not table.num_rows:
            return
        self.rows += table.num_rows
        self.outcomes.update(counted(table["outcome"]))
        self.digests.update(counted(table["pack_digest"]))
        self.rules.update(counted(table["applied_rules"].combine_chunks().flatten()))
        self._add_times(table["observe_time"])
        self._add_needed(table["needed_facts"].combine_chunks())
        for name in TOLD_BY:
            self.rows_by[name].update(counted(table[name]))
        self.pains.update({Pain(*key): found["count_all"] for key, found in grouped(table, _PAIN, [([], "count_all")])})
        actions = _flat(table)
        self._add_actions(actions)
        self._add_audits(actions)

    def _add_times(self, times: pa.ChunkedArray) -> None:
        found = pc.min_max(times).as_py()
        self.first = min((one for one in (self.first, found["min"]) if one is not None), default=None)
        self.last = max((one for one in (self.last, found["max"]) if one is not None), default=None)

    def _add_needed(self, needed: pa.ListArray) -> None:
        _, first, counts = np.unique(value_codes(needed), return_index=True, return_counts=True)
        for facts, count in zip(needed.take(pa.array(first)).to_pylist(), counts.tolist(), strict=True):
            if facts:
                self.needed[tuple(facts)] += count

    def _add_actions(self, actions: pa.Table) -> None:
        for key, found in grouped(actions, ("kind", "what", "currency"), _SUMS):
            told = self.actions[ActionKey(*key)]
            told.count += found["count_all"]
            told.minor_units += found["minor_units_sum"] or 0
            told.given += found["given_minor_units_sum"] or 0
            told.unsettled += found["unsettled_sum"] or 0
            told.on_hold += found["on_hold_sum"] or 0
            told.now += found["may_grant_now_sum"] or 0
        money = actions.filter(actions["minor_units"].is_valid())
        for name in TOLD_BY:
            for key, found in grouped(money, (name, "kind", "currency"), _MONEY):
                self.money_by[name][key] += found["minor_units_sum"]
        for key, found in grouped(money, (*_PAIN, "currency"), _MONEY):
            self.pain_money[Pain(*key[:-1]), key[-1]] += found["minor_units_sum"]

    def _add_audits(self, actions: pa.Table) -> None:
        audits = actions.filter(pc.equal(actions["kind"], ActionKind.AUDIT_STEP.value))
        if not audits.num_rows:
            return
        codes = row_codes([audits[name].combine_chunks() for name in ("what", "step_owner")])
        _, first, counts = np.unique(codes, return_index=True, return_counts=True)
        for row, count in zip(first.tolist(), counts.tolist(), strict=True):
            audit = Audit(audits["what"][row].as_py() or "", audits["step_owner"][row].as_py())
            self.audits[audit] += count
            lacking = _EXAMPLES - len(self.examples[audit])
            if lacking:
                rows = np.flatnonzero(codes == codes[row])[:lacking]
                self.examples[audit] += audits["case_id"].take(pa.array(rows)).to_pylist()


_MONEYED: Final = ("minor_units", "given_minor_units", "unsettled", "on_hold")
_SUMS: Final[list[tuple[Any, str]]] = [
    ([], "count_all"),
    *((name, "sum") for name in (*_MONEYED, "may_grant_now")),
]
_MONEY: Final[list[tuple[Any, str]]] = [("minor_units", "sum")]


def _flat(table: pa.Table) -> pa.Table:
    """A row for each action, with what is known of its case. Of `unsettled` and `on_hold` their money is told."""
    actions = table["actions"].combine_chunks()
    rows: Integers = np.repeat(np.arange(len(actions)), pc.list_value_length(actions).to_numpy())
    flat = actions.flatten()
    cases = table.select(list(dict.fromkeys(("case_id", *TOLD_BY, *_PAIN))))
    # What an action names itself is called `owner` too: that of the case is the pain map's, that of a step the list's.
    told = {name: flat.field(name) for name in ("kind", "what", "currency", *_MONEYED[:2], "may_grant_now")}
    for name in _MONEYED[2:]:
        told[name] = pc.if_else(flat.field(name), flat.field("minor_units"), None)
    found = cases.take(pa.array(rows))
    for name, column in told.items():
        found = found.append_column(name, column)
    return found.append_column("step_owner", flat.field("owner"))


def counted(column: pa.ChunkedArray | pa.Array) -> dict[Any, int]:
    """How often each value is there."""
    return {found["values"]: found["counts"] for found in column.value_counts().to_pylist()}


def grouped(
    table: pa.Table, keys: tuple[str, ...], sums: list[tuple[Any, str]]
) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """The values of each group, and what is summed of it as Arrow names it."""
    for found in table.group_by(list(keys)).aggregate(sums).to_pylist():
        yield tuple(found[key] for key in keys), found
