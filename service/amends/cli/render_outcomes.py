"""What became of what rules asked for, as a page for a person."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from amends.cli.outcome_tally import Tally
from amends.cli.page import clean, hanging, money, text


def tallied(found: Iterable[Tally]) -> RenderableType:
    """A rule after the other, with its reasons below."""
    return Group(*(part for one in found for part in _rule(one)))


def _rule(one: Tally) -> Iterator[RenderableType]:
    counts = one.counts
    yield text(clean(counts.rule_id), "bold")
    yield hanging(Text(), text(f"applied {counts.applied}, offered {counts.offered}, {_acceptance(one)}"))
    paid = ", ".join(map(money, counts.paid)) or "nothing"
    yield hanging(Text(), text(f"executed {counts.executed}, paid {paid}, overridden {counts.overridden}"))
    for reason, count in one.reasons:
        yield hanging(Text("·", "dim"), text(f"{count} × {clean(reason)}"))
    if one.unread:
        yield hanging(Text("·", "dim"), text(f"{one.unread} × in decisions too far back to be looked through", "dim"))


def _acceptance(one: Tally) -> str:
    """How many of those who said a word said yes; in whole percents, rounded down."""
    accepted, answered = one.counts.accepted, one.counts.accepted + one.counts.declined
    if not answered:
        return "nobody has answered"
    return f"{accepted} of {answered} accepted ({100 * accepted // answered} %)"
