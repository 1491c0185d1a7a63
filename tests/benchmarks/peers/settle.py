"""What two hosts must work out in Python, since their peers' rules calculate nothing: amounts, limits, who may grant.

It is written once, and counted with each of them.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Final

from tests.benchmarks.peers.cases import Case

_BANDS: Final = {
    "refund": ((5000, "frontline"), (20_000, "supervisor")),
    "goodwill": ((2000, "frontline"), (2500, "supervisor")),
}


def share(cents: int, percent: int) -> int:
    """So many percent, rounded half to even."""
    whole, rest = divmod(cents * percent, 100)
    return whole + (rest > 50 or (rest == 50 and whole % 2 == 1))


def settle(case: Case, asked: Sequence[tuple[str, int]]) -> dict[str, object]:
    """What of the amounts asked for is granted now, and by whom."""
    refunds, gestures = (_given(case, kind) for kind in ("refund", "goodwill"))
    # Nothing is paid twice, and no refund exceeds what was paid.
    refund = min(max(0, _highest(asked, "refund") - refunds), max(0, case["paid"] - case["refunded"]))
    credit = min(max(0, _highest(asked, "goodwill") - gestures), max(0, 3000 - gestures))
    # Refund and credit together; the credit is cut first.
    room = max(0, case["paid"] * 110 // 100 - refunds - gestures)
    credit = max(0, min(credit, room - refund))
    refund = min(refund, room)
    return {
        "refund": refund,
        "credit": credit,
        "refund_by": _by("refund", refund, refunds),
        "credit_by": _by("goodwill", credit, gestures),
    }


def _highest(asked: Sequence[tuple[str, int]], kind: str) -> int:
    return max(chain([0], (amount for of, amount in asked if of == kind)))


def _given(case: Case, kind: str) -> int:
    return sum(one["amount"] for one in case["granted"] if one["kind"] == kind)


def _by(kind: str, amount: int, before: int) -> str:
    if amount == 0:
        return ""
    return next((role for most, role in _BANDS[kind] if amount + before <= most), "director")
