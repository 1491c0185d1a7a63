"""Phrases of replies: what a language says that a decision may not bear."""

from typing import Final

from amends.domain.action_kinds import GOODWILL_KINDS
from amends.domain.currencies import EXPONENTS
from amends.packs.read_replies import MISSING_KEYS, MOST_SAID, NEVER_KEYS, PROMISE_KEYS, REPLY_KEYS
from amends.packs.read_texts import LOCALE
from amends.packs.reply_words import Advice, Place
from amends.packs.shapes import NAME as NAMES
from tools.schemas import actions
from tools.schemas.shapes import WORD, Schema, any_of, closed, listed, mapped, one_of_words, said, text
from tools.schemas.values import NAME

_PHRASES: Final = listed(WORD, unique=True)
_LISTED: Final = listed(any_of(WORD, {"const": ""}), unique=True)
_SAYS: Final = said(
    listed(any_of(WORD, listed(any_of(WORD, _PHRASES), least=1))),
    "A phrase; or a list for one sentence, of phrases and of lists of which one will do.",
)
_SOURCE: Final = said(listed(WORD, unique=True), "Rows of the doctrine.")
_KINDS: Final = listed(actions.KIND, unique=True)


def root() -> Schema:
    """The whole file."""
    never = {
        "id": NAME,
        "guardrail": said(NAME, "What the decision has to show for it to be told."),
        "says": _SAYS,
        "unless": said(_PHRASES, "In the same sentence."),
        "instead": said(WORD, "Left out: the guardrail's own words."),
        "source": _SOURCE,
    }
    missing = {
        "id": NAME,
        "of": said(_KINDS, "Where the decision holds one of these; left out: always."),
        "says": _SAYS,
        "place": one_of_words(Place),
        "instead": WORD,
        "source": _SOURCE,
    }
    promise = {
        "id": NAME,
        "of": said(_KINDS, "What it promises; any of them bears it."),
        "goodwill": listed(one_of_words(GOODWILL_KINDS), unique=True),
        "says": _SAYS,
        "unless": said(_PHRASES, "In the same sentence."),
        "source": _SOURCE,
    }
    keys = {
        "locale": said(text(LOCALE), "The language, as en or de-AT."),
        "words": said(mapped(text(NAMES), _LISTED), "Lists that a phrase may name as {name}; empty: or nothing there."),
        "never": listed(closed(never, NEVER_KEYS, required=("id", "guardrail", "says"))),
        "missing": listed(closed(missing, MISSING_KEYS, required=("id", "says"))),
        "promises": listed(closed(promise, PROMISE_KEYS, required=("id", "of", "says"))),
        "leaves_open": said(_PHRASES, "Words that make no promise of what is asked for."),
        "ours": said(_PHRASES, "Words that call an identifier ours."),
        "theirs": said(_PHRASES, "Words that make an identifier theirs."),
        "money": said(mapped(one_of_words(EXPONENTS), _PHRASES), "Words and signs of a currency, beside its code."),
        "numbers": said(
            mapped(WORD, {"type": "integer", "minimum": 0, "maximum": MOST_SAID}),
            "Numbers of amounts that are written in words, as twenty: 20.",
        ),
        "instead": closed(dict.fromkeys((advice.value for advice in Advice), WORD)),
    }
    return closed(keys, REPLY_KEYS, required=("locale",))
