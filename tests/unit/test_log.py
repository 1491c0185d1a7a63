"""A log line is one JSON object, and says where an accident happened without quoting what was being worked on."""

import json
import subprocess
import sys

PROGRAM = """
from amends import log
log.configure(level={level!r}, console={console})
logger = log.get()
logger.debug("quiet")
logger.info("said", customer="é", path=__import__("pathlib").Path("x"))
logger.info("many", lines=[dict(number=1), dict(number=2)])
try:
    try:
        {{}}["inner secret"]
    except KeyError:
        raise ValueError("outer secret")
except ValueError as error:
    logger.error("failed", **log.failure(error))
"""


def lines_of(*, level: str, console: bool) -> list[str]:
    program = PROGRAM.format(level=level, console=console)
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_each_line_is_one_object_with_time_level_process_and_event() -> None:
    """Machines read it line by line; a value that JSON does not know is written as text."""
    said = json.loads(lines_of(level="info", console=False)[0])

    assert set(said) == {"timestamp", "level", "pid", "event", "customer", "path"}
    assert (said["level"], said["event"], said["customer"], said["path"]) == ("info", "said", "é", "x")


def test_lines_that_are_written_together_stand_each_by_itself() -> None:
    """Whoever reads the log cannot tell which lines were written at once."""
    one, two = (json.loads(line) for line in lines_of(level="info", console=False)[1:3])

    assert set(one) == set(two) == {"timestamp", "level", "pid", "event", "number"}
    assert (one["event"], two["event"], one["number"], two["number"]) == ("many", "many", 1, 2)
    assert sum("many" in line for line in lines_of(level="info", console=True)) == 2


def test_lines_below_the_level_are_not_written() -> None:
    """`error` leaves only errors."""
    assert [json.loads(line)["event"] for line in lines_of(level="error", console=False)] == ["failed"]


def test_a_failure_tells_types_and_frames_and_no_message() -> None:
    """An exception's message may quote a customer: the chain of types and places is what is logged."""
    line = lines_of(level="info", console=False)[-1]

    assert "secret" not in line
    assert [one["type"] for one in json.loads(line)["error"]] == ["builtins.ValueError", "builtins.KeyError"]
    assert json.loads(line)["error"][0]["frames"]


def test_a_person_gets_lines_of_words() -> None:
    """The console form is for eyes, and keeps the same silence."""
    text = "\n".join(lines_of(level="info", console=True))

    assert "said" in text
    assert "secret" not in text
