"""The watch over a folder: every change of a file of a pack is seen, also behind links, and told again until heard."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from amends.application.log_errors import LogUnavailableError
from amends.server.pack_watch import PackWatch, signature
from tests.fakes.logger import RecordingLogger
from tests.unit.server.turns import until

SOON = 20.0


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A folder with a pack of two files."""
    (tmp_path / "rules" / "shop" / "tests").mkdir(parents=True)
    (tmp_path / "rules" / "shop" / "pack.yaml").write_text("one")
    (tmp_path / "rules" / "shop" / "tests" / "a_test.yaml").write_text("one")
    return tmp_path / "rules"


def _written(rules: Path) -> None:
    (rules / "shop" / "pack.yaml").write_text("another")


def _touched(rules: Path) -> None:
    os.utime(rules / "shop" / "tests" / "a_test.yaml", ns=(1, 1))


def _added(rules: Path) -> None:
    (rules / "shop" / "more.yaml").write_text("")


def _removed(rules: Path) -> None:
    (rules / "shop" / "tests" / "a_test.yaml").unlink()


def _moved(folder: Path, name: str) -> None:
    folder.rename(folder.with_name(name))


def _another_pack(rules: Path) -> None:
    (rules / "brand").mkdir()
    (rules / "brand" / "pack.yaml").write_text("one")


@pytest.mark.parametrize("change", [_written, _touched, _added, _removed, _another_pack])
def test_every_change_is_another_signature(rules: Path, change: Callable[[Path], None]) -> None:
    """And none is none; what is hidden does not count."""
    before = signature(rules)
    (rules / "shop" / ".swap").write_text("by an editor")
    assert signature(rules) == before

    change(rules)

    assert signature(rules) != before


def test_a_folder_that_is_away_has_a_signature_too(tmp_path: Path) -> None:
    """It may come back."""
    assert signature(tmp_path / "nowhere") == ()


class Heard:
    """Whoever is told of changes: fails first, as a database that is away."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.news: asyncio.Queue[None] = asyncio.Queue()

    async def __call__(self) -> None:
        if self.failures:
            raise self.failures.pop(0)
        await self.news.put(None)

    async def next(self) -> None:
        await asyncio.wait_for(self.news.get(), SOON)


async def watching(rules: Path, heard: Heard, logger: RecordingLogger) -> "asyncio.Task[None]":
    watch = PackWatch(rules, heard, logger, look_seconds=0.05, rest_seconds=0.01)
    return asyncio.create_task(watch())


async def test_the_start_and_each_change_are_told(rules: Path) -> None:
    """By links that are swapped too, and after the folder was away for a while."""
    heard = Heard()
    task = await watching(rules, heard, RecordingLogger())
    await heard.next()

    _written(rules)
    await heard.next()
    _moved(rules, "away")
    await heard.next()
    _moved(rules.with_name("away"), "rules")
    await heard.next()

    assert heard.news.empty()
    task.cancel()


async def test_a_link_above_the_packs_that_is_swapped_is_told(tmp_path: Path) -> None:
    """As a release is put in the place of another."""
    for name in ("one", "two"):
        (tmp_path / name / "shop").mkdir(parents=True)
        (tmp_path / name / "shop" / "pack.yaml").write_text(name)
    rules = tmp_path / "rules"
    rules.symlink_to("one")
    heard = Heard()
    task = await watching(rules, heard, RecordingLogger())
    await heard.next()

    (tmp_path / "next").symlink_to("two")
    (tmp_path / "next").rename(rules)

    await heard.next()
    task.cancel()


async def test_what_was_not_heard_is_told_again(rules: Path) -> None:
    """While the database is away; a bug is logged, and the next change is told."""
    logger = RecordingLogger()
    heard = Heard(LogUnavailableError("away"), LogUnavailableError("away"))
    task = await watching(rules, heard, logger)
    await heard.next()
    assert logger.lines == []

    heard.failures.append(ValueError("a bug"))
    _written(rules)
    await until(lambda: logger.of("rules_not_followed"))
    _added(rules)

    await heard.next()
    task.cancel()
