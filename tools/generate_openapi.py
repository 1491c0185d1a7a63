"""Owns the road from the contract to its OpenAPI documents: those that the service gives out, and those of docs/.

python -m tools.generate_openapi              writes them
python -m tools.generate_openapi --out DIR    writes them below DIR
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.openapi.comments import read_comments
from tools.openapi.document import flat_document, whole_document
from tools.openapi.salesforce import for_external_services

ROOT: Final = Path(__file__).resolve().parent.parent
SHIPPED: Final = Path("service", "amends", "server", "http")


def documents() -> Iterator[tuple[Path, str]]:
    """Each document's place in the checkout, and its text."""
    comments = read_comments()
    flat = flat_document(comments)
    whole = _text(whole_document(comments))
    yield SHIPPED / "openapi.json", whole
    yield SHIPPED / "openapi-flat.json", _text(flat)
    yield Path("docs", "openapi.json"), whole
    yield Path("docs", "integrations", "salesforce", "decide-flat.json"), _text(for_external_services(flat))


def _text(document: dict[str, object]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the documents."""
    parser = argparse.ArgumentParser(description="Generate the OpenAPI documents.")
    parser.add_argument("--out", type=Path, default=ROOT, help="the checkout below which to write")
    out: Path = parser.parse_args().out
    for place, text in documents():
        (out / place).parent.mkdir(parents=True, exist_ok=True)
        (out / place).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
