"""`amends-bridge try`: a mapping is tried offline, on a payload in a file or from standard input."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from amends_client.bridge.cli import app

MAPPING = """\
delivery: {case: {path: id}}
situation:
  fault: {path: fault, values: {us: company}}
  amount_paid: {path: paid, currency: USD}
"""


def try_mapping(mapping: str, payload: str, folder: Path) -> Result:
    file = folder / "desk.yaml"
    file.write_text(mapping, encoding="utf-8")
    return CliRunner().invoke(app, ["try", str(file), "-"], input=payload)


def test_what_a_mapping_takes_is_shown_with_what_it_could_not(tmp_path: Path) -> None:
    """Who writes a mapping sees at once which facts it gives, and which it does not know how to read."""
    done = try_mapping(MAPPING, '{"id": 42, "fault": "them", "paid": 59.9}', tmp_path)

    first, rest = done.stdout.split("\n", 1)
    shown, _, unmapped = rest.partition("\nnot known: ")
    assert done.exit_code == 0, done.stderr
    assert first == "case 42, event not told, changed not told, by the bridge itself: False"
    assert json.loads(shown)["amount_paid"] == {"currency_code": "USD", "units": "59", "nanos": 900000000}
    assert json.loads(shown)["case_id"] == "desk-42"
    assert unmapped == "fault, from fault: it has no translation\n"


def test_a_wrong_mapping_and_a_wrong_payload_are_told_apart(tmp_path: Path) -> None:
    """1: mend the file; 2: mend what the helpdesk sends."""
    wrong = try_mapping(MAPPING.replace("fault:", "fualt:"), "{}", tmp_path)
    lacking = try_mapping(MAPPING, "{}", tmp_path)
    no_json = try_mapping(MAPPING, "{", tmp_path)
    too_deep = try_mapping(MAPPING, "[" * 100_000, tmp_path)

    assert (wrong.exit_code, lacking.exit_code, no_json.exit_code, too_deep.exit_code) == (1, 2, 2, 2)
    assert "did you mean 'fault'?" in wrong.stderr
    assert lacking.stderr == "-: it lacks id\n"
    assert no_json.stderr.startswith("-: it is not JSON")
