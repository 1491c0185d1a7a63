"""The wheel carries all of the package: its modules, and the files that the service reads and gives out."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = {"service": ROOT / "service" / "amends", "clients": ROOT / "clients" / "amends_client"}


def test_every_file_of_the_packages_is_in_the_wheel_and_nothing_of_the_checkout_beside(tmp_path: Path) -> None:
    """The files of the sidebar among them: whoever installs the wheel needs no Node."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=ROOT, check=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        carried = {name for name in packed.namelist() if ".dist-info/" not in name}

    assert carried == {
        str(path.relative_to(ROOT / place))
        for place, package in PACKAGES.items()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {"amends/console/static/sidebar.html", "amends/console/static/sidebar.js"} <= carried
