"""Whatever stands in the files, loading answers with a pack or with diagnostics, never with a traceback."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from amends.packs.diagnostics import PackError
from amends.packs.load import load_pack
from amends.packs.model import Pack

SEED = (Path(__file__).parent / "seed_pack.yaml").read_text(encoding="utf-8")
LINES = SEED.splitlines(keepends=True)
SCRAPS = (
    *(
        "{}",
        "[]",
        "null",
        "true",
        "-1",
        "1e9",
        "9" * 40,
        "''",
        "'",
        '"',
        "{",
        "}",
        "[",
        "]",
        ": ",
        "- ",
        "#",
        "\t",
        "\n",
    ),
    *("&a", "*a", "!x", "\x00", "\ud7ff", "\u2028", "é", "9.90 USD", "7bd", "2026-02-30", "0001-01-01", "9999-12-31"),
    *(
        "facts.",
        "facts.a",
        "all",
        "any",
        "not",
        "present",
        "within",
        "{fact: brand}",
        "{lowest: []}",
        "unlimited",
        "sum",
    ),
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The seed with some words and lines replaced, dropped or doubled."""
    text = SEED
    for _ in range(draw(st.integers(1, 4))):
        at, until = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
        until = min(until, at + draw(st.sampled_from((0, 1, 5, 20, 200))))
        text = text[:at] + draw(st.sampled_from(SCRAPS) | st.sampled_from(LINES) | st.text(max_size=8)) + text[until:]
    return text


def load(data: bytes) -> Pack | PackError:
    with TemporaryDirectory() as folder:
        pack = Path(folder) / "seed"
        pack.mkdir()
        (pack / "pack.yaml").write_bytes(data)
        try:
            return load_pack(Path(folder), "seed")
        except PackError as error:
            return error


def is_an_answer(answer: Pack | PackError) -> bool:
    """A whole pack, or at least one finding and a text that says it."""
    return len(answer.digest) == 64 if isinstance(answer, Pack) else bool(answer.diagnostics and str(answer))


@settings(max_examples=150, deadline=None)
@given(mutated())
def test_mutated_text_is_answered(text: str) -> None:
    """A pack with anything in it, in any wrong place, loads or is explained."""
    assert is_an_answer(load(text.encode("utf-8", "surrogatepass")))


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    """Bytes that are no text at all, or text that is no YAML."""
    assert is_an_answer(load(data))


def test_the_seed_itself_loads() -> None:
    """The mutations start from a pack that compiles: otherwise they would show little."""
    answer = load(SEED.encode())
    assert isinstance(answer, Pack)
    assert len(answer.rules) == 3
