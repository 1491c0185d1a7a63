"""The digest: the same for the same policy however it is written down, another for any other policy."""

import re
from collections.abc import Callable, Mapping
from itertools import permutations
from pathlib import Path

import pytest

from amends.packs.canonical import canonical_bytes, digest
from amends.packs.load import load_pack
from amends.packs.model import Pack

Write = Callable[[Mapping[str, str]], Path]
DESK = "b: {hours: {mon: 08:00-09:00, tue: 08:00-09:00}, closed: [2026-12-24, 2026-12-31]}"
SUNDAY = "a: {hours: {sun: 00:00-24:00}}"
SWAPPED = "{call: {}, swap: {parameters: {worth: money, again: boolean}}}"
HEAD = (
    """\
pack: shop
version: 1
title: Shop
currency: USD
timezone: UTC
tiers: [low, high]
main: [fault]
facts: {days: {type: integer, unit: days, min: 0, ask: How many?}, kind: {type: enum, values: [x, y]}}
contact_reasons: [lost]
teams: {it: {label: IT}, desk: {label: Desk}}
authority: [{role: clerk, refund: 10 USD}]
combine: {refund: sum}
guardrails: [{id: no-eta, unless: {incident.eta_known: true}, never: a time, instead: the next update}]
actions: {swap: {parameters: {worth: money, again: boolean}}, call: {}}
limits: [{id: cap, of: [refund, goodwill], at_most: 50 USD, minus: shipping_fee}, {id: z, of: [refund], at_most: 9}]
requires: [{id: y, kind: refund, when: {fault: company}, one_of: [apology, goodwill]}]
history: caller
review_every: 180d
waive: [{check: gap, at: pay, because: Rare., until: 2027-01-01}]
"""
    f"calendars: {{{DESK}, {SUNDAY}}}\n"
)
PAY = (
    "{id: pay, title: Pay, when: {facts.days: {at_least: 3}, fault: [company, shared]},"
    " then: [{refund: {percent: 2.5, of: amount_paid}}], because: {agent: Ours., customer: {en: We pay., de: Ja.}},"
    " source: [D23]}"
)
RULES = (
    PAY,
    "{id: sorry, title: Sorry, priority: 5, effective: {from: 2026-01-01}, then: [{apology: {literal: true}}]}",
    "{id: calm, title: Calm, when: {flags: [safety, media]}, forbid: [{goodwill: [credit]}]}",
    "{id: stop, title: Stop, when: {fault: nobody}, hold: {kinds: [refund, goodwill], for: it, because: Wait.}}",
    "{id: swap, title: Swap, then: [{custom: {name: swap, worth: 4 USD, again: false}}], because: {customer: Ok.}}",
    "{id: tell, title: Tell, then: [{update_cadence: {every: 30m, channel: voice, owner: it, until: resolved}}]}",
)


def load(write: Write, head: str = HEAD, rules: tuple[str, ...] = RULES) -> Pack:
    body = "".join(f"  - {rule}\n" for rule in rules)
    return load_pack(write({"shop/pack.yaml": f"{head}rules:\n{body}"}), "shop")


def test_neither_rule_order_nor_file_order_nor_comments_nor_tests_change_the_digest(write: Write) -> None:
    """Where a rule is written says nothing about what it decides."""
    expected = load(write).digest
    for shuffled in permutations(RULES[:4]):
        assert load(write, rules=(*shuffled, *RULES[4:])).digest == expected
    assert load(write, rules=RULES[::-1]).digest == expected
    files = {
        f"shop/{name}.yaml": f"# {name}\n\nrules:\n  - {rule}\n" for name, rule in zip("zbyamc", RULES, strict=True)
    }
    assert (
        load_pack(write({**files, "shop/pack.yaml": HEAD, "shop/tests/x_test.yaml": "a: 1"}), "shop").digest == expected
    )


