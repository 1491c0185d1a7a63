"""Custom actions: what a pack declares, and what a rule may ask for."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from amends.domain.action_kinds import ActionKind, ParameterSpec, ParameterType
from amends.packs.diagnostics import PackError
from amends.packs.load import load_pack
from amends.packs.model import CustomAction, FactParameter, Proposal, Rule, Text

Write = Callable[[Mapping[str, str]], Path]
Read = Callable[[str], Rule]
HEAD = "pack: shop\nversion: 1\ntitle: A shop\n"
SAYS = "because: {customer: We make it good.}"


def test_what_is_declared_keeps_the_order_of_its_parameters(write: Write) -> None:
    """That is the order in which they are shown; that of the actions says nothing."""
    actions = "actions: {swap: {parameters: {worth: money, again: boolean}}, call: {}, accept: }\n"
    pack = load_pack(write({"shop/pack.yaml": HEAD + actions}), "shop")
    swap = CustomAction(
        "swap",
        (ParameterSpec("worth", ParameterType.MONEY), ParameterSpec("again", ParameterType.BOOLEAN)),
    )
    assert list(pack.actions.items()) == [
        ("accept", CustomAction("accept", ())),
        ("call", CustomAction("call", ())),
        ("swap", swap),
    ]


def test_every_parameter_may_be_left_out_or_come_from_a_fact(read_one: Read) -> None:
    """An integer that is read from a fact stays a number."""
    (bare,) = read_one(f"then: [{{custom: {{name: accept_return}}}}]\n{SAYS}").then
    assert bare == Proposal(ActionKind.CUSTOM, parameters=(("name", "accept_return"),))
    body = "{parcels: {fact: facts.delay_days}, label_url: {fact: facts.label, default: none}, name: accept_return}"
    (filled,) = read_one(f"then: [{{custom: {body}}}]\n{SAYS}").then
    assert filled.parameters == (
        ("name", "accept_return"),
        ("label_url", FactParameter("facts.label", Text({"en": "none"}))),
        ("parcels", FactParameter("facts.delay_days", is_number=True)),
    )


def test_a_custom_action_carries_what_any_action_may(read_one: Read) -> None:
    """It is substantive: it needs words for the customer, as any that is."""
    (action,) = read_one(f"then: [{{custom: {{name: accept_return, meets: [replacement]}}}}]\n{SAYS}").then
    assert action.meets == ("replacement",)
    with pytest.raises(PackError, match="no-customer-text"):
        read_one("then: [{custom: {name: accept_return}}]")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{name: acept_return}", "did you mean 'accept_return'"),
        ("{label_url: x}", "custom lacks 'name'"),
        ("{name: {fact: facts.label}}", "'name' of the action custom is a single value"),
        ("{name: accept_return, lable_url: x}", "did you mean 'label_url'"),
        ("{name: accept_return, parcels: {fact: facts.share}}", "facts.share is of type decimal"),
        ("{name: accept_return, parcels: 1.5}", "'1.5' is not a whole number"),
        ("{name: accept_return, amount: 5}", "custom has no key 'amount'"),
        ("accept_return", "the action custom is a mapping"),
    ],
)
def test_what_was_not_declared_is_refused(written: str, message: str, read_one: Read) -> None:
    """Names and types are those of the declaration, the nearest is told."""
    with pytest.raises(PackError) as refused:
        read_one(f"then: [{{custom: {written}}}]\n{SAYS}")
    assert message in str(refused.value)


@pytest.mark.parametrize("ident", ["name", "retention", "expires", "review_in", "scope", "meets"])
def test_what_means_something_in_every_action_names_no_parameter(ident: str, write: Write) -> None:
    """Otherwise one key would be two."""
    with pytest.raises(PackError, match="already means something"):
        load_pack(write({"shop/pack.yaml": f"{HEAD}actions: {{a: {{parameters: {{{ident}: text}}}}}}\n"}), "shop")


@pytest.mark.parametrize("type_name", ["date", "enum", "set", "team", "calendar", "strng"])
def test_the_types_are_the_six_of_the_language(type_name: str, write: Write) -> None:
    """Others mean something in built-in actions only."""
    with pytest.raises(PackError, match="cannot be of type"):
        load_pack(write({"shop/pack.yaml": f"{HEAD}actions: {{a: {{parameters: {{p: {type_name}}}}}}}\n"}), "shop")
