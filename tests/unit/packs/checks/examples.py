"""The examples of a check as packs: written, loaded and told what is wrong with them."""

from pathlib import Path

from amends.packs.checks.law import EXAMPLE, Law
from amends.packs.diagnostics import Diagnostic
from amends.packs.load import Loaded, load_rules
from amends.packs.model import Pack


def load_example(folder: Path, text: str) -> Loaded:
    """What the folder holds when the text completes EXAMPLE to the only pack in it."""
    (folder / "example").mkdir(exist_ok=True)
    (folder / "example" / "pack.yaml").write_text(EXAMPLE + text, encoding="utf-8")
    return load_rules(folder)


def pack_of(folder: Path, text: str) -> Pack:
    """The pack; it has to compile."""
    loaded = load_example(folder, text)
    assert loaded.diagnostics["example"] == ()
    return loaded.packs["example"]


def line_of(law: Law, found: Diagnostic) -> str:
    """The line of the bad example to which a finding points."""
    return (EXAMPLE + law.bad).splitlines()[found.position.line - 1].strip()
