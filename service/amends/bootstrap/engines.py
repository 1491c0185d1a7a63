"""Which engines there are on this machine, and the one that the settings name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from amends.application.engine_errors import EngineUnavailableError
from amends.application.ports import Engine
from amends.config import EngineName, Settings, SettingsError
from amends.engines.bitmap import BitmapEngine
from amends.engines.durable import DurableEngine
from amends.engines.reference import ReferenceEngine


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines that can be used on this machine, by name, and why the others cannot."""

    usable: Mapping[str, Engine]
    absent: Mapping[str, str]


def make_engine(name: EngineName) -> Engine:
    """The engine of that name; EngineUnavailableError where it cannot be had on this machine."""
    match name:
        case EngineName.BITMAP:
            return BitmapEngine()
        case EngineName.REFERENCE:
            return ReferenceEngine()
        case EngineName.DURABLE:
            return DurableEngine()
        case _:
            assert_never(name)


def make_engines() -> Engines:
    """Every engine that there is."""
    usable: dict[str, Engine] = {}
    absent: dict[str, str] = {}
    for name in EngineName:
        try:
            usable[name.value] = make_engine(name)
        except EngineUnavailableError as error:
            absent[name.value] = f"not available here: {error.reason}"
    return Engines(usable, absent)


def engine_of(settings: Settings) -> Engine:
    """The engine that the settings name; SettingsError where it cannot be had."""
    try:
        return make_engine(settings.engine)
    except EngineUnavailableError as error:
        raise SettingsError((f"--engine (AMENDS_ENGINE): {error}",)) from None
