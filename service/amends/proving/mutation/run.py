"""Tries all mutants of a pack, in one process or in several, and applies the pack's waivers to those that survive.

A process is given everything that it needs and reads no file: what somebody saves meanwhile changes nothing.
"""

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Final, TypeAlias

from amends.application.compiled_pack import CompiledPack
from amends.application.ports import Engine
from amends.packs.checks.waivers import MUTATION, Waivers
from amends.packs.diagnostics import Diagnostic
from amends.packs.model import Pack
from amends.packs.pack_test import PackTest
from amends.packs.remake import Remaker
from amends.proving.mutation.change import Mutation
from amends.proving.mutation.mutations import mutations_of
from amends.proving.mutation.trial import Fate, Trial, Verdict
from amends.proving.pack_checks import WAIVABLE
from amends.proving.pack_tests import PackTestResult, run_pack_tests

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many mutants of how many were tried."""

_WAIVED_BY_CHECK: Final = frozenset({MUTATION})


class LostProcessError(RuntimeError):
    """A process ended before all of its mutants were tried."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A pack that compiles, as its files were read, with its own tests. `inherited`: also what others wrote of it."""

    pack: Pack
    remaker: Remaker
    tests: Sequence[PackTest]
    engine: Engine
    inherited: bool = False

    def failed_tests(self) -> tuple[PackTestResult, ...]:
        """The tests that fail as it is: such a pack cannot be mutated, as nothing would tell a mutant from it."""
        results = run_pack_tests(CompiledPack(self.pack, self.engine), self.tests)
        return tuple(result for result in results if not result.passed)


@dataclass(frozen=True, slots=True)
class Tried:
    """One mutant and what became of it."""

    mutation: Mutation
    fate: Fate


@dataclass(frozen=True, slots=True)
class Outcome:
    """All mutants of a pack, in the order of its files, and what is wrong with its waivers of mutants."""

    pack: Pack
    tests: int
    tried: tuple[Tried, ...]
    complaints: tuple[Diagnostic, ...] = field(default=())

    def of(self, verdict: Verdict) -> tuple[Tried, ...]:
        """The mutants of which this became."""
        return tuple(one for one in self.tried if one.fate.verdict is verdict)


def run_mutations(subject: Subject, *, today: int, jobs: int, progress: Progress) -> Outcome:
    """Try every mutant; waivers end by `today` (nanoseconds since the epoch)."""
    mutations = mutations_of(subject.pack, subject.remaker, inherited=subject.inherited)
    fates = dict(_fates(subject, mutations, jobs=min(jobs, len(mutations)), progress=progress))
    waivers = Waivers(subject.pack, today=today)
    tried = tuple(_judged(mutation, fates[place], waivers) for place, mutation in enumerate(mutations))
    complaints = tuple(waivers.complaints(_WAIVED_BY_CHECK, elsewhere=WAIVABLE))
    return Outcome(subject.pack, len(subject.tests), tried, complaints)


def _judged(mutation: Mutation, fate: Fate, waivers: Waivers) -> Tried:
    about = (mutation.about, mutation.operator)
    if fate.verdict is Verdict.SURVIVED and (reason := waivers.reason(MUTATION, about)):
        return Tried(mutation, Fate(Verdict.WAIVED, reason))
    return Tried(mutation, fate)


def _fates(
    subject: Subject, mutations: Sequence[Mutation], *, jobs: int, progress: Progress
) -> Iterator[tuple[int, Fate]]:
    """The fate of each mutant by its place, as they come."""
    found = _in_processes(subject, mutations, jobs) if jobs > 1 else _here(subject, mutations)
    for done, pair in enumerate(found, start=1):
        progress(done, len(mutations))
        yield pair


def _here(subject: Subject, mutations: Sequence[Mutation]) -> Iterator[tuple[int, Fate]]:
    trial = Trial(subject.remaker, subject.pack, subject.tests, subject.engine)
    for place, mutation in enumerate(mutations):
        yield place, trial.fate(mutation)


def _in_processes(subject: Subject, mutations: Sequence[Mutation], jobs: int) -> Iterator[tuple[int, Fate]]:
    """Every job takes every so-many-th mutant, so that each has of every file."""
    context = multiprocessing.get_context("spawn")
    sources: dict[Connection, int] = {}
    for job in range(jobs):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(subject, mutations[job::jobs], theirs), daemon=True)
        process.start()
        theirs.close()
        sources[ours] = job
    seen = 0
    places = {job: iter(range(job, len(mutations), jobs)) for job in range(jobs)}
    while sources:
        for source in wait(list(sources)):
            assert isinstance(source, Connection)
            try:
                fate: Fate = source.recv()
            except EOFError:
                del sources[source]
            else:
                seen += 1
                yield next(places[sources[source]]), fate
    if seen < len(mutations):
        raise LostProcessError(f"a process ended with {len(mutations) - seen} mutants untried")


def _work(subject: Subject, mutations: Sequence[Mutation], told: Connection) -> None:
    # Whoever interrupts the command is answered by it alone.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for _, fate in _here(subject, mutations):
        told.send(fate)
    told.close()
