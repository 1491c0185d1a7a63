"""requirements/*.txt hold what pyproject.toml asks for: hashed, without addresses, and the same versions everywhere."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def locked(name: str) -> dict[str, str]:
    """Package -> version, as `requirements/NAME.txt` pins it."""
    pins = re.findall(
        r"^([A-Za-z0-9._-]+)==([^\s;]+)", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE
    )
    return {canonicalize_name(package): version for package, version in pins}


def group(name: str) -> Iterable[str]:
    for entry in PROJECT["dependency-groups"][name]:
        if isinstance(entry, str):
            yield entry
        else:
            yield from group(entry["include-group"])


SERVICE = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["service"]]


@pytest.mark.parametrize(
    ("lock", "asked"),
    [
        ("service", SERVICE),
        ("dev", [*SERVICE, *group("dev")]),
        ("build", list(group("build"))),
        ("demo", list(group("demo"))),
        ("durable", list(group("durable"))),
        ("benchmarks", list(group("benchmarks"))),
        ("deploy", list(group("deploy"))),
        ("browser", list(group("browser"))),
        ("lock", list(group("lock"))),
    ],
)
def test_the_lock_satisfies_what_the_project_asks_for(lock: str, asked: list[str]) -> None:
    """A changed dependency without `make lock` fails here, not on somebody's machine."""
    pins = locked(lock)
    requirements = [Requirement(text) for text in asked]

    unmet = [str(one) for one in requirements if not one.specifier.contains(pins.get(canonicalize_name(one.name), "0"))]

    assert unmet == []


def test_what_is_locked_of_durable_rules_is_what_the_extra_brings() -> None:
    """Extras and groups cannot name each other: who installs the distribution gets the version that was tested."""
    assert PROJECT["dependency-groups"]["durable"] == PROJECT["project"]["optional-dependencies"]["durable"]


@pytest.mark.parametrize("lock", ["service", "build"])
def test_what_runs_is_what_was_tested(lock: str) -> None:
    """The image's packages are those of the tests, version for version."""
    assert locked(lock).items() <= locked("dev").items()


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_package_is_hashed_and_none_says_where_it_comes_from(path: Path) -> None:
    """Hashes make any index as good as another; an address would make one of them necessary."""
    text = path.read_text()
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]

    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)
