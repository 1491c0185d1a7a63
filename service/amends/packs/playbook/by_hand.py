"""The part of a playbook that tells how to decide by hand: the steps, how proposals combine, and what to ask first."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from amends.domain.action_kinds import KINDS, ActionKind, Combine
from amends.packs.amounts import amount_paths
from amends.packs.conditions import paths
from amends.packs.model import Pack, Rule
from amends.packs.playbook.blocks import Block, Paragraph, Point, Points, Table, named, said
from amends.packs.playbook.words import all_of, fact_type_words, kind_name

_ASKED_FIRST: Final = 15
_CLOCK: Final = "observe_time"
_COMBINE_WORDS: Final = {
    Combine.HIGHEST: "the highest amount",
    Combine.SUM: "the amounts added up",
    Combine.FIRST: "that of the first rule",
    Combine.ALL: "all of them",
    Combine.STRONGEST: "the strongest: a literal one first, then a spoken one",
    Combine.SHORTEST: "the shortest time",
}
_BY_HAND: Final = """\
Write down what is known. What nobody knows is unknown, not false.
A rule applies where all of its conditions hold. Where one cannot be answered, the rule is open: what it asks for may \
not be promised, and what it forbids may not be given, until the fact is known.
What an applied rule forbids is not done, whatever other rules ask for. What is owed is never forbidden or cut.
Where several rules ask for the same, it is done as the table of combinations says. Of several rules the one with the \
higher priority goes first, then the earlier name.
What the customer was given before for this case is taken off. A refund never exceeds what was paid and not yet given \
back.
Limits are applied in the order in which they stand, then the requirements.
What is on hold waits until the team that is named releases it; it stays owed or offered.
Who may grant it: the lowest role whose band holds the sum of the kind.
Say it in this order: the apology; the question how they see it; the explanation; what we do; what comes next; our \
view, if at all. Never say what stands under “What may not be said”."""


def by_hand(pack: Pack) -> Iterator[Block]:
    """The steps, and what becomes of several proposals."""
    yield Points(tuple(Point(said(step)) for step in _BY_HAND.splitlines()), ordered=True)
    asked = {proposal.kind for rule in pack.rules for proposal in rule.then}
    rows = [
        (
            said(kind_name(kind).capitalize()),
            said(_COMBINE_WORDS[pack.combine.get(kind, spec.combine)]),
            said(_key(kind)),
        )
        for kind, spec in KINDS.items()
        if kind in asked
    ]
    if rows:
        yield Table(
            "Combinations: where several rules ask for the same", ("Kind", "What is done", "Within"), tuple(rows)
        )


def _key(kind: ActionKind) -> str:
    key = KINDS[kind].key
    return f"the same {all_of(key)}" if key else ""


def ask_first(pack: Pack) -> Iterator[Block]:
    """The facts on which most depends."""
    asked = _serving(pack)[:_ASKED_FIRST]
    if not asked:
        return
    yield Paragraph(
        said(
            "Facts on which most depends: first those that decide what is owed, then what is held"
            " back, then those that most rules read."
        )
    )
    rows = [
        (said(pack.vocabulary.specs[path].question), named(path), said(fact_type_words(pack.vocabulary, path)))
        for path in asked
    ]
    yield Table("What to ask first", ("Question", "Fact", "Answer"), tuple(rows))


def _serving(pack: Pack) -> list[str]:
    """The facts that rules on more than care read, by how many rules read them.

    Those for what is owed go first, then those for what is held back.
    """
    count: Counter[str] = Counter()
    owed: set[str] = set()
    held: set[str] = set()
    for rule in pack.rules:
        bounds = rule.hold is not None or bool(rule.forbids)
        if not bounds and all(KINDS[proposal.kind].care for proposal in rule.then):
            continue
        read = _sources(read_by(rule), pack) - {_CLOCK}
        count.update(read)
        if any(proposal.kind is ActionKind.ENTITLEMENT for proposal in rule.then):
            owed |= read
        if rule.hold is not None:
            held |= read
    return sorted(
        count, key=lambda path: (path not in owed, path not in held, -count[path], pack.vocabulary.order[path])
    )


def read_by(rule: Rule) -> set[str]:
    """The facts that a rule reads, its amounts included."""
    amounts = [proposal.amount for proposal in rule.then if proposal.amount is not None]
    return {*paths(rule.when), *(path for amount in amounts for path in amount_paths(amount))}


def _sources(read: Iterable[str], pack: Pack) -> set[str]:
    """With derived facts replaced by what they are worked out from."""
    derived = {derive.path: derive for derive in pack.derives}
    found: set[str] = set()
    for path in read:
        if path in derived:
            found |= _sources({inner for case in derived[path].cases for inner in paths(case.when)}, pack)
        else:
            found.add(path)
    return found
