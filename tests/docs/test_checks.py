"""The table of checks in docs/rule-language.md is the registry's own."""

from amends.proving.pack_checks import LAWS
from tests.docs.guide import Guide

GUIDE = Guide("rule-language.md")


def test_every_check_is_told_with_its_severity_and_its_law() -> None:
    """In the order of the registry, in its words; none is forgotten and none invented."""
    assert GUIDE.rows("Checks") == [(f"`{law.name}`", law.severity.value, law.says) for law in LAWS]
