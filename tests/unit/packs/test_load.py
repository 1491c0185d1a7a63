"""Loading a rules folder: merging over `extends`, independence of packs, defaults."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.facts import FactSpec, FactType
from amends.domain.money import Money
from amends.packs.amounts import Fixed
from amends.packs.conditions import AllOf, AnyOf, Between, Bound
from amends.packs.diagnostics import PackError
from amends.packs.load import load_pack, load_rules
from amends.packs.model import Role, Team, Text

Write = Callable[[Mapping[str, str]], Path]
RULES = Path(__file__).parents[3] / "rules"
BASE = """\
    pack: base
    version: 1
    title: Base
    currency: EUR
    timezone: Europe/Vienna
    tiers: [low, high]
    main: [fault]
    facts:
      a: {type: integer, ask: "How many?"}
      b: {type: enum, values: [x, y], ordered: true}
    contact_reasons: [lost]
    teams: {it: {label: IT}, desk: {label: Desk}}
    authority: [{role: desk, refund: 10}]
    combine: {refund: sum, remedy: all}
    guardrails: [{id: no-blame, never: blame, instead: what happened}]
    rules:
      - id: pay
        title: Pay
        effective: {from: 1970-01-01}
        when: {customer.loyalty_tier: {at_least: high}}
        then: [{refund: 5}]
        because: {customer: We pay.}
      - {id: sorry, title: Sorry, priority: 5, then: [{apology: {}}]}
"""


def test_a_pack_alone_holds_what_it_says(write: Write) -> None:
    """Every section arrives in the model, rules in deciding order."""
    pack = load_pack(write({"base/pack.yaml": BASE}), "base")
    assert (pack.pack_id, pack.version, pack.title, pack.extends) == ("base", "1", "Base", ())
    assert (pack.currency, pack.timezone) == ("EUR", "Europe/Vienna")
    assert (pack.tiers, pack.main) == (("low", "high"), ("fault",))
    assert pack.vocabulary.get("facts.a") == FactSpec("facts.a", FactType.INTEGER, ask="How many?")
    assert pack.vocabulary.get("facts.b") == FactSpec("facts.b", FactType.ENUM, values=("x", "y"), ordered=True)
    assert pack.contact_reasons == ("lost",)
    assert pack.teams == {"desk": Team("desk", "Desk"), "it": Team("it", "IT")}
    assert pack.authority == (Role("desk", {ActionKind.REFUND: (Money("EUR", 1_000),)}),)
    assert pack.combine == {ActionKind.REFUND: Combine.SUM, ActionKind.REMEDY: Combine.ALL}
    assert [rule.rule_id for rule in pack.rules] == ["sorry", "pay"]
    assert str(pack.rules[1].position) == "base/pack.yaml:17:5"
    assert len(pack.digest) == 64


def test_a_guardrail_without_unless_is_never_lifted(write: Write) -> None:
    """No fact makes blame helpful: its condition is the empty `any`, which is false."""
    (guardrail,) = load_pack(write({"base/pack.yaml": BASE}), "base").guardrails
    assert guardrail.unless == AnyOf(())
    assert (guardrail.never, guardrail.instead) == (Text({"en": "blame"}), Text({"en": "what happened"}))


def test_a_pack_that_says_little_has_the_defaults(write: Write) -> None:
    """UTC, no currency, and a front line that grants everything."""
    pack = load_pack(write({"tiny/pack.yaml": "pack: tiny\nversion: 1\ntitle: Tiny\n"}), "tiny")
    assert (pack.currency, pack.timezone, pack.tiers, pack.rules) == ("", "UTC", (), ())
    assert pack.authority == (Role("frontline", {ActionKind.REFUND: None, ActionKind.GOODWILL: None}),)


def test_a_child_merges_by_id(write: Write) -> None:
    """Its own replaces the parent's of the same id; authority is replaced whole; the rest is inherited."""
    child = """\
        pack: shop
        version: 2
        title: Shop
        extends: [base]
        facts: {a: {type: boolean}, c: {type: text}}
        contact_reasons: [damaged]
        teams: {it: {label: Engineers}}
        authority: [{role: clerk, goodwill: unlimited}]
        combine: {remedy: first}
        rules: [{id: sorry, title: Very sorry, then: [{apology: {literal: true}}]}]
    """
    pack = load_pack(write({"base/pack.yaml": BASE, "shop/pack.yaml": child}), "shop")
    own = [spec.path for spec in pack.vocabulary if spec.path.startswith("facts.")]
    assert own == ["facts.a", "facts.b", "facts.c"]
    assert pack.vocabulary.specs["facts.a"].type is FactType.BOOLEAN
    assert pack.contact_reasons == ("lost", "damaged")
    assert {team.label for team in pack.teams.values()} == {"Engineers", "Desk"}
    assert pack.authority == (Role("clerk", {ActionKind.GOODWILL: None}),)
    assert pack.combine == {ActionKind.REFUND: Combine.SUM, ActionKind.REMEDY: Combine.FIRST}
    assert [(rule.rule_id, rule.title) for rule in pack.rules] == [("pay", "Pay"), ("sorry", "Very sorry")]
    assert (pack.currency, pack.timezone, pack.main) == ("EUR", "Europe/Vienna", ("fault",))


