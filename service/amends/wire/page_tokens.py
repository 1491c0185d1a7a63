"""Page tokens of the log's lists: where a page ended, bound to what was asked for.

Nothing is kept between calls, and nothing is forgotten by a restart: the token says it all. One that was given for
another request is refused, since its place means nothing there.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from hashlib import blake2b
from typing import Final, TypeVar

from google.protobuf.message import Message

from amends.wire.errors import InvalidPageTokenError
from amends.wire.splice import serialised
from amends.wire.violations import Violations

PAGE: Final = 50
LARGEST_PAGE: Final = 200
_MARK_BYTES: Final = 12
_LONGEST_TOKEN: Final = 1_000

Request = TypeVar("Request", bound=Message)


def page_size(asked: int, violations: Violations) -> int:
    """How many entries a page has."""
    if asked < 0:
        violations.add("page_size", f"{asked} is negative; expected 0 (for {PAGE}) to {LARGEST_PAGE}")
    return min(asked or PAGE, LARGEST_PAGE)


def mark_of(request: Request) -> bytes:
    """What tells a list from others: all that is asked for, but for the page."""
    asked = type(request)()
    asked.CopyFrom(request)
    for field in ("page_size", "page_token"):
        asked.ClearField(field)
    content = asked.DESCRIPTOR.full_name.encode() + b"\0" + serialised(asked)
    return blake2b(content, digest_size=_MARK_BYTES).digest()


def token(mark: bytes, place: str) -> str:
    """The token of the page behind a place. Empty for no place: there is none."""
    return urlsafe_b64encode(mark + place.encode()).decode().rstrip("=") if place else ""


def place_of(given: str, mark: bytes) -> str:
    """The place behind which a page begins; InvalidPageTokenError where the token is not one of this list."""
    if not given:
        return ""
    try:
        content = urlsafe_b64decode((given + "=" * (-len(given) % 4)).encode())
        place = content[_MARK_BYTES:].decode()
    except (Error, ValueError):
        raise InvalidPageTokenError from None
    # The mark is no seal: whoever knows how it is made puts any place behind it. Databases take no NUL in a text.
    if len(given) > _LONGEST_TOKEN or content[:_MARK_BYTES] != mark or not place or "\0" in place:
        raise InvalidPageTokenError
    return place
