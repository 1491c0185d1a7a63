"""Proves a pack: every engine decides the same situations, and what they say is compared to the last bit and byte.

The first situation on which they differ ends it; it is made as small as it can be while they still differ.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from amends.application.engine_errors import ConditionTooLargeError
from amends.application.ports import Engine
from amends.application.proof import Case, CaseKind, Count, Disagreement, Proof
from amends.domain.situation import Situation
from amends.packs.model import Pack
from amends.packs.pack_test import PackTest
from amends.packs.words_of_situations import case_file
from amends.proving.boundaries import Boundaries
from amends.proving.shrink import smallest
from amends.proving.witness import Encode, Testimony, Witness, who_says_what
from amends.resolution.fill import SEMANTICS

Turn: TypeAlias = Callable[[str, int, int, str], None]
"""Is told before each turn: which engine, how many situations are done, of how many, and what is decided."""


def no_turn(_engine: str, _done: int, _of: int, _about: str) -> None:
    """For whoever does not watch."""


def prove_pack(  # noqa: PLR0913  # what is proved, by whom, on what, and who watches
    pack: Pack,
    engines: Mapping[str, Engine],
    *,
    now: int,
    encode: Encode,
    most: int | None = None,
    others: Sequence[Case] = (),
    absent: Mapping[str, str] | None = None,
    turn: Turn = no_turn,
) -> Proof:
    """Decide the boundary situations of the pack, `most` of them, and the others, by every engine.

    `absent` says of engines that cannot be had why; one that does not take the pack is added.
    """
    witnesses, refused = _witnesses(pack, engines, encode=encode, turn=turn)
    boundaries = Boundaries(pack, now=now, most=most)
    cases = (*boundaries, *others)
    found = _first_difference(witnesses, cases, turn=turn)
    return Proof(
        pack_id=pack.pack_id,
        version=pack.version,
        digest=pack.digest,
        semantics=SEMANTICS,
        engines=tuple(witness.name for witness in witnesses),
        counts=(*boundaries.counts, *_counts(others)),
        absent={**(absent or {}), **refused},
        disagreement=None if found is None else _shrunk(*found, witnesses, pack, turn=turn),
    )


def cases_of_tests(tests: Iterable[PackTest]) -> Iterator[Case]:
    """The situations of a pack's own tests, those of decisions that are superseded too."""
    for test in tests:
        yield Case(CaseKind.TEST, f"{test.position}: {test.name}", test.situation, test.role)
        if test.supersedes is not None:
            about = f"{test.position}: {test.name}, what it supersedes"
            yield Case(CaseKind.TEST, about, test.supersedes.situation, test.role)


def _witnesses(
    pack: Pack, engines: Mapping[str, Engine], *, encode: Encode, turn: Turn
) -> tuple[list[Witness], dict[str, str]]:
    witnesses, refused = [], {}
    for name, engine in engines.items():
        turn(name, 0, 0, "the pack itself")
        try:
            witnesses.append(Witness(name, pack, engine, encode=encode))
        except ConditionTooLargeError as error:
            refused[name] = str(error)
    return witnesses, refused


def _counts(others: Iterable[Case]) -> Iterator[Count]:
    for kind, count in Counter(case.kind for case in others).items():
        yield Count(kind, count, count)


def _first_difference(
    witnesses: Sequence[Witness], cases: Sequence[Case], *, turn: Turn
) -> tuple[Case, Mapping[str, Testimony]] | None:
    for done, case in enumerate(cases):
        said = {}
        for witness in witnesses:
            turn(witness.name, done, len(cases), case.about)
            said[witness.name] = witness(case.situation, case.role)
        if not _all_agree(said):
            return case, said
    return None


def _all_agree(said: Mapping[str, Testimony]) -> bool:
    first = next(iter(said.values()))
    return all(one.agrees(first) for one in said.values())


def _shrunk(
    case: Case, said: Mapping[str, Testimony], witnesses: Sequence[Witness], pack: Pack, *, turn: Turn
) -> Disagreement:
    """The difference in the smallest situation that shows it; as it was met, where it does not come again."""

    def said_of(situation: Situation) -> Mapping[str, Testimony]:
        again = {}
        for witness in witnesses:
            turn(witness.name, 0, 0, f"{case.about}, made smaller")
            again[witness.name] = witness(situation, case.role)
        return again

    situation = case.situation
    if not _all_agree(again := said_of(situation)):
        situation = smallest(situation, lambda one: not _all_agree(said_of(one)), specs=pack.vocabulary.specs)
        # One that fails now and then may not do so at the last.
        said = latest if not _all_agree(latest := said_of(situation)) else again
    written = case_file(situation, pack, title=case.about, role=case.role)
    return Disagreement(case.kind, case.about, written, who_says_what(pack, said))
