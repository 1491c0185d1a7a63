"""The demo's tables can be read on the page that there is."""

import io

import pytest
from rich.console import Console

from amends_client import DecideResponse
from amends_client.messages import Decision, NeededFact
from examples.report import Round, print_summary

FACT = NeededFact(
    path="facts.customer_obligations_met",
    question="Did they do all that was theirs to do, as the list of both sides has it?",
)
ASKING = Round("flights", [DecideResponse(decision=Decision(ask_next=FACT))] * 6_099, seconds=1.0)


def rows(width: int) -> list[str]:
    """The table of facts, with the rounds of the demo, on a page of that width."""
    out = io.StringIO()
    print_summary(Console(file=out, width=width), [ASKING] * 3)
    return [line.rstrip() for line in out.getvalue().split("Facts to ask for next\n")[1].splitlines()]


@pytest.mark.parametrize("width", [80, 119])
def test_a_fact_takes_one_line_of_a_narrow_page(width: int) -> None:
    """The fact and its counts; the question would wrap into a column of single words."""
    header, row = rows(width)

    assert header.split() == ["6,099", "flights"] * 3
    assert row.split() == [FACT.path, "6,099", "6,099", "6,099"]


def test_a_wide_page_shows_the_question_too() -> None:
    """Beside the fact, where there is room for it."""
    _, row = rows(160)

    assert row.endswith(FACT.question)
