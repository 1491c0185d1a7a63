"""Tokens: only what the issuer signed, for us, in time, by an algorithm of the list, with a key of the set."""

import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from amends.domain.errors import UnauthenticatedError
from amends.server.access_file import TokenIssuer
from amends.server.tokens import KeysAwayError, Tokens
from tests.fakes.clock import FakeClock

NANOS = 1_000_000_000
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NOW = 1_700_000_000  # seconds since 1970: long past on the machine's own clock, which has no say


def published(key: rsa.RSAPrivateKey, key_id: str) -> dict[str, Any]:
    return {**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": key_id, "alg": "RS256"}


def tokens(folder: Path, *keys: dict[str, Any], clock: FakeClock | None = None) -> Tokens:
    path = folder / "keys.json"
    path.write_text(json.dumps({"keys": list(keys) or [published(KEY, "one")]}), encoding="utf-8")
    issuer = TokenIssuer(
        issuer="https://login.example.com",
        audience="amends",
        jwks=str(path),
        algorithms=("RS256",),
        leeway_seconds=0,
    )
    made = Tokens(issuer, clock or FakeClock(NOW * NANOS))
    made.fetch()
    return made


def token(
    *,
    key: Any = KEY,  # noqa: ANN401 -- as jwt.encode takes it: a key of any algorithm, or none
    key_id: str | None = "one",
    algorithm: str = "RS256",
    **claims: object,
) -> str:
    usual = {"iss": "https://login.example.com", "aud": "amends", "sub": "helpdesk", "exp": NOW + 600}
    said = {name: value for name, value in {**usual, **claims}.items() if value is not None}
    return jwt.encode(said, key, algorithm=algorithm, headers={"kid": key_id} if key_id else None)


def test_a_token_of_the_issuer_says_whose_it_is(tmp_path: Path) -> None:
    """Also without the id of its key, where the issuer has only one."""
    known = tokens(tmp_path)

    assert known.subject(token()) == "helpdesk"
    assert known.subject(token(key_id=None)) == "helpdesk"


PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (token(key=STRANGER), "InvalidSignature"),
        (token(aud="others"), "InvalidAudience"),
        (token(iss="https://login.example.org"), "InvalidIssuer"),
        (token(exp=NOW - 60), "expired"),
        (token(exp=None), "MissingRequiredClaim"),
        (token(sub=None), "MissingRequiredClaim"),
        (token(nbf=NOW + 600), "not count yet"),
        (token(iat=NOW + 600), "not count yet"),
        (token(exp="soon"), "ValueError"),
        (token(nbf=[]), "TypeError"),
        (token(exp=1e999), "OverflowError"),
        (token(key_id="two"), "not known"),
        (token(key=ec.generate_private_key(ec.SECP256R1()), algorithm="ES256"), "does not count"),
        (token(key=None, algorithm="none"), "does not count"),
        (token(key="x" * 64, algorithm="HS256"), "does not count"),
        ("nonsense", "does not count"),
        ("a.b.c", "does not count"),
        ("", "does not count"),
        ("x" * 100_000, "too long"),
    ],
)
def test_what_does_not_count_is_refused(tmp_path: Path, made: str, why: str) -> None:
    """And the reason never holds a part of the token."""
    with pytest.raises(UnauthenticatedError, match=why) as caught:
        tokens(tmp_path).subject(made)

    assert not made or made not in str(caught.value)


def test_the_public_key_is_no_shared_secret(tmp_path: Path) -> None:
    """A token signed with the published key as if it were a secret is refused: that algorithm is not on the list."""
    header = jwt.utils.base64url_encode(json.dumps({"alg": "HS256", "kid": "one", "typ": "JWT"}).encode())
    said = {"iss": "https://login.example.com", "aud": "amends", "sub": "helpdesk", "exp": NOW + 600}
    body = jwt.utils.base64url_encode(json.dumps(said).encode())
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(header + b"." + body, PUBLIC)
    forged = b".".join((header, body, jwt.utils.base64url_encode(signature))).decode()

    with pytest.raises(UnauthenticatedError):
        tokens(tmp_path).subject(forged)


