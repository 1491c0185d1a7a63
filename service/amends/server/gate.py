"""Knows who calls, by an API key, a token or the certificate of the connection; and who calls too often.

What is said (`authorization: Bearer ...` or `x-api-key`) counts before the certificate: a proxy has one, and passes on
what its own callers say. What is said and wrong is refused, whatever the certificate is.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from amends.application.ports import Clock
from amends.domain.errors import RateLimitedError, UnauthenticatedError
from amends.domain.identity import Identity
from amends.server import api_keys
from amends.server.access_file import Access, Caller
from amends.server.answering import Peer
from amends.server.tokens import Tokens

_BEARER: Final = "bearer "
_HOW: Final = "send `authorization: Bearer KEY-OR-TOKEN` or `x-api-key: KEY`, or connect with a certificate"
_NANOS: Final = 1_000_000_000
_CERTIFICATE_NAMES: Final = ("x509_subject_alternative_name", "x509_common_name")


class AccessGate:
    """The gate of an access file. `workers`: over so many processes the calls a second are shared out."""

    def __init__(self, access: Access, clock: Clock, *, workers: int) -> None:
        self._clock = clock
        self._workers = workers
        self._access = access
        self.tokens = self._tokens_of(access)
        self._buckets: dict[str, _Bucket] = {}

    def change(self, access: Access) -> None:
        """Go by another file from now on: who is no longer in it is nobody with the next call."""
        if access.issuer != self._access.issuer:
            self.tokens = self._tokens_of(access)
        # The same issuer's keys are kept: until they were fetched again no token would count.
        self._access = access
        self._buckets = {}

    def _tokens_of(self, access: Access) -> Tokens | None:
        return None if access.issuer is None else Tokens(access.issuer, self._clock)

    def enter(self, metadata: Mapping[str, str], peer: Peer) -> Identity:
        """Who calls. UnauthenticatedError where nobody knows, RateLimitedError where they have called enough."""
        caller = self._caller(metadata, peer)
        if caller.calls_per_second is not None:
            self._count(caller, caller.calls_per_second)
        return caller.identity

    def _caller(self, metadata: Mapping[str, str], peer: Peer) -> Caller:
        said = metadata.get("x-api-key", "")
        if said:
            return self._of_key(said)
        authorization = metadata.get("authorization", "")
        if authorization:
            if authorization[: len(_BEARER)].lower() != _BEARER:
                raise UnauthenticatedError("`authorization` is not of the form `Bearer KEY-OR-TOKEN`")
            said = authorization[len(_BEARER) :].strip()
            return self._of_key(said) if said.startswith(api_keys.PREFIX) else self._of_token(said)
        return self._of_certificate(peer())

    def _of_key(self, key: str) -> Caller:
        found = self._access.keys.get(api_keys.id_of(key) or "")
        if found is None or not api_keys.is_key(key, found[0].digest):
            raise UnauthenticatedError("the API key is not known")
        return found[1]

    def _of_token(self, token: str) -> Caller:
        if self.tokens is None:
            raise UnauthenticatedError("it is no API key, and this server takes no tokens")
        caller = self._access.tokens.get(self.tokens.subject(token))
        if caller is None:
            raise UnauthenticatedError("the token counts, and whose it is has no access here")
        return caller

    def _of_certificate(self, proved: Mapping[str, Iterable[bytes]]) -> Caller:
        names = [name.decode(errors="replace") for kind in _CERTIFICATE_NAMES for name in proved.get(kind, ())]
        for name in names:
            caller = self._access.certificates.get(name)
            if caller is not None:
                return caller
        raise UnauthenticatedError("the certificate's names have no access here" if names else f"nothing says; {_HOW}")

    def _count(self, caller: Caller, per_second: float) -> None:
        name = caller.identity.name
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = _Bucket(per_second / self._workers)
        wait = bucket.take(self._clock.now())
        if wait:
            raise RateLimitedError(name, per_second=per_second, retry_after=wait)


class _Bucket:
    """Holds the calls of one second, and at least one; fills evenly."""

    __slots__ = ("_filled_at", "_held", "_most", "_per_second")

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._most = max(1.0, per_second)
        self._held = self._most
        self._filled_at = 0

    def take(self, now: int) -> float:
        """Take one: 0, or the seconds until there is one again."""
        passed = max(0, now - self._filled_at) / _NANOS
        self._held = min(self._most, self._held + passed * self._per_second)
        self._filled_at = now
        if self._held < 1.0:
            return (1.0 - self._held) / self._per_second
        self._held -= 1.0
        return 0.0
