"""Packs written to a temporary folder, and the reading of a single rule."""

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent, indent

import pytest

from amends.packs.load import load_pack
from amends.packs.model import Rule

HEADER = """\
pack: shop
version: 2026.1.0
title: A shop
currency: USD
timezone: America/New_York
tiers: [none, silver, gold]
contact_reasons: [late_delivery, damaged]
teams: {it: {label: IT}, content: {label: Content team}}
calendars: {office: {hours: {mon-fri: "09:00-17:00"}}}
actions:
  accept_return:
    parameters: {label_url: text, prepaid: boolean, parcels: integer, weight: decimal, worth: money, within: duration}
facts:
  delay_days: {type: integer, min: 0, max: 400, unit: days}
  share: {type: decimal}
  delivered: {type: date}
  label: {type: text}
  packaging: {type: enum, values: [original, opened, missing]}
  owner: {type: enum, values: [it, content]}
  parts: {type: set, values: [lid, box]}
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Writes files (path under the rules folder -> text) and gives the rules folder."""

    def _write(files: Mapping[str, str]) -> Path:
        for path, text in files.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(dedent(text), encoding="utf-8")
        return tmp_path

    return _write


@pytest.fixture
def read_one(write: Callable[[Mapping[str, str]], Path]) -> Callable[[str], Rule]:
    """Loads a pack of one rule, given what stands beside its id and title, and gives that rule."""

    def _read_one(body: str) -> Rule:
        rule = "rules:\n  - id: one\n    title: The only rule\n" + indent(dedent(body).strip("\n"), "    ") + "\n"
        return load_pack(write({"shop/pack.yaml": HEADER + rule}), "shop").rules[0]

    return _read_one
