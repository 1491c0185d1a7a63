"""The settings of the service: `AMENDS_*` environment variables, overruled by the flags of `amends serve`.

Owns their names, defaults and limits, and says every mistake at once. It refuses to listen where others could call
unless calls are encrypted and callers are known.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX: Final = "AMENDS_"

# By pydantic's names of what is wrong, which are part of its interface.
_EXPECTED: Final = MappingProxyType(
    {
        "int_type": "a whole number",
        "int_parsing": "a whole number",
        "int_from_float": "a whole number",
        "float_type": "a number",
        "float_parsing": "a number",
        "bool_type": "true or false",
        "bool_parsing": "true or false",
        "greater_than_equal": "at least {ge}",
        "less_than_equal": "at most {le}",
        "enum": "{expected}",
    }
)
_ORIGIN: Final = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?")
_SERVICE_LINK: Final = "tcp://"
_OF_COMMANDS: Final = ("TOKEN", "SERVER_CA", "CLIENT_CERTIFICATE", "CLIENT_KEY")
"""Read by commands that call a server (cli/connection.py)."""

_WITHOUT_FLAG: Final = frozenset({"retention_days", "supervisor_fd", "sharing", "rules_digest", "shared_policies"})


class EngineName(StrEnum):
    """The engines that may decide."""

    BITMAP = "bitmap"
    REFERENCE = "reference"
    DURABLE = "durable"


class RecordingMode(StrEnum):
    """Whether an answer waits until its decision is on disk."""

    REQUIRED = "required"
    BEST_EFFORT = "best_effort"
    OFF = "off"


class LogLevel(StrEnum):
    """The least important line that is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """`json` for machines, one object a line; `console` for a person at a terminal."""

    JSON = "json"
    CONSOLE = "console"


