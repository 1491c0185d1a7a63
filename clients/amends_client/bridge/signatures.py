"""Signatures of webhooks: HMAC over the body, with or without a time signed along; and how old they may be."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, assert_never

from amends_client.bridge.ports import Reason, RefusedError, Webhook

TOLERANCE: Final = 300
"""Seconds that a signed time may lie behind or ahead."""

_NANOS: Final = 1_000_000_000


class Encoding(StrEnum):
    """How a signature is written. Of `base64-of-hex` the prefix is written so, too."""

    HEX = "hex"
    BASE64 = "base64"
    BASE64_OF_HEX = "base64-of-hex"


class Over(StrEnum):
    """What is signed. Nothing: the header holds the secret itself, from who can send a header and no signature."""

    TIME_BODY = "time+body"
    TIME_DOT_BODY = "time.body"
    BODY = "body"
    NOTHING = "nothing"


_HASHES: Final[Mapping[str, Callable[..., "hashlib._Hash"]]] = MappingProxyType(
    {"sha256": hashlib.sha256, "sha1": hashlib.sha1}
)


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a vendor signs. `time_header` empty: no time is signed, and only known deliveries can be told as replays."""

    header: str
    time_header: str = ""
    encoding: Encoding = Encoding.HEX
    over: Over = Over.TIME_BODY
    prefix: str = ""
    hash: str = "sha256"


def check(webhook: Webhook, scheme: Scheme, *, secret: bytes, now: int) -> str | None:
    """RefusedError unless it is signed, and the time that is signed along is near; else what only this one has."""
    given = webhook.headers.get(scheme.header.lower(), "")
    time = webhook.headers.get(scheme.time_header.lower(), "") if scheme.time_header else ""
    if not given or (scheme.time_header and not time):
        lacking = scheme.header if not given else scheme.time_header
        raise RefusedError(Reason.BAD_SIGNATURE, f"the header {lacking} is missing")
    expected = sign(webhook.body, time, scheme, secret=secret)
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise RefusedError(
            Reason.BAD_SIGNATURE, f"the signature in {scheme.header} is not by our secret over this body"
        )
    if not scheme.time_header:
        return None
    check_time(time, now)
    return expected


def sign(body: bytes, time: str, scheme: Scheme, *, secret: bytes) -> str:
    """The signature as it stands in its header."""
    match scheme.over:
        case Over.TIME_BODY:
            signed = time.encode() + body
        case Over.TIME_DOT_BODY:
            signed = f"{time}.".encode() + body
        case Over.BODY:
            signed = body
        case Over.NOTHING:
            return scheme.prefix + secret.decode()
        case _:
            assert_never(scheme.over)
    return _written(hmac.new(secret, signed, _HASHES[scheme.hash]).digest(), scheme)


def _written(digest: bytes, scheme: Scheme) -> str:
    match scheme.encoding:
        case Encoding.HEX:
            return scheme.prefix + digest.hex()
        case Encoding.BASE64:
            return scheme.prefix + base64.b64encode(digest).decode()
        case Encoding.BASE64_OF_HEX:
            return base64.b64encode(f"{scheme.prefix}{digest.hex()}".encode()).decode()
        case _:
            assert_never(scheme.encoding)


def check_time(text: str, now: int) -> None:
    """RefusedError where the moment is none, or not near: as ISO 8601, or in seconds or milliseconds since 1970."""
    moment = _moment(text)
    if moment is None:
        raise RefusedError(Reason.BAD_TIME, "the signed time is no moment")
    seconds = (now - moment) / _NANOS
    if abs(seconds) > TOLERANCE:
        where = "behind" if seconds > 0 else "ahead"
        raise RefusedError(
            Reason.BAD_TIME, f"it was signed {abs(seconds):.0f} seconds {where}; {TOLERANCE} are accepted"
        )


def _moment(text: str) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= len(str(2**63)) - 1:
        number = int(text)
        # Seconds reach this size in the year 5138.
        return number * 1_000_000 if number >= 10**11 else number * _NANOS
    try:
        when = datetime.fromisoformat(text)
        return None if when.tzinfo is None else int(when.timestamp() * 1_000_000) * 1000
    except (ValueError, OverflowError):
        return None
