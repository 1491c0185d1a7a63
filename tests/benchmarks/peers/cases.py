"""The cases that all peers decide: drawn by chance from what each fact may be, the same ones each time."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final, TypeAlias

Case: TypeAlias = Mapping[str, Any]
"""What is known of one case: facts by name; money in cents. `granted` lists what was given before, by kind."""

REFUND: Final = "refund"
CREDIT: Final = "credit"
LIMITS: Final = "limits"
POLICIES: Final = (REFUND, CREDIT, LIMITS)

_TIERS: Final = ("none", "silver", "gold")
_FAULTS: Final = ("company", "customer", "shared", "third_party", "nobody")
_CATEGORIES: Final = ("food", "fashion", "electronics", "furniture", "service", "digital")
_DAYS: Final = (0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 13, 14, 20, 21, 29, 30, 40)
_PRICES: Final = (1, 50, 450, 990, 2550, 4990, 7910, 9999, 10_000, 19_999, 20_000, 30_010, 49_999, 50_000, 90_090)
_GRANTED: Final[tuple[tuple[dict[str, object], ...], ...]] = (
    (),
    ({"kind": "refund", "amount": 990},),
    ({"kind": "goodwill", "amount": 1000},),
    ({"kind": "goodwill", "amount": 500}, {"kind": "goodwill", "amount": 2000}),
    ({"kind": "refund", "amount": 4000}, {"kind": "goodwill", "amount": 750}, {"kind": "refund", "amount": 25}),
)

VALUES: Final[Mapping[str, Mapping[str, Sequence[Any]]]] = {
    REFUND: {
        "reason": (
            "late",
            "damaged",
            "wrong_item",
            "missing_part",
            "defective",
            "changed_mind",
            "overcharged",
            "cancelled",
        ),
        "fault": _FAULTS,
        "tier": _TIERS,
        "category": _CATEGORIES,
        "packaging": ("sealed", "opened", "missing"),
        "delay_days": _DAYS,
        "days_held": (0, 2, 3, 13, 14, 15, 29, 30, 31, 59, 60, 61, 182, 183, 365, 366, 730, 731),
        "failures": (0, 1, 2, 3),
        "eu": (True, False),
        "paid": _PRICES,
    },
    CREDIT: {"tier": _TIERS, "delay_days": _DAYS, "paid": _PRICES, "category": _CATEGORIES},
    LIMITS: {
        "fault": _FAULTS,
        "tier": _TIERS,
        "delay_days": _DAYS,
        "paid": _PRICES,
        "refunded": (0, 990, 5000, 50_000),
        "granted": _GRANTED,
    },
}
"""What each fact of a policy may be: every value that some rule tells from its neighbours is there."""


def draw(policy: str, count: int, *, seed: int = 1) -> list[dict[str, Any]]:
    """So many cases of a policy, all facts known."""
    chance = Random(seed)  # noqa: S311  # the same cases each time are what is wanted
    values = VALUES[policy]
    return [{fact: chance.choice(among) for fact, among in values.items()} for _ in range(count)]


def drawn_finely(policy: str, count: int) -> list[dict[str, Any]]:
    """As `draw`, with prices and days from a wide range: hardly two are alike, so that nobody's memory helps."""
    chance = Random(2)  # noqa: S311  # as above
    cases = draw(policy, count, seed=3)
    for case in cases:
        case["paid"] = chance.randrange(100, 100_000)
        case["delay_days"] = chance.randrange(46)
        if "days_held" in case:
            case["days_held"] = chance.randrange(800)
    return cases


def without_each(policy: str, cases: Sequence[Case]) -> Iterator[tuple[Case, str]]:
    """Each case less one fact, for each fact."""
    for case in cases:
        for fact in VALUES[policy]:
            yield {name: value for name, value in case.items() if name != fact}, fact
