"""What a caller says of its call is taken over where it harms nobody, and else not at all."""

import pytest

from amends.server.request_ids import said_id, said_trace, trace_id

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize("said", ["r-1", "a" * 128, "case:4711/attempt=2+x@desk.example.com_A.b"])
def test_a_harmless_id_is_taken_over(said: str) -> None:
    """As it is: up to 128 letters, digits and what urls, mail addresses and UUIDs have between them."""
    assert said_id({"x-request-id": said}) == said


@pytest.mark.parametrize(
    "said", ["", "a" * 129, "two words", "line\nbreak", "x\n", "été", '"', "<b>", "a,b", "a;b", "%0a"]
)
def test_any_other_counts_as_not_said(said: str) -> None:
    """Whatever a log, a header or a page could take for something else."""
    assert said_id({"x-request-id": said}) == ""


def test_a_trace_is_known_by_its_id() -> None:
    """Of what is a traceparent of the first version; anything else is none."""
    said = f"00-{TRACE}-b7ad6b7169203331-01"

    assert trace_id(said_trace({"traceparent": said})) == TRACE
    for wrong in ("", said.upper(), said[:-1], f"{said}-x", f"{said}\n"):
        assert trace_id(said_trace({"traceparent": wrong})) == ""
