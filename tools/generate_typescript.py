"""Owns the road from `protos/` to the generated TypeScript in `clients/typescript/src/gen`.

    python -m tools.generate_typescript             writes clients/typescript/src/gen
    python -m tools.generate_typescript --out DIR   writes DIR

The generator is protoc-gen-es of the locked npm packages, called by the protoc that makes the Python; what the contract
imports of google/* is generated with it, since no npm package has all of that.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tools.generate_protos import PACKAGE, PROTOS, ROOT, google_protos

PLUGIN: Final = ROOT / "clients" / "node_modules" / ".bin" / "protoc-gen-es"
COMMITTED: Final = ROOT / "clients" / "typescript" / "src" / "gen"
_IMPORTED: Final = (
    *("google/api/annotations.proto", "google/api/client.proto", "google/api/field_behavior.proto"),
    *("google/api/http.proto", "google/api/launch_stage.proto"),
    *("google/rpc/error_details.proto", "google/rpc/status.proto"),
    *("google/type/date.proto", "google/type/decimal.proto", "google/type/money.proto"),
)


def generate(out: Path) -> None:
    """Write the generated modules anew under `out`; where that fails nothing has changed."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".generating-") as folder:
        made = Path(folder, "gen")
        made.mkdir()
        _protoc(made)
        shutil.rmtree(out, ignore_errors=True)
        made.replace(out)


def _protoc(out: Path) -> None:
    ours = sorted(str(path.relative_to(PROTOS)) for path in (PROTOS / PACKAGE).glob("*.proto"))
    command = [
        *(sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTOS}", f"-I{google_protos()}"),
        *(f"--plugin={PLUGIN}", f"--es_out={out}", "--es_opt=target=ts,import_extension=js"),
        *ours,
        *_IMPORTED,
    ]
    subprocess.run(command, check=True, cwd=PROTOS)


def main() -> int:
    """Generate; 1 where the generator is not installed."""
    parser = argparse.ArgumentParser(description="Generate clients/typescript/src/gen from protos.")
    parser.add_argument("--out", type=Path, default=COMMITTED, help="where to write it")
    options = parser.parse_args()
    if not PLUGIN.exists():
        print("protoc-gen-es is not installed; `make node` installs it", file=sys.stderr)
        return 1
    generate(options.out.resolve())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
