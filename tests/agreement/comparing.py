"""Asks several engines the same of one pack in many situations: which rules match, and what is decided.

The bitmap says what its answer rests on, so that plans are remembered; the reference says nothing of it, and every plan
is made anew. Where they decide alike, nothing is remembered that should not be.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Final, TypeAlias

from amends.application.compiled_pack import CompiledPack
from amends.application.ports import Engine
from amends.domain.decision import Decision
from amends.domain.facts import Facts
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.packs.conditions import Truth, evaluate
from amends.packs.model import Pack
from tests.agreement.generators import NOON
from tests.agreement.plain_matching import derive, match

PLAIN_EVERY: Final = 5
"""Of so many situations, one is matched by the naive resolver too."""

Engines: TypeAlias = Mapping[str, Engine]
Counts: TypeAlias = Counter[str]
"""How many `pairs` were compared, and of how many conditions what was said."""

Said: TypeAlias = tuple[Facts, int, int]
"""The facts with the derived ones, and the bits of the pack's conditions that hold and of those that may."""

TRUTHS: Final = {(1, 1): "true", (0, 1): "unknown", (0, 0): "false", (1, 0): "contradictory"}
_LOCALES: Final = ("", "en", "de")
_GRANTED: Final = (
    None,
    (),
    (Granted("refund", amount=Money("USD", 500)), Granted("apology")),
    (
        Granted("entitlement", basis="eu-261", amount=Money("USD", 990)),
        Granted("goodwill", parameters={"kind": "gift"}),
    ),
)
_CHANGED: Final = 0.2
"""How often role, language and what was given are others than for the decision before: mostly, a plan serves again."""


class DisagreementError(Exception):
    """Two engines said different things of one pack in one situation."""


def compare(pack: Pack, situations: Iterable[Facts], engines: Engines) -> Counts:
    """Ask every engine for the derived facts and the rules that match; DisagreementError if two answers differ."""
    compiled = [CompiledPack(pack, engine) for engine in engines.values()]
    counts, asked = Counter[str](), len(pack.conditions)
    for number, known in enumerate(situations):
        answers = [one.match(known) for one in compiled]
        said = {name: (facts, true, may) for name, (facts, (true, may, _)) in zip(engines, answers, strict=True)}
        if number % PLAIN_EVERY == 0:
            said["plain"] = _plainly(pack, known)
        if not _alike(said.values()):
            lines = [f"situation {number}: {dict(known)}", *_differences(pack, said)]
            raise DisagreementError("\n  ".join(lines))
        _, true, may = next(iter(said.values()))
        counts.update(true=true.bit_count(), unknown=(may ^ true).bit_count(), false=asked - may.bit_count())
        counts["pairs"] += 1
    return counts


def _plainly(pack: Pack, known: Facts) -> Said:
    """What the naive resolver derives and matches: what engines share, strata and tables, is judged by it."""
    facts, waits = derive(pack, known)
    matched = match(pack, facts, waits)
    truths: list[Truth] = [
        *(rule in matched.applied or (None if rule in matched.undetermined else False) for rule in pack.rules),
        *(evaluate(condition, facts) for condition in pack.conditions[len(pack.rules) :]),
    ]
    true = sum(1 << place for place, truth in enumerate(truths) if truth)
    return facts, true, true + sum(1 << place for place, truth in enumerate(truths) if truth is None)


def _differences(pack: Pack, said: Mapping[str, Said]) -> Iterator[str]:
    """Each derived fact, rule and other condition of which not all say the same, with what each says."""
    for derived in pack.derives:
        values = {name: facts.get(derived.path) for name, (facts, _, _) in said.items()}
        if not _alike(values.values()):
            yield f"{derived.path} is {_by(values)}, by {derived.cases}"
    named = [rule.rule_id for rule in pack.rules]
    for place, condition in enumerate(pack.conditions):
        truths = {name: TRUTHS[true >> place & 1, may >> place & 1] for name, (_, true, may) in said.items()}
        if not _alike(truths.values()):
            yield f"{named[place] if place < len(named) else 'a condition'} is {_by(truths)}: {condition}"


def _alike(said: Iterable[object]) -> bool:
    first, *others = said
    return all(other == first for other in others)


def _by(values: Mapping[str, object]) -> str:
    return ", ".join(f"{value} by {name}" for name, value in values.items())


def compare_decisions(pack: Pack, situations: Iterable[Facts], engines: Engines, chance: Random) -> int:
    """Let every engine's matches be decided; how many decisions. DisagreementError if two differ."""
    compiled = [CompiledPack(pack, engine) for engine in engines.values()]
    locale, granted, role, count = "", _GRANTED[0], pack.authority[0].role, 0
    for known in situations:
        if chance.random() < _CHANGED:
            locale, granted = chance.choice(_LOCALES), chance.choice(_GRANTED)
            role = chance.choice(pack.authority).role
        moment = known.get("observe_time", NOON)
        assert isinstance(moment, int)
        situation = Situation("case-1", moment, {**known, "observe_time": moment}, granted=granted, locale=locale)
        decided = {name: one.decide(situation, role=role).decision for name, one in zip(engines, compiled, strict=True)}
        if not _alike(decided.values()):
            lines = [f"decision {count} for {role}: {situation}", *_parts_that_differ(decided)]
            raise DisagreementError("\n  ".join(lines))
        count += 1
    return count


def _parts_that_differ(decided: Mapping[str, Decision]) -> Iterator[str]:
    for name in Decision._fields:
        parts = {engine: getattr(decision, name) for engine, decision in decided.items()}
        if not _alike(parts.values()):
            yield f"{name} is {_by(parts)}"
