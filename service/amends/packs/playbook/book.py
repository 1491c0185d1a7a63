"""A pack as a playbook in plain words: for its owner's lawyer, and for people to work by when the service is away."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, assert_never

from amends.domain.action_kinds import MONEY_KINDS, ActionKind
from amends.domain.facts import NANOS_PER_SECOND, FactSpec, FactType, Sensitivity
from amends.domain.sensitivity import sensitivity_of
from amends.packs.amounts import amount_paths, amount_tables
from amends.packs.conditions import atom_paths, atoms, paths
from amends.packs.model import Band, Calendar, Hit, Pack, Proposal, Rule
from amends.packs.playbook.blocks import Block, Paragraph, Playbook, Section, Table, Words, named, said
from amends.packs.playbook.by_hand import ask_first, by_hand, read_by
from amends.packs.playbook.rules import (
    amount_table,
    by_reason,
    condition_sentence,
    rule_sections,
)
from amends.packs.playbook.words import Wording, all_of, any_of, fact_type_words, kind_name, span_words
from amends.packs.words_of_conditions import atom_words
from amends.packs.words_of_values import value_words

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def playbook(pack: Pack, *, locale: str) -> Playbook:
    """The whole pack, what it inherits included. `locale` chooses among its texts; empty: the pack's own language."""
    wording = Wording(pack.vocabulary, pack.teams, locale=locale)
    parts = (
        Section("Rules by reason for contact", "by-reason", tuple(by_reason(pack))),
        Section("How to decide by hand", "by-hand", tuple(by_hand(pack))),
        Section("What to ask first", "ask-first", tuple(ask_first(pack))),
        Section("Who may grant what", "authority", tuple(_authority(pack))),
        Section("What is owed by law or contract", "entitlements", tuple(_entitlements(pack, wording))),
        Section("Limits", "limits", tuple(_limits(pack, wording))),
        Section("What may not stand alone", "requirements", tuple(_requirements(pack))),
        Section("What may not be said", "guardrails", tuple(_guardrails(pack, wording))),
        Section("What is held back", "holds", tuple(_holds(pack, wording))),
        Section("What is worked out from other facts", "derived", tuple(_derived(pack))),
        Section("Rules", "rules", (), tuple(rule_sections(pack, wording))),
        Section("What differs from the packs below", "departures", tuple(_departures(pack))),
        Section("Teams and hours", "teams", tuple(_teams(pack))),
        Section("Facts that the rules read", "facts", tuple(_facts(pack))),
    )
    return Playbook(
        title=f"{pack.title}: playbook",
        lead=tuple(_lead(pack)),
        sections=tuple(section for section in parts if section.blocks or section.sections),
    )


def _lead(pack: Pack) -> Iterator[Block]:
    rows = [
        ("Pack", named(pack.pack_id)),
        ("Version", said(pack.version)),
        ("Digest", named(pack.digest)),
        ("Builds on", said(all_of(pack.extends))),
        ("Currency", said(pack.currency)),
        ("Time zone", said(pack.timezone)),
        ("Reviewed every", said(span_words(pack.review_every) if pack.review_every is not None else "")),
        ("Reasons for contact", said(", ".join(pack.contact_reasons))),
    ]
    shown = tuple((said(name), words) for name, words in rows if words)
    yield Table("What this is", ("Part", "Value"), shown)
    yield Paragraph(
        said(
            "This is the policy as written in the pack of that digest: what to do for a customer who was let down, for"
            " review and for use without the service. In texts, {amount}, {due}, {owner} and {next_update} stand for"
            " what applies in the case."
        )
    )


def _authority(pack: Pack) -> Iterator[Block]:
    kinds = [kind for kind in MONEY_KINDS if kind is not ActionKind.ENTITLEMENT]
    first = pack.authority[0].role
    yield Paragraph(
        said(f"What is owed, and what costs no money, {first} may grant. A band bounds the sum of a kind in the case.")
    )
    rows = [
        (named(role.role), *(said(band_words(role.bands[kind]) if kind in role.bands else "nothing") for kind in kinds))
        for role in pack.authority
    ]
    yield Table("Bands of authority", ("Role", *(kind_name(kind).capitalize() for kind in kinds)), tuple(rows))


def band_words(band: Band) -> str:
    """How much of a kind a role may grant."""
    return "unlimited" if band is None else f"up to {any_of(str(money) for money in band)}"


def _entitlements(pack: Pack, wording: Wording) -> Iterator[Block]:
    rows = [
        _entitlement(rule, proposal, pack, wording)
        for rule in pack.rules
        for proposal in rule.then
        if proposal.kind is ActionKind.ENTITLEMENT
    ]
    head = ("What", "Amount", "Basis", "Jurisdiction", "Due", "By", "In place of", "In force", "Sources", "Rule")
    if rows:
        yield Table("Entitlements", head, tuple(rows))


def _entitlement(rule: Rule, proposal: Proposal, pack: Pack, wording: Wording) -> tuple[Words, ...]:
    told = {name: wording.parameter(value) for name, value in proposal.parameters}
    dates = [
        atom_words(atom, pack.vocabulary, timezone=pack.timezone)
        for atom in atoms(rule.when)
        if any(pack.vocabulary.specs[path].type is FactType.DATE for path in atom_paths(atom))
    ]
    due = " ".join(filter(None, [told.get("due", ""), f"({told['calendar']})" if "calendar" in told else ""]))
    return (
        said(rule.title),
        said(wording.amount(proposal.amount) if proposal.amount is not None else "as the law says"),
        said(told.get("basis", "")),
        said(told.get("jurisdiction", "")),
        said(due),
        said(told.get("route", "").replace("_", " ")),
        said(told.get("covers", "")),
        said("; ".join(dates)),
        said("; ".join(rule.sources)),
        named(rule.rule_id),
    )


