"""What a pack, or one that it extends, took out of what it inherits or wrote anew: whoever reviews it needs both."""

from collections.abc import Iterator
from typing import Final

from amends.packs.flatten import Flat
from amends.packs.model import Departure
from amends.packs.outline import Definition, Section
from amends.packs.reader import MapNode, ScalarNode

_PLAIN: Final = (Section.SETTINGS, Section.CONTACT_REASONS)
"""Parts that are often written again as they were: the same words are no departure. Others may read another table."""


def taken_out(flat: Flat) -> Iterator[Departure]:
    """What `disable` took out anywhere in the lineage, unless something of that id stands again."""
    for level in _lineage(flat):
        for gone in level.disabled:
            if gone.definition.ident not in flat.sections[gone.section]:
                yield _departure(gone.section, gone.definition, by=level.outline.pack_id)


def written_anew(flat: Flat) -> Iterator[Departure]:
    """What has another definition in its place anywhere in the lineage."""
    for level in _lineage(flat):
        for section, inherited, own in level.replaced:
            if section not in _PLAIN or inherited.node != own.node:
                yield _departure(section, inherited, by=level.outline.pack_id)


def _lineage(flat: Flat) -> Iterator[Flat]:
    """The packs below first."""
    for parent in flat.parents:
        yield from _lineage(parent)
    yield flat


def _departure(section: Section, definition: Definition, *, by: str) -> Departure:
    title = definition.node.get("title") if isinstance(definition.node, MapNode) else None
    told = title.text.strip() if isinstance(title, ScalarNode) else ""
    return Departure(section.value, definition.ident, told, definition.origin, by)
