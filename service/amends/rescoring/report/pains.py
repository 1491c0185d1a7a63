"""The sections that say where it hurts and what to look at: the pain map in the order of work, and the audit list."""

from collections.abc import Iterator, Sequence
from typing import Final

from amends.rescoring.changes import PRIORITY_CLASSES
from amends.rescoring.report.blocks import Bars, Block, Section, Table, Words
from amends.rescoring.report.tally import Pain, Tally
from amends.rescoring.report.words import NOT_SAID, Names, label, money, number, share

_MOST_BARS: Final = 15
_BARS_OF_A_CLASS: Final = 6
_ROWS_OF_A_CLASS: Final = 20


def pain_map(tally: Tally, names: Names) -> Section:
    """Stage by owner by pain, the quick and obvious first."""
    return Section("pain-map", "Pain map", tuple(_pain_map(tally, names)))


def _pain_map(tally: Tally, names: Names) -> Iterator[Block]:
    yield Words(
        "In the order of work: first what annoys and is mended at once, then what costs loyalty, then what would "
        "delight; within each, what hurts most people first."
    )
    classes = _classes(tally)
    shown = [pain for one in classes for pain in _places(tally, one)[:_BARS_OF_A_CLASS] if _says_anything(pain)]
    if shown:
        yield _bars(shown, tally, names)
    counts = {one: sum(tally.pains[pain] for pain in _places(tally, one)) for one in classes}
    rows = [(label(one), number(counts[one]), share(counts[one], tally.rows)) for one in classes]
    yield Table("Decisions by class", ("class", "decisions", "share"), rows, frozenset({1, 2}))
    for one in classes:
        yield from _of_class(tally, names, one)


def _of_class(tally: Tally, names: Names, priority_class: str | None) -> Iterator[Block]:
    places = _places(tally, priority_class)
    caption = f"Pain map: {'not classed' if priority_class is None else label(priority_class)}"
    header = ("stage", "pain", "owner", "decisions", "share", "money")
    rows = [_row(pain, tally, names) for pain in places[:_ROWS_OF_A_CLASS]]
    yield Table(caption, header, rows, frozenset({3, 4, 5}))
    if len(places) > _ROWS_OF_A_CLASS:
        yield Words(f"{number(len(places) - _ROWS_OF_A_CLASS)} more places are not shown.")


def _classes(tally: Tally) -> list[str | None]:
    return sorted({pain.priority_class for pain in tally.pains}, key=lambda one: (rank(one), one or ""))


def _places(tally: Tally, priority_class: str | None) -> list[Pain]:
    """What hurts most first."""
    found = [pain for pain in tally.pains if pain.priority_class == priority_class]
    return sorted(found, key=lambda pain: (-tally.pains[pain], tuple(part or "" for part in pain)))


def _says_anything(pain: Pain) -> bool:
    return any((pain.stage, pain.pain_type, pain.priority_class))


def rank(priority_class: str | None) -> int:
    """Where a class stands in the order of work; what nobody has classed comes last."""
    return PRIORITY_CLASSES.index(priority_class) if priority_class in PRIORITY_CLASSES else len(PRIORITY_CLASSES)


def _bars(pains: Sequence[Pain], tally: Tally, names: Names) -> Bars:
    classes = list(dict.fromkeys(pain.priority_class for pain in pains))
    labels = [f"{label(pain.stage)}, {label(pain.pain_type)}, {names.team(pain.owner)}" for pain in pains]
    said = [number(tally.pains[pain]) for pain in pains]
    values = [[float(tally.pains[pain]) * (pain.priority_class == one) for one in classes] for pain in pains]
    alt = "Decisions by place on the pain map, in the order of work: " + "; ".join(
        f"{label(pain.priority_class)}: {name}: {count}" for pain, name, count in zip(pains, labels, said, strict=True)
    )
    parts = [label(one) for one in classes]
    return Bars("pain-map", "Pain map: decisions, in the order of work", alt, "decisions", labels, parts, values, said)


def _row(pain: Pain, tally: Tally, names: Names) -> tuple[str, ...]:
    count = tally.pains[pain]
    return (
        label(pain.stage),
        label(pain.pain_type),
        names.team(pain.owner),
        number(count),
        share(count, tally.rows),
        ", ".join(money(units, code) for code, units in _money(tally, pain)) or "–",
    )


def _money(tally: Tally, pain: Pain) -> list[tuple[str, int]]:
    return sorted((code, units) for (one, code), units in tally.pain_money.items() if one == pain)


def audits(tally: Tally, names: Names) -> Section:
    """Which steps to look at, and whose they are."""
    if not tally.audits:
        return Section("audits", "Audit list", (Words("No decision asks for a step to be audited."),))
    found = sorted(tally.audits.items(), key=lambda one: (-one[1], one[0].step, one[0].owner or ""))
    rows = [
        (
            audit.step or NOT_SAID,
            names.team(audit.owner),
            number(count),
            share(count, tally.rows),
            ", ".join(tally.examples[audit]),
        )
        for audit, count in found
    ]
    top = found[:_MOST_BARS]
    labels = [audit.step or NOT_SAID for audit, _ in top]
    said = [f"{number(count)}, {names.team(audit.owner)}" for audit, count in top]
    alt = "Steps to audit by decisions: " + "; ".join(map(": ".join, zip(labels, said, strict=True)))
    values = [(float(count),) for _, count in top]
    return Section(
        "audits",
        "Audit list",
        (
            Words("Steps, messages and training that decisions ask somebody to look at."),
            Bars("audits", "Steps to audit by decisions", alt, "decisions", labels, ("decisions",), values, said),
            Table("Steps to audit", ("step", "owner", "decisions", "share", "for example"), rows, frozenset({2, 3})),
        ),
    )
