"""The container image is built from this checkout and run: small, closed, and it does what the service does.

Debian's packages are its base here, and buildah its builder, which needs no daemon but the rights of root.
"""

import os
import shutil
import signal
import subprocess
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest
from google.type.money_pb2 import Money

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import situation_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.deploy.building import ROOT, Image, open_store, secrets_of_pip
from tests.deploy.container import DATA, Container, run
from tests.deploy.debian import TO_BUILD_ON, TO_RUN_ON, make_base
from tests.lacking import Lack, do_without

# On a fresh machine the first of them waits for hundreds of packages.
pytestmark = pytest.mark.timeout(900)

ADDED: Final = ("opt/amends", "srv/amends", DATA.strip("/"))
OF_THE_BUILDER: Final = {"etc/hosts"}
"""An empty file, where a runtime has its own."""
SECRET: Final = "the-password-of-the-index"
MEBIBYTE: Final = 1024**2
WITHOUT_PROGRAMS: Final = Lack("a builder of images", "This installs it: apt-get install buildah mmdebstrap")
WITHOUT_ROOT: Final = Lack("root to build and run an image", "Root runs them, where it may mount: make test")


def what_lacks() -> Lack | None:
    if not all(map(shutil.which, ("buildah", "mmdebstrap"))):
        return WITHOUT_PROGRAMS
    # Tried, not looked up: inside of a container root may not do it either.
    tried = subprocess.run([str(shutil.which("unshare")), "--mount", "--pid", "--fork", "true"], check=False)
    return WITHOUT_ROOT if tried.returncode else None


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image | Lack]:
    if lack := what_lacks():
        yield lack
        return
    with ThreadPoolExecutor(2) as makers, open_store() as buildah:
        to_run_on, to_build_on = makers.map(make_base, (TO_RUN_ON, TO_BUILD_ON))
        buildah.load(to_run_on, "localhost/to-run-on")
        buildah.load(to_build_on, "localhost/to-build-on")
        secrets = secrets_of_pip(tmp_path_factory.mktemp("pip"))
        with secrets["pip.conf"].open("a", encoding="utf-8") as settings:
            settings.write(f"# {SECRET}\n")
        yield buildah.build(
            "localhost/amends",
            arguments={"BASE_IMAGE": "localhost/to-run-on", "BUILD_IMAGE": "localhost/to-build-on"},
            secrets=secrets,
        )


@pytest.fixture
def image(request: pytest.FixtureRequest, built: Image | Lack) -> Image:
    if isinstance(built, Lack):
        do_without(request, built)
    return built


