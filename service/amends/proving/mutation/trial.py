"""Tries mutants of one pack: whether it still compiles, whether it is the same, and which test of the pack notices.

Tests whose facts cannot tell the mutant from the pack are not run. Of the others come first those that name the changed
rule, then those in which it acts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from amends.application.compiled_pack import CompiledPack
from amends.application.ports import Engine
from amends.domain.facts import Facts
from amends.engines.reference import ReferenceEngine
from amends.packs.model import Pack
from amends.packs.pack_test import Expectation, PackTest
from amends.packs.remake import Remaker
from amends.proving.mutation.change import Mutation
from amends.proving.mutation.difference import Difference, difference, shows_nowhere
from amends.proving.mutation.mutations import mutated
from amends.proving.pack_tests import run_pack_test


class Verdict(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    REFUSED = "refused"
    EQUIVALENT = "equivalent"
    WAIVED = "waived"
    SURVIVED = "survived"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a mutant, and by what: the test that failed, the first error, why it is the same, the waiver."""

    verdict: Verdict
    by: str = ""


_FEW: Final = 4
_SAME_PACK: Final = "it is the same pack"
_SAME_ANSWERS: Final = "it answers alike whatever is known"
_SURVIVED: Final = Fate(Verdict.SURVIVED)


@dataclass(frozen=True, slots=True)
class _Known:
    """A test, and what is known when it is decided (derived facts too): of an earlier decision of its case as well.

    `named` are the rules and derived facts of which it expects something, `applied` the rules that did something; rows
    of a table stand there as the table.
    """

    test: PackTest
    facts: tuple[Facts, ...]
    named: frozenset[str]
    applied: frozenset[str]
    reads_all: bool


class Trial:
    """One pack with its tests, all of which pass."""

    __slots__ = ("_engine", "_known", "_remaker", "pack")

    def __init__(self, remaker: Remaker, pack: Pack, tests: Sequence[PackTest], engine: Engine) -> None:
        self.pack = pack
        self._remaker = remaker
        self._engine = engine
        compiled = CompiledPack(pack, engine)
        self._known = [_known(compiled, test) for test in tests]

    def fate(self, mutation: Mutation) -> Fate:
        """What becomes of one mutant; waivers are not looked at here."""
        remade = mutated(mutation.edit, self.pack, self._remaker)
        if remade.errors:
            return Fate(Verdict.REFUSED, remade.errors[0].code)
        if remade.pack == self.pack:
            return Fate(Verdict.EQUIVALENT, _SAME_PACK)
        found = difference(self.pack, remade.pack)
        killer = self._killer(remade.pack, found, about=mutation.about)
        if killer is not None:
            return Fate(Verdict.KILLED, f"{killer.position}: {killer.name}")
        same = found is not None and shows_nowhere(found, self.pack.vocabulary)
        return Fate(Verdict.EQUIVALENT, _SAME_ANSWERS) if same else _SURVIVED

    def _killer(self, mutant: Pack, found: Difference | None, *, about: str) -> PackTest | None:
        ordered = sorted(self._known, key=lambda known: (about not in known.named, about not in known.applied))
        concerned = (known for known in ordered if known.reads_all or found is None or _is_told(found, known))
        # Most mutants are noticed by the first test: for so few, compiling costs more than it saves.
        return _failing(mutant, ReferenceEngine(), islice(concerned, _FEW)) or _failing(mutant, self._engine, concerned)


def _failing(mutant: Pack, engine: Engine, concerned: Iterable[_Known]) -> PackTest | None:
    """The first test that the mutant fails."""
    compiled = None
    for known in concerned:
        compiled = compiled or CompiledPack(mutant, engine)
        if not run_pack_test(compiled, known.test).passed:
            return known.test
    return None


def _known(compiled: CompiledPack, test: PackTest) -> _Known:
    situations = (test.situation, *(() if test.supersedes is None else (test.supersedes.situation,)))
    decision = compiled.decide(test.situation, role=test.role).decision
    return _Known(
        test=test,
        facts=tuple(compiled.match(situation.facts)[0] for situation in situations),
        named=_without_rows(_named(test.expect)),
        applied=_without_rows(trace.rule_id for trace in decision.rules),
        # How near a rule is to holding is told of rules that do not hold.
        reads_all=bool(test.expect.near_misses),
    )


def _named(expect: Expectation) -> Iterator[str]:
    yield from (*expect.applied, *expect.limited, *expect.undetermined, *expect.overruled, *expect.not_matched)
    yield from (*expect.guardrails, *expect.lifted, *(path for path, _ in expect.derived))
    yield from (name for one in expect.adjustments for name in (one.rule, one.by) if name is not None)
    yield from (name for action in expect.actions for name in (*action.rules, *action.unsettled_by))


def _without_rows(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.partition("/")[0] for name in names)


def _is_told(found: Difference, known: _Known) -> bool:
    return any(found.tells(facts) for facts in known.facts)
