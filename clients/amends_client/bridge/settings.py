"""The configuration: one YAML file; secrets in it are named, never written. All that is wrong is told at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Self, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Discriminator, Field, ValidationError, model_validator

from amends_client.bridge.note import ALL_TAGS
from amends_client.bridge.secret import Secret
from amends_client.bridge.vendors.django_helpdesk import DjangoHelpdeskSettings
from amends_client.bridge.vendors.generic import GenericSettings
from amends_client.bridge.vendors.hubspot import HubSpotSettings
from amends_client.bridge.vendors.salesforce import SalesforceSettings
from amends_client.bridge.vendors.tryton import TrytonSettings
from amends_client.bridge.vendors.zendesk import ZendeskSettings

_STRICT: Final = ConfigDict(extra="forbid", frozen=True)
_NAME: Final = r"^[a-z0-9][a-z0-9_-]{0,39}$"


class SettingsError(Exception):
    """The configuration is wrong; the message has every mistake, a line each."""


class AmendsSettings(BaseModel):
    """Where the service is, and who calls it. `authority` is the PEM file of who signed its certificate."""

    model_config = _STRICT

    target: str
    token: Secret | None = None
    tls: bool = False
    authority: Path | None = None
    deadline: float = Field(default=10.0, gt=0)


class WorkSettings(BaseModel):
    """How deliveries are worked on, in seconds but for `workers` and `attempts`."""

    model_config = _STRICT

    workers: int = Field(default=4, ge=1, le=64)
    lease: float = Field(default=120.0, gt=0)
    attempts: int = Field(default=24, ge=1)
    pause: float = Field(default=1.0, gt=0)
    remind_before: float = Field(default=3600.0, ge=0)
    look_every: float = Field(default=60.0, gt=0)
    keep: float = Field(default=7 * 86400.0, ge=600)


_CALLS: Final = len(ALL_TAGS) + 1
"""What may lie between the beginning of a note and its end: a call for each tag and the note's own, each of which ends
within its `timeout`; tries to change a Zendesk ticket that others change are fewer.
"""

_TRYTON_CALLS: Final = 24
"""A complaint is read and written in up to eight calls, each of them again where a session has ended."""

Desk: TypeAlias = (
    GenericSettings | ZendeskSettings | HubSpotSettings | SalesforceSettings | DjangoHelpdeskSettings | TrytonSettings
)


class SourceSettings(BaseModel):
    """One helpdesk: its vendor's settings, its mapping file, and the policy that decides its cases."""

    model_config = _STRICT

    mapping: Path
    policy: str = "default"
    desk: Annotated[Desk, Discriminator("vendor")]


class Settings(BaseModel):
    """The whole file. `queue` is the URL of a database: SQLite or PostgreSQL."""

    model_config = _STRICT

    amends: AmendsSettings
    queue: Secret | str
    work: WorkSettings = WorkSettings()
    largest_body: int = Field(default=1024 * 1024, ge=1)
    sources: Mapping[Annotated[str, Field(pattern=_NAME)], SourceSettings] = Field(min_length=1)

    @model_validator(mode="after")
    def _lease_outlasts_calls(self) -> Self:
        longest = max(source.desk.timeout * _calls(source.desk) for source in self.sources.values())
        if self.work.lease < longest:
            raise ValueError(f"work.lease is shorter than a note may take to be written: {longest:g} seconds at least")
        return self


def _calls(desk: Desk) -> int:
    return _TRYTON_CALLS if isinstance(desk, TrytonSettings) else _CALLS


def read_settings(path: Path) -> Settings:
    """The configuration in a file; paths of mappings are from its folder. SettingsError with all that is wrong."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: this is not YAML: {error}") from None
    try:
        return _from_folder(Settings.model_validate(content), path.parent)
    except ValidationError as error:
        # What was written is not repeated: it may be a secret that stands in the wrong place.
        told = [f"{path}: {_where(one['loc'])}: {one['msg']}" for one in error.errors(include_input=False)]
        raise SettingsError("\n".join(told)) from None


def _from_folder(settings: Settings, folder: Path) -> Settings:
    sources = {
        name: source.model_copy(update={"mapping": folder / source.mapping})
        for name, source in settings.sources.items()
    }
    return settings.model_copy(update={"sources": sources})


def _where(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "the file"
