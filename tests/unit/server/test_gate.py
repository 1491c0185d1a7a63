"""Who calls, and how often: by what they say first, and by what the connection proved where they say nothing."""

from pathlib import Path

import pytest

from amends.domain.errors import RateLimitedError, UnauthenticatedError
from amends.domain.identity import Identity, Permission
from amends.server.access_file import Access, Caller, TokenIssuer
from amends.server.api_keys import new_key, read_kept
from amends.server.gate import AccessGate
from tests.fakes.clock import FakeClock

HELPDESK = Identity("helpdesk", frozenset({Permission.DECIDE}))
ROBOT = Identity("robot", frozenset({Permission.PREVIEW}))
KEY = new_key()
OTHER = new_key()


def nobody() -> dict[str, tuple[bytes, ...]]:
    return {}


def gate(*, calls_per_second: float | None = None, workers: int = 1, clock: FakeClock | None = None) -> AccessGate:
    kept = read_kept(KEY.kept)
    assert kept is not None
    helpdesk, robot = Caller(HELPDESK, calls_per_second), Caller(ROBOT, None)
    access = Access({kept.key_id: (kept, helpdesk)}, {"robot.example.com": robot}, {}, None)
    return AccessGate(access, clock or FakeClock(), workers=workers)


@pytest.mark.parametrize(
    "said",
    [
        {"authorization": f"Bearer {KEY.key}"},
        {"authorization": f"bearer  {KEY.key}"},
        {"x-api-key": KEY.key},
    ],
)
def test_a_key_is_taken_either_way(said: dict[str, str]) -> None:
    """As a bearer token or in a header of its own, whatever the case of `Bearer`."""
    assert gate().enter(said, nobody) == HELPDESK


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "nothing says"),
        ({"x-api-key": OTHER.key}, "not known"),
        ({"x-api-key": KEY.key[:-1] + ("A" if KEY.key[-1] != "A" else "B")}, "not known"),
        ({"x-api-key": KEY.kept}, "not known"),
        ({"x-api-key": ""}, "nothing says"),
        ({"authorization": f"Basic {KEY.key}"}, "not of the form"),
        ({"authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}, "takes no tokens"),
    ],
)
def test_what_proves_nothing_lets_nobody_in(said: dict[str, str], why: str) -> None:
    """Deny by default; and the reason quotes no secret."""
    with pytest.raises(UnauthenticatedError, match=why) as caught:
        gate().enter(said, nobody)

    for secret in said.values():
        assert not secret or secret not in str(caught.value)


def test_a_certificate_counts_where_nothing_is_said() -> None:
    """By any of its names; what is said and wrong is refused, whatever the certificate is."""
    proved = {"x509_subject_alternative_name": (b"x.example.com", b"robot.example.com"), "x509_common_name": (b"x",)}

    assert gate().enter({}, lambda: proved) == ROBOT
    with pytest.raises(UnauthenticatedError, match="no access here"):
        gate().enter({}, lambda: {"x509_common_name": (b"stranger",)})
    with pytest.raises(UnauthenticatedError):
        gate().enter({"x-api-key": OTHER.key}, lambda: proved)


def test_calls_a_second_are_counted_and_come_back() -> None:
    """A second's calls may come at once; then one comes back for each part of a second, and the wait is told."""
    clock = FakeClock()
    door = gate(calls_per_second=4, clock=clock)
    said = {"x-api-key": KEY.key}
    for _ in range(4):
        door.enter(said, nobody)

    with pytest.raises(RateLimitedError) as caught:
        door.enter(said, nobody)
    assert caught.value.retry_after == pytest.approx(0.25)

    clock.nanoseconds += 250_000_000
    door.enter(said, nobody)
    with pytest.raises(RateLimitedError):
        door.enter(said, nobody)


def test_workers_share_what_a_caller_may_do() -> None:
    """Two workers of one service let through half each."""
    door = gate(calls_per_second=4, workers=2)
    said = {"x-api-key": KEY.key}
    door.enter(said, nobody)
    door.enter(said, nobody)

    with pytest.raises(RateLimitedError):
        door.enter(said, nobody)


def test_who_is_taken_out_of_the_file_is_nobody_with_the_next_call() -> None:
    """A key is revoked without a restart."""
    door = gate()
    door.enter({"x-api-key": KEY.key}, nobody)

    door.change(Access({}, {}, {}, None))

    with pytest.raises(UnauthenticatedError):
        door.enter({"x-api-key": KEY.key}, nobody)


def test_a_changed_file_keeps_the_keys_of_its_issuer(tmp_path: Path) -> None:
    """Fetching them takes a while, in which no token would count; another issuer's are not taken for them."""
    issuer = TokenIssuer(issuer="i", audience="a", jwks=str(tmp_path / "keys.json"), algorithms=("RS256",))
    gate = AccessGate(Access({}, {}, {}, issuer), FakeClock(), workers=1)
    keys = gate.tokens
    assert keys is not None

    gate.change(Access({}, {"robot.example.com": Caller(ROBOT, None)}, {}, issuer.model_copy()))
    assert gate.tokens is keys

    gate.change(Access({}, {}, {}, issuer.model_copy(update={"audience": "b"})))
    assert gate.tokens not in {keys, None}
    gate.change(Access({}, {}, {}, None))
    assert gate.tokens is None
