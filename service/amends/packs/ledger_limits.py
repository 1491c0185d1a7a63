"""Limits of a pack whose history comes from the log: what they take off must be something that the log can tell."""

from amends.domain.history import GOODWILL_GRANTED
from amends.packs.findings import Findings
from amends.packs.model import LEDGER, Pack


def check_ledger_limits(pack: Pack, findings: Findings) -> None:
    """An error for each limit that takes off a fact which the log does not supply."""
    if pack.history != LEDGER:
        return
    for limit in pack.limits:
        if limit.minus and limit.minus != GOODWILL_GRANTED:
            message = f"{limit.limit_id}: the history comes from the log, which knows nothing of {limit.minus}"
            hint = f"minus: {GOODWILL_GRANTED}, or say `history: caller`"
            findings.error(limit.position, "not-in-the-ledger", message, hint)