def test_inherited_rules_are_read_under_the_childs_tiers_and_their_own_conventions(write: Write) -> None:
    """Tiers are the child's; a bare amount or day means what it meant where it was written."""
    child = """\
        pack: shop
        version: 2
        title: Shop
        extends: [base]
        currency: USD
        timezone: America/New_York
        tiers: [new, low, high, top]
    """
    pack = load_pack(write({"base/pack.yaml": BASE, "shop/pack.yaml": child}), "shop")
    pay = next(rule for rule in pack.rules if rule.rule_id == "pay")
    assert pay.then[0].amount == Fixed((Money("EUR", 500),))
    assert pay.when == AllOf(
        (
            Between("observe_time", Bound(-3_600 * 10**9, inclusive=True), None),
            Between("customer.loyalty_tier", Bound("high", inclusive=True), None, ("new", "low", "high", "top")),
        )
    )
    assert pack.authority == (Role("desk", {ActionKind.REFUND: (Money("EUR", 1_000),)}),)
    assert (pack.currency, pack.timezone) == ("USD", "America/New_York")


def test_two_ways_to_one_ancestor_are_no_conflict(write: Write) -> None:
    """The same definition that arrives twice is one definition."""
    files = {"base/pack.yaml": BASE}
    for pack_id, parents in (("left", "base"), ("right", "base"), ("both", "left, right")):
        text = f"pack: {pack_id}\nversion: 1\ntitle: T\nextends: [{parents}]\n"
        files[f"{pack_id}/pack.yaml"] = text + ("timezone: Asia/Tokyo\n" if pack_id == "left" else "")
    folder = write(files)
    assert [found.code for found in load_rules(folder).diagnostics["both"]] == ["inherited-twice"]
    (folder / "both/pack.yaml").write_text(files["both/pack.yaml"] + "timezone: UTC\n", encoding="utf-8")
    assert [rule.rule_id for rule in load_pack(folder, "both").rules] == ["sorry", "pay"]


def test_a_broken_pack_keeps_no_other_from_loading(write: Write) -> None:
    """What compiles is there, what does not has its diagnostics, and both are under their ids."""
    loaded = load_rules(write({"base/pack.yaml": BASE, "broken/pack.yaml": "pack: [", "notes/readme.yaml": "a: 1"}))
    assert list(loaded.packs) == ["base"]
    assert set(loaded.diagnostics) == {"base", "broken"}
    assert loaded.diagnostics["base"] == ()


def test_load_pack_says_everything_that_is_wrong(write: Write) -> None:
    """PackError carries the diagnostics of that pack; an unknown pack gets the nearest name."""
    folder = write({"base/pack.yaml": BASE, "broken/pack.yaml": "pack: brokn\nversion: 1\n"})
    with pytest.raises(PackError) as caught:
        load_pack(folder, "broken")
    assert [found.code for found in caught.value.diagnostics] == ["missing-key", "pack-name"]
    with pytest.raises(PackError) as caught:
        load_pack(folder, "bas")
    (found,) = caught.value.diagnostics
    assert (found.code, found.hint) == ("unknown-pack", "did you mean 'base'?")


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Loading never raises for what is on the disk; an empty folder is read, and holds nothing."""
    (tmp_path / "file").touch()
    for name in ("none", "file"):
        loaded = load_rules(tmp_path / name)
        assert loaded.packs == {}
        assert [found.code for found in loaded.diagnostics[name]] == ["unreadable-file"]
    (tmp_path / "empty").mkdir()
    assert load_rules(tmp_path / "empty").diagnostics == {}


def test_the_shipped_packs_compile() -> None:
    """Every pack of the repository loads without a word."""
    loaded = load_rules(RULES)
    assert [found.render() for found_all in loaded.diagnostics.values() for found in found_all] == []
    assert {"foundation", "airline"} <= set(loaded.packs)
