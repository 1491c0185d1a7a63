"""A pack made ready to decide: the pack, its matcher and its resolver, built together and never changed after."""

from collections.abc import Hashable
from typing import Final

from amends.application.ports import Engine, ReadingMatcher
from amends.domain.facts import Facts, Value
from amends.domain.situation import Situation
from amends.packs.conditions import Condition
from amends.packs.model import Pack
from amends.resolution.changes import Superseded, changes
from amends.resolution.derive import Deriver, questions, strata
from amends.resolution.explain import derived_facts, full_trace
from amends.resolution.first_hit import FirstHits, first_hit_tables
from amends.resolution.matches import Matches
from amends.resolution.plan import Plan
from amends.resolution.resolve import Resolved, Resolver
from amends.resolution.settle import Settled

MOST_SEEN: Final = 1_024
"""Readings of facts for which it is remembered which rules match; about a kilobyte each."""


class CompiledPack:
    """What a policy points to. Safe to share between concurrent calls of one event loop."""

    __slots__ = ("_matcher", "_reader", "_resolver", "_seen", "_strata", "_tables", "pack")

    def __init__(self, pack: Pack, engine: Engine) -> None:
        self.pack = pack
        self._strata = [
            (Deriver(stratum), engine.compile(pack.vocabulary, questions(stratum))) for stratum in strata(pack.derives)
        ]
        self._matcher = engine.compile(pack.vocabulary, pack.conditions)
        self._tables = FirstHits(first_hit_tables(pack.rules))
        self._resolver = Resolver(pack)
        # Only where facts are derived does a look save several matches.
        looks = pack.derives and isinstance(self._matcher, ReadingMatcher)
        self._reader = _reader(pack, engine) if looks else None
        self._seen: dict[Hashable, tuple[dict[str, Value], Matches]] = {}

    def decide(
        self,
        situation: Situation,
        *,
        role: str,
        explain_full: bool = False,
        superseded: Superseded | None = None,
    ) -> Resolved:
        """Derive, match, resolve. `role` is a role of the pack's authority; the caller has checked that.

        `explain_full` tells of every rule and condition; with `superseded` the decision says what has changed.
        """
        facts, matches = self.match(situation.facts)
        known = situation if facts is situation.facts else situation._replace(facts=facts)
        resolved = self._resolver.resolve(matches, known, role=role)
        if superseded is not None:
            resolved = self._changed(resolved, superseded, known)
        return self._explained(resolved, situation.facts, facts) if explain_full else resolved

    def settle(self, situation: Situation, *, role: str) -> tuple[Facts, Plan, Settled]:
        """Derive, match and settle: facts with the derived ones, and all of a decision but identifiers and times."""
        facts, matches = self.match(situation.facts)
        return facts, *self._resolver.settle(matches, situation._replace(facts=facts), role=role)

    def _changed(self, resolved: Resolved, superseded: Superseded, known: Situation) -> Resolved:
        decision = resolved.decision
        found = changes(superseded, decision, combine=self.pack.combine, granted=known.granted or ())
        return resolved._replace(decision=decision._replace(changes=found))

    def _explained(self, resolved: Resolved, known: Facts, facts: Facts) -> Resolved:
        fired = resolved.decision.rules
        decision = resolved.decision._replace(
            rules=full_trace(self.pack, fired, facts, self._matcher.match),
            derived=derived_facts(self.pack, known, facts),
        )
        return resolved._replace(decision=decision, fired=fired)

    def match(self, known: Facts) -> tuple[Facts, Matches]:
        """The facts with the derived ones, and which rules match on them.

        Remembered (bounded) by how the facts look to the pack's conditions: an amount is between two bounds, or is not.
        """
        if self._reader is None:
            return self._match(known)
        reading = self._reader.reading(known)
        seen = self._seen.get(reading)
        if seen is None:
            facts, matches = self._match(known)
            if len(self._seen) >= MOST_SEEN:
                self._seen.clear()
            derived = {path: value for path, value in facts.items() if path not in known}
            seen = self._seen[reading] = derived, matches
        derived, matches = seen
        return {**known, **derived} if derived else known, matches

    def _match(self, known: Facts) -> tuple[Facts, Matches]:
        facts, seen = known, list[Hashable]()
        for deriver, matcher in self._strata:
            if not deriver.leaves_open(facts):
                continue
            matches = matcher.match(facts)
            facts = deriver.derive(matches, facts)
            # Which facts an unknown derived one waits for is told apart as a rule's are.
            seen.append(None if matches.witness is None else matches)
        matches = self._tables.settle(self._matcher.match(facts))
        if seen and matches.witness is not None:
            matches = Matches(matches.true, matches.may, None if None in seen else (matches.witness, *seen))
        return facts, matches


def all_asked(pack: Pack) -> tuple[Condition, ...]:
    """Every condition of a pack, those of its derived facts included."""
    return (*(condition for stratum in strata(pack.derives) for condition in questions(stratum)), *pack.conditions)


def _reader(pack: Pack, engine: Engine) -> ReadingMatcher | None:
    """What tells how facts look to everything that a pack asks, its derived facts included."""
    matcher = engine.compile(pack.vocabulary, all_asked(pack))
    return matcher if isinstance(matcher, ReadingMatcher) else None
