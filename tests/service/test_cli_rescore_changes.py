"""`amends rescore --against ...` and its report: what changed is what a superseding decision would say of each case."""

import json
import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner, Result

from amends.application.compiled_pack import CompiledPack
from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.domain.facts import Value
from amends.domain.money import Money
from amends.domain.situation import Situation
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.resolution.changes import Superseded, changes
from tests.service.packs import SHOP
from tests.service.recording import sqlite_url
from tests.service.requests import late
from tests.service.running import write_pack
from tests.service.test_cli_rescore_log import LATER, THEN, Desk

OLD: Final = (
    SHOP
    + """\
  - id: a-gesture
    title: A small gesture for a long wait
    when: {facts.delay_days: {at_least: 6}}
    then: [{goodwill: {kind: credit, amount: 5 USD}}, {verify_followup: {in: 2d}}]
    because: {agent: That was long., customer: That was long.}
  - id: say-so
    title: Say where it is
    when: {facts.delay_days: {below: 3}}
    then: [{set_expectations: {next: Where it is now.}}]
    because: {agent: They wonder where it is.}
"""
)
NEW: Final = (
    OLD.replace("1.2.3", "1.2.4")
    .replace("percent: 100, of: shipping_fee", "percent: 150, of: shipping_fee")
    .replace("at_least: 6", "at_least: 8")
    .replace("Where it is now.", "When it will be there.")
    .replace("rules:\n", "limits:\n  - {id: at-most, of: [refund], at_most: 6 USD}\nrules:\n")
)
CASES: Final = tuple(
    (f"c-{place}", fault, days, fee)
    for place, (fault, days, fee) in enumerate(product(("company", "nobody", ""), (0, 3, 5, 7, 9), (200, 700, 1_100)))
)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The shop as it is to be; as it was in another folder."""
    write_pack(tmp_path / "was", "shop", OLD)
    write_pack(tmp_path / "rules", "shop", NEW)
    lines = [f"{case},{fault},{days},{fee / 100:.2f} USD" for case, fault, days, fee in CASES]
    text = "\n".join(["case_id,fault,facts.delay_days,shipping_fee", *lines, "bad,nonsense,1,1 USD"])
    (tmp_path / "rows.csv").write_text(text, encoding="utf-8")
    return tmp_path / "rules"


def rescore(rules: Path, out: str, *options: str) -> Result:
    folder = rules.parent
    told = ["rescore", str(folder / "rows.csv"), "--out", str(folder / out), "--policy", "shop", "--rules", str(rules)]
    return CliRunner().invoke(app, [*told, "--observe-time", LATER, *options])


def rows_of(path: Path) -> dict[str, dict[str, Any]]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return {row["case_id"]: row for row in rows}


def test_another_pack_changes_what_resolution_says_that_it_changes(rules: Path) -> None:
    """Row by row, new, gone, higher and lower with their amounts; and beside an earlier output all the same."""
    folder = rules.parent
    assert rescore(rules, "beside.jsonl", "--against-pack", str(folder / "was" / "shop")).exit_code == ExitCode.OK
    assert rescore(folder / "was", "was.parquet").exit_code == ExitCode.OK
    assert rescore(rules, "after.jsonl", "--against", str(folder / "was.parquet")).exit_code == ExitCode.OK

    found = rows_of(folder / "beside.jsonl")

    before, after = (CompiledPack(load_pack(path, "shop"), BitmapEngine()) for path in (folder / "was", rules))
    assert {case: told(row) for case, row in found.items()} == {one[0]: expected(one, before, after) for one in CASES}
    kinds = {change["change"] for row in found.values() for change in row["changes"]}
    assert kinds == {"new", "gone", "higher", "lower"}
    assert rows_of(folder / "after.jsonl") == found
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith("beside")) == [
        "beside.jsonl",
        "beside.jsonl.rejects.jsonl",
    ]


def told(row: dict[str, Any]) -> list[tuple[object, ...]]:
    return [(one["change"], one["kind"], one["before_minor_units"], one["after_minor_units"]) for one in row["changes"]]


def expected(case: tuple[str, str, int, int], before: CompiledPack, after: CompiledPack) -> list[tuple[object, ...]]:
    """As one decision in place of the other tells it."""
    case_id, fault, days, fee = case
    facts: dict[str, Value] = {"facts.delay_days": days, "shipping_fee": Money("USD", fee), "observe_time": THEN}
    if fault:
        facts["fault"] = fault
    was, now = (one.decide(Situation(case_id, THEN, facts), role="frontline").decision for one in (before, after))
    said = changes(Superseded(was.actions), now, combine=after.pack.combine, granted=())
    return [(one.kind.value, one.action_kind.value, units(one.before), units(one.after)) for one in said]


def units(money: Money | None) -> int | None:
    return None if money is None else money.minor_units


def test_only_changes_are_written_and_all_is_reported(rules: Path) -> None:
    """The rows that changed, what moves most first; the page is of all rows, as it is of the whole output."""
    folder = rules.parent
    beside = ["--against-pack", str(folder / "was" / "shop")]
    assert rescore(rules, "all.jsonl", *beside, "--report", str(folder / "all.html")).exit_code == ExitCode.OK
    few = ["--only-changes", "--report", str(folder / "few.html"), "--report-dir", str(folder / "few")]

    assert rescore(rules, "few.jsonl", *beside, *few).exit_code == ExitCode.OK

    every = rows_of(folder / "all.jsonl")
    wanted = {case: row for case, row in every.items() if row["case_change"] != "same"}
    assert list(rows_of(folder / "few.jsonl").items()) == list(wanted.items())
    assert 0 < len(wanted) < len(every)
    moved = [row["movement_minor_units"] or 0 for row in wanted.values()]
    assert moved == sorted(moved, reverse=True)
    page = text_of(folder / "few.html")
    assert "45 rows decided, 1 rejected" in page
    assert f"the same {len(every) - len(wanted)} " in page
    assert (folder / "few" / "waterfall-usd.png").exists()
    done = CliRunner().invoke(
        app,
        [
            *("report", str(folder / "all.jsonl"), "--report", str(folder / "again.html")),
            *("--policy", "shop", "--rules", str(rules)),
        ],
    )
    assert done.exit_code == ExitCode.OK
    assert (folder / "again.html").read_bytes() == (folder / "all.html").read_bytes()


def text_of(page: Path) -> str:
    return " ".join(re.sub("<[^>]*>", " ", page.read_text("utf-8")).split())


def reported(rules: Path, out: str) -> str:
    folder = rules.parent
    page = folder / "page.html"
    done = CliRunner().invoke(app, ["report", str(folder / out), "--report", str(page)])
    assert done.exit_code == ExitCode.OK, done.output
    return text_of(page)


def test_a_report_says_what_an_output_does_not_tell(rules: Path) -> None:
    """What was left out of it is not told as none: rows that stayed the same, and rejected rows without their file."""
    beside = ["--against-pack", str(rules.parent / "was" / "shop")]
    rescore(rules, "all.jsonl", *beside)
    rescore(rules, "few.jsonl", *beside, "--only-changes")
    (rules.parent / "few.jsonl.rejects.jsonl").unlink()

    whole, few = reported(rules, "all.jsonl"), reported(rules, "few.jsonl")

    assert "--only-changes" not in whole
    assert "45 rows decided, 1 rejected;" in whole
    assert "the same not known " in few
    assert "as one that was written with --only-changes: such rows, if there are any, are in no number" in few
    assert "No row was rejected" not in few
    assert "none was rejected, or it lies elsewhere" in few


def test_where_nothing_changed_it_is_said(rules: Path) -> None:
    """An output of no rows is one too, in a form that tells no names: it can be reported, and be compared with."""
    rescore(rules, "was.jsonl")
    beside = ["--against", str(rules.parent / "was.jsonl"), "--only-changes"]
    assert rescore(rules, "none.jsonl", *beside).exit_code == ExitCode.OK
    assert (rules.parent / "none.jsonl").read_bytes() == b""

    assert "There are no rows: none was decided, or none changed" in reported(rules, "none.jsonl")
    rescore(rules, "new.jsonl", "--against", str(rules.parent / "none.jsonl"))
    assert {row["case_change"] for row in rows_of(rules.parent / "new.jsonl").values()} == {"new"}


def test_a_pack_says_what_makes_actions_the_same(tmp_path: Path) -> None:
    """By the pack of now, as a superseding decision has it: all remedies stand, and none is another in its place."""
    remedies = """\
  - id: again
    title: Send it again
    when: {facts.delay_days: {at_least: 3}}
    then: [{remedy: {kind: resend}}]
    because: {agent: Again., customer: Again.}
