"""`amends check`: warnings with their lines, waivers, what is strict, and the forms that programs read."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from amends.cli.exit_codes import ExitCode
from amends.cli.main import app
from amends.proving.pack_checks import LAWS
from tests.service.packs import BROKEN
from tests.service.running import write_pack

CORNER = """\
pack: corner
version: 1.0.0
title: A corner shop
currency: USD
tiers: [none, gold]
main: [fault]
rules:
  - id: any-fault
    title: Somebody did it
    when: {fault: {present: true}}
    then: [{apology: {literal: true}}, {set_expectations: {next: We call you tomorrow at noon.}}]
  - id: our-fault
    title: We did it
    when: {fault: company}
    then: [{apology: {literal: true}}]
"""
TESTS = """\
clock: 2026-11-01T12:00:00Z
tests:
  - {name: ours, given: {fault: company}, expect: {applied: [any-fault, our-fault]}}
"""
WAIVERS = """\
waive:
  - {check: shadowed, at: our-fault, because: The texts are still to come., until: 2026-12-01}
  - {check: gap, at: fault=missing, because: The helpdesk always says whose fault., until: 2026-12-01}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rules folder with one pack, in which a rule adds nothing and a cell has no answer."""
    write_corner(tmp_path, CORNER)
    (tmp_path / "corner" / "tests").mkdir()
    (tmp_path / "corner" / "tests" / "fault_test.yaml").write_text(TESTS, encoding="utf-8")
    return tmp_path


def write_corner(folder: Path, text: str) -> None:
    (folder / "corner").mkdir(exist_ok=True)
    (folder / "corner" / "pack.yaml").write_text(text, encoding="utf-8")


def check(rules: Path, *options: str) -> Result:
    arguments = ["check", "--rules", str(rules), "--at", "2026-11-02", *options]
    return CliRunner().invoke(app, arguments, env={"AMENDS_RULES": None})


def test_a_person_reads_each_warning_with_its_line_and_how_to_mend_it(rules: Path) -> None:
    """In the order of position, and counted; a warning fails nothing."""
    result = check(rules)

    assert result.exit_code == ExitCode.OK
    assert result.stdout == (
        "corner/pack.yaml:6:1: warning[gap]: no rule matches until missing facts are known, and none is asked for:"
        " 1 of 6 cells, for example fault=missing\n"
        "    main: [fault]\n"
        "    ^\n"
        "    hint: write a rule for them, or one without `when` for all that is left\n"
        "corner/pack.yaml:12:5: warning[shadowed]: rule our-fault adds nothing: any-fault applies wherever it does\n"
        "      - id: our-fault\n"
        "        ^\n"
        "    hint: it asks for no more than any-fault (corner/pack.yaml:8:5) does; take it out, or ask for more\n"
        "1 of 1 packs compile, 2 warnings\n"
    )


def test_strict_fails_on_warnings_by_an_exit_code_of_their_own(rules: Path) -> None:
    """4 for warnings, 0 without; a pack that does not compile stays 3."""
    assert check(rules, "--strict").exit_code == ExitCode.TESTS_FAILED
    write_corner(rules, CORNER + WAIVERS)
    assert check(rules, "--strict").exit_code == ExitCode.OK
    write_pack(rules, "lost", BROKEN)
    assert check(rules, "--strict").exit_code == ExitCode.PACK_DOES_NOT_COMPILE


def test_waivers_silence_until_their_day(rules: Path) -> None:
    """The day is the option's: after it everything is back, and the waivers are told too."""
    write_corner(rules, CORNER + WAIVERS)

    assert check(rules).stdout == "1 of 1 packs compile\n"
    later = check(rules, "--at", "2027-01-01")
    assert later.stdout.count("warning[waiver]") == 2
    assert "ended on 2026-12-01" in later.stdout
    assert later.stdout.endswith("1 of 1 packs compile, 4 warnings\n")


def test_a_day_that_is_none_is_a_mistake_of_the_caller(rules: Path) -> None:
    """Exit code 2."""
    refused = check(rules, "--at", "31.12.2026")
    assert refused.exit_code == ExitCode.BAD_ARGUMENTS
    assert "YYYY-MM-DD" in refused.stderr
    assert "%Y" not in refused.stderr


def test_what_no_test_exercises_is_told(rules: Path) -> None:
    """Once for a pack without tests; where tests cannot be read, `amends test` says so."""
    file = rules / "corner" / "tests" / "fault_test.yaml"
    file.write_text("tests: [", encoding="utf-8")
    assert "unexercised" not in check(rules).stdout

    file.unlink()
    assert "warning[unexercised]: no test exercises any of its 2 rules" in check(rules).stdout


