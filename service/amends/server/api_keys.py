"""API keys: `amk_`, an id by which the key is found, and a secret of 256 random bits. Kept is its SHA-256 alone.

A slow hash protects what people invent; of a random secret this long nothing can be guessed, and each call pays for it.
"""

import hmac
import re
import secrets
from hashlib import sha256
from typing import Final, NamedTuple

PREFIX: Final = "amk_"

_KEY: Final = re.compile(r"amk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})", re.ASCII)
_KEPT: Final = re.compile(r"amk_([0-9a-f]{16}):sha256:([0-9a-f]{64})", re.ASCII)


class KeptKey(NamedTuple):
    """What is kept of a key: how it is found, and the hash of all of it."""

    key_id: str
    digest: bytes


class NewKey(NamedTuple):
    """A key to hand over, once, and the line that is kept of it."""

    key: str
    kept: str


def new_key() -> NewKey:
    """A new key, of the system's random source."""
    key_id = secrets.token_hex(8)
    key = f"{PREFIX}{key_id}_{secrets.token_urlsafe(32)}"
    return NewKey(key, f"{PREFIX}{key_id}:sha256:{sha256(key.encode()).hexdigest()}")


def read_kept(line: str) -> KeptKey | None:
    """What a line of the access file keeps of a key; None if it is none."""
    found = _KEPT.fullmatch(line)
    return None if found is None else KeptKey(found[1], bytes.fromhex(found[2]))


def id_of(key: str) -> str | None:
    """The id of what is said to be a key; None if it cannot be one."""
    found = _KEY.fullmatch(key)
    return None if found is None else found[1]


def is_key(key: str, kept: bytes) -> bool:
    """Whether it is the key of which that hash is kept; takes as long whether or not."""
    return hmac.compare_digest(sha256(key.encode()).digest(), kept)
