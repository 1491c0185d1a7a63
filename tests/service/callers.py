"""A server with callers of its own kinds, over TLS: their keys, tokens and certificates, made for one test run."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import grpc
import jwt
import trustme
from cryptography.hazmat.primitives.asymmetric import rsa

from amends.server.api_keys import NewKey, new_key
from amends.server.clock import SystemClock

ISSUER: Final = "https://login.example.com"
AUDIENCE: Final = "amends"
_NANOS: Final = 1_000_000_000

ACCESS: Final = """
[jwt]
issuer = "{issuer}"
audience = "{audience}"
jwks = "{jwks}"
algorithms = ["RS256"]

[[identity]]
name = "helpdesk"
api_keys = ["{helpdesk}"]
permissions = ["decide", "preview", "outcome"]
policies = ["default"]
role = "frontline"

[[identity]]
name = "watcher"
tokens = ["watcher@example.com"]
permissions = ["preview", "read"]
policies = ["shop", "default"]

[[identity]]
name = "publisher"
api_keys = ["{publisher}"]
permissions = ["publish"]
policies = ["*"]

[[identity]]
name = "other-brand"
certificates = ["other.example.com"]
api_keys = ["{other}"]
permissions = ["decide", "preview", "read", "outcome", "publish"]
policies = ["brand-x"]

[[identity]]
name = "busy"
api_keys = ["{busy}"]
permissions = ["read"]
policies = ["*"]
calls_per_second = 2
"""


@dataclass(frozen=True, slots=True)
class Callers:
    """Who may call, and what each of them sends; the files of the server."""

    folder: Path
    authority: trustme.CA
    token_key: rsa.RSAPrivateKey
    keys: dict[str, NewKey]

    @property
    def access(self) -> Path:
        return self.folder / "access.toml"

    @property
    def options(self) -> tuple[str, ...]:
        """How the server is started with them."""
        files = {"certificate": "server.pem", "key": "server.key"}
        tls = [part for name, file in files.items() for part in (f"--tls-{name}", str(self.folder / file))]
        return ("--access", str(self.access), *tls)

    def said(self, name: str) -> tuple[tuple[str, str], ...]:
        """The metadata of a caller; nobody says nothing."""
        if name == "nobody":
            return ()
        if name == "stranger":
            return (("authorization", f"Bearer {new_key().key}"),)
        if name == "watcher":
            return (("authorization", f"Bearer {self.token('watcher@example.com')}"),)
        return (("authorization", f"Bearer {self.keys[name].key}"),)

    def token(self, subject: str, **claims: object) -> str:
        now = SystemClock().now() // _NANOS
        said: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "exp": now + 600, **claims}
        return jwt.encode(said, self.token_key, algorithm="RS256", headers={"kid": "one"})

    def certify(self, name: str = "localhost") -> None:
        """Give the server a new certificate."""
        issued = self.authority.issue_cert(name, "127.0.0.1")
        issued.private_key_pem.write_to_path(str(self.folder / "server.key"))
        chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
        (self.folder / "server.pem").write_bytes(chain)

    @contextmanager
    def channel(self, target: str, *, certificate: str = "") -> Iterator[grpc.Channel]:
        """A connection over TLS, with a client's certificate of that name or none."""
        shown = self.authority.issue_cert(certificate) if certificate else None
        credentials = grpc.ssl_channel_credentials(
            root_certificates=self.authority.cert_pem.bytes(),
            private_key=None if shown is None else shown.private_key_pem.bytes(),
            certificate_chain=None if shown is None else b"".join(blob.bytes() for blob in shown.cert_chain_pems),
        )
        with grpc.secure_channel(target, credentials, (("grpc.use_local_subchannel_pool", 1),)) as channel:
            yield channel


def make_callers(folder: Path) -> Callers:
    """Write the access file, the issuer's keys, the server's certificate and the authority into a folder."""
    token_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    keys = {name: new_key() for name in ("helpdesk", "publisher", "other", "busy")}
    keys["other-brand"] = keys.pop("other")
    callers = Callers(folder, trustme.CA(), token_key, keys)
    public = {**jwt.algorithms.RSAAlgorithm.to_jwk(token_key.public_key(), as_dict=True), "kid": "one"}
    (folder / "keys.json").write_text(json.dumps({"keys": [public]}), encoding="utf-8")
    (folder / "ca.pem").write_bytes(callers.authority.cert_pem.bytes())
    callers.certify()
    kept = {name.partition("-")[0]: key.kept for name, key in keys.items()}
    text = ACCESS.format(issuer=ISSUER, audience=AUDIENCE, jwks=folder / "keys.json", **kept)
    callers.access.write_text(text, encoding="utf-8")
    return callers
