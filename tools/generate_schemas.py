"""Writes the JSON Schemas by which an editor completes and checks the YAML of packs.

    python -m tools.generate_schemas             writes rules/schema
    python -m tools.generate_schemas --out DIR   writes DIR

They are made of the tables that the loader reads by, so a new kind, parameter, fact or key shows up by itself. A schema
knows one file: what takes the names of a whole pack (teams, facts, other rules) is the loader's to say.
"""

import argparse
import json
from pathlib import Path
from typing import Final

from tools.schemas import actions, conditions, mapping, pack, pack_tests, replies, rules, situation, values
from tools.schemas.shapes import Schema, closed

ROOT: Final = Path(__file__).resolve().parent.parent
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, Schema]:
    """Every schema by the name of its file."""
    language = {**values.definitions(), **conditions.definitions(), **actions.definitions(), **rules.definitions()}
    facts = {**values.definitions(), **situation.definitions()}
    columns = {**values.definitions(), **mapping.definitions()}
    return {
        "pack.schema.json": _schema("pack.yaml of an Amends rule pack", pack.root(), language),
        "rules.schema.json": _schema("Rules of an Amends rule pack", closed(rules.theme_keys()), language),
        "replies.schema.json": _schema(
            "Wordings of replies of an Amends rule pack", replies.root(), values.definitions()
        ),
        "test.schema.json": _schema(
            "Tests of an Amends rule pack", pack_tests.root(), {**facts, **pack_tests.definitions()}
        ),
        "situation.schema.json": _schema("A case for `amends decide`", situation.case_file(), facts),
        "mapping.schema.json": _schema("A mapping for `amends rescore`", mapping.root(), columns),
    }


def _schema(title: str, root: Schema, definitions: dict[str, Schema]) -> Schema:
    return {"$schema": DRAFT, "title": title, **root, "$defs": definitions}


def generate(out: Path) -> None:
    """Write every schema into the folder; one that is no longer made is gone."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.schema.json"):
        old.unlink()
    for name, schema in schemas().items():
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        (out / name).write_text(text, encoding="utf-8")


def main() -> None:
    """Generate, as the arguments say."""
    parser = argparse.ArgumentParser(description="Generate rules/schema from the tables of the language.")
    parser.add_argument("--out", type=Path, default=ROOT / "rules" / "schema", help="where to write the schemas")
    generate(parser.parse_args().out)


if __name__ == "__main__":
    main()
