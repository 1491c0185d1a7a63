"""A rule that can never match: every way in which its condition could hold asks two things that exclude each other."""

from collections.abc import Iterator
from typing import Final

from amends.packs.checks.law import Law
from amends.packs.conditions import Atom, Condition
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.implied import Implications
from amends.packs.model import Pack, Position
from amends.packs.normal_form import TooManyConjunctsError, normal_form
from amends.packs.words_of_conditions import atom_words

LAW: Final = Law(
    name="never-matches",
    severity=Severity.ERROR,
    says="A rule, a case of a derived fact or a requirement must be able to hold.",
    bad="""\
rules:
  - id: very-late
    title: Very late
    when:
      facts.days_late: {at_least: 30}
      any: [{facts.days_late: {below: 7}}, {facts.days_late: {present: false}}]
    then: [{apology: {literal: true}}]
""",
    good="""\
rules:
  - id: very-late
    title: Very late
    when: {facts.days_late: {at_least: 30}}
    then: [{apology: {literal: true}}]
""",
)


def check(pack: Pack) -> Iterator[Diagnostic]:
    """Exact for what is asked of one fact; of two facts at once (`within`) it says nothing."""
    judge = _Judge(pack, Implications(pack.vocabulary))
    for rule in pack.rules:
        yield from judge.look(rule.when, rule.position, f"rule {rule.rule_id}", rule.rule_id)
    for derive in pack.derives:
        for number, case in enumerate(derive.cases, start=1):
            yield from judge.look(case.when, case.position, f"case {number} of {derive.path}", derive.path)
    for requirement in pack.requires:
        ident = requirement.requirement_id
        yield from judge.look(requirement.when, requirement.position, f"requirement {ident}", ident)


class _Judge:
    __slots__ = ("_implications", "_pack")

    def __init__(self, pack: Pack, implications: Implications) -> None:
        self._pack = pack
        self._implications = implications

    def look(self, when: Condition, at: Position, what: str, ident: str) -> Iterator[Diagnostic]:
        try:
            conjuncts = normal_form(when)
        except TooManyConjunctsError:
            return  # the loader says so
        why = ""
        for conjunct in conjuncts:
            excluded = self._implications.contradiction(conjunct)
            if not excluded:
                return
            why = why or " and ".join(self._words(excluded))
        several = f"each of its {len(conjuncts)} alternatives excludes itself, the first" if len(conjuncts) > 1 else ""
        message = f"{what} can never match: {several or 'it'} asks {why or 'one of nothing'}"
        yield LAW.broken(at, message, ident, hint="one of these conditions is not what was meant")

    def _words(self, excluded: tuple[Atom, ...]) -> Iterator[str]:
        for atom in excluded:
            yield f"`{atom_words(atom, self._pack.vocabulary, timezone=self._pack.timezone)}`"
