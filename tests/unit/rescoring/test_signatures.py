"""Rows have the same signature if and only if the pack cannot tell them apart; the same in every batch."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from amends.domain.facts import Value
from amends.domain.money import Money
from amends.domain.situation import Granted, Subject
from amends.packs.load import load_pack
from amends.rescoring.columns import UNKNOWN, Coded, Column, Given, Numbers, Rows, given_to
from amends.rescoring.signatures import Signatures
from tests.service.packs import SHOP
from tests.service.running import write_pack


@pytest.fixture
def signatures(tmp_path: Path) -> Signatures:
    """Of a pack with a rule when it was the company's fault and three days late, which gives back what was shipped."""
    write_pack(tmp_path, "shop", SHOP)
    return Signatures(load_pack(tmp_path, "shop"))


def coded(*values: Value | None) -> Coded:
    """A column with a code of its own for each row."""
    known = [value for value in values if value is not None]
    codes = np.full(len(values), UNKNOWN)
    codes[[value is not None for value in values]] = np.arange(len(known))
    return Coded(codes, known)


def numbers(*values: int | None) -> Numbers:
    return Numbers(np.array([value or 0 for value in values]), np.array([value is not None for value in values]))


def of(signatures: Signatures, facts: dict[str, Column], given: Given | None = None) -> list[tuple[int, ...]]:
    """The signature of each row."""
    count = len(next(iter(facts.values())).known)
    told = signatures.of(Rows(count, facts, None, given))
    return list(zip(*(one.tolist() for one in told), strict=True))


def test_what_looks_alike_is_alike(signatures: Signatures) -> None:
    """Three days late or a year is the same to a rule that asks for three; two is not, and nobody knows is neither."""
    late = numbers(0, 2, 3, 365, None)

    found = [one[0] for one in of(signatures, {"facts.delay_days": late})]

    assert found[0] == found[1] != found[2] == found[3]
    assert found[4] == 0
    assert 0 not in found[:4]


def test_what_is_counted_is_alike_only_where_it_is_equal(signatures: Signatures) -> None:
    """The shipping fee is given back: each fee, and each way to write one, comes to something else."""
    fees = coded(Money("USD", 500), Money("USD", 501), Money("EUR", 500), Money("USD", 500), None)

    found = [one[0] for one in of(signatures, {"shipping_fee": fees})]

    assert found[0] == found[3]
    assert len({*found}) == 4
    assert found[4] == 0


def test_what_no_rule_reads_makes_no_difference(signatures: Signatures) -> None:
    """Rows that differ only in it are decided once."""
    alone = of(signatures, {"fault": coded("company", "customer")})
    beside = of(signatures, {"fault": coded("company", "customer"), "facts.note": coded("a", "b")})

    assert "facts.note" not in signatures.paths
    assert alone == beside
    assert alone[0] != alone[1]


def test_a_batch_is_told_as_the_one_before(signatures: Signatures) -> None:
    """Whatever its codes and its order are."""
    first = of(signatures, {"shipping_fee": coded(Money("USD", 1), Money("USD", 2), None)})
    later = of(signatures, {"shipping_fee": coded(None, Money("USD", 3), Money("USD", 2), Money("USD", 1))})

    assert later[::-1][:2] == first[:2]
    assert later[0] == first[2]
    assert later[1] not in first


def test_a_value_is_no_other_that_is_equal_to_python(signatures: Signatures) -> None:
    """Texts, numbers, truth and sets are told apart, and 1.0 from 1.00, which is said otherwise."""
    values = (True, 1, "1", Decimal(1), Decimal("1.0"), Decimal("1.00"), frozenset({"1"}), "True")

    assert len({*of(signatures, {"shipping_fee": coded(*values)})}) == len(values)


def test_what_was_given_is_told_apart(signatures: Signatures) -> None:
    """By kind, amount, what for and to whom; nothing is not the same as nobody knows."""
    refund = Granted("refund", basis="", parameters={}, amount=Money("USD", 100))
    other = Granted("refund", basis="", parameters={}, amount=Money("USD", 101))
    values = [given_to(granted, Subject(), "") for granted in ((), (refund,), (other,), (refund,), (refund, other))]
    given = Given(np.array([0, 1, 2, 3, 4, UNKNOWN]), values)

    found = [one[-1] for one in of(signatures, {"fault": coded(*["company"] * 6)}, given)]

    assert found[1] == found[3]
    assert len({*found}) == 5
    assert found[5] == 0


def test_so_much_is_remembered_and_no_more(signatures: Signatures) -> None:
    """It is told when it is time to begin anew."""
    assert not signatures.full
    many = Numbers(np.arange(1_000_001), np.ones(1_000_001, dtype=np.bool_))

    of(signatures, {"facts.delay_days": many})
    assert not signatures.full
    signatures.of(Rows(1_000_001, {"shipping_fee": many}))

    assert signatures.full
