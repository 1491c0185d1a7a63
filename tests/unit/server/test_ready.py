"""The port file: refused at the start where it could not be written at the end."""

from pathlib import Path

import pytest

from amends.config import Settings, SettingsError
from amends.server.ready import announce_ready, check_port_file
from tests.fakes.logger import RecordingLogger


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    """A file cannot replace it."""
    with pytest.raises(SettingsError, match=r"--port-file \(AMENDS_PORT_FILE\): .* is a folder"):
        check_port_file(Settings(port_file=tmp_path))


def test_a_folder_that_takes_no_file_is_refused() -> None:
    """`/proc` belongs to the system alone, whoever asks."""
    with pytest.raises(SettingsError, match="AMENDS_PORT_FILE"):
        announce_ready(Settings(port_file=Path("/proc/port")), 1234, RecordingLogger())


def test_a_file_in_a_folder_of_ones_own_is_fine(tmp_path: Path) -> None:
    """Nothing is written before there is a port."""
    check_port_file(Settings(port_file=tmp_path / "port"))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "console"),
    [
        (Settings(), ""),
        (Settings(http_port=8080), "http://127.0.0.1:8080/console"),
        (Settings(http_port=8080, tls_certificate=Path("a"), tls_key=Path("b")), "https://127.0.0.1:8080/console"),
    ],
)
def test_it_tells_where_the_console_is(settings: Settings, console: str) -> None:
    """To be opened as it stands; without an HTTP side there is none."""
    log = RecordingLogger()

    announce_ready(settings, 1234, log)

    assert [line["console"] for line in log.of("ready")] == [console]


def test_what_changed_since_the_start_is_told_too(tmp_path: Path) -> None:
    """The folder was removed meanwhile: still a sentence, no traceback."""
    with pytest.raises(SettingsError, match="No such file"):
        announce_ready(Settings(port_file=tmp_path / "gone" / "port"), 1234, RecordingLogger())