class SettingsError(Exception):
    """The settings cannot be used; `problems` are all that is wrong with them, each a line for a person."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """Everything that can be set. The environment variable of a field is `AMENDS_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", description="The address to listen on, as an IP address or `localhost`.")
    port: int = Field(default=50051, ge=0, le=65535, description="The port to listen on; 0: the system chooses one.")
    insecure: bool = Field(
        default=False,
        description="Listen where other machines reach it although calls are not encrypted, or anybody may call.",
    )
    http_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="The port of the HTTP side (JSON, probes, metrics), on the same address; left out: there is none.",
    )
    http_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Whose web pages may call over HTTP, as https://HOST, separated by commas."
    )
    frame_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Whose web pages may frame the sidebar, as https://HOST, separated by commas."
    )
    access: Path | None = Field(
        default=None, description="The access file (TOML): who may call, how they prove it, and what they may do."
    )
    tls_certificate: Path | None = Field(
        default=None, description="The server's certificate, with its chain, in a PEM file; read again when it changes."
    )
    tls_key: Path | None = Field(default=None, description="The private key of the certificate, in a PEM file.")
    tls_client_ca: Path | None = Field(
        default=None, description="Who signs the certificates of callers, in a PEM file; every caller then shows one."
    )
    port_file: Path | None = Field(
        default=None, description="A file to write the port to as soon as the service can be called."
    )
    workers: int = Field(default=1, ge=1, le=256, description="How many processes answer calls; one a core is enough.")
    rules: Path = Field(default=Path("rules"), description="The folder that holds the rule packs, one a folder.")
    policies: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        description=(
            "Policies as NAME=PACK, separated by commas. Every pack is a policy of its own name too; `default` points"
            " to `foundation`, or to the only pack."
        ),
    )
    engine: EngineName = Field(default=EngineName.BITMAP, description="The engine that says which rules match.")
    watch: bool = Field(
        default=True, description="Follow the folder of rule packs: what changes there is checked, and then decides."
    )
    approvals: bool = Field(default=False, description="A pack goes live only when a second person has approved it.")
    allow_unverified: bool = Field(
        default=False, description="Let packs go live also where no engine that others wrote can verify them."
    )
    recording: RecordingMode = Field(
        default=RecordingMode.REQUIRED,
        description=(
            "Whether decisions are recorded: required (an answer leaves only after its decision is on disk),"
            " best_effort (answers do not wait, and what cannot be written is lost), or off."
        ),
    )
    data_dir: Path = Field(
        default=Path("amends-data"), description="The folder of the decision log, where it is kept in SQLite."
    )
    # A URL may hold a password: it is quoted by no message.
    database: str = Field(
        default="",
        repr=False,
        description=(
            "The database of the decision log, as a URL: sqlite:////var/lib/amends/amends.db or"
            " postgresql://user@host/name. Empty: SQLite, in the file amends.db of the data folder."
        ),
    )
    retention_days: int = Field(
        default=400, ge=1, le=36_500, description="How many days of decisions `amends retain` keeps."
    )
    log_level: LogLevel = Field(default=LogLevel.INFO, description="The least important line to log.")
    log_format: LogFormat = Field(default=LogFormat.JSON, description="How a line is logged.")
    drain_seconds: float = Field(
        default=20, ge=0, le=3600, description="How long calls in flight may take to finish after SIGTERM."
    )
    max_request_bytes: int = Field(
        default=8 * 1024 * 1024, ge=1024, le=1024**3, description="The largest request that is accepted, in bytes."
    )
    max_concurrent_rpcs: int = Field(
        default=1000, ge=1, description="Calls in flight in a process; one more is refused as RESOURCE_EXHAUSTED."
    )
    max_connection_age_seconds: float = Field(
        default=1800,
        ge=0,
        le=86_400,
        description="After how long a connection is asked to end, so that callers find new replicas; 0: never.",
    )
    keepalive_seconds: float = Field(
        default=60, ge=1, le=86_400, description="How long a connection may be silent before it is asked for a sign."
    )
    supervisor_fd: int | None = Field(
        default=None,
        ge=0,
        description="Set by the supervisor for its workers: the socket on which a worker says that it is ready.",
    )
    sharing: int = Field(
        default=1,
        ge=1,
        description="Set by the supervisor for its workers: how many of them share what callers may do.",
    )
    shared_policies: str | None = Field(
        default=None,
        description="Set by the supervisor for its workers: the database in which those without a log keep policies.",
    )
    rules_digest: str | None = Field(
        default=None,
        description="Set by the supervisor for its workers: the digest of the packs that all of them serve.",
    )

    @field_validator("policies", mode="before")
    @classmethod
    def _read_policies(cls, value: object) -> object:
        return read_policies(value.split(",")) if isinstance(value, str) else value

    @field_validator("http_origins", "frame_origins", mode="before")
    @classmethod
    def _read_origins(cls, value: object) -> object:
        origins = [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        if isinstance(origins, list | tuple) and (wrong := [one for one in origins if not _is_origin(str(one))]):
            raise ValueError(f"{wrong[0]!r} is no origin; expected https://HOST or http://HOST:PORT, without a path")
        return origins

    @field_validator("host")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value != "localhost" and _ip_address(value) is None:
            raise ValueError(f"expected an IP address of this machine, or localhost, not {value!r}")
        return value

    @model_validator(mode="after")
    def _stay_at_home(self) -> Self:
        lacking = [
            what
            for what, given in (
                ("encrypted (--tls-certificate, --tls-key)", self.tls_certificate),
                ("authenticated (--access)", self.access),
            )
            if given is None
        ]
        if lacking and not self.insecure and not _is_loopback(self.host):
            raise ValueError(
                f"{self.host} can be reached from other machines, and calls are not {' and not '.join(lacking)}:"
                " give what is missing, listen on 127.0.0.1 behind a proxy, or say --insecure (AMENDS_INSECURE=true)"
                " to do it anyway"
            )
        return self

    @model_validator(mode="after")
    def _have_both_or_neither(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("--tls-certificate and --tls-key belong together: one is given without the other")
        if self.tls_client_ca is not None and self.tls_certificate is None:
            raise ValueError("--tls-client-ca needs --tls-certificate and --tls-key: without them no call is encrypted")
        return self

    @property
    def address(self) -> str:
        """Host and port, as gRPC writes them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def on_loopback(self) -> bool:
        """Whether only programs of this machine reach it."""
        return _is_loopback(self.host)

    @property
    def database_url(self) -> str:
        """The database of the decision log. Not to be logged: it may hold a password."""
        return self.database or f"sqlite:///{self.data_dir.absolute()}/amends.db"

    def environment(self) -> dict[str, str]:
        """The variables that make the same settings in another process."""
        values = self.model_dump(mode="json", exclude={"policies", "http_origins", "frame_origins"}, exclude_none=True)
        policies = ",".join(f"{name}={pack_id}" for name, pack_id in self.policies.items())
        return {f"{PREFIX}{name.upper()}": str(value) for name, value in values.items()} | {
            f"{PREFIX}POLICIES": policies,
            f"{PREFIX}HTTP_ORIGINS": ",".join(self.http_origins),
            f"{PREFIX}FRAME_ORIGINS": ",".join(self.frame_origins),
        }


def load_settings(overrides: Mapping[str, object]) -> Settings:
    """The settings of the environment, overruled by what a command line gives; SettingsError with every problem."""
    given: dict[str, Any] = dict(overrides)
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError(tuple(_problem(dict(found)) for found in error.errors())) from None


def unknown_variables(environment: Iterable[str]) -> dict[str, str]:
    """The variables that look like ours and set nothing, each with the nearest that does, or an empty text."""
    known = [*(name.upper() for name in Settings.model_fields), *_OF_COMMANDS]
    named = {name: name.upper().removeprefix(PREFIX) for name in environment if name.upper().startswith(PREFIX)}
    strangers = {name: get_close_matches(bare, known, n=1) for name, bare in sorted(named.items()) if bare not in known}
    return {name: f"{PREFIX}{nearest[0]}" if nearest else "" for name, nearest in strangers.items()}


def read_policies(entries: list[str]) -> dict[str, str]:
    """`NAME=PACK` entries as a mapping; ValueError for one of another form or a name given twice."""
    policies: dict[str, str] = {}
    for entry in entries:
        name, equals, pack_id = (part.strip() for part in entry.partition("="))
        if not entry.strip():
            continue
        if not (name and equals and pack_id):
            raise ValueError(f"{entry.strip()!r} is not of the form NAME=PACK")
        if name in policies:
            raise ValueError(f"the policy {name!r} is given twice")
        policies[name] = pack_id
    return policies


def _is_origin(text: str) -> bool:
    return _ORIGIN.fullmatch(text) is not None


def _ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    address = _ip_address(host)
    return host == "localhost" if address is None else address.is_loopback


def _words(found: Mapping[str, Any]) -> str:
    """What was expected, in words for whoever sets it and not for whoever wrote it."""
    words = _EXPECTED.get(found["type"])
    if words is None:
        return str(found["msg"]).removeprefix("Value error, ")
    limits = {name: str(limit).removesuffix(".0") for name, limit in found.get("ctx", {}).items()}
    return f"expected {words.format_map(limits)}"


def _problem(found: Mapping[str, Any]) -> str:
    message = _words(found)
    if not found["loc"]:
        return message
    name = str(found["loc"][0])
    if name == "port" and str(found["input"]).startswith(_SERVICE_LINK):
        message = (
            "Kubernetes sets this variable in every pod beside a Service named `amends`: say"
            " `enableServiceLinks: false` in the pod's spec, or give --port"
        )
    # Our own checks quote what is wrong themselves.
    given = "" if found["type"] == "value_error" else f", not {found['input']!r}"
    variable = f"{PREFIX}{name.upper()}"
    told = variable if name in _WITHOUT_FLAG else f"--{name.replace('_', '-')} ({variable})"
    return f"{told}: {message}{given}"
