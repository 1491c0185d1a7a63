"""The package as it is published: what it holds, and that a new project installs it and uses it as the guide says."""

import json
import re
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.docs.guide import Guide, broken_links
from tests.typescript.conftest import Services
from tests.typescript.node import PACKAGE, ROOT, compiler, node, npm

GUIDE: Final = Guide("sdk-typescript.md")
USUAL: Final = "http://127.0.0.1:8080"
_STRICT: Final = (
    *("--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--module", "nodenext"),
    *("--target", "es2022", "--lib", "es2022,dom", "--skipLibCheck", "false"),
)


@dataclass(frozen=True, slots=True)
class Example:
    """A program of the guide, and what it says that it prints."""

    text: str
    printed: str | None


def _examples() -> list[Example]:
    blocks = GUIDE.blocks()
    following = [*blocks[1:], None]
    return [
        Example(block.text, after.text if after is not None and after.language == "text" else None)
        for block, after in zip(blocks, following, strict=True)
        if block.language == "ts"
    ]


EXAMPLES: Final = _examples()


@pytest.fixture(scope="module")
def project(_package_or_not: bool, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: FBT001  # a fixture
    """Somebody's project, with the packed client installed and every example of the guide compiled in it."""
    folder = tmp_path_factory.mktemp("project")
    if _package_or_not:
        packed = npm("pack", "--ignore-scripts", "--pack-destination", str(folder)).split()[-1]
        (folder / "package.json").write_text(json.dumps({"private": True, "type": "module"}), encoding="utf-8")
        npm("install", "--prefer-offline", "--no-audit", "--no-fund", f"./{packed}", folder=folder)
        for place, example in enumerate(EXAMPLES):
            (folder / f"example{place}.ts").write_text(example.text, encoding="utf-8")
        assert compiler(*_STRICT, *sorted(path.name for path in folder.glob("*.ts")), folder=folder) == []
    return folder


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize("place", range(len(EXAMPLES)))
def test_an_example_of_the_guide_works_in_a_new_project(place: int, project: Path, services: Services) -> None:
    """Installed from the packed file and compiled strictly; only the address differs. It prints what the guide says."""
    compiled = project / f"example{place}.js"
    compiled.write_text(compiled.read_text("utf-8").replace(USUAL, services.open), encoding="utf-8")

    printed = node(compiled.name, folder=project)

    assert re.sub(r"[^\S\n]", " ", printed) == (EXAMPLES[place].printed or "")


@pytest.mark.usefixtures("package")
def test_the_package_holds_what_it_needs_and_no_more(project: Path) -> None:
    """Code and types for every module, the licence, its readme; no test, no source that nobody can build."""
    (packed,) = project.glob("*.tgz")
    with tarfile.open(packed) as archive:
        names = {name.removeprefix("package/") for name in archive.getnames()}

    sources = {path.relative_to(PACKAGE / "src").with_suffix("") for path in (PACKAGE / "src").rglob("*.ts")}
    built = {f"dist/{source}{suffix}" for source in sources for suffix in (".js", ".d.ts")}
    assert names == built | {"package.json", "README.md", "LICENSE"}
    assert (PACKAGE / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_every_link_of_the_guide_leads_somewhere() -> None:
    """To a heading of a page or a file of the repository."""
    assert broken_links(GUIDE) == []


def test_the_readme_begins_as_the_guide_does() -> None:
    """Its one example is the guide's first, which is run."""
    readme = (PACKAGE / "README.md").read_text(encoding="utf-8")

    assert re.findall(r"^```ts\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE) == [EXAMPLES[0].text]


def test_the_guide_names_every_option_and_error() -> None:
    """And none that there is not."""
    client = (PACKAGE / "src" / "client.ts").read_text(encoding="utf-8")
    credentials = (PACKAGE / "src" / "credentials.ts").read_text(encoding="utf-8")
    errors = (PACKAGE / "src" / "errors.ts").read_text(encoding="utf-8")
    options = {*_fields(client, "ClientOptions"), *_fields(credentials, "Credentials")}
    told = {name for row in GUIDE.rows("Errors") for name in re.findall(r"`([A-Z]\w+)`", row[0])}

    assert {name for row in GUIDE.rows("Ask") for name in re.findall(r"`(\w+)`", row[0])} == options
    assert told == set(re.findall(r"^export class (\w+)", errors, re.MULTILINE))


def _fields(source: str, interface: str) -> list[str]:
    (body,) = re.findall(rf"interface {interface}\b.*?{{(.*?)^}}", source, re.DOTALL | re.MULTILINE)
    return re.findall(r"^  (\w+)\??:", body, re.MULTILINE)


def test_the_lock_names_no_registry() -> None:
    """It says what is installed by content; where from is the business of who installs it."""
    lock = json.loads((ROOT / "clients" / "package-lock.json").read_text(encoding="utf-8"))
    assert "://" not in json.dumps(lock), "npm writes who may be funded: take `funding` out again"
    installed = {name: package for name, package in lock["packages"].items() if name.startswith("node_modules/")}

    linked = {name for name, package in installed.items() if package.get("link")}
    assert linked == {"node_modules/amends-client", "node_modules/amends-console"}
    assert all("integrity" in package for name, package in installed.items() if name not in linked)
    assert [name for name, package in installed.items() if "://" in str(package.get("resolved", ""))] == []
