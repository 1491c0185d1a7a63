"""The configuration: everything wrong with it is told at once, and a secret never stands in it or in a message."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from amends_client.bridge.secret import Secret, SecretError
from amends_client.bridge.settings import SettingsError, read_settings
from tests.clients.bridge.bridging import GENERIC, configured


def settings_of(folder: Path) -> dict[str, Any]:
    file = configured(folder, amends="127.0.0.1:1", desk="http://127.0.0.1:2")
    return dict(yaml.safe_load(file.read_text()))


def refused(folder: Path, content: object) -> str:
    file = folder / "bridge.yaml"
    file.write_text(yaml.safe_dump(content))
    with pytest.raises(SettingsError) as error:
        read_settings(file)
    return str(error.value).replace(f"{file}: ", "")


def test_the_mappings_of_a_configuration_stand_beside_it(tmp_path: Path) -> None:
    """Wherever the bridge is started from."""
    settings = read_settings(configured(tmp_path, amends="127.0.0.1:1", desk="http://127.0.0.1:2"))

    assert settings.sources["generic"].mapping == tmp_path / "mapping.yaml"
    assert settings.sources["zendesk"].desk.vendor == "zendesk"


def test_every_mistake_is_told_at_once_and_no_value_is_repeated(tmp_path: Path) -> None:
    """What stands in the wrong place may be a secret."""
    content = settings_of(tmp_path)
    content["sources"] = {"desk": {"mapping": "m.yaml", "desk": {**GENERIC, "address": "http://a", "secret": "hush"}}}
    content["worker"] = 3

    told = refused(tmp_path, content)

    assert "sources.desk.desk.generic.secret" in told
    assert "worker: Extra inputs are not permitted" in told
    assert "hush" not in told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"sources": {}}, "sources: "),
        ({"work": {"lease": 2}}, "work.lease is shorter than a note may take to be written: 24 seconds at least"),
        ({"amends": {}}, "amends.target: Field required"),
        ({"sources": {"../x": {}}}, "sources.../x"),
    ],
)
def test_what_cannot_work_is_refused(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    """Before anything is started."""
    assert told in refused(tmp_path, {**settings_of(tmp_path), **change})


@pytest.mark.parametrize("content", [None, [], "text"])
def test_what_is_no_configuration_is_an_error_and_no_crash(tmp_path: Path, content: object) -> None:
    """An empty file, a list, a text."""
    assert "the file: " in refused(tmp_path, content)


def test_a_path_of_notes_that_is_none_is_found_before_the_first_note(tmp_path: Path) -> None:
    """It is only needed after a failure: nobody would notice until then."""
    content = settings_of(tmp_path)
    content["sources"]["generic"]["desk"]["notes"]["texts"] = "a..b"

    assert "is no path" in refused(tmp_path, content)


@pytest.mark.parametrize(
    ("signature", "told"),
    [
        ({"over": "nothing"}, 'over: nothing signs no time: say time_header: ""'),
        ({"over": "body"}, 'over: body signs no time: say time_header: ""'),
        ({"time_header": ""}, "over: time+body needs a time_header"),
    ],
)
def test_a_time_that_nothing_signs_is_refused(tmp_path: Path, signature: dict[str, str], told: str) -> None:
    """It would let recordings pass; beside a secret that is shown as it is, that would be kept with each delivery."""
    content = settings_of(tmp_path)
    content["sources"]["generic"]["desk"]["signature"] = signature

    assert told in refused(tmp_path, content)


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"X-Desk": "Zürich"}, "one line of ASCII"),
        ({"X-Desk": "a\nX-Other: b"}, "one line of ASCII"),
        ({"X Desk": "a"}, "should match pattern"),
        ({"": "a"}, "should match pattern"),
    ],
)
def test_a_header_that_cannot_be_sent_is_refused(tmp_path: Path, headers: dict[str, str], told: str) -> None:
    """Before the first note is tried, again and again."""
    content = settings_of(tmp_path)
    content["sources"]["generic"]["desk"]["headers"] = headers

    assert told in refused(tmp_path, content)


@pytest.mark.parametrize("said", ["two\nlines", "snow ☃", "two line ends\n\n"])
def test_a_secret_that_no_header_can_carry_is_told_by_its_place(tmp_path: Path, said: str) -> None:
    """And is not repeated."""
    file = tmp_path / "token"
    file.write_text(said, encoding="utf-8")

    with pytest.raises(SecretError, match="token: no header can carry it") as error:
        Secret(file=file).reveal_for_header()

    assert said.split(maxsplit=1)[0] not in str(error.value).replace(str(file), "")


def test_a_secret_comes_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And from one of them."""
    file = tmp_path / "secret"
    file.write_text("from a file\n")
    monkeypatch.setenv("DESK", "from the environment")

    assert Secret(env="DESK").reveal() == "from the environment"
    assert Secret(file=file).reveal() == "from a file"
    with pytest.raises(ValueError, match="env"):
        Secret()
    with pytest.raises(ValueError, match="env"):
        Secret(env="DESK", file=file)


def test_a_secret_that_is_not_there_is_told_by_its_place(tmp_path: Path) -> None:
    """An empty secret would accept what anybody signs."""
    (tmp_path / "empty").write_text("\n")

    with pytest.raises(SecretError, match="NOBODY_SET_THIS"):
        Secret(env="NOBODY_SET_THIS").reveal()
    with pytest.raises(SecretError, match="is empty"):
        Secret(file=tmp_path / "empty").reveal()
    with pytest.raises(SecretError, match="missing"):
        Secret(file=tmp_path / "missing").reveal()
