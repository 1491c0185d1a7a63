"""Converts columns into what was given before: each item of a mapping's `granted`, in the rows that say so."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from amends.domain.action_kinds import ActionKind
from amends.domain.facts import FactSpec, FactType, Value
from amends.domain.money import Money
from amends.domain.situation import Granted, Subject
from amends.packs.model import Pack
from amends.rescoring.columns import SOME_INCIDENT, Coded, Flags, Given, GivenTo, Integers, given_to
from amends.rescoring.convert import Converter
from amends.rescoring.decide_rows import distinct
from amends.rescoring.mapping import MappedGrant

SPECS: Final[Mapping[str, FactSpec]] = {
    "kind": FactSpec("granted.kind", FactType.ENUM, values=tuple(ActionKind)),
    "basis": FactSpec("granted.basis", FactType.TEXT),
    "amount": FactSpec("granted.amount", FactType.MONEY),
    "given": FactSpec("granted.given", FactType.BOOLEAN),
}
"""How the columns of an item are read, as if they were facts."""


class GivenConverter:
    """Converts the items of one mapping, batch after batch."""

    __slots__ = ("_converters", "_granted")

    def __init__(self, granted: tuple[MappedGrant, ...], pack: Pack) -> None:
        self._granted = granted
        self._converters = [
            {name: Converter(SPECS[name], source, pack) for name, source in one.sources.items()} for one in granted
        ]

    def convert(self, batch: Mapping[str, pa.Array], has_incident: Flags) -> tuple[Given, Mapping[int, list[str]]]:
        """What each row was given, and all that is wrong with what rows say of it."""
        problems: dict[int, list[str]] = {}
        items: list[dict[str, Coded]] = []
        for converters in self._converters:
            found: dict[str, Coded] = {}
            for name, converter in converters.items():
                column, wrong = converter.convert(batch)
                assert isinstance(column, Coded)  # none of `SPECS` is a number
                found[name] = column
                for row, why in wrong.items():
                    problems.setdefault(row, []).append(why)
            items.append(found)
        codes: list[Integers] = [column.codes for found in items for column in found.values()]
        first, places = distinct([has_incident.astype(np.int64), *codes], len(has_incident))
        return Given(places, [self._of_row(items, row, has_incident) for row in first.tolist()]), problems

    def _of_row(self, items: list[dict[str, Coded]], row: int, has_incident: Flags) -> GivenTo:
        entries = (
            _entry(one, {name: column.value(row) for name, column in found.items()})
            for one, found in zip(self._granted, items, strict=True)
        )
        granted = tuple([entry for entry in entries if entry is not None])
        return given_to(granted, Subject(), SOME_INCIDENT if has_incident[row] else "")


def _entry(one: MappedGrant, row: Mapping[str, Value | None]) -> Granted | None:
    """What an item says of a row: None where nothing was given."""
    kind, basis, amount = row.get("kind", one.kind), row.get("basis", one.basis), row.get("amount", one.amount)
    if one.given is not None and row["given"] is not True:
        return None
    if not isinstance(kind, str):
        return None
    assert amount is None or isinstance(amount, Money)
    if one.given is None and "amount" in row and (amount is None or not amount.minor_units):
        return None
    return Granted(kind, basis=str(basis or ""), parameters=one.parameters, amount=amount)
