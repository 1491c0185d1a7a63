"""What a pack, an action, an amount or a situation is made of, as words: for tests of what the generators leave out."""

from collections.abc import Iterator

from amends.domain.action_kinds import ActionKind
from amends.domain.situation import Granted, Situation
from amends.packs.amounts import Amount, AmountTable, Highest, Lowest
from amends.packs.conditions import ALWAYS
from amends.packs.model import FactParameter, Hit, Pack, Proposal, TableParameter
from amends.resolution.derive import strata
from tests.agreement.action_generators import HELD


def said_by_pack(pack: Pack) -> Iterator[str]:  # noqa: C901  # one part of a pack after the other
    """What a pack is made of."""
    yield f"{len(pack.authority)} roles"
    yield f"{len(pack.guardrails)} guardrails"
    yield f"{len(pack.limits)} limits"
    yield f"{len(pack.requires)} requirements"
    yield f"{len(strata(pack.derives))} strata"
    yield f"zone {pack.timezone}"
    for role in pack.authority:
        for kind in (ActionKind.REFUND, ActionKind.GOODWILL):
            band = role.bands.get(kind, ())
            yield "band unlimited" if band is None else f"band {('none', 'one', 'two')[len(band)]}"
    for kind, way in pack.combine.items():
        yield f"{kind} by {way}"
    for derive in pack.derives:
        yield f"derived {derive.path}"
        yield f"derived {derive.hit}"
        if derive.hit is Hit.FIRST and derive.cases[-1].when != ALWAYS:
            yield "derived open"
    for limit in pack.limits:
        yield from (f"limit on {kind}" for kind in limit.of)
        yield f"limit {type(limit.at_most).__name__}"
        yield f"minus {bool(limit.minus)}"
    for rule in pack.rules:
        if rule.row is not None:
            yield f"table {rule.row.hit}"
        if rule.hold is not None:
            yield "hold all" if rule.hold.kinds == HELD else "hold some"
        for forbid in rule.forbids:
            yield f"forbid some {forbid.kind}" if forbid.goodwill_kinds else f"forbid {forbid.kind}"
        for proposal in rule.then:
            yield from said_by_proposal(proposal)


def said_by_proposal(proposal: Proposal) -> Iterator[str]:
    """What an action asks for."""
    yield f"kind {proposal.kind}"
    yield f"scope {proposal.scope}"
    yield f"retention {proposal.retention}"
    yield f"meets {bool(proposal.meets)}"
    yield f"expires {proposal.expires is not None}"
    yield f"review_in {proposal.review_in is not None}"
    for name, value in proposal.parameters:
        yield f"{proposal.kind} with {name}"
        if isinstance(value, FactParameter):
            yield f"from a fact, default {value.default is not None}"
        if isinstance(value, TableParameter):
            yield f"from a table, default {value.default is not None}"
        if name == "covers" and isinstance(value, tuple):
            yield f"covers {' and '.join(value)}"
    if proposal.amount is not None:
        yield f"{proposal.kind} amount {type(proposal.amount).__name__}"
        yield from said_by_amount(proposal.amount)


def said_by_amount(amount: Amount) -> Iterator[str]:
    """The forms inside an amount, and whether it is stated in several currencies."""
    if isinstance(amount, (Lowest, Highest)):
        for option in amount.options:
            yield f"{type(option).__name__} in a choice"
            yield from said_by_amount(option)
    elif isinstance(amount, AmountTable):
        for row in amount.rows:
            yield from said_by_amount(row.amount)
    elif hasattr(amount, "amounts"):
        yield f"two currencies {len(amount.amounts) == 2}"


def said_by_situation(situation: Situation) -> Iterator[str]:
    """What a situation holds."""
    yield f"locale {situation.locale}"
    yield f"incident {bool(situation.incident_id)}"
    yield f"unobtainable {bool(situation.unobtainable)}"
    yield f"granted {'unset' if situation.granted is None else len(situation.granted)}"
    for source in situation.fact_sources.values():
        yield f"source {source}"
    for entry in situation.granted or ():
        yield f"granted {entry.kind}"
        yield f"granted {entry.kind} with money {entry.amount is not None}"
        yield f"granted for {_whom(entry, situation)}"
        if entry.kind == ActionKind.CUSTOM:
            yield f"granted custom {entry.parameters.get('name', '')}"


def _whom(entry: Granted, situation: Situation) -> str:
    """Whether something was given for this subject, another, or nobody said."""
    if entry.subject is None:
        return "anything"
    return "this" if entry.subject == situation.subject else "another"
