"""A pack with a rule that the engine durable is not given: where it decides, and where it is one of several."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from amends.bootstrap.packs import load
from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.config import EngineName, Settings
from tests.service.packs import SHOP
from tests.service.running import write_pack

ANY_DAY = ", ".join(f"{{facts.delay_days: {day}}}" for day in range(65))


@pytest.fixture(name="wide")
def write_wide(tmp_path: Path) -> Path:
    """The shop beside one whose rule has 65 alternatives."""
    write_pack(tmp_path, "shop", SHOP)
    wide = SHOP.replace("pack: shop", "pack: wide").replace("facts.delay_days: {at_least: 3}", f"any: [{ANY_DAY}]")
    write_pack(tmp_path, "wide", wide)
    return tmp_path


def test_it_is_not_served_and_told_at_the_rule(wide: Path) -> None:
    """As an error of that pack alone; the bitmap serves both."""
    loaded = load(Settings(rules=wide, engine=EngineName.DURABLE))

    assert list(loaded.catalog.packs) == ["shop"]
    assert loaded.unavailable == {"wide": "wide"}
    assert not loaded.diagnostics["shop"]
    [found] = loaded.diagnostics["wide"]
    assert (found.code, str(found.position)) == ("too-large-for-engine", "wide/pack.yaml:15:5")
    assert found.message.startswith("shipping-back: the engine durable does not take this condition: ")
    assert set(load(Settings(rules=wide)).catalog.packs) == {"shop", "wide"}


def test_its_tests_run_on_the_other_engines(wide: Path) -> None:
    """And the report says which engine did not take it, and why."""
    result = CliRunner().invoke(app, ["test", "--rules", str(wide)])

    assert result.exit_code == ExitCode.OK
    [told] = [line for line in result.stdout.splitlines() if "not on" in line]
    assert told.startswith(
        "wide: not on durable: the engine durable does not take condition 1, which reads facts.delay"
    )
    assert told.endswith("it stands for more than 64 conjunctions")
