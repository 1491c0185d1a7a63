"""When a call is sent again: the server has said that nothing was recorded, and the request's id makes it safe.

Should it have been recorded after all, the same id gets the recorded answer. Nothing else is ever sent twice.
"""

from collections.abc import Iterable
from typing import Final

from amends_client.errors import AmendsError, LogUnavailable

_PAUSE: Final = 0.25
"""Seconds to wait where the server names none."""


def pause_before_retry(error: AmendsError, *, left: float) -> float | None:
    """How many seconds to wait before the call is sent again; None: it is not, since `left` seconds would not do."""
    if not isinstance(error, LogUnavailable):
        return None
    pause = _PAUSE if error.failure.retry_after is None else max(error.failure.retry_after, 0.0)
    return pause if pause < left else None


def pause_before_items(results: Iterable[object], *, left: float) -> float | None:
    """The same for the items of a batch, as long as the one that asks for most; None: none of them is sent again."""
    errors = [result for result in results if isinstance(result, LogUnavailable)]
    pauses = [pause_before_retry(error, left=left) for error in errors]
    known = [pause for pause in pauses if pause is not None]
    return max(known) if known and len(known) == len(pauses) else None
