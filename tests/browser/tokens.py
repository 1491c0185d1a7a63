"""Somebody who issues tokens, whom a service of these tests takes them from."""

import json
import time
from pathlib import Path
from typing import Final

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

_ISSUER: Final = "https://login.example.com"
_ACCESS: Final = """
[jwt]
issuer = "{issuer}"
audience = "amends"
jwks = "{keys}"
algorithms = ["RS256"]
leeway_seconds = 0

[[identity]]
name = "by-token"
tokens = ["owner@example.com"]
permissions = ["preview", "read"]
policies = ["*"]
"""


class TokenIssuer:
    """Issues tokens for one owner, that run out."""

    def __init__(self, folder: Path) -> None:
        """`folder`: where its public keys are to lie."""
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = {**jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True), "kid": "one"}
        self._keys = folder / "keys.json"
        self._keys.write_text(json.dumps({"keys": [public]}), encoding="utf-8")

    @property
    def access(self) -> str:
        """What the access file of a service says of it."""
        return _ACCESS.format(issuer=_ISSUER, keys=self._keys)

    def token(self, *, seconds: int) -> str:
        """One that is good for so long."""
        said = {"iss": _ISSUER, "aud": "amends", "sub": "owner@example.com", "exp": int(time.time()) + seconds}
        return jwt.encode(said, self._key, algorithm="RS256", headers={"kid": "one"})
