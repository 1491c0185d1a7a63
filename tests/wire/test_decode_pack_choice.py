"""What is asked of packs that need not be live: which packs, and everything that is wrong with the question at once."""

import pytest

from amends.application.choose_pack import OfDigest, OfPolicy
from amends.domain.errors import InvalidSituationError
from amends.packs.files import SentFiles
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.v1.situation_pb2 import Situation
from amends.wire.decode_pack_choice import decode_compare, decode_run_tests, decode_try

DIGEST = "0123456789abcdef" * 4
FILES = service_pb2.PackFiles(pack_id="shop", files=[service_pb2.PackFile(path="pack.yaml", content=b"pack: shop")])


def violations(caught: pytest.ExceptionInfo[InvalidSituationError]) -> set[str]:
    return {one.field for one in caught.value.violations}


def test_a_pack_is_a_policys_a_kept_one_or_files() -> None:
    """One of three, each as it was said."""
    assert decode_run_tests(service_pb2.RunPackTestsRequest(pack=service_pb2.PackChoice(policy="x"))) == OfPolicy("x")
    kept = service_pb2.RunPackTestsRequest(pack=service_pb2.PackChoice(digest=DIGEST))
    assert decode_run_tests(kept) == OfDigest(DIGEST)
    sent = service_pb2.RunPackTestsRequest(pack=service_pb2.PackChoice(files=FILES))
    assert decode_run_tests(sent) == SentFiles("shop", {"pack.yaml": b"pack: shop"})


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (service_pb2.PackChoice(), "pack"),
        (service_pb2.PackChoice(policy=""), "pack.policy"),
        (service_pb2.PackChoice(policy="x" * 129), "pack.policy"),
        (service_pb2.PackChoice(digest=DIGEST[:-1]), "pack.digest"),
        (service_pb2.PackChoice(digest=DIGEST.upper()), "pack.digest"),
        (service_pb2.PackChoice(files=service_pb2.PackFiles(pack_id="shop")), "pack.files.files"),
    ],
)
def test_what_can_be_no_pack_is_a_violation(choice: service_pb2.PackChoice, field: str) -> None:
    """At the field that is wrong."""
    with pytest.raises(InvalidSituationError) as caught:
        decode_run_tests(service_pb2.RunPackTestsRequest(pack=choice))

    assert violations(caught) == {field}


@pytest.mark.parametrize("count", [0, 501])
def test_at_least_one_situation_and_no_more_than_a_map_has_are_tried(count: int) -> None:
    """With the pack and the level of explanation judged in the same answer."""
    request = service_pb2.TryRulePackRequest(situations=[Situation()] * count, explain=9, role="x" * 129)  # type: ignore[arg-type]  # no number of the enum

    with pytest.raises(InvalidSituationError) as caught:
        decode_try(request)

    assert violations(caught) == {"pack", "situations", "explain", "role"}
    good = service_pb2.TryRulePackRequest(pack=service_pb2.PackChoice(policy="x"), situations=[Situation()] * 500)
    assert decode_try(good) == OfPolicy("x")


def test_a_comparison_has_two_packs_and_a_bounded_number_of_examples() -> None:
    """None asks for 20; both packs, the number and the language are judged at once."""
    both = service_pb2.CompareRulePacksRequest(
        before=service_pb2.PackChoice(policy="x"), after=service_pb2.PackChoice(files=FILES)
    )
    asked = decode_compare(both)
    assert (asked.before, asked.examples, asked.locale) == (OfPolicy("x"), 20, "")

    with pytest.raises(InvalidSituationError) as caught:
        decode_compare(service_pb2.CompareRulePacksRequest(examples=101, locale="not a tag"))
    assert violations(caught) == {"before", "after", "examples", "locale"}
