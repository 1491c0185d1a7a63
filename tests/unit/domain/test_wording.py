"""A text as words: folded, placed, and cut into sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.domain.wording import phrase_of, read_wording


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("It WILL be", "it will be"),
        ("we\u2019ll  fix", "we'll fix"),
        ("by 14:30, or 1,000.50 USD", "by # or # usd"),
        ("$20 \u20ac9,90 20%", "$ # \u20ac # # %"),
        ("5pm", "# pm"),
        ("\ufb01xed so\u00adon", "fixed soon"),
        ("Stra\u00dfe e\u0301", "strasse \u00e9"),
        ("... -- !", ""),
    ],
)
def test_words_are_folded(text: str, phrase: str) -> None:
    """Case, typography and what does not show make no other word."""
    assert phrase_of(text) == phrase


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One two. Three", [0, 0, 1]),
        ("At 5 p.m. three", [0, 0, 0, 0, 0]),
        ("One\ntwo", [0, 0]),
        ("One\n\ntwo", [0, 1]),
        ("- one\n- two", [1, 2]),
        ("9.90 one", [0, 0]),
        ('"One!" two', [0, 1]),
    ],
)
def test_sentences_end_where_readers_end_them(text: str, sentences: list[int]) -> None:
    """A line that is merely wrapped goes on, an item of a list does not."""
    assert list(read_wording(text).sentences) == sentences


@given(st.text(max_size=200))
def test_places_are_those_of_the_text(text: str) -> None:
    """In order, apart, within the text; and reading a phrase again changes nothing."""
    found = read_wording(text)
    places = [place for pair in zip(found.starts, found.ends, strict=True) for place in pair]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)
    assert all(start < end for start, end in zip(found.starts, found.ends, strict=True))
    assert list(found.sentences) == sorted(found.sentences)
    assert phrase_of(" ".join(found.words)).split() == [word for word in " ".join(found.words).split() if word]


@given(st.from_regex(r"[A-Za-z ]{0,40}", fullmatch=True))
def test_plain_phrases_are_read_as_texts_are(text: str) -> None:
    """The short way to a phrase of letters leads to the same words."""
    assert phrase_of(text).split() == list(read_wording(text).words)
