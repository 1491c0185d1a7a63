"""How much the tables of a pack come to when every use of one is written out: bounded before any is read.

A few words name a table of a thousand rows; without a bound, a small pack could come to millions of rules.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from amends.packs.csv_file import Tables, table_names
from amends.packs.findings import Findings
from amends.packs.flatten import Flat
from amends.packs.outline import Definition, Section
from amends.packs.reader import MapNode, ScalarNode

MOST_ROWS_USED: Final = 50_000

_WITH_TABLES: Final = (Section.LIMITS, Section.DERIVES, Section.RULES)


def without_what_is_too_large(flat: Flat, findings: Findings) -> Flat:
    """The pack without the definitions from which on its tables come to too many rows; the first of them is told."""
    used = 0
    kept: dict[Section, Mapping[str, Definition]] = dict(flat.sections)
    for section in _WITH_TABLES:
        fitting: dict[str, Definition] = {}
        for ident, definition in flat.sections[section].items():
            before = used
            used += sum(_rows_used(found, flat.tables[found.origin]) for found in definition.chain)
            if used <= MOST_ROWS_USED:
                fitting[ident] = definition
            elif before <= MOST_ROWS_USED:
                message = f"with this one, the tables in use come to more than {MOST_ROWS_USED} rows"
                findings.error(definition.position, "too-large", message, "use fewer or smaller tables")
        kept[section] = fitting
    return replace(flat, sections=kept)


def _rows_used(definition: Definition, tables: Tables) -> int:
    """The rows that a definition comes to: within a rule by table, every row has the other tables of the rule."""
    named = [len(tables[name].rows) for name in table_names(definition.node) if name in tables]
    own = definition.node.get("table") if isinstance(definition.node, MapNode) else None
    if not isinstance(own, ScalarNode) or own.text not in tables:
        return sum(named)
    rows = len(tables[own.text].rows)
    return rows * (1 + sum(named) - rows)
