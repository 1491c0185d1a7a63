"""Compiles a flattened pack: reads every definition under the merged vocabulary and checks what replaces what.

Inherited definitions are read again under the child's names (its tiers, its teams), by the conventions of the pack that
wrote them. The pack is made even where something is wrong: whoever asks must look at the findings first.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from amends.domain.facts import Vocabulary
from amends.domain.vocabulary import built_in_facts, vocabulary
from amends.packs.canonical import with_digest
from amends.packs.checks.registry import static_errors
from amends.packs.conditions import Condition
from amends.packs.departures import taken_out, written_anew
from amends.packs.findings import Findings
from amends.packs.flatten import Flat
from amends.packs.ledger_limits import check_ledger_limits
from amends.packs.literals import Conventions
from amends.packs.model import CustomAction, GuardrailRule, Limit, Pack, Position, Requirement, Rule
from amends.packs.normal_form import TooManyConjunctsError, normal_form
from amends.packs.outline import Definition, Section
from amends.packs.read_calendars import read_calendars
from amends.packs.read_custom import read_custom_actions
from amends.packs.read_derives import derived_facts, read_derives
from amends.packs.read_facts import read_fact
from amends.packs.read_limits import read_limit, read_requirement
from amends.packs.read_replies import read_replies
from amends.packs.read_rules import read_rules
from amends.packs.read_sections import read_combine, read_guardrail, read_teams
from amends.packs.read_settings import read_authority, read_history, read_main, read_review_every, read_tiers
from amends.packs.read_waivers import read_waivers
from amends.packs.reader import MapNode
from amends.packs.replaced import is_no_weaker, is_no_weaker_guardrail, protected
from amends.packs.same_covers import check_covers
from amends.packs.shapes import Context, missing, scalar
from amends.packs.table_sizes import without_what_is_too_large

_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}", re.ASCII)


def compile_pack(flat: Flat, findings: Findings) -> Pack:
    """The pack with its digest."""
    return with_digest(read_pack(flat, findings))


def read_pack(flat: Flat, findings: Findings) -> Pack:
    """The pack without its digest, which costs as much as all the rest: for packs that nobody keeps."""
    flat = without_what_is_too_large(flat, findings)
    version, title = _identity(flat, findings)
    settings = flat.sections[Section.SETTINGS]
    own = flat.conventions[flat.outline.pack_id]
    tiers = read_tiers(settings, findings)
    teams = read_teams(flat.sections[Section.TEAMS].values(), findings)
    actions = read_custom_actions(flat.sections[Section.ACTIONS].values(), findings)
    before = _Contexts(flat, _vocabulary(flat, tiers, findings), tuple(teams), actions, findings)
    calendars = read_calendars(
        (found, before.of_pack(found.origin)) for found in flat.sections[Section.CALENDARS].values()
    )
    contexts = replace(before, calendars=tuple(calendars))
    own_context = contexts.of_pack(flat.outline.pack_id)
    rules = [rule for found in flat.sections[Section.RULES].values() for rule in contexts.rules(found)]
    pack = Pack(
        pack_id=flat.outline.pack_id,
        version=version,
        title=title,
        extends=tuple(parent.text for parent in flat.outline.extends),
        currency=own.currency,
        timezone=own.timezone.key,
        tiers=tiers,
        main=read_main(settings, own_context),
        vocabulary=contexts.vocabulary,
        contact_reasons=tuple(flat.sections[Section.CONTACT_REASONS]),
        teams=teams,
        authority=read_authority(settings, contexts.of_setting("authority")),
        combine=read_combine(flat.sections[Section.COMBINE].values(), findings),
        guardrails=tuple(contexts.guardrail(found) for found in flat.sections[Section.GUARDRAILS].values()),
        rules=tuple(sorted(rules, key=deciding_order)),
        digest="",
        derives=read_derives(flat.sections[Section.DERIVES].values(), contexts.of_pack, findings),
        limits=tuple(contexts.limit(found) for found in flat.sections[Section.LIMITS].values()),
        requires=tuple(contexts.requirement(found) for found in flat.sections[Section.REQUIRES].values()),
        calendars=calendars,
        actions=actions,
        history=read_history(settings, findings),
        review_every=read_review_every(settings, findings),
        waivers=read_waivers(flat.outline.header.get("waive"), own_context) if flat.outline.header is not None else (),
        disabled=tuple(dict.fromkeys(taken_out(flat))),
        replaced=tuple(dict.fromkeys(written_anew(flat))),
        replies=read_replies(flat, findings),
    )
    _check_replacements(flat, contexts)
    _check_disabled(flat, contexts)
    _check_sizes(pack, findings)
    if not findings.failed:
        # What could not be read stands for nothing in its rule, which would then look impossible.
        findings.include(findings.excerpted(found) for found in static_errors(pack))
        check_covers(pack, findings)
        check_ledger_limits(pack, findings)
    return pack


@dataclass(frozen=True, slots=True)
class _Contexts:
    """Reads definitions under the merged names, each by the conventions of its own pack."""

    flat: Flat
    vocabulary: Vocabulary
    teams: tuple[str, ...]
    actions: Mapping[str, CustomAction]
    findings: Findings
    calendars: tuple[str, ...] = ()

    def of_pack(self, origin: str) -> Context:
        return Context(
            self.vocabulary,
            self.teams,
            self.flat.conventions[origin],
            self.findings,
            self.calendars,
            self.actions,
            self.flat.tables[origin],
        )

    def of_setting(self, key: str) -> Context:
        setting = self.flat.sections[Section.SETTINGS].get(key)
        return self.of_pack(setting.origin if setting is not None else self.flat.outline.pack_id)

    def rules(self, definition: Definition) -> tuple[Rule, ...]:
        assert isinstance(definition.node, MapNode)  # the outline keeps no other shape
        return read_rules(definition.ident, definition.node, self.of_pack(definition.origin))

    def guardrail(self, definition: Definition) -> GuardrailRule:
        return read_guardrail(definition, self.of_pack(definition.origin))

    def limit(self, definition: Definition) -> Limit:
        return read_limit(definition, self.of_pack(definition.origin))

    def requirement(self, definition: Definition) -> Requirement:
        return read_requirement(definition, self.of_pack(definition.origin))


def _identity(flat: Flat, findings: Findings) -> tuple[str, str]:
    """Version and title; and the pack's id must be its folder's name."""
    outline = flat.outline
    texts: dict[str, str] = {}
    for key in ("pack", "version", "title"):
        node = outline.header.get(key) if outline.header is not None else None
        if node is None and outline.header is not None:
            missing(outline.header, key, "pack.yaml", findings)
        text = scalar(node, f"`{key}`", findings) if node is not None else None
        texts[key] = text.text.strip() if text is not None else ""
        if text is not None and key == "pack" and text.text != outline.pack_id:
            message = f"the pack {text.text[:60]!r} stands in the folder {outline.pack_id!r}"
            findings.error(text.position, "pack-name", message, "give both one name")
        if text is not None and key == "version" and not _VERSION.fullmatch(texts[key]):
            findings.error(text.position, "bad-name", f"{text.text[:60]!r} is not a version", "as 2026.11.1")
    return texts["version"], texts["title"]


def _vocabulary(flat: Flat, tiers: tuple[str, ...], findings: Findings) -> Vocabulary:
    reasons = tuple(flat.sections[Section.CONTACT_REASONS])
    read = (
        read_fact(found, flat.conventions[found.origin], findings) for found in flat.sections[Section.FACTS].values()
    )
    built_in = built_in_facts(tiers=tiers, contact_reasons=reasons)
    declared = [spec for spec in read if spec is not None]
    known = {spec.path: spec for spec in (*built_in, *declared)}
    derived = derived_facts(flat.sections[Section.DERIVES].values(), known, flat.conventions, findings)
    return vocabulary(built_in, (*declared, *derived))


def deciding_order(rule: Rule) -> tuple[int, str, int]:
    """Priority, then id; the rows of a table by its id, then by number."""
    return (-rule.priority, rule.rule_id, 0) if rule.row is None else (-rule.priority, rule.row.table, rule.row.number)


def _check_sizes(pack: Pack, findings: Findings) -> None:
    """No condition may be larger than an engine can hold: its alternatives under `all` multiply."""
    for what, position, condition in _asked(pack):
        try:
            normal_form(condition)
        except TooManyConjunctsError as error:
            hint = "split it into several, or let a derived fact stand for some of the alternatives"
            findings.error(position, "condition-too-large", f"{what}: {error}", hint)


def _asked(pack: Pack) -> Iterator[tuple[str, Position, Condition]]:
    """What engines are asked, and where it stands. The rows of tables of amounts are small by their form."""
    for rule in pack.rules:
        yield f"rule {rule.rule_id}", rule.position, rule.when
    for derive in pack.derives:
        for case in derive.cases:
            yield f"the derived fact {derive.path}", case.position, case.when
    for guardrail in pack.guardrails:
        yield f"the guardrail {guardrail.guardrail_id}", guardrail.position, guardrail.unless
    for requirement in pack.requires:
        yield f"the requirement {requirement.requirement_id}", requirement.position, requirement.when


def _check_replacements(flat: Flat, contexts: _Contexts) -> None:
    """What protects the customer is replaced by what is shown to be no weaker only."""
    quiet = replace(contexts, findings=Findings())
    for section, inherited, own in flat.replaced:
        weakened = ""
        if section is Section.GUARDRAILS and not is_no_weaker_guardrail(
            quiet.guardrail(inherited), quiet.guardrail(own)
        ):
            weakened = "a guardrail"
        elif section is Section.RULES:
            before = quiet.rules(inherited)
            what = protected(before)
            weakened = what if what and not is_no_weaker(before, quiet.rules(own)) else ""
        elif section is Section.CALENDARS and inherited.node != own.node and _falls_due_by(own.ident, flat, quiet):
            weakened = "a calendar by which an inherited entitlement falls due"
        if weakened:
            message = f"{own.ident!r} replaces {weakened} ({inherited.position}) by what is not shown to be as strong"
            hint = "change only words, or make the amount higher; or add a rule of another id beside it"
            contexts.findings.error(own.position, "weakens", message, hint)


def _falls_due_by(calendar: str, flat: Flat, quiet: _Contexts) -> bool:
    """Whether something that an inherited rule owes is paid by that calendar: fewer days open would be later."""
    inherited = (found for found in flat.sections[Section.RULES].values() if found.origin != flat.outline.pack_id)
    proposals = (proposal for found in inherited for rule in quiet.rules(found) for proposal in rule.then)
    return any(dict(proposal.parameters).get("calendar") == calendar for proposal in proposals)


def _check_disabled(flat: Flat, contexts: _Contexts) -> None:
    """What protects the customer is never disabled."""
    quiet = replace(contexts, findings=Findings())
    for gone in flat.disabled:
        what = protected(quiet.rules(gone.definition)) if gone.section is Section.RULES else ""
        if what:
            message = f"{gone.definition.ident!r} is {what} ({gone.definition.position}): it is never disabled"
            contexts.findings.error(gone.at, "weakens", message, "let it stand, and add rules beside it")


def own_conventions(flat: Flat, how: Conventions) -> Flat:
    """The same flattened pack, knowing its own conventions."""
    return replace(flat, conventions={**flat.conventions, flat.outline.pack_id: how})
