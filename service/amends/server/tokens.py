"""Tokens (JWT) that an issuer has signed: whose they are, by keys that are read from a file or fetched from a URL.

What was once checked is remembered until it expires, bounded, since a signature costs more than a decision.
"""

import json
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.request import HTTPRedirectHandler, build_opener

import jwt
from jwt.types import Options

from amends.application.ports import Clock
from amends.domain.errors import UnauthenticatedError
from amends.server.access_file import TokenIssuer

_MOST_REMEMBERED: Final = 10_000
_NANOS: Final = 1_000_000_000
_FETCH_SECONDS: Final = 5.0
_NO_SET: Final = (ValueError, TypeError, LookupError, AttributeError)
"""What the library makes of JSON that is no set of keys."""
_LARGEST_SET: Final = 1024 * 1024
_LONGEST_TOKEN: Final = 16 * 1024
# The library would ask the machine what time it is; a token's times are compared with the Clock, as all times are.
_TIME_IS_OURS: Final[Options] = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}


class KeysAwayError(Exception):
    """The issuer's keys cannot be had; says where and why."""


class _Here(HTTPRedirectHandler):
    """Goes nowhere else: who is led to `http://` would take keys that anybody on the way has put there."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """None: the answer is an error."""


def _fetched(url: str) -> bytes:
    with build_opener(_Here).open(url, timeout=_FETCH_SECONDS) as answer:
        raw: bytes = answer.read(_LARGEST_SET + 1)
    if len(raw) > _LARGEST_SET:
        raise ValueError(f"more than {_LARGEST_SET} bytes")
    return raw


class _Known(NamedTuple):
    subject: str
    expires: int


class Tokens:
    """Checks tokens of one issuer."""

    def __init__(self, issuer: TokenIssuer, clock: Clock) -> None:
        self._issuer = issuer
        self._clock = clock
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._known: dict[str, _Known] = {}
        self.wants_keys = True

    def fetch(self) -> None:
        """Have the issuer's keys anew; blocks. KeysAwayError, and the keys that there were go on."""
        try:
            found = jwt.PyJWKSet.from_dict(self._read()).keys
        except (OSError, HTTPException, jwt.PyJWTError, *_NO_SET) as error:
            raise KeysAwayError(f"{self._issuer.jwks}: {error}") from None
        self._keys = {key.key_id: key for key in found}
        self._known = {}
        self.wants_keys = False

    def _read(self) -> dict[str, Any]:
        url = self._issuer.jwks
        read = json.loads(_fetched(url) if url.startswith("https://") else Path(url).read_bytes())
        if not isinstance(read, dict):
            raise ValueError("not a set of keys")  # noqa: TRY004 -- of the file, not of an argument
        return read

    def subject(self, token: str) -> str:
        """Whose token it is; UnauthenticatedError where it is none that counts."""
        known = self._known.get(token)
        if known is None:
            known = self._checked(token)
            if len(self._known) >= _MOST_REMEMBERED:
                self._known = {}
            self._known[token] = known
        if known.expires <= self._clock.now():
            raise UnauthenticatedError("the token has expired")
        return known.subject

    def _checked(self, token: str) -> _Known:
        if len(token) > _LONGEST_TOKEN:
            raise UnauthenticatedError("the token is too long")
        try:
            claims = jwt.decode(
                token,
                self._key_of(token),
                algorithms=list(self._issuer.algorithms),
                audience=self._issuer.audience,
                issuer=self._issuer.issuer,
                options={"require": ["exp", "iss", "aud", self._issuer.claim], **_TIME_IS_OURS},
            )
            expires = int(claims["exp"]) + self._issuer.leeway_seconds
            begins = max(int(claims.get(claim, 0)) for claim in ("nbf", "iat")) - self._issuer.leeway_seconds
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
            # By its kind alone: the message may quote the token.
            raise UnauthenticatedError(f"the token does not count ({type(error).__name__})") from None
        if begins * _NANOS > self._clock.now():
            raise UnauthenticatedError("the token does not count yet")
        subject = claims[self._issuer.claim]
        if not isinstance(subject, str):
            raise UnauthenticatedError(f"the token's {self._issuer.claim!r} is not a text")
        return _Known(subject, expires * _NANOS)

    def _key_of(self, token: str) -> jwt.PyJWK:
        key_id = jwt.get_unverified_header(token).get("kid")
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        key = self._keys.get(key_id)
        if key is None:
            # Keys are changed by publishing a new one first: whoever watches fetches them soon.
            self.wants_keys = True
            raise UnauthenticatedError("the token's key is not known (yet) as one of the issuer's")
        return key
