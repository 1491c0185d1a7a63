"""What a peer itself tells about why, found in what it says of one case: not what the policies make it answer."""

import json
from collections.abc import Mapping
from typing import Any, Final

from tests.benchmarks.peers.cases import CREDIT, LIMITS, Case

HELD: Final = "the rule that decided"
FACTS: Final = "the facts that it saw"
NOT_HELD: Final = "a rule that did not hold, and on which condition"
BEFORE: Final = "an amount before a limit cut it"
TOLD: Final = (HELD, FACTS, NOT_HELD, BEFORE)

CREDIT_CASE: Final[Case] = {"tier": "silver", "delay_days": 29, "paid": 9973, "category": "digital"}
"""Row 9 decides it; row 8 would, had it cost 500.00."""
LIMITS_CASE: Final[Case] = {
    "fault": "company",
    "tier": "none",
    "delay_days": 13,
    "paid": 4990,
    "refunded": 0,
    "granted": [{"kind": "goodwill", "amount": 1000}],
}
"""A credit of 26.00 is asked for, 16.00 of it not yet given."""
ASKED: Final[Mapping[str, Case]] = {CREDIT: CREDIT_CASE, LIMITS: LIMITS_CASE}


def told(why: Mapping[str, Any]) -> dict[str, bool]:
    """Which of these are found in what a peer says, by policy."""
    credit, limits = (json.dumps(why[policy]) for policy in (CREDIT, LIMITS))
    return {
        HELD: _names(credit, 9),
        FACTS: "9973" in credit,
        NOT_HELD: _names(credit, 8) and "500" in credit,
        BEFORE: "2600" in limits or "1600" in limits,
    }


def _names(said: str, row: int) -> bool:
    """By its name, or by the fact that it is."""
    return f"row-{row}" in said or f"(row (number {row})" in said
