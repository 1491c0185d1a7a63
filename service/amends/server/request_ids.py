"""By what a call is found again: the id that its caller gave it, and the trace that it belongs to.

Both come from strangers and go into log lines, headers and other systems, so only what is harmless everywhere is taken
over; anything else counts as not said.
"""

import re
from collections.abc import Mapping
from typing import Final

REQUEST_ID: Final = "x-request-id"

_SAFE: Final = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}", re.ASCII)
_TRACED: Final = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
"""https://www.w3.org/TR/trace-context/: which trace the call belongs to, and the caller's place in it."""


def said_id(metadata: Mapping[str, str]) -> str:
    """The id that the caller gave; empty where none was said that can be taken over."""
    said = metadata.get(REQUEST_ID)
    return said if said is not None and _SAFE.fullmatch(said) else ""


def said_trace(metadata: Mapping[str, str]) -> str:
    """The caller's `traceparent`; empty where none was said that is one."""
    said = metadata.get("traceparent")
    return said if said is not None and _TRACED.fullmatch(said) else ""


def trace_id(traceparent: str) -> str:
    """The id of the trace, of what `said_trace` has given."""
    return traceparent[3:35]