def test_the_order_of_header_keys_and_of_names_without_order_says_nothing(write: Write) -> None:
    """Teams, combinations, members of a set, locales after the first, spellings of one number."""
    expected = load(write).digest
    for before, after in (
        ("{it: {label: IT}, desk: {label: Desk}}", "{desk: {label: Desk}, it: {label: IT}}"),
        ("10 USD", "10.00"),
        ("mon: 08:00-09:00, tue: 08:00-09:00", "mon-tue: [08:00-09:00]"),
        ("[2026-12-24, 2026-12-31]", "[2026-12-31, 2026-12-24]"),
        (f"{{{DESK}, {SUNDAY}}}", f"{{{SUNDAY}, {DESK}}}"),
        ("call: {}}", "call: }"),
        ("{swap: {parameters: {worth: money, again: boolean}}, call: {}}", SWAPPED),
        ("history: caller\n", ""),
    ):
        assert before in HEAD
        assert load(write, head=HEAD.replace(before, after)).digest == expected
    for before, after in (("2.5", "2.50"), ("[safety, media]", "[media, safety]"), ("30m", "1800s")):
        rules = tuple(rule.replace(before, after) for rule in RULES)
        assert rules != RULES
        assert load(write, rules=rules).digest == expected
    head = "".join(reversed(HEAD.splitlines(keepends=True)))
    assert load(write, head=head).digest == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("version: 1", "version: 2"),
        ("title: Shop", "title: Store"),
        ("currency: USD", "currency: EUR"),
        ("timezone: UTC", "timezone: Asia/Tokyo"),
        ("[low, high]", "[low, mid, high]"),
        ("unit: days", "unit: working days"),
        ("min: 0", "min: 1"),
        ("How many?", "How many days?"),
        ("values: [x, y]", "values: [y, x]"),
        ("contact_reasons: [lost]", "contact_reasons: [lost, late]"),
        ("label: Desk", "label: The desk"),
        ("role: clerk", "role: agent"),
        ("refund: 10 USD", "refund: unlimited"),
        ("refund: sum", "refund: highest"),
        ("eta_known: true", "eta_known: false"),
        ("instead: the next update", "instead: soon"),
        ("title: Pay", "title: Pay them"),
        ("at_least: 3", "above: 3"),
        ("at_least: 3", "at_least: 4"),
        ("[company, shared]", "{not: [company, shared]}"),
        ("percent: 2.5", "percent: 25"),
        ("of: amount_paid", "of: amount_affected"),
        ("agent: Ours.", "agent: Theirs."),
        ("de: Ja.", "de: Nein."),
        ("{en: We pay., de: Ja.}", "{de: Ja., en: We pay.}"),
        ("source: [D23]", "source: [D24]"),
        ("priority: 5", "priority: 6"),
        ("2026-01-01", "2026-01-02"),
        ("literal: true", "literal: false"),
        ("goodwill: [credit]", "goodwill: [gift]"),
        ("every: 30m", "every: 30m, retention: true"),
        ("id: tell", "id: inform"),
        ("closed: [2026-12-24", "closed: [2026-12-25"),
        ("tue: 08:00-09:00", "tue: 08:00-09:01"),
        ("tue: 08:00-09:00", "wed: 08:00-09:00"),
        ("{hours: {sun: 00:00-24:00}}", "{zone: Asia/Tokyo, hours: {sun: 00:00-24:00}}"),
        ("call: {}", "ring: {}"),
        ("{worth: money, again: boolean}", "{again: boolean, worth: money}"),
        ("{worth: money, again: boolean}", "{worth: money, again: boolean, more: text}"),
        ("at_most: 50 USD", "at_most: 51 USD"),
        ("of: [refund, goodwill], at", "of: [goodwill, refund], at"),
        (", minus: shipping_fee", ""),
        ("{id: cap, of", "{id: early, of: [refund], at_most: 9 USD}, {id: cap, of"),
        ("kind: refund, when: {fault: company}, ", "kind: refund, "),
        ("one_of: [apology, goodwill]", "one_of: [apology]"),
        ("{id: y, kind: refund", "{id: y, kind: remedy"),
        ("kinds: [refund, goodwill]", "kinds: all"),
        ("for: it, because: Wait.", "for: desk, because: Wait."),
        ("because: Wait.", "because: Please wait."),
        ("worth: 4 USD", "worth: 5 USD"),
        ("days: {type: integer", "day: {type: text}, days: {type: integer"),
    ],
)
def test_whatever_can_change_a_decision_changes_the_digest(before: str, after: str, write: Write) -> None:
    """Names, texts, values, order of vocabulary: traces and questions show them, so they are content."""
    text = HEAD + "|".join(RULES)
    assert text.count(before) >= 1
    changed = load(write, head=HEAD.replace(before, after), rules=tuple(rule.replace(before, after) for rule in RULES))
    assert changed.digest != load(write).digest


def test_flattening_is_what_counts(write: Write) -> None:
    """A pack that inherits a rule and a pack that writes it itself are the same policy."""
    base = "pack: base\nversion: 1\ntitle: B\nrules:\n" + "".join(f"  - {rule}\n" for rule in RULES[1:3])
    whole = load_pack(write({"shop/pack.yaml": f"{HEAD}rules:\n  - {RULES[1]}\n  - {RULES[2]}\n"}), "shop")
    child = load_pack(write({"base/pack.yaml": base, "shop/pack.yaml": HEAD + "extends: [base]\n"}), "shop")
    assert child.digest == whole.digest


def test_what_a_pack_says_of_itself_does_not_change_the_digest(write: Write) -> None:
    """Waivers, and how often it is reviewed, decide nothing; nor does where something stands."""
    expected = load(write).digest
    for before, after in (
        ("waive: [{check: gap, at: pay, because: Rare., until: 2027-01-01}]\n", ""),
        ("because: Rare.", "because: Seldom."),
        ("until: 2027-01-01", "until: 2028-01-01"),
        ("review_every: 180d", "review_every: 30d"),
        ("review_every: 180d\n", ""),
        ("limits: [", "limits:   [ "),
    ):
        assert before in HEAD
        assert load(write, head=HEAD.replace(before, after)).digest == expected


def test_the_digest_is_bare_lower_case_hex_of_bytes_without_positions(write: Write) -> None:
    """No prefix; nothing of where it was written; the language's version is in it."""
    pack = load(write)
    written = canonical_bytes(pack)
    assert re.fullmatch(r"[0-9a-f]{64}", pack.digest)
    assert digest(pack) == pack.digest
    assert b"pack.yaml" not in written
    assert b'"language":1' in written


@pytest.mark.parametrize(
    ("fact", "same"),
    [
        ("{type: integer, sensitivity: none}", True),
        ("{type: integer, sensitivity: personal}", False),
    ],
)
def test_sensitivity_is_in_the_digest_where_it_says_something(write: Write, *, fact: str, same: bool) -> None:
    """A pack that says of a fact what goes without saying is the pack that says nothing, as it was before the key."""
    head = HEAD.replace("days: {type: integer, unit: days, min: 0, ask: How many?}", "days: {type: integer}")
    bare, said = load(write, head), load(write, head.replace("days: {type: integer}", f"days: {fact}"))
    assert b"sensitivity" not in canonical_bytes(bare)
    assert (digest(bare) == digest(said)) is same
