"""The access file is followed for as long as the service runs, whatever one look meets."""

import asyncio
from pathlib import Path

from amends.server.access_file import Access, read_access
from amends.server.access_watch import AccessWatch
from amends.server.api_keys import NewKey, new_key
from amends.server.gate import AccessGate
from tests.fakes.clock import FakeClock
from tests.fakes.logger import RecordingLogger
from tests.unit.server.turns import until


class StumblingGate(AccessGate):
    """Cannot take over the first change that comes."""

    stumbles = 0

    def change(self, access: Access) -> None:
        if self.stumbles:
            self.stumbles -= 1
            raise RuntimeError("a bug")
        super().change(access)


def write(path: Path, key: NewKey, name: str) -> None:
    text = f'[[identity]]\nname = "{name}"\napi_keys = ["{key.kept}"]\npermissions = ["read"]\npolicies = ["*"]\n'
    path.write_text(text, encoding="utf-8")


async def test_a_look_that_fails_is_not_the_last(tmp_path: Path) -> None:
    """It is told, and the next change counts: else a key that was taken out would count for ever."""
    path, key, log = tmp_path / "access.toml", new_key(), RecordingLogger()
    write(path, key, "first")
    gate = StumblingGate(read_access(path), FakeClock(), workers=1)
    gate.stumbles = 1
    watching = asyncio.create_task(AccessWatch(gate, path, log).watch())

    def named() -> str:
        return gate.enter({"x-api-key": key.key}, dict).name

    await asyncio.sleep(0)
    write(path, key, "second name")
    await until(lambda: log.of("access_not_followed"))
    assert named() == "first"
    write(path, key, "a third name")
    await until(lambda: log.of("access_file_read"))

    assert named() == "a third name"
    watching.cancel()
    await asyncio.wait({watching})
