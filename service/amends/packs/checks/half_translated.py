"""A pack that speaks a language in some of its texts only: a customer would read two languages in one answer."""

from collections.abc import Iterator
from typing import Final

from amends.packs.checks.customer_texts import CustomerText, customer_texts
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.model import Pack

LAW: Final = Law(
    name="half-translated",
    severity=Severity.WARNING,
    says="A language in which a pack speaks to customers stands in all of its texts for them.",
    bad="""\
rules:
  - id: send-it-again
    title: Send it again
    then: [{remedy: {kind: resend}}]
    because: {agent: It never came., customer: {en: We are sending it again., de: Wir senden es noch einmal.}}
  - id: call-first
    title: Call first
    then: [{proactive_contact: {}}]
    because: {agent: Call before they do., customer: We are calling you about your parcel.}
""",
    good="""\
rules:
  - id: send-it-again
    title: Send it again
    then: [{remedy: {kind: resend}}]
    because: {agent: It never came., customer: {en: We are sending it again., de: Wir senden es noch einmal.}}
  - id: call-first
    title: Call first
    then: [{proactive_contact: {}}]
    because: {agent: Call before they do., customer: {en: We are calling you., de: Wir rufen Sie an.}}
""",
)


def check(pack: Pack) -> Iterator[Diagnostic]:
    """One finding a language, at the first text that lacks it. Inherited texts are their own pack's concern."""
    own = [said for said in customer_texts(pack) if said.position.file.startswith(f"{pack.pack_id}/")]
    languages = dict.fromkeys(locale for said in own for locale in said.text.by_locale)
    for language in languages:
        lacking = [said for said in own if not _speaks(said, language)]
        if lacking:
            first = min(lacking, key=_place)
            message = (
                f"{len(lacking)} of {len(own)} texts for customers have no {language!r}, "
                f"the first in {first.what} {first.ident}"
            )
            hint = f"add it to each ({first.ident}: {{{next(iter(first.text.by_locale))}: .., {language}: ..}})"
            yield LAW.broken(first.position, message, language, first.ident, hint=hint)


def _speaks(said: CustomerText, language: str) -> bool:
    """As a text is chosen: `de` will do for `de-AT`."""
    return language in said.text.by_locale or language.partition("-")[0] in said.text.by_locale


def _place(said: CustomerText) -> tuple[str, int, int]:
    return said.position.file, said.position.line, said.position.column