def test_a_rule_that_can_never_match_keeps_its_pack_from_compiling(rules: Path) -> None:
    """An error of the checks is an error of loading: exit code 3, and no warnings of what does not compile."""
    write_corner(rules, CORNER.replace("{fault: company}", "{fault: company, all: [{fault: customer}]}"))

    result = check(rules)

    assert result.exit_code == ExitCode.PACK_DOES_NOT_COMPILE
    assert "corner/pack.yaml:12:5: error[never-matches]: rule our-fault can never match" in result.stdout
    assert "warning" not in result.stdout


def test_json_holds_what_a_person_reads(rules: Path) -> None:
    """Every finding in parts, by pack, with counts."""
    write_pack(rules, "lost", BROKEN)

    told = json.loads(check(rules, "--format", "json").stdout)

    assert [(pack["pack"], pack["compiles"]) for pack in told["packs"]] == [("corner", True), ("lost", False)]
    assert (told["errors"], told["warnings"]) == (1, 2)
    gap, shadowed = told["packs"][0]["findings"]
    assert (gap["check"], gap["severity"], gap["line"]) == ("gap", "warning", 6)
    assert shadowed == {
        "check": "shadowed",
        "severity": "warning",
        "message": "rule our-fault adds nothing: any-fault applies wherever it does",
        "hint": "it asks for no more than any-fault (corner/pack.yaml:8:5) does; take it out, or ask for more",
        "file": "corner/pack.yaml",
        "line": 12,
        "column": 5,
        "about": ["our-fault", "any-fault"],
    }


def test_sarif_names_every_check_and_places_every_finding(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 2.1.0: one run, a driver with its rules, results with level, message and place."""
    write_pack(rules, "lost", BROKEN)
    monkeypatch.chdir(rules.parent)

    told = json.loads(check(Path(rules.name), "--format", "sarif").stdout)

    (run,) = told["runs"]
    driver = run["tool"]["driver"]
    assert (told["version"], driver["name"]) == ("2.1.0", "amends")
    by_id = {rule["id"]: rule for rule in driver["rules"]}
    for law in LAWS:
        assert by_id[law.name]["shortDescription"] == {"text": law.says}
        assert by_id[law.name]["defaultConfiguration"] == {"level": law.severity.value}
    assert [(one["ruleId"], one["level"]) for one in run["results"]] == [
        ("gap", "warning"),
        ("shadowed", "warning"),
        ("unknown-fact", "error"),
    ]
    for one in run["results"]:
        assert driver["rules"][one["ruleIndex"]]["id"] == one["ruleId"]
        assert one["message"]["text"]
    place = run["results"][1]["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": f"{rules.name}/corner/pack.yaml"},
        "region": {"startLine": 12, "startColumn": 5},
    }


def test_sarif_gives_whole_addresses_of_what_lies_elsewhere(rules: Path) -> None:
    """A relative address would lead nowhere."""
    told = json.loads(check(rules, "--format", "sarif").stdout)

    uri = told["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == (rules / "corner" / "pack.yaml").as_uri()


def test_junit_has_a_case_a_check_and_fails_as_the_command_does(rules: Path) -> None:
    """A warning is output, and a failure where it is strict; an error is a failure."""
    write_pack(rules, "lost", BROKEN)

    lenient, strict = (read(check(rules, "--format", "junit", *options).stdout) for options in ((), ("--strict",)))

    assert [suite.get("name") for suite in lenient] == ["corner", "lost"]
    assert failures(lenient) == {("check.lost", "unknown-fact")}
    assert failures(strict) == {("check.lost", "unknown-fact"), ("check.corner", "gap"), ("check.corner", "shadowed")}
    names = {case.get("name") for case in lenient[0]}
    assert names == {law.name for law in LAWS}
    (output,) = [case[0] for case in lenient[0] if case.get("name") == "gap"]
    assert output.tag == "system-out"
    assert "no rule matches" in (output.text or "")


def read(document: str) -> ET.Element:
    return ET.fromstring(document.encode())  # noqa: S314  # our own document


def failures(root: ET.Element) -> set[tuple[str | None, str | None]]:
    return {
        (case.get("classname"), case.get("name")) for case in root.iter("testcase") if case.find("failure") is not None
    }


def test_progress_stays_out_of_files_and_pipes(rules: Path) -> None:
    """Nothing on stderr unless somebody watches a terminal."""
    assert check(rules).stderr == ""
