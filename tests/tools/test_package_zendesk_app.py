"""The app of Zendesk: what its zip holds is what Zendesk asks of one, and the same files make the same bytes.

What Zendesk asks: developer.zendesk.com/documentation/apps/app-developer-guide/manifest/ and .../apps-v2/setup ("File
requirements"), read on 2026-11-22.
"""

import json
import re
import struct
import tomllib
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest

from tools.package_zendesk_app import ROOT, package

LARGEST: Final = 2 * 1024 * 1024
REQUIRED: Final = {"manifest.json", "translations/en.json", "assets/logo.png", "assets/logo-small.png"}
TYPES: Final = {"text", "textarea", "password", "checkbox", "url", "number", "multiline", "hidden", "oauth", "dropdown"}


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    made = package(tmp_path_factory.mktemp("app"))
    assert made.stat().st_size < LARGEST
    with zipfile.ZipFile(made) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


@pytest.fixture(scope="module")
def manifest(packed: dict[str, bytes]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(packed["manifest.json"])
    return read


def test_it_has_what_an_app_must_have_and_nothing_of_ours_beside(packed: dict[str, bytes]) -> None:
    """The manifest at the top, a translation for its language, two logos."""
    assert set(packed) >= REQUIRED
    assert {name.rpartition(".")[2] for name in packed} <= {"json", "html", "css", "js", "png"}


def test_its_manifest_is_one_of_framework_2(packed: dict[str, bytes], manifest: dict[str, Any]) -> None:
    """Private, in the sidebar of tickets, at a page that the zip has; of the version of this project."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert (manifest["frameworkVersion"], manifest["private"], manifest["version"]) == ("2.0", True, project["version"])
    assert f"translations/{manifest['defaultLocale']}.json" in packed
    assert set(manifest["author"]) >= {"name", "email"}
    (place,) = manifest["location"]["support"].items()
    assert (place[0], place[1]["url"] in packed) == ("ticket_sidebar", True)


def test_every_setting_has_its_words_and_none_is_a_secret(packed: dict[str, bytes], manifest: dict[str, Any]) -> None:
    """A setting that a page can read is no place for a token: every agent could."""
    words = json.loads(packed["translations/en.json"])["app"]
    settings = {one["name"]: one for one in manifest["parameters"]}

    assert set(words["parameters"]) == set(settings)
    assert all(said["label"] for said in words["parameters"].values())
    assert {one["type"] for one in settings.values()} <= TYPES
    assert not [name for name in settings if re.search("token|key|secret|password", name)]


def test_its_page_loads_its_own_files_and_the_client_of_zendesk(packed: dict[str, bytes]) -> None:
    """No script within the page, none from elsewhere; the policy says so, too."""
    page = packed["assets/app.html"].decode()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)

    own = {f"assets/{one}" for one in loaded if "//" not in one}
    assert own <= set(packed)
    assert {one for one in loaded if "//" in one} == {
        "https://static.zdassets.com/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js"
    }
    assert re.search(r"<script[^>]*>[^<]", page) is None
    assert "script-src 'self' https://static.zdassets.com;" in page


@pytest.mark.parametrize(("name", "size"), [("logo.png", 320), ("logo-small.png", 128)])
def test_its_logos_are_of_the_size_that_is_asked_for(packed: dict[str, bytes], name: str, size: int) -> None:
    """In pixels, as the PNG itself says."""
    content = packed[f"assets/{name}"]

    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">II", content[16:24]) == (size, size)


def test_the_same_files_make_the_same_bytes(tmp_path: Path) -> None:
    """Whoever packs it anew can compare."""
    assert package(tmp_path / "once").read_bytes() == package(tmp_path / "again").read_bytes()
