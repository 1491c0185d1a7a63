"""Packs are shown in short and whole, by page and by name."""

import pytest

from amends.domain.errors import InvalidSituationError, UnknownPackError
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.wire.decode_pack_request import decode_get_request, decode_list_request
from amends.wire.encode_pack import encode_pack, encode_pack_in_short
from amends.wire.errors import InvalidPageTokenError
from tests.wire.samples import PACK, TIERS, VOCABULARY

IDS = ("airline", "foundation", "retail")


def test_a_pack_in_short_leaves_out_facts_and_rules() -> None:
    """A list shows what a pack is, not what is in it."""
    assert encode_pack_in_short(PACK, name="shop", policies=("brand-x", "default")) == service_pb2.RulePack(
        name="rulePacks/shop",
        pack_id="shop",
        version="2026.11.1",
        title="A shop",
        digest="ab" * 32,
        currency="USD",
        tiers=TIERS,
        roles=["frontline", "supervisor"],
        policies=["brand-x", "default"],
        extends=["foundation"],
        time_zone="America/New_York",
        teams=[
            service_pb2.Team(team_id="content", label="Content team"),
            service_pb2.Team(team_id="it", label="IT"),
        ],
    )


def test_a_whole_pack_shows_its_vocabulary_and_its_rules() -> None:
    """A caller can learn from the pack which facts to send, with their types, values, bounds and questions."""
    message = encode_pack(PACK, name="shop", policies=())
    facts = {fact.path: fact for fact in message.facts}

    assert list(facts) == [spec.path for spec in VOCABULARY]
    assert facts["facts.delay_days"] == service_pb2.FactSpec(
        path="facts.delay_days",
        type=service_pb2.FACT_TYPE_INTEGER,
        unit="days",
        minimum=0,
        maximum=365,
        question="What is facts.delay_days?",
    )
    assert facts["customer.loyalty_tier"].ordered
    assert list(facts["customer.loyalty_tier"].values) == list(TIERS)
    assert facts["facts.outage"].HasField("minimum")
    assert not facts["facts.balance"].HasField("minimum")
    assert list(message.rules) == [service_pb2.Rule(rule_id="sorry", title="Say sorry")]


def test_pages_follow_one_another() -> None:
    """Every pack is on one page, and the last page says that it is the last."""
    first = decode_list_request(service_pb2.ListRulePacksRequest(page_size=2), IDS)
    second = decode_list_request(
        service_pb2.ListRulePacksRequest(page_size=2, page_token=first.next_page_token),
        IDS,
    )

    assert (first.pack_ids, second.pack_ids, second.next_page_token) == (("airline", "foundation"), ("retail",), "")
    assert decode_list_request(service_pb2.ListRulePacksRequest(), IDS).pack_ids == IDS
    assert decode_list_request(service_pb2.ListRulePacksRequest(), ()).pack_ids == ()


def test_page_sizes_have_bounds() -> None:
    """None asks for 50; more than 200 gets 200; less than none is a mistake."""
    many = [f"pack-{number:03}" for number in range(300)]

    assert len(decode_list_request(service_pb2.ListRulePacksRequest(), many).pack_ids) == 50
    assert len(decode_list_request(service_pb2.ListRulePacksRequest(page_size=999), many).pack_ids) == 200
    with pytest.raises(InvalidSituationError, match="page_size: -1 is negative"):
        decode_list_request(service_pb2.ListRulePacksRequest(page_size=-1), many)


@pytest.mark.parametrize("token", ["b", "retail2", "zzz"])
def test_a_page_token_of_somebody_elses_is_refused(token: str) -> None:
    """A token that names no loaded pack was not given here, or what it named is gone."""
    with pytest.raises(InvalidPageTokenError):
        decode_list_request(service_pb2.ListRulePacksRequest(page_token=token), IDS)


def test_a_pack_is_asked_for_by_its_resource_name() -> None:
    """The name is the collection and the id; an id that is not loaded is unknown, not malformed."""
    assert decode_get_request(service_pb2.GetRulePackRequest(name="rulePacks/airline"), IDS) == "airline"
    with pytest.raises(UnknownPackError):
        decode_get_request(service_pb2.GetRulePackRequest(name="rulePacks/shop"), IDS)


@pytest.mark.parametrize("name", ["", "airline", "rulePacks/", "rulePacks/a/b", "rulePacks/" + "x" * 129])
def test_a_malformed_name_is_a_violation(name: str) -> None:
    """What is no resource name at all says how one looks."""
    with pytest.raises(InvalidSituationError, match="expected one such as 'rulePacks/airline'"):
        decode_get_request(service_pb2.GetRulePackRequest(name=name), IDS)
