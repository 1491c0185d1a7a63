"""JUnit XML: what a build server reads of a run."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from amends.cli.junit import JunitCase, JunitSuite, junit

RUN = [
    JunitSuite(
        "shop",
        (
            JunitCase("late <&> gold", "shop/tests/late_test.yaml", "refund: expected 5\nbut came \x1b[31m9"),
            JunitCase("on time", "shop/tests/late_test.yaml"),
        ),
    ),
    JunitSuite("starter", ()),
]


def read(run: Sequence[JunitSuite]) -> ET.Element:
    return ET.fromstring(junit(run, name="amends test").encode())  # noqa: S314  # our own document


def test_suites_cases_and_failures_are_counted() -> None:
    """For the whole run and for each suite; a case without failure passed."""
    root = read(RUN)

    assert (root.tag, root.attrib) == (
        "testsuites",
        {"name": "amends test", "tests": "2", "failures": "1", "errors": "0"},
    )
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in root] == [
        ("shop", "2", "1"),
        ("starter", "0", "0"),
    ]
    assert [len(case) for case in root.iter("testcase")] == [1, 0]


def test_a_failure_keeps_its_whole_text_but_for_what_xml_cannot_hold() -> None:
    """Its first line is the message; an escape sequence would make the document unreadable."""
    root = read(RUN)

    (failure,) = root.iter("failure")
    assert failure.get("message") == "refund: expected 5"
    assert failure.text == "refund: expected 5\nbut came ?[31m9"
    assert next(case.get("name") for case in root.iter("testcase")) == "late <&> gold"


def test_no_time_is_told() -> None:
    """The same run gives the same document, whenever and on whatever machine."""
    names = {name for element in read(RUN).iter() for name in element.attrib}

    assert names == {"name", "tests", "failures", "errors", "classname", "message"}