"""
    was = SHOP + remedies
    now = was.replace("kind: resend", "kind: replace").replace("rules:\n", "combine: {remedy: all}\nrules:\n")
    write_pack(tmp_path / "was", "shop", was)
    write_pack(tmp_path / "rules", "shop", now)
    (tmp_path / "rows.csv").write_text("case_id,facts.delay_days\nc-1,4\n", encoding="utf-8")

    assert rescore(tmp_path / "rules", "out.jsonl", "--against-pack", str(tmp_path / "was" / "shop")).exit_code == 0

    told = rows_of(tmp_path / "out.jsonl")["c-1"]["changes"]
    assert [(one["change"], one["kind"], one["what"]) for one in told] == [
        ("new", "remedy", "replace"),
        ("gone", "remedy", "resend"),
    ]


def test_since_the_latest_decision_in_the_log(tmp_path: Path) -> None:
    """What was decided then beside what is decided now; what was paid is not gone; what is not kept is missed."""
    desk = Desk(sqlite_url(tmp_path), tmp_path / "was", text=OLD)
    for case in ("same", "other"):
        desk.decide(late(9, case_id=case), ago=5)
    desk.pay(desk.decide(late(9, case_id="paid"), ago=5), 990, ("refund",))
    write_pack(tmp_path / "rules", "shop", NEW)
    lines = ["same,company,9,9.90 USD", "other,nobody,9,9.90 USD", "paid,nobody,9,9.90 USD", "fresh,company,9,1 USD"]
    (tmp_path / "rows.csv").write_text("\n".join(["case_id,fault,facts.delay_days,shipping_fee", *lines]))

    done = rescore(tmp_path / "rules", "out.jsonl", "--against-log", "--database", desk.url)

    assert done.exit_code == ExitCode.OK, done.output
    rows = rows_of(tmp_path / "out.jsonl")
    assert {case: row["case_change"] for case, row in rows.items()} == {
        "fresh": "new",
        "same": "changed",
        "other": "changed",
        "paid": "changed",
    }
    assert told(rows["same"]) == [("lower", "refund", 990, 600)]
    assert told(rows["other"]) == [("gone", "apology", None, None), ("gone", "refund", 990, None)]
    assert told(rows["paid"]) == [("gone", "apology", None, None)]
    assert [(one["kind"], one["state"]) for one in rows["same"]["fell_due"]] == [("verify", "missed")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--only-changes"], "--only-changes needs to know since when"),
        (["--against-log", "--against-pack", "x"], "one thing at a time, not --against-pack and --against-log"),
        (["--against-pack", "0" * 64], "there is no pack of the digest 000"),
        (["--against", "ROWS"], "it is no output of `amends rescore`: it has no column position"),
    ],
)
def test_what_cannot_be_compared_is_refused(rules: Path, options: list[str], said: str) -> None:
    """Before anything is decided, and nothing is written."""
    rows = str(rules.parent / "rows.csv")

    done = rescore(rules, "out.jsonl", *[rows if option == "ROWS" else option for option in options])

    assert (done.exit_code, (rules.parent / "out.jsonl").exists()) == (ExitCode.BAD_ARGUMENTS, False)
    assert said in done.stderr


@pytest.mark.parametrize(("lacking", "extra"), [("matplotlib", "report"), ("pyarrow", "rescore"), ("numpy", "rescore")])
def test_what_is_not_installed_is_named_with_what_to_install(rules: Path, lacking: str, extra: str) -> None:
    """Before anything is decided."""
    program = f"import sys; sys.modules[{lacking!r}] = None; from amends.cli.main import app; app()"
    told = ["rescore", str(rules.parent / "rows.csv"), "--out", str(rules.parent / "out.jsonl"), "--policy", "shop"]
    arguments = [
        sys.executable,
        "-c",
        program,
        *told,
        "--rules",
        str(rules),
        "--report",
        str(rules.parent / "page.html"),
    ]

    asked = subprocess.run(arguments, capture_output=True, text=True, check=False)

    assert (asked.returncode, f"pip install 'amends[{extra}]'" in asked.stderr) == (ExitCode.BAD_ARGUMENTS, True)
    assert not (rules.parent / "out.jsonl").exists()
