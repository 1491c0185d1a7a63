"""The generators leave nothing out: a law of resolution proved on them is proved of every action and every setting."""

from collections import Counter
from functools import cache

from hypothesis import given, settings

from amends.application.compiled_pack import CompiledPack
from amends.domain.action_kinds import KINDS, MONEY_KINDS, ActionKind, Combine
from amends.domain.situation import FactSource, Situation
from amends.engines.reference import ReferenceEngine
from amends.packs.checks.registry import static_errors
from amends.packs.findings import Findings
from amends.packs.model import Hit, Pack
from amends.packs.same_covers import check_covers
from tests.agreement.action_generators import ACTIONS
from tests.agreement.effort import repeatable
from tests.agreement.pack_generators import DERIVED, full_packs
from tests.agreement.said_by import said_by_pack, said_by_situation
from tests.agreement.situation_generators import situations

FORMS = ("Fixed", "PercentOf", "PerUnit", "Lowest", "Highest", "AmountTable")
YES_NO = (False, True)


@cache
def drawn() -> list[tuple[Pack, Situation]]:
    """The same packs and situations in every run, drawn once."""
    pairs: list[tuple[Pack, Situation]] = []

    @settings(repeatable, max_examples=500)
    @given(pack=full_packs(), situation=situations())
    def collect(pack: Pack, situation: Situation) -> None:
        pairs.append((pack, situation))

    collect()
    return pairs


def test_what_is_generated_would_load() -> None:
    """No law of loading about whole packs is broken, but that a rule may ask for what can never be."""
    for pack, _ in drawn():
        findings = Findings()
        check_covers(pack, findings)
        assert not findings.failed
        assert {found.code for found in static_errors(pack)} <= {"never-matches"}
        assert all(set(limit.of) != {ActionKind.ENTITLEMENT} for limit in pack.limits)


def test_every_action_and_setting_is_generated() -> None:
    """Every kind, parameter, amount form and common key; forbids, holds and bands that a pack may have."""
    seen = Counter(said for pack, _ in drawn() for said in said_by_pack(pack))
    missing = {
        *(f"kind {kind}" for kind in KINDS),
        *(f"{kind} with {parameter.name}" for kind, spec in KINDS.items() for parameter in spec.parameters),
        *(f"custom with {parameter.name}" for action in ACTIONS.values() for parameter in action.parameters),
        *(f"{kind} amount {form}" for kind in MONEY_KINDS for form in FORMS),
        *(f"{form} in a choice" for form in FORMS[:3]),
        *(f"two currencies {answer}" for answer in YES_NO),
        *(f"from a fact, default {answer}" for answer in YES_NO),
        *(f"from a table, default {answer}" for answer in YES_NO),
        *(f"{key} {answer}" for key in ("retention", "meets", "expires", "review_in") for answer in YES_NO),
        *(f"scope {scope}" for scope in ("case", "incident")),
        *(f"forbid {kind}" for kind in KINDS if kind is not ActionKind.ENTITLEMENT),
        "forbid some goodwill",
        "hold some",
        "hold all",
        *(f"{size} roles" for size in (1, 2, 3)),
        *(f"band {band}" for band in ("none", "one", "two", "unlimited")),
    }
    assert sorted(missing - seen.keys()) == []
    assert f"forbid {ActionKind.ENTITLEMENT}" not in seen


def test_every_way_to_combine_is_generated() -> None:
    """Any way for money (never `first` for what is owed), `first` and `all` for every other kind."""
    seen = Counter(said for pack, _ in drawn() for said in said_by_pack(pack))
    fixed = f"{ActionKind.ENTITLEMENT} by {Combine.FIRST}"
    missing = {
        *(f"{kind} by {way}" for kind in MONEY_KINDS for way in ("highest", "sum", "all", "first")),
        *(f"{kind} by {way}" for kind in KINDS if kind not in MONEY_KINDS for way in ("all", "first")),
    } - {fixed}
    assert sorted(missing - seen.keys()) == []
    assert fixed not in seen


def test_everything_beside_the_rules_is_generated() -> None:
    """Tables of every hit, derived facts in strata, limits, requirements, guardrails, time zones."""
    seen = Counter(said for pack, _ in drawn() for said in said_by_pack(pack))
    missing = {
        *(f"table {hit}" for hit in Hit),
        *(f"derived {path}" for path in DERIVED),
        *(f"derived {how}" for how in (Hit.FIRST, Hit.UNIQUE, "open")),
        *(f"{count} strata" for count in range(4)),
        *(f"limit on {kind}" for kind in MONEY_KINDS),
        *(f"limit {form}" for form in FORMS),
        *(f"minus {answer}" for answer in YES_NO),
        *(f"{count} {what}" for what in ("limits", "requirements", "guardrails") for count in range(3)),
        *(f"zone {zone}" for zone in ("UTC", "America/New_York")),
        *(f"covers {kinds}" for kinds in ("refund", "goodwill", "refund and goodwill")),
    }
    assert sorted(missing - seen.keys()) == []


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
        *(f"granted custom {name}" for name in ACTIONS),
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
    for pack, situation in drawn():
        _, match = CompiledPack(pack, ReferenceEngine()).match(situation.facts)
        applied = [rule for index, rule in enumerate(pack.rules) if match.true >> index & 1]
        undetermined = (match.may & ~match.true) & (1 << len(pack.rules)) - 1
        money = Counter(proposal.kind for rule in applied for proposal in rule.then if proposal.amount)
        seen["three applied"] += len(applied) >= 3
        seen["undetermined"] += undetermined > 0
        seen["rivals"] += max(money.values(), default=0) >= 2
    for what, share in (("three applied", 0.3), ("undetermined", 0.3), ("rivals", 0.2)):
        assert seen[what] >= share * len(drawn()), what


def test_near_misses_come_up() -> None:
    """Laws speak of near misses: some rules that did not match have them, and some have none."""
    seen: Counter[bool] = Counter()
    for pack, situation in drawn():
        role = pack.authority[0].role
        decision = CompiledPack(pack, ReferenceEngine()).decide(situation, role=role, explain_full=True).decision
        seen.update(bool(rule.near_misses) for rule in decision.rules if rule.verdict == "not_matched")
    assert seen[True] > 20
    assert seen[False] > 20
