"""ListRulePacks and GetRulePack: what the server decides by, for everyone to see."""

import grpc
import pytest

from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from amends.v1.rule_pack_service_pb2_grpc import RulePackServiceStub
from tests.service.requests import late, refusal


def test_loaded_packs_are_listed_with_the_policies_that_point_to_them(rule_packs: RulePackServiceStub) -> None:
    """The broken pack is none of them."""
    [pack] = rule_packs.ListRulePacks(service_pb2.ListRulePacksRequest()).rule_packs

    assert (pack.name, pack.pack_id, pack.version) == ("rulePacks/shop", "shop", "1.2.3")
    assert list(pack.policies) == ["brand-x", "default", "shop"]
    assert not pack.rules


def test_a_pack_is_given_with_its_facts_and_rules(rule_packs: RulePackServiceStub) -> None:
    """By name, whole."""
    pack = rule_packs.GetRulePack(service_pb2.GetRulePackRequest(name="rulePacks/shop")).rule_pack

    assert [(rule.rule_id, rule.title) for rule in pack.rules] == [
        ("shipping-back", "Give the shipping fee back when we delivered late")
    ]
    declared = {fact.path: fact for fact in pack.facts}
    assert declared["facts.delay_days"].question == "How many days late was it?"
    assert "customer.loyalty_tier" in declared


def test_the_digest_shown_is_the_digest_that_decides(
    rule_packs: RulePackServiceStub, decisions: DecisionServiceStub
) -> None:
    """A decision can be traced to exactly this pack."""
    pack = rule_packs.GetRulePack(service_pb2.GetRulePackRequest(name="rulePacks/shop")).rule_pack

    assert decisions.Decide(late()).decision.pack_digest == pack.digest


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [
        ("rulePacks/lost", "NOT_FOUND", "UNKNOWN_RULE_PACK"),
        ("shop", "INVALID_ARGUMENT", "INVALID_REQUEST"),
        ("", "INVALID_ARGUMENT", "INVALID_REQUEST"),
    ],
)
def test_a_pack_that_is_not_there_or_not_named_is_refused(
    rule_packs: RulePackServiceStub, name: str, code: str, reason: str
) -> None:
    """A wrong name differs from no such pack."""
    with pytest.raises(grpc.RpcError) as caught:
        rule_packs.GetRulePack(service_pb2.GetRulePackRequest(name=name))

    assert (refusal(caught.value).code, refusal(caught.value).reason) == (code, reason)


def test_a_foreign_page_token_is_refused(rule_packs: RulePackServiceStub) -> None:
    """Only what this service gave leads to a page."""
    with pytest.raises(grpc.RpcError) as caught:
        rule_packs.ListRulePacks(service_pb2.ListRulePacksRequest(page_token="elsewhere"))

    assert refusal(caught.value).reason == "INVALID_PAGE_TOKEN"


def test_a_pack_is_given_in_words_where_they_are_asked_for(rule_packs: RulePackServiceStub) -> None:
    """For a page that shows the policy: beside what the outline has, what each rule says and who may grant what."""
    asked = service_pb2.GetRulePackRequest(name="rulePacks/shop", view=service_pb2.RULE_PACK_VIEW_WORDS)
    in_words = rule_packs.GetRulePack(asked).rule_pack
    outline = rule_packs.GetRulePack(service_pb2.GetRulePackRequest(name="rulePacks/shop")).rule_pack

    [rule] = in_words.rules
    assert [line.words for line in rule.conditions] == ["fault: company", "facts.delay_days: at least 3"]
    assert [line.text for line in rule.then] == [
        "Refund: 100 % of shipping_fee",
        "Apologise: in the words “I am sorry”",
    ]
    assert (rule.file, rule.line) == ("shop/pack.yaml", 15)
    assert "authority" in {section.name for section in in_words.sections}
    assert list(outline.main) == list(in_words.main) == ["fault"]
    assert not outline.sections
    assert not outline.rules[0].then


def test_all_that_is_wrong_with_the_question_is_told_at_once(rule_packs: RulePackServiceStub) -> None:
    """A name, a view and a language that there is not: three violations in one answer."""
    with pytest.raises(grpc.RpcError) as caught:
        rule_packs.GetRulePack(service_pb2.GetRulePackRequest(name="shop", view=9, locale="not a tag"))  # type: ignore[arg-type]  # no number of the enum

    assert set(refusal(caught.value).violations) == {"name", "view", "locale"}
