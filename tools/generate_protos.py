"""Owns the road from `protos/` to the generated Python in `service/amends/v1`, and the lint of the contract.

    python tools/generate_protos.py             writes service/amends/v1
    python tools/generate_protos.py --out DIR   writes DIR/amends/v1
    python tools/generate_protos.py --lint      checks form, style and that no promise is broken, writes nothing
    python tools/generate_protos.py --freeze    takes what the contract says now as promised, in protos/promised.binpb

It mends nothing: what the generators write is what is committed. The google/* protos come from the installed
googleapis-common-protos; buf never sees the network, because it is given the descriptors that protoc has resolved.
"""

import argparse
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PROTOS: Final = ROOT / "protos"
PACKAGE: Final = Path("amends", "v1")
PROMISED: Final = PROTOS / "promised.binpb"
"""The contract that callers were promised: it may grow, and all of it keeps its form on the wire and in JSON."""
INIT: Final = '"""Generated from protos/amends/v1 by tools/generate_protos.py. Do not edit."""\n'


def _program(name: str) -> str:
    """A program of the running interpreter's environment, whether or not that is activated."""
    found = shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)
    if found is None:
        message = f"{name} is not installed; `make setup` installs it"
        raise SystemExit(message)
    return found


def google_protos() -> Path:
    """Where the protos of google/* are."""
    return Path(str(distribution("googleapis-common-protos").locate_file("")))


def _protoc(arguments: Sequence[str], files: str = "*.proto") -> None:
    sources = sorted(str(path.relative_to(PROTOS)) for path in (PROTOS / PACKAGE).glob(files))
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTOS}", f"-I{google_protos()}", *arguments, *sources]
    subprocess.run(command, check=True, cwd=PROTOS)


def generate(out: Path) -> None:
    """Write the package `amends/v1` anew under `out`; a file that no proto makes any more is gone.

    Where that fails nothing has changed: the package is made beside its place, and comes there file by file when it is
    whole, so that whoever imports it meanwhile finds every file, of before or of now.
    """
    package = out / PACKAGE
    package.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=package.parent, prefix=".generating-") as folder:
        _generate(Path(folder))
        made = sorted(Path(folder, PACKAGE).iterdir())
        names = {path.name for path in made}
        for path in made:
            path.replace(package / path.name)
    for path in package.iterdir():
        if path.is_file() and path.name not in names:
            path.unlink()


def _generate(out: Path) -> None:
    package = out / PACKAGE
    package.mkdir(parents=True)
    stubs, grpc_stubs = (f"--plugin={name}={_program(name)}" for name in ("protoc-gen-mypy", "protoc-gen-mypy_grpc"))
    _protoc([stubs, f"--python_out={out}", f"--mypy_out=quiet:{out}"])
    # For a file without a service the gRPC generators would write modules with nothing in them.
    _protoc([grpc_stubs, f"--grpc_python_out={out}", f"--mypy_grpc_out=quiet:{out}"], "*_service.proto")
    (package / "__init__.py").write_text(INIT, encoding="utf-8")


def lint(promised: Path = PROMISED) -> bool:
    """Whether buf has nothing to say of style, form and promises; what it says is printed."""
    buf = _program("buf")
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder, "amends.binpb")
        describe(image, "--include_source_info")
        checks = (
            [buf, "lint", str(image), "--path", PACKAGE.as_posix()],
            [buf, "breaking", str(image), "--against", str(promised), "--path", PACKAGE.as_posix()],
            [buf, "format", "--diff", "--exit-code", str(PROTOS)],
        )
        codes = [subprocess.run(check, check=False, cwd=ROOT).returncode for check in checks]
    return not any(codes)


def freeze(promised: Path = PROMISED) -> bool:
    """Promise what the contract says now. Refused, as False, where that breaks what was promised before."""
    if promised.exists() and not lint(promised):
        return False
    describe(promised)
    return True


def describe(image: Path, *options: str) -> None:
    """Write the contract's descriptors, those of what it imports among them."""
    _protoc(["--include_imports", *options, f"--descriptor_set_out={image}"])


def main() -> int:
    """Generate, lint or freeze, as the arguments say; 1 when the lint finds something."""
    parser = argparse.ArgumentParser(description="Generate service/amends/v1 from protos, or lint the protos.")
    parser.add_argument("--out", type=Path, default=ROOT / "service", help="where to write amends/v1")
    parser.add_argument("--lint", action="store_true", help="run buf lint, buf breaking and buf format instead")
    parser.add_argument("--freeze", action="store_true", help="promise what the contract has gained instead")
    options = parser.parse_args()
    if options.lint:
        return 0 if lint() else 1
    if options.freeze:
        return 0 if freeze() else 1
    generate(options.out.resolve())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