def test_what_was_checked_is_remembered_until_it_expires(tmp_path: Path) -> None:
    """By our own clock, not for ever."""
    clock = FakeClock(NOW * NANOS)
    known, made = tokens(tmp_path, clock=clock), token()
    known.subject(made)

    clock.nanoseconds = (NOW + 601) * NANOS

    with pytest.raises(UnauthenticatedError, match="expired"):
        known.subject(made)


def test_an_unknown_key_asks_for_the_keys_anew(tmp_path: Path) -> None:
    """Issuers change keys; keys that cannot be had leave those that there were."""
    known = tokens(tmp_path)
    new = token(key=STRANGER, key_id="two")
    with pytest.raises(UnauthenticatedError):
        known.subject(new)
    assert known.wants_keys

    path = tmp_path / "keys.json"
    path.write_text("nonsense", encoding="utf-8")
    with pytest.raises(KeysAwayError):
        known.fetch()
    assert known.subject(token()) == "helpdesk"

    path.write_text(json.dumps({"keys": [published(STRANGER, "two")]}), encoding="utf-8")
    known.fetch()
    assert known.subject(new) == "helpdesk"
    with pytest.raises(UnauthenticatedError):
        known.subject(token())


class Issuer:
    """A server of keys, over TLS: answers what it is told to, by path."""

    def __init__(self, folder: Path) -> None:
        self.answers: dict[str, tuple[int, bytes, str]] = {}
        authority = trustme.CA()
        (folder / "ca.pem").write_bytes(authority.cert_pem.bytes())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                code, body, location = issuer.answers[self.path]
                self.send_response(code)
                if location:
                    self.send_header("location", location)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://localhost:{self.server.server_address[1]}"


@pytest.fixture
def issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    made = Issuer(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def keys(*published_keys: dict[str, Any]) -> tuple[int, bytes, str]:
    return 200, json.dumps({"keys": published_keys}).encode(), ""


def from_url(url: str) -> Tokens:
    said = TokenIssuer(issuer="https://login.example.com", audience="amends", jwks=url, algorithms=("RS256",))
    return Tokens(said, FakeClock(NOW * NANOS))


def test_keys_are_fetched_from_a_url(issuer: Issuer) -> None:
    """Over TLS, and anew when the issuer has changed them."""
    issuer.answers["/keys"] = keys(published(KEY, "one"))
    known = from_url(f"{issuer.url}/keys")
    known.fetch()
    assert known.subject(token()) == "helpdesk"

    issuer.answers["/keys"] = keys(published(STRANGER, "two"))
    known.fetch()

    assert known.subject(token(key=STRANGER, key_id="two")) == "helpdesk"
    with pytest.raises(UnauthenticatedError):
        known.subject(token())


@pytest.mark.parametrize(
    "answer",
    [
        (404, b"", ""),
        (302, b"", "/keys"),
        (302, b"", "http://localhost/keys"),
        (200, b"", ""),
        (200, b"[]", ""),
        (200, b'{"keys": 3}', ""),
        (200, b'{"keys": [3]}', ""),
        (200, b'{"keys": [{"kty": "RSA"}]}', ""),
        (200, b'{"keys": []}' + b" " * 1024 * 1024, ""),
    ],
)
def test_what_is_no_set_of_keys_leaves_those_that_there_were(issuer: Issuer, answer: tuple[int, bytes, str]) -> None:
    """Nor is anybody followed elsewhere: keys that travel in clear can be exchanged on the way."""
    issuer.answers["/keys"] = keys(published(KEY, "one"))
    known = from_url(f"{issuer.url}/keys")
    known.fetch()
    issuer.answers["/elsewhere"] = issuer.answers["/keys"]
    issuer.answers["/keys"] = answer

    with pytest.raises(KeysAwayError, match="/keys: "):
        known.fetch()

    assert known.subject(token()) == "helpdesk"


def test_a_server_that_nobody_vouches_for_gives_no_keys(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its certificate is checked."""
    issuer.answers["/keys"] = keys(published(KEY, "one"))
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(KeysAwayError, match="certificate"):
        from_url(f"{issuer.url}/keys").fetch()
