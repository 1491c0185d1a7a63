"""A decision as it goes to the log: everything that it was made from, and the promises that it makes."""

from dataclasses import replace

from amends.application.asked import Asked
from amends.application.ledger import reservations
from amends.application.ports import DecisionCodec
from amends.application.promised import promised
from amends.application.supersede import NOTHING, NOTHING_YET, Remembered
from amends.domain.decision import Verdict
from amends.domain.record import DecisionEntry, LedgerGuard, Reserved, Supplied
from amends.domain.situation import Situation
from amends.packs.model import Pack
from amends.resolution.resolve import Resolved

_HELD: frozenset[Verdict] = frozenset({Verdict.APPLIED, Verdict.LIMITED, Verdict.OVERRULED})


def situation_of(asked: Asked, remembered: Remembered) -> Situation:
    """The situation to decide on: what is asked, with what the log adds."""
    situation = asked.situation
    if remembered.granted:
        situation = situation._replace(granted=(*(situation.granted or ()), *remembered.granted))
    if remembered.history is not None:
        situation = situation._replace(facts={**situation.facts, **remembered.history.facts})
    return situation


def entry_of(  # noqa: PLR0913  # all that a decision is made from
    asked: Asked,
    remembered: Remembered,
    resolved: Resolved,
    pack: Pack,
    *,
    codec: DecisionCodec,
    decision: bytes,
    decision_id: str,
    decided_at: int,
    software_version: str,
) -> DecisionEntry:
    """The entry; `decision` are its bytes at `explain: fired`."""
    situation, made = asked.situation, resolved.decision
    rules = made.rules if resolved.fired is None else resolved.fired
    raw, supplied = asked.raw, asked.supplied
    reserved: tuple[Reserved, ...] = ()
    guard: LedgerGuard | None = None
    if remembered is not NOTHING and remembered is not NOTHING_YET:
        raw, supplied = _completed(asked, remembered, codec)
        reserved = _reserved(resolved, remembered, pack, decided_at)
        # Who takes nothing of the customer's history stands in nobody's way.
        guard = remembered.history.guard if reserved and remembered.history is not None else None
    # By position, as it is made for every call.
    return DecisionEntry(
        decision_id,
        decided_at,
        asked.caller,
        asked.request_id,
        asked.policy,
        pack.pack_id,
        pack.version,
        pack.digest,
        made.semantics,
        software_version,
        asked.actor,
        situation.case_id,
        situation.subject,
        situation.incident_id,
        situation.customer_id,
        situation.account_id,
        situation.observe_time,
        made.outcome,
        asked.supersedes,
        supplied,
        raw,
        decision,
        tuple([rule.rule_id for rule in rules if rule.verdict in _HELD]),
        promised(made, pack.teams),
        reserved,
        guard,
        seen=remembered.seen,
    )


def _completed(asked: Asked, remembered: Remembered, codec: DecisionCodec) -> tuple[bytes, Supplied]:
    """The situation's message with what the log added, and what that was."""
    raw, superseded = asked.raw, remembered.superseded
    facts = {} if remembered.history is None else remembered.history.facts
    if remembered.granted or facts:
        raw = codec.completed(raw, granted=remembered.granted or None, facts=facts)
    return raw, replace(
        asked.supplied,
        facts=tuple(sorted(facts)),
        granted=len(remembered.granted),
        granted_unset=bool(remembered.granted) and asked.situation.granted is None,
        offered=() if superseded is None else tuple(sorted(superseded.offered)),
        executed=() if superseded is None else tuple(sorted(superseded.executed)),
    )


def _reserved(resolved: Resolved, remembered: Remembered, pack: Pack, now: int) -> tuple[Reserved, ...]:
    return (
        () if remembered.history is None else reservations(resolved.decision, remembered.history.facts, pack, now=now)
    )
