"""Packs clients/zendesk, the sidebar as an app of Zendesk, into the zip that is uploaded there.

    python -m tools.package_zendesk_app             writes dist/amends-zendesk-VERSION.zip
    python -m tools.package_zendesk_app --out DIR   writes DIR/amends-zendesk-VERSION.zip

The same files make the same bytes.
"""

import argparse
import json
import zipfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
APP: Final = ROOT / "clients" / "zendesk"
# The first moment that a zip can tell: when a file was last touched changes nothing of the app.
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


def package(out: Path) -> Path:
    """The zip, its manifest at the top as Zendesk wants it."""
    manifest = json.loads((APP / "manifest.json").read_text(encoding="utf-8"))
    out.mkdir(parents=True, exist_ok=True)
    made = out / f"amends-zendesk-{manifest['version']}.zip"
    files = sorted(path for path in APP.rglob("*") if path.is_file())
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(APP).as_posix(), _LONG_AGO)
            packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return made


def main() -> None:
    """Write it, and say where."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    print(package(parser.parse_args().out))


if __name__ == "__main__":
    main()
