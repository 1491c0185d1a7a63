"""The generators leave nothing out: a law of resolution proved on them is proved of every action and every setting."""

from collections import Counter
from collections.abc import Iterator

from hypothesis import given, settings

from amends.domain.action_kinds import KINDS, MONEY_KINDS, ActionKind, Combine
from amends.domain.situation import FactSource, Granted, Situation
from amends.engines.reference import ReferenceEngine
from amends.packs.amounts import Amount, Highest, Lowest
from amends.packs.model import FactParameter, Pack, Proposal
from tests.agreement.effort import repeatable
from tests.agreement.situation_generators import situations

FORMS = ("Fixed", "PercentOf", "PerUnit", "Lowest", "Highest")
YES_NO = (False, True)


def test_every_action_and_setting_is_generated() -> None:
    """Every kind, parameter, amount form and common key; forbids, bands and combinations that a pack may have."""
    seen: Counter[str] = Counter()

    @repeatable
    @given(pack=full_packs())
    def collect(pack: Pack) -> None:
        seen.update(said_by_pack(pack))

    collect()
    narrow = [ActionKind.GOODWILL]
    fixed = (ActionKind.ENTITLEMENT, Combine.FIRST)
    missing = {
        *(f"kind {kind}" for kind in KINDS),
        *(f"{kind} with {parameter.name}" for kind, spec in KINDS.items() for parameter in spec.parameters),
        *(f"{kind} amount {form}" for kind in MONEY_KINDS for form in FORMS),
        *(f"{form} in a choice" for form in FORMS[:3]),
        *(f"two currencies {answer}" for answer in YES_NO),
        *(f"from a fact, default {answer}" for answer in YES_NO),
        *(f"{key} {answer}" for key in ("retention", "meets", "expires", "review_in") for answer in YES_NO),
        *(f"scope {scope}" for scope in ("case", "incident")),
        *(f"forbid {kind}" for kind in KINDS if kind is not ActionKind.ENTITLEMENT),
        *(f"forbid some {kind}" for kind in narrow),
        *(f"{size} roles" for size in (1, 2, 3)),
        *(f"band {band}" for band in ("none", "one", "two", "unlimited")),
        *(f"{kind} by {way}" for kind in MONEY_KINDS for way in ("highest", "sum", "all", "first")),
        *(f"{kind} by {way}" for kind in KINDS if kind not in MONEY_KINDS for way in ("all", "first")),
        *(f"{size} guardrails" for size in range(3)),
    } - {f"{fixed[0]} by {fixed[1]}"}
    assert sorted(missing - seen.keys()) == []
    assert f"forbid {ActionKind.ENTITLEMENT}" not in seen
    assert f"{fixed[0]} by {fixed[1]}" not in seen


def test_every_part_of_a_situation_is_generated() -> None:
    """Granted unset, empty and filled with every kind; unobtainable facts, sources, locales, subjects, incidents."""
    seen: Counter[str] = Counter()

    @settings(repeatable, max_examples=1000)
    @given(situation=situations())
    def collect(situation: Situation) -> None:
        assert situation.facts["observe_time"] == situation.observe_time
        assert not situation.unobtainable & situation.facts.keys()
        seen.update(said_by_situation(situation))

    collect()
    missing = {
        *(f"granted {count}" for count in ("unset", 0, 1, 2, 3, 4)),
        *(f"granted {kind}" for kind in KINDS),
        *(f"granted {kind} with money {answer}" for kind in MONEY_KINDS for answer in YES_NO),
        *(f"granted for {whom}" for whom in ("anything", "this", "another")),
        *(f"unobtainable {answer}" for answer in YES_NO),
        *(f"source {source}" for source in FactSource),
        *(f"locale {locale}" for locale in ("", "en", "de", "de-AT", "fr")),
        *(f"incident {answer}" for answer in YES_NO),
    }
    assert sorted(missing - seen.keys()) == []


def test_resolution_gets_enough_to_do() -> None:
    """At least 30 % of pairs have three or more applied rules, 30 % an undetermined one, 20 % rival amounts."""
    seen: Counter[str] = Counter()

    @repeatable
    @given(pack=full_packs(), situation=situations())
    def count(pack: Pack, situation: Situation) -> None:
        match = ReferenceEngine().compile(pack.vocabulary, pack.conditions).match(situation.facts)
        applied = [rule for index, rule in enumerate(pack.rules) if match.true >> index & 1]
        money = Counter(proposal.kind for rule in applied for proposal in rule.then if proposal.amount)
        seen["pairs"] += 1
        seen["three applied"] += len(applied) >= 3
        seen["undetermined"] += match.may != match.true
        seen["rivals"] += max(money.values(), default=0) >= 2

    count()
    for what, share in (("three applied", 0.3), ("undetermined", 0.3), ("rivals", 0.2)):
        assert seen[what] >= share * seen["pairs"], what


def said_by_pack(pack: Pack) -> Iterator[str]:
    """What a pack is made of."""
    yield f"{len(pack.authority)} roles"
    yield f"{len(pack.guardrails)} guardrails"
    for role in pack.authority:
        for kind in (ActionKind.REFUND, ActionKind.GOODWILL):
            band = role.bands.get(kind, ())
            yield "band unlimited" if band is None else f"band {('none', 'one', 'two')[len(band)]}"
    for kind, way in pack.combine.items():
        yield f"{kind} by {way}"
    for rule in pack.rules:
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
    if proposal.amount is not None:
        yield f"{proposal.kind} amount {type(proposal.amount).__name__}"
        yield from said_by_amount(proposal.amount)


def said_by_amount(amount: Amount) -> Iterator[str]:
    """The forms inside an amount, and whether it is stated in several currencies."""
    if isinstance(amount, (Lowest, Highest)):
        for option in amount.options:
            yield f"{type(option).__name__} in a choice"
            yield from said_by_amount(option)
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
        yield f"granted for {whom(entry, situation)}"


def whom(entry: Granted, situation: Situation) -> str:
    """Whether something was given for this subject, another, or nobody said."""
    if entry.subject is None:
        return "anything"
    return "this" if entry.subject == situation.subject else "another"
