"""The decision log on a terminal: decisions as a list, and one of them with all that came of it."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from rich.console import Group, RenderableType
from rich.text import Text

from amends.application.get_decision import Remembered
from amends.application.recorded_facts import ShownFacts
from amends.cli.action_words import member_words
from amends.cli.page import clean, hanging, line, money, section, text
from amends.cli.render import render
from amends.domain.log_queries import DecisionInShort
from amends.domain.record import Actor, DecisionEntry, OutcomeEntry, OutcomeKind, TrackedObligation
from amends.domain.situation import Granted
from amends.packs.words_of_values import moment_words, value_words
from amends_client.messages import ActionKind, DecideResponse, Decision, GrantedAction

if TYPE_CHECKING:
    from amends.domain.erasure import Affected

_SECOND: Final = 1_000_000_000


def listed(found: Iterable[DecisionInShort]) -> RenderableType:
    """Each with what it is of below it: side by side they would not fit a terminal."""
    return Group(*(part for one in found for part in (text(_made(one)), hanging(Text(), text(_about(one), "dim")))))


def one_line(found: DecisionInShort) -> str:
    """A decision as it comes."""
    return f"{_made(found)}, {_about(found)}"


def _made(found: DecisionInShort) -> str:
    outcome = found.outcome.value.replace("_", " ")
    return clean(f"{to_the_second(found.decided_at)}  {found.decision_id}  {found.policy}: {outcome}")


def _about(found: DecisionInShort) -> str:
    rules = len(found.rule_ids)
    said = (
        f"case {found.case_id}",
        f"customer {found.customer_id}" if found.customer_id else "",
        f"{rules} rule{'' if rules == 1 else 's'} applied",
        "takes another's place" if found.supersedes else "",
        "superseded" if found.superseded_by else "",
        "erased" if found.erased_at is not None else "",
    )
    return clean(", ".join(words for words in said if words))


def remembered(found: Remembered, facts: ShownFacts | None) -> RenderableType:
    """The decision as it was told, who asked, what it was decided on, and what was done about it since."""
    entry = found.entry
    parts = [
        _erased(entry) if entry.erased_at is not None else render(_answer(entry)),
        section("Recorded", _recorded(entry)),
        section("Facts", _facts(facts, entry.supplied.granted)) if entry.erased_at is None else None,
        section("What was done", [_outcome(one) for one in found.outcomes]),
        section("Obligations", [_obligation(one) for one in found.obligations]),
    ]
    return Group(*(part for part in parts if part is not None))


def affected_words(affected: "Affected") -> str:
    """`2 decisions, 1 obligation, 0 outcomes, 0 reservations`."""
    counted = (
        (affected.decisions, "decision"),
        (affected.obligations, "obligation"),
        (affected.outcomes, "outcome"),
        (affected.reservations, "reservation"),
    )
    return ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in counted)


def to_the_second(nanos: int) -> str:
    return moment_words(nanos - nanos % _SECOND)


def _answer(entry: DecisionEntry) -> DecideResponse:
    response = DecideResponse(
        decision_id=entry.decision_id,
        recorded=True,
        policy=entry.policy,
        software_version=entry.software_version,
        decision=Decision.FromString(entry.decision),
    )
    response.decided_at.FromNanoseconds(entry.decided_at)
    return response


def _erased(entry: DecisionEntry) -> RenderableType:
    outcome = entry.outcome.value.replace("_", " ")
    return Group(
        text("Erased: what identified the customer is gone, and what was said with it", "bold"),
        text(f"policy {entry.policy} · pack {entry.pack_id} {entry.pack_version} ({entry.pack_digest[:12]})", "dim"),
        text(f"decision {entry.decision_id}", "dim"),
        text(f"{to_the_second(entry.decided_at)} · it came to: {outcome}", "dim"),
    )


def _recorded(entry: DecisionEntry) -> Iterator[RenderableType]:
    said = (
        ("asked by", _who(entry.actor)),
        ("case", entry.case_id),
        ("customer", entry.customer_id),
        ("order", " ".join(part for part in (entry.subject.order_id, entry.subject.item_id) if part)),
        ("incident", entry.incident_id),
        ("request", entry.request_id),
        ("observed", to_the_second(entry.observe_time)),
        ("software", f"{entry.software_version}, semantics {entry.semantics}"),
        ("takes the place of", entry.supersedes),
        ("its place was taken by", entry.superseded_by),
        ("erased", to_the_second(entry.erased_at) if entry.erased_at is not None else ""),
    )
    yield from (line(label, words) for label, words in said if words)


def _facts(facts: ShownFacts | None, from_the_log: int) -> Iterator[RenderableType]:
    if facts is None:
        yield text("  not shown: the pack that says how sensitive they are is not stored", "dim")
        return
    yield from (line(spec.path, value_words(value, spec)) for spec, value in facts.shown)
    for path, sensitivity in facts.withheld.items():
        yield line(path, f"withheld: it is {sensitivity.value} (--facts {sensitivity.value} shows it)")
    if facts.granted is not None:
        # What the log added stands behind what the caller said.
        said = len(facts.granted) - from_the_log
        yield from (line("granted", _given(one, by_log=place >= said)) for place, one in enumerate(facts.granted))
        if not facts.granted:
            yield line("granted", "nothing, the caller says")


def _given(granted: Granted, *, by_log: bool) -> str:
    """Without its parameters, which may be anybody's words."""
    said = (
        granted.kind.replace("_", " "),
        str(granted.amount) if granted.amount is not None else "",
        to_the_second(granted.time) if granted.time is not None else "",
        f"for the incident {granted.incident_id}" if granted.incident_id else "",
        "by the log" if by_log else "by the caller",
    )
    return ", ".join(words for words in said if words)


def _outcome(outcome: OutcomeEntry) -> RenderableType:
    amount = f" {outcome.amount}" if outcome.amount is not None else ""
    about = outcome.action_kind.replace("_", " ") or f"obligation {outcome.obligation_id}"
    by = f" by {_who(outcome.actor)}" if _who(outcome.actor) else ""
    instead = _instead(outcome.granted) if outcome.kind is OutcomeKind.OVERRIDDEN and outcome.granted else ""
    more = "".join(f"; {words}" for words in (instead, outcome.external_reference, outcome.reason) if words)
    return line(to_the_second(outcome.time), f"{about}: {outcome.kind.value.replace('_', ' ')}{amount}{by}{more}")


def _instead(granted: bytes) -> str:
    given = GrantedAction.FromString(granted)
    amount = f" {money(given.amount)}" if given.HasField("amount") else ""
    return f"instead {member_words(ActionKind, given.kind)}{amount}"


def _obligation(tracked: TrackedObligation) -> RenderableType:
    promised = tracked.promised
    what = promised.kind.value.replace("_", " ")
    owner = ", ".join(dict.fromkeys(name.replace("_", " ") for name in (promised.owner, promised.team) if name))
    broken = ", by somebody else than promised" if tracked.same_person_broken else ""
    return line(to_the_second(promised.due), f"{what}, {owner}: {tracked.state.value}{broken}")


def _who(actor: Actor) -> str:
    kind = "" if actor.kind is None else actor.kind.value
    return ", ".join(part for part in (actor.actor_id, actor.role, kind) if part)
