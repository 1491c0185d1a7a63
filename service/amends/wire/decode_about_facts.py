"""What a situation says about facts: which were asked for in vain, and who supplied the others."""

from collections.abc import Mapping
from typing import Final

from amends.domain.facts import Value, Vocabulary
from amends.domain.situation import FactSource
from amends.v1 import situation_pb2
from amends.wire.limits import DECLARED_FACTS
from amends.wire.names import names
from amends.wire.violations import Malformed, Violations, entry, listing, shown

_SOURCES: Final = {
    number: FactSource(name)
    for number, name in names(situation_pb2.DESCRIPTOR.enum_types_by_name["FactSource"]).items()
}

_NOTHING: Final[frozenset[str]] = frozenset()


def read_unobtainable(
    message: situation_pb2.Situation,
    vocabulary: Vocabulary,
    *,
    facts: Mapping[str, Value],
    violations: Violations,
) -> frozenset[str]:
    """The paths of facts that were asked for in vain; none of them has a value."""
    paths = message.unobtainable[:]
    if not paths:
        return _NOTHING
    if len(paths) > DECLARED_FACTS:
        violations.add("unobtainable", f"has {len(paths)} entries; expected at most {DECLARED_FACTS}")
        return frozenset()
    for index, path in enumerate(paths):
        if path not in vocabulary.specs:
            _unknown_path(f"unobtainable[{index}]", path, vocabulary, violations=violations)
        elif path in facts:
            violations.add(
                f"unobtainable[{index}]",
                f"{path} has a value in this situation; a fact is either given or unobtainable",
            )
    return frozenset(paths)


def read_fact_sources(
    message: situation_pb2.Situation,
    vocabulary: Vocabulary,
    *,
    facts: Mapping[str, Value],
    violations: Violations,
) -> dict[str, FactSource]:
    """Who supplied which fact; each of them has a value."""
    given = message.fact_sources
    if not given:
        return {}
    if len(given) > DECLARED_FACTS:
        violations.add("fact_sources", f"has {len(given)} entries; expected at most {DECLARED_FACTS}")
        return {}
    sources: dict[str, FactSource] = {}
    for path in sorted(given):
        field, number = entry("fact_sources", path), given[path]
        if path not in vocabulary.specs:
            _unknown_path(field, path, vocabulary, violations=violations)
        elif path not in facts:
            violations.add(field, f"{path} has no value in this situation; only facts that it holds have a source")
        if number in _SOURCES:
            sources[path] = _SOURCES[number]
        else:
            expected = listing(_SOURCES.values())
            violations.add(field, f"{number} is no source of a fact; expected one of: {expected}")
    return sources


def _unknown_path(field: str, path: str, vocabulary: Vocabulary, *, violations: Violations) -> None:
    violations.malformed(
        field,
        Malformed(f"{shown(path)} is no fact of the rule pack", word=path, known=vocabulary.specs),
    )
