"""JUnit XML, as build servers read it: suites of cases, each passed or failed. Without times, so that it is the same
for the same input.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

# What XML 1.0 cannot hold, not even escaped: controls, halves of surrogate pairs, two non-characters.
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class JunitCase:
    """One case. `classname` groups cases (a file, a check); `failure` is all that went wrong; empty: nothing did.

    `output` is what a case that passed has to say all the same.
    """

    name: str
    classname: str
    failure: str = ""
    output: str = ""


@dataclass(frozen=True, slots=True)
class JunitSuite:
    """The cases of one pack."""

    name: str
    cases: tuple[JunitCase, ...]


def junit(suites: Sequence[JunitSuite], *, name: str) -> str:
    """The document of a run called `name`, ending in a line break."""
    root = ET.Element("testsuites", _counts(name, [case for suite in suites for case in suite.cases]))
    for suite in suites:
        element = ET.SubElement(root, "testsuite", _counts(suite.name, suite.cases))
        for case in suite.cases:
            _add_case(element, case)
    ET.indent(root)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ET.tostring(root, encoding='unicode')}\n"


def _counts(name: str, cases: Sequence[JunitCase]) -> dict[str, str]:
    failures = sum(bool(case.failure) for case in cases)
    return {"name": _writable(name), "tests": str(len(cases)), "failures": str(failures), "errors": "0"}


def _add_case(suite: ET.Element, case: JunitCase) -> None:
    names = {"name": _writable(case.name), "classname": _writable(case.classname)}
    element = ET.SubElement(suite, "testcase", names)
    if case.failure:
        text = _writable(case.failure)
        failure = ET.SubElement(element, "failure", {"message": text.splitlines()[0]})
        failure.text = text
    if case.output:
        ET.SubElement(element, "system-out").text = _writable(case.output)


def _writable(text: str) -> str:
    return _NOT_IN_XML.sub("?", text)
