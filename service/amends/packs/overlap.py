"""Whether two rows of a table can hold at once: exact, for the conditions that cells can ask.

Columns are independent, so two rows can hold together if in every column there is one value that both cells accept.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations_with_replacement
from typing import Final, TypeAlias

from amends.domain.facts import FactSpec, FactType, Value, Vocabulary
from amends.domain.money import Money
from amends.packs.conditions import Atom, Between, Bound, Condition, Has, OneOf, SetTest, atoms, evaluate_atom, rank

_Cells: TypeAlias = dict[str, Atom]
_LISTED: Final = (FactType.BOOLEAN, FactType.ENUM)


def overlaps(rows: Sequence[Condition], vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    """Each row that can hold together with an earlier one, and the first such row. A row asks of a fact once."""
    cells: list[_Cells] = [{atom.path: atom for atom in atoms(row)} for row in rows]
    columns = [vocabulary.specs[path] for path in dict.fromkeys(path for row in cells for path in row)]
    beside = [(1 << len(rows)) - 1] * len(rows)
    for spec in columns:
        column = [row.get(spec.path) for row in cells]
        places: dict[Atom | None, int] = {}
        for place, cell in enumerate(column):
            places[cell] = places.get(cell, 0) | 1 << place
        accepted = _accepted(places, spec)
        beside = [rest & accepted[cell] for rest, cell in zip(beside, column, strict=True)]
    for place, rest in enumerate(beside):
        earlier = rest & ((1 << place) - 1)
        if earlier and rest >> place & 1:
            yield place, (earlier & -earlier).bit_length() - 1


def _accepted(places: Mapping[Atom | None, int], spec: FactSpec) -> dict[Atom | None, int]:
    """For each cell of a column, the rows whose cell can hold together with it."""
    accepted = dict.fromkeys(places, 0)
    for cell, other in combinations_with_replacement(places, 2):
        if _together(cell, other, spec):
            accepted[cell] |= places[other]
            accepted[other] |= places[cell]
    return accepted


def _together(cell: Atom | None, other: Atom | None, spec: FactSpec) -> bool:
    """Whether a value exists on which both cells hold; a cell that asks nothing holds on any."""
    asked = [atom for atom in (cell, other) if atom is not None]
    if not asked:
        return True
    if spec.type in _LISTED:
        values: tuple[Value, ...] = spec.values if spec.type is FactType.ENUM else (True, False)
        return any(_all_hold(asked, value, spec) for value in values)
    if spec.type is FactType.SET:
        return _sets_together(asked)
    for atom in asked:
        if isinstance(atom, OneOf) and not atom.negated:
            return any(_all_hold(asked, value, spec) for value in atom.values)
    return _has_room(asked, spec)


def _all_hold(asked: list[Atom], value: Value, spec: FactSpec) -> bool:
    return all(evaluate_atom(atom, {spec.path: value}) for atom in asked)


def _sets_together(asked: list[Atom]) -> bool:
    """Any set of members will do that has none of the refused ones, and of each list of wanted ones at least one."""
    has = [atom for atom in asked if isinstance(atom, Has)]
    refused = {member for atom in has if atom.test is SetTest.NONE for member in atom.values}
    return all(atom.values - refused for atom in has if atom.test is SetTest.ANY)


def _has_room(asked: list[Atom], spec: FactSpec) -> bool:
    """Whether between all bounds a value is left that none refuses. Of text there always is."""
    refused = {value for atom in asked if isinstance(atom, OneOf) for value in atom.values}
    bounds = [atom for atom in asked if isinstance(atom, Between)]
    lower = [atom.lower for atom in bounds if atom.lower is not None]
    upper = [atom.upper for atom in bounds if atom.upper is not None]
    named = (*refused, *(bound.value for bound in (*lower, *upper)))
    if len({value.currency for value in named if isinstance(value, Money)}) > 1:
        return False
    if spec.type is FactType.TEXT:
        return True
    holes = {rank(value, ()) for value in refused}
    if spec.type is FactType.DECIMAL:
        return _decimal_room(lower, upper, holes, spec)
    lows = [rank(bound.value, ()) + (not bound.inclusive) for bound in lower]
    highs = [rank(bound.value, ()) - (not bound.inclusive) for bound in upper]
    low = max([*lows, *([] if spec.minimum is None else [spec.minimum])], default=None)
    high = min([*highs, *([] if spec.maximum is None else [spec.maximum])], default=None)
    if low is None or high is None:
        return True
    return high - low + 1 > sum(low <= hole <= high for hole in holes)


def _decimal_room(lower: list[Bound], upper: list[Bound], holes: set[int], spec: FactSpec) -> bool:
    """Between two decimals lie more than can be refused; on a single one all must agree."""
    lows = [(rank(bound.value, ()), not bound.inclusive) for bound in lower]
    highs = [(rank(bound.value, ()), bound.inclusive) for bound in upper]
    low = max([*lows, *([] if spec.minimum is None else [(spec.minimum, False)])], default=None)
    high = min([*highs, *([] if spec.maximum is None else [(spec.maximum, True)])], default=None)
    if low is None or high is None or low[0] < high[0]:
        return True
    return low[0] == high[0] and not low[1] and high[1] and Decimal(low[0]) not in holes
