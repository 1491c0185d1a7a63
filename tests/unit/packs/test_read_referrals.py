"""Referrals by table: to whom a need is referred, from the file to the decision."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.domain.action import ParameterValue
from amends.domain.facts import Value
from amends.domain.situation import Situation
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.packs.model import FactParameter, Pack, TableParameter, Text
from tests.unit.packs.conftest import HEADER

Write = Callable[[Mapping[str, str]], Path]
NOBODY = Text({"en": "none_known"})
HEAD = "need,target,url,better_at,reviewed\n"
PARTNERS = f"{HEAD}opened,A shop,https://a.example,boxes,2026-11-01\nmissing|original,B shop,,,\n"


def pack(write: Write, table: str = PARTNERS, *, need: str = "{fact: facts.packaging}", beside: str = "") -> Pack:
    action = f"{{outcome: not_a_fit, need: {need}, table: tables/partners.csv, evidence: [fit]{beside}}}"
    rule = f"rules:\n  - id: one\n    title: T\n    then: [{{referral: {action}}}]\n    because: {{customer: So.}}\n"
    return load_pack(write({"shop/pack.yaml": HEADER + rule, "shop/tables/partners.csv": table}), "shop")


def parameters(built: Pack) -> dict[str, object]:
    return dict(built.rules[0].then[0].parameters)


def test_what_a_row_says_stands_under_its_need(write: Write) -> None:
    """In the order of the kind's parameters; what is not said for a need is left out, and nobody is made up."""
    by = FactParameter("facts.packaging")
    found = parameters(pack(write))
    assert list(found) == ["outcome", "target", "url", "better_at", "reviewed", "need", "evidence"]
    a, b = Text({"en": "A shop"}), Text({"en": "B shop"})
    assert found["target"] == TableParameter(by, (("opened", a), ("missing", b), ("original", b)), NOBODY)
    assert found["url"] == TableParameter(by, (("opened", "https://a.example"), ("missing", None), ("original", None)))
    assert found["reviewed"] == TableParameter(by, (("opened", "2026-11-01"), ("missing", None), ("original", None)))


@pytest.mark.parametrize(
    ("table", "facts", "told"),
    [
        (PARTNERS, {"facts.packaging": "opened"}, {"target": "A shop", "url": "https://a.example"}),
        (PARTNERS, {"facts.packaging": "original"}, {"target": "B shop"}),
        ("need,target\nopened,A shop\n", {"facts.packaging": "original"}, {"target": "none_known"}),
        (
            "need,target,url\nopened,A shop,\n-,C shop,tel:112\n",
            {"facts.packaging": "original"},
            {"target": "C shop", "url": "tel:112"},
        ),
        ("need,target,url\nopened,A shop,\n-,C shop,tel:112\n", {"facts.packaging": "opened"}, {"target": "A shop"}),
        (PARTNERS, {}, {}),
    ],
)
def test_a_need_is_looked_up(
    table: str, facts: dict[str, Value], told: dict[str, ParameterValue], write: Write
) -> None:
    """The row of the need, else the last row for any, else that nobody is known; without a need nothing is said."""
    situation = Situation("c", 0, {"observe_time": 0, **facts})
    (action,) = CompiledPack(pack(write, table), BitmapEngine()).decide(situation, role="frontline").decision.actions
    assert {name: value for name, value in action.parameters if name in ("target", "url")} == told


def test_a_need_may_be_written_out_or_defaulted(write: Write) -> None:
    """The table is asked for the same word in every locale: that of the pack's own language."""
    table = "need,target\nboxes,A shop\n"
    for need, by in {
        "boxes": "boxes",
        "{en: boxes, de: Schachteln}": "boxes",
        "{fact: facts.label, default: boxes}": FactParameter("facts.label", "boxes"),
    }.items():
        found = parameters(pack(write, table, need=need))["target"]
        assert isinstance(found, TableParameter)
        assert found.by == by


def test_what_the_table_does_not_give_the_referral_may_say_itself(write: Write) -> None:
    """A table of targets alone leaves the rest to the action."""
    found = parameters(pack(write, "need,target\nopened,A shop\n", beside=", better_at: boxes"))
    assert found["better_at"] == Text({"en": "boxes"})