def _limits(pack: Pack, wording: Wording) -> Iterator[Block]:
    if not pack.limits:
        return
    rows = [
        (
            named(limit.limit_id),
            said(all_of(kind_name(kind) for kind in limit.of)),
            said(wording.amount(limit.at_most)),
            named(limit.minus),
        )
        for limit in pack.limits
    ]
    head = ("Limit", "Together", "At most", "Less")
    yield Table("Limits; cuts start at the last kind of a limit", head, tuple(rows))
    for limit in pack.limits:
        for table in amount_tables(limit.at_most):
            yield amount_table(limit.limit_id, table, pack, wording)


def _requirements(pack: Pack) -> Iterator[Block]:
    rows = [
        (
            named(one.requirement_id),
            said(kind_name(one.kind)),
            said(any_of(kind_name(kind) for kind in one.one_of)),
            said(condition_sentence(one.when, pack)),
        )
        for one in pack.requires
    ]
    if rows:
        yield Table("Requirements", ("Requirement", "This is left out", "Without one of", "When"), tuple(rows))


def _guardrails(pack: Pack, wording: Wording) -> Iterator[Block]:
    rows = [
        (
            said(wording.text(one.never), lang=wording.language(one.never)),
            said(wording.text(one.instead), lang=wording.language(one.instead)),
            said(condition_sentence(one.unless, pack)),
            named(one.guardrail_id),
        )
        for one in pack.guardrails
    ]
    if rows:
        yield Table("Guardrails", ("Never say", "Say instead", "Unless", "Guardrail"), tuple(rows))


def _holds(pack: Pack, wording: Wording) -> Iterator[Block]:
    rows = [
        (
            said(rule.title),
            said(all_of(kind_name(kind) for kind in rule.hold.kinds)),
            said(wording.team(rule.hold.team)),
            said(wording.text(rule.hold.because), lang=wording.language(rule.hold.because)),
            named(rule.rule_id),
        )
        for rule in pack.rules
        if rule.hold is not None
    ]
    if rows:
        yield Table("Holds", ("When", "What waits", "Released by", "Why", "Rule"), tuple(rows))


def _derived(pack: Pack) -> Iterator[Block]:
    for derive in pack.derives:
        spec = pack.vocabulary.specs[derive.path]
        rows = [
            (
                said(str(number)),
                said(condition_sentence(case.when, pack)),
                said(value_words(case.value, spec, timezone=pack.timezone)),
            )
            for number, case in enumerate(derive.cases, start=1)
        ]
        how = "the first case that holds" if derive.hit is Hit.FIRST else "the only case that holds"
        reviewed = f", reviewed {_day(derive.reviewed)}" if derive.reviewed is not None else ""
        yield Table(f"{derive.path}: {how}{reviewed}", ("Case", "When", "Value"), tuple(rows))


def _day(nanos: int) -> str:
    return datetime.fromtimestamp(nanos // NANOS_PER_SECOND, tz=UTC).date().isoformat()


def _departures(pack: Pack) -> Iterator[Block]:
    head = ("What", "Title", "Part", "From", "By")
    for caption, departures in (("Taken out", pack.disabled), ("Replaced", pack.replaced)):
        rows = [
            (named(one.ident), said(one.title), said(one.section.replace("_", " ")), named(one.origin), named(one.by))
            for one in departures
        ]
        if rows:
            yield Table(caption, head, tuple(rows))


def _teams(pack: Pack) -> Iterator[Block]:
    if pack.teams:
        rows = [(said(team.label), named(team_id)) for team_id, team in pack.teams.items()]
        yield Table("Teams", ("Team", "Name in rules"), tuple(rows))
    for name, calendar in pack.calendars.items():
        yield Table(f"Calendar {name}, {calendar.zone}", ("Day", "Open"), tuple(calendar_rows(calendar)))


def calendar_rows(calendar: Calendar) -> Iterator[tuple[Words, Words]]:
    """Each day with its hours, and the further days that are closed."""
    for day, spans in zip(_DAYS, calendar.hours, strict=True):
        yield said(day), said(", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in spans) or "closed")
    if calendar.closed:
        yield said("Closed besides"), said(", ".join(calendar.closed))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _facts(pack: Pack) -> Iterator[Block]:
    read = {path for condition in pack.conditions for path in paths(condition)}
    read |= {path for derive in pack.derives for case in derive.cases for path in paths(case.when)}
    read |= {path for rule in pack.rules for path in read_by(rule)}
    read |= {path for limit in pack.limits for path in (limit.minus, *amount_paths(limit.at_most))}
    rows = [
        (named(spec.path), said(spec.question), said(fact_type_words(pack.vocabulary, spec.path) + _handling(spec)))
        for spec in pack.vocabulary
        if spec.path in read
    ]
    if rows:
        yield Table("Facts", ("Fact", "Question", "Answer"), tuple(rows))


def _handling(spec: FactSpec) -> str:
    """What the reader of a sensitive fact has to know of it."""
    match sensitivity_of(spec):
        case Sensitivity.NONE:
            return ""
        case Sensitivity.PERSONAL:
            return " (personal)"
        case Sensitivity.SPECIAL:
            return " (personal, under special protection)"
        case _ as never:
            assert_never(never)
