"""How a command reaches a server that knows its callers: by files and a key that the environment names.

A key on the command line would be read by every program of the machine, and stand in the shell's history.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from amends.config import PREFIX

if TYPE_CHECKING:
    from amends_client import Credentials  # only named: loading it is left to who connects

TOKEN: Final = f"{PREFIX}TOKEN"
AUTHORITY: Final = f"{PREFIX}SERVER_CA"
CERTIFICATE: Final = f"{PREFIX}CLIENT_CERTIFICATE"
KEY: Final = f"{PREFIX}CLIENT_KEY"


class Connection(NamedTuple):
    """What a connection is made with; `credentials` None: it is not encrypted."""

    credentials: "Credentials | None"
    token: str | None


def connection() -> Connection:
    """As the environment says; ValueError with what is wrong with it."""
    from amends_client import tls_credentials

    files = {name: Path(value) for name in (AUTHORITY, CERTIFICATE, KEY) if (value := os.environ.get(name))}
    token = os.environ.get(TOKEN) or None
    if not files:
        return Connection(None, token)
    try:
        credentials = tls_credentials(
            authority=files.get(AUTHORITY), certificate=files.get(CERTIFICATE), key=files.get(KEY)
        )
    except OSError as error:
        raise ValueError(f"{error.filename}: {error.strerror} ({', '.join(files)})") from None
    except ValueError as error:
        raise ValueError(f"{CERTIFICATE}, {KEY}: {error}") from None
    return Connection(credentials, token)
