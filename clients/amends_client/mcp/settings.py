"""How the server for agents is set up: by options and by the environment, never by what an agent says."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from google.type.money_pb2 import Money

from amends_client._credentials import Credentials, tls_credentials
from amends_client.values import money

TOKEN: Final = "AMENDS_TOKEN"  # noqa: S105  # the name of a variable
AUTHORITY: Final = "AMENDS_SERVER_CA"
CERTIFICATE: Final = "AMENDS_CLIENT_CERTIFICATE"
KEY: Final = "AMENDS_CLIENT_KEY"
MCP_TOKEN: Final = "AMENDS_MCP_TOKEN"  # noqa: S105  # as above
_SHORTEST_TOKEN: Final = 16


class SettingsError(ValueError):
    """What is wrong with the options or the environment."""


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that an agent may promise by itself, in money: in one case, and in a day (of UTC) over all cases.

    None: as much as the service allows its role. Money of another currency than a cap's goes to a person.
    """

    per_case: Money | None = None
    per_day: Money | None = None


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """Whom to ask, as whom, by which policy, and how much may be promised.

    `role` is one of the pack's authority; empty: its first. What the service trusts the caller with may be less.
    """

    target: str = "127.0.0.1:50051"
    policy: str = ""
    role: str = ""
    actor_id: str = "mcp"
    caps: Caps = field(default_factory=Caps)
    token: str | None = field(default=None, repr=False)
    credentials: Credentials | None = field(default=None, repr=False)


def cap(text: str | None, name: str) -> Money | None:
    """An amount as it is written; SettingsError for anything else."""
    if text is None:
        return None
    try:
        return money(text)
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from None


def service_credentials(environment: Mapping[str, str] = os.environ) -> tuple[str | None, Credentials | None]:
    """The token and the certificates by which the service knows this server; SettingsError."""
    files = {name: Path(value) for name in (AUTHORITY, CERTIFICATE, KEY) if (value := environment.get(name))}
    token = environment.get(TOKEN) or None
    if not files:
        return token, None
    try:
        made = tls_credentials(authority=files.get(AUTHORITY), certificate=files.get(CERTIFICATE), key=files.get(KEY))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{', '.join(files)}: {error}") from None
    return token, made


def default_ledger(environment: Mapping[str, str] = os.environ) -> Path:
    """Where promises are counted unless told otherwise: with what else this user's programs keep."""
    kept = environment.get("XDG_STATE_HOME")
    return (Path(kept) if kept else Path.home() / ".local" / "state") / "amends" / "promised.db"


def http_token(host: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """What callers over HTTP have to show. Whoever listens beyond this machine has to ask for it; SettingsError."""
    token = environment.get(MCP_TOKEN) or None
    if token is not None and len(token) < _SHORTEST_TOKEN:
        raise SettingsError(f"{MCP_TOKEN} has {len(token)} characters; expected at least {_SHORTEST_TOKEN}")
    if token is None and not _is_loopback(host):
        raise SettingsError(f"{host} is not of this machine alone: set {MCP_TOKEN}, and put TLS before it")
    return token


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
