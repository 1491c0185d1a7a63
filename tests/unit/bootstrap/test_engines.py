"""Which engines there are, and that the one that is named is had or said to be missing."""

import sys

import pytest

from amends.bootstrap.engines import engine_of, make_engines
from amends.config import EngineName, Settings, SettingsError


def test_every_engine_of_the_settings_can_be_made() -> None:
    """A name that can be set is an engine that there is; on Python 3.13 durable-rules does not load, and says why."""
    made = make_engines()

    assert {*made.usable, *made.absent} == set(EngineName)
    assert set(made.absent) == ({"durable"} if sys.version_info >= (3, 13) else set())


def test_an_engine_that_cannot_be_had_is_a_setting_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not another engine in its place: who chose it is told why not."""
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)

    with pytest.raises(SettingsError, match=r"AMENDS_ENGINE\): the engine durable is not available here: "):
        engine_of(Settings(engine=EngineName.DURABLE))
