"""Counted facts: those whose values a decision counts with or says. Of every other fact only how it looks to the pack's
conditions matters, so that situations which look alike and count alike come to the same but for identifiers and times.

When it is (`observe_time`) is none of them: a plan says itself whether it depends on that (`Plan.by_due`).
"""

from collections.abc import Iterator
from typing import Final

from amends.packs.model import Pack
from amends.resolution.candidates import parameter_paths
from amends.resolution.price import counted_from

_ALWAYS: Final = ("amount_affected", "amount_paid", "amount_refunded", "requested")
"""They bound what goes back, name the currency of the case, and are answered."""


def counted_paths(pack: Pack) -> frozenset[str]:
    """The paths of the counted facts of a pack."""
    return frozenset((*_ALWAYS, *said_paths(pack), *_counted(pack)))


def said_paths(pack: Pack) -> Iterator[str]:
    """The paths of what parameters of proposals say."""
    for rule in pack.rules:
        for proposal in rule.then:
            for _, parameter in proposal.parameters:
                yield from parameter_paths(parameter)


def _counted(pack: Pack) -> Iterator[str]:
    for rule in pack.rules:
        for proposal in rule.then:
            if proposal.amount is not None:
                yield from counted_from(proposal.amount)
    for limit in pack.limits:
        yield from counted_from(limit.at_most)
        if limit.minus:
            yield limit.minus
