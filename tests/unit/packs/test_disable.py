"""`disable` takes out what is inherited, and nothing that protects the customer."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from amends.packs.diagnostics import PackError
from amends.packs.load import load_pack
from amends.packs.model import Pack

Write = Callable[[Mapping[str, str]], Path]
BASE = """\
pack: base
version: 1
title: Base
teams: {it: {label: IT}}
facts: {days: {type: integer}}
guardrails: [{id: no-blame, never: blame, instead: what happened}]
limits: [{id: cap, of: [goodwill], at_most: 5 EUR}, {id: both, of: [goodwill], at_most: 6 EUR}]
requires: [{id: pair, kind: goodwill, one_of: [apology]}]
derive:
  - {fact: fault, cases: [{when: {facts.days: {at_least: 3}}, value: company}, {value: nobody}]}
rules:
  - {id: sorry, title: Sorry, then: [{apology: {}}]}
  - {id: both, title: Both, then: [{apology: {}}]}
  - {id: owed, title: Owed, then: [{entitlement: {basis: law}}], because: {customer: Yours.}}
  - {id: stop, title: Stop, hold: {kinds: all, for: it, because: Wait.}}
"""
CHILD = "pack: shop\nversion: 1\ntitle: A shop\nextends: [base]\n"


def load(write: Write, rest: str, pack_id: str = "shop", **others: str) -> Pack:
    files = {"base/pack.yaml": BASE, "shop/pack.yaml": CHILD + rest}
    return load_pack(write({**files, **{f"{name}/pack.yaml": text for name, text in others.items()}}), pack_id)


def test_rules_limits_requirements_and_derived_facts_are_taken_out(write: Write) -> None:
    """Each by its id, a derived fact by its path."""
    whole = load(write, "")
    assert (len(whole.rules), len(whole.limits), len(whole.requires), len(whole.derives)) == (4, 2, 1, 1)
    pack = load(write, "disable: [sorry, cap, pair, fault]\n")
    assert [rule.rule_id for rule in pack.rules] == ["both", "owed", "stop"]
    assert [limit.limit_id for limit in pack.limits] == ["both"]
    assert (pack.requires, pack.derives) == ((), ())
    assert pack.digest != whole.digest


def test_what_is_gone_is_gone_for_children_too(write: Write) -> None:
    """A grandchild may define the id anew."""
    grandchild = "pack: grand\nversion: 1\ntitle: G\nextends: [shop]\n"
    again = "rules: [{id: sorry, title: Once more, then: [{ask_perspective: {}}]}]\n"
    assert "sorry" not in {r.rule_id for r in load(write, "disable: [sorry]\n", "grand", grand=grandchild).rules}
    pack = load(write, "disable: [sorry]\n", "grand", grand=grandchild + again)
    assert next(rule.title for rule in pack.rules if rule.rule_id == "sorry") == "Once more"


def test_disabling_settles_what_two_parents_say_differently(write: Write) -> None:
    """Neither is taken, as neither stands."""
    other = "pack: other\nversion: 1\ntitle: O\nrules: [{id: sorry, title: Or so, then: [{apology: {}}]}]\n"
    child = "pack: both\nversion: 1\ntitle: B\nextends: [base, other]\n"
    with pytest.raises(PackError, match="comes from two parents"):
        load(write, "", "both", other=other, both=child)
    pack = load(write, "", "both", other=other, both=child + "disable: [sorry]\n")
    assert "sorry" not in {rule.rule_id for rule in pack.rules}


@pytest.mark.parametrize(
    ("rest", "code", "message"),
    [
        ("disable: [owed]\n", "weakens", "'owed' is a rule that proposes an entitlement (base/pack.yaml:14:10)"),
        ("disable: [stop]\n", "weakens", "'stop' is a rule that holds"),
        ("disable: [no-blame]\n", "weakens", "'no-blame' is a guardrail"),
        ("disable: [sory]\n", "unknown-id", "nothing inherited is named 'sory'"),
        ("disable: [both]\n", "two-of-one-id", "'both' stands in rules"),
        ("disable: [sorry, sorry]\n", "repeated", "stands twice"),
        ("disable: sorry\n", "wrong-shape", "is a list"),
        (
            "disable: [sorry]\nrules: [{id: sorry, title: Sorry, then: [{apology: {}}]}]\n",
            "disables-own",
            "'sorry' is of this very pack",
        ),
    ],
)
def test_what_cannot_be_disabled_is_told_where_it_is_named(rest: str, code: str, message: str, write: Write) -> None:
    """At the child, in its list."""
    with pytest.raises(PackError) as refused:
        load(write, rest)
    (found,) = refused.value.diagnostics
    assert (found.code, found.position.file, found.position.line) == (code, "shop/pack.yaml", 5)
    assert message in found.message