@pytest.fixture
def data(tmp_path: Path, image: Image) -> Path:
    """A folder for the decision log, as a volume is one: the account of the image owns it."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    user, _, group = image.user.partition(":")
    os.chown(folder, int(user), int(group))
    return folder


def request() -> service_pb2.DecideRequest:
    """Something arrived late, and we know that it was our fault."""
    money = {"amount_paid": Money(currency_code="USD", units=100), "amount_refunded": Money(currency_code="USD")}
    situation = situation_pb2.Situation(
        case_id="case-1", fault=situation_pb2.FAULT_COMPANY, contact_reason="late_delivery", **money
    )
    return service_pb2.DecideRequest(situation=situation)


def test_the_image_adds_the_service_and_the_packs_and_nothing_else(image: Image) -> None:
    """No test, history or environment of the checkout, no settings of pip, no cache, nothing of the builder."""
    with tarfile.open(make_base(TO_RUN_ON)) as base:
        before = {name.removeprefix("./") for name in base.getnames()}
    now = {str(path.relative_to(image.root)) for path in image.root.rglob("*")}

    assert {path for path in now - before if not path.startswith(ADDED)} <= OF_THE_BUILDER
    assert files(image.root / "srv/amends") == {Path("rules") / path for path in files(ROOT / "rules")}


def files(folder: Path) -> set[Path]:
    """Every file of a folder and its folders, but for what Python leaves beside code."""
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}


def test_the_pages_that_the_service_gives_out_are_in_it(image: Image) -> None:
    """As they are committed, byte for byte: an image has no Node to build them with."""
    static = ROOT / "service" / "amends" / "console" / "static"
    (carried,) = (image.root / "opt/amends").glob("lib/python*/site-packages/amends/console/static")

    assert {path: (carried / path).read_bytes() for path in files(carried)} == {
        path: (static / path).read_bytes() for path in files(static)
    }


def test_neither_pip_nor_a_compiler_is_in_it(image: Image) -> None:
    """What only the build needs stays there, and the image is small."""
    programs = {path.name for path in image.root.rglob("*") if path.is_file()}
    modules = {path.parent.name for path in image.root.rglob("__init__.py")}
    size = sum(path.lstat().st_size for folder in ADDED for path in (image.root / folder).rglob("*"))

    assert programs & {"pip", "pip3", "gcc", "cc", "ld", "Python.h", "buf", "pytest", "ruff"} == set()
    assert modules & {"pip", "ensurepip", "setuptools", "hatchling", "pytest", "mypy", "tests"} == set()
    assert size < 200 * MEBIBYTE


def test_nothing_in_it_belongs_to_who_runs_it_but_the_data(image: Image) -> None:
    """A service that was broken into cannot change its own code or rules."""
    user = int(image.user.partition(":")[0])
    owned = {path for path in image.root.rglob("*") if path.lstat().st_uid == user}
    open_to_all = {path for folder in ADDED for path in (image.root / folder).rglob("*") if _is_open(path)}

    (owned_one,) = owned
    assert owned_one == image.root / DATA.strip("/")
    assert owned_one.stat().st_mode & 0o777 == 0o700
    assert open_to_all == set()


def _is_open(path: Path) -> bool:
    return not path.is_symlink() and bool(path.stat().st_mode & 0o002)


def test_the_build_tells_nobody_where_its_packages_came_from(image: Image) -> None:
    """An index with a password in its address is no part of what is published."""
    told = SECRET.encode()
    contents = (path for folder in ADDED for path in (image.root / folder).rglob("*") if path.is_file())

    assert SECRET not in image.described
    assert [path for path in contents if told in path.read_bytes()] == []


def test_every_engine_is_in_it(image: Image, data: Path) -> None:
    """Also the one that was compiled: what verifies packs before they go live."""
    done = run(image, data, ["amends", "test", "/srv/amends/rules/starter"])

    assert done.returncode == 0, done.stdout + done.stderr
    assert "on bitmap, reference and durable" in done.stdout


def test_a_container_decides_and_ends_when_it_is_told(image: Image, data: Path) -> None:
    """With files that cannot be written, workers, and no right at all: tables, health, a recorded decision, SIGTERM."""
    upgraded = run(image, data, ["amends", "db", "upgrade"])
    assert upgraded.returncode == 0, upgraded.stderr
    environment = {"AMENDS_PORT": "0", "AMENDS_WORKERS": "2"}

    with Container(image, data, environment) as container:
        with container.channel() as channel:
            answer = DecisionServiceStub(channel).Decide(request(), timeout=30)
        port = container.target.rpartition(":")[2]
        kind, *check = image.health
        health = container.run(check, {"AMENDS_PORT": port})
        status = Path(f"/proc/{container.first}/status").read_text(encoding="ascii")
        container.signal(signal.SIGTERM)
        code = container.end()

    assert answer.recorded
    assert answer.decision.actions
    assert (kind, health.returncode, health.stdout.strip()) == ("CMD", 0, "SERVING")
    said = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert said["Uid"].split() == said["Gid"].split() == ["10001"] * 4
    assert int(said["CapEff"], 16) == int(said["CapBnd"], 16) == 0
    assert said["NSpid"].split()[-1] == "1"
    assert code == 0, container.text
    assert container.lines("stopping")
    assert (data / "amends.db").stat().st_uid == int(image.user.partition(":")[0])


def test_a_container_without_more_listens_on_loopback_alone(image: Image) -> None:
    """Nobody is served without having asked for it: what others reach needs a certificate, or the word for it."""
    assert list(image.command) == ["amends", "serve"]
    assert [line for line in image.environment if line.startswith("AMENDS_")] == [f"AMENDS_DATA_DIR={DATA}"]
    assert image.user == "10001:10001"
