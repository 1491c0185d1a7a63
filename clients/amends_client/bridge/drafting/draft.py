"""Writes the draft: a mapping file that is one already, and the body that the webhook has to send for it.

Whatever a helpdesk calls its things stands in quotes, or in a comment of one line: it can become no YAML.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

from amends_client.bridge.drafting.facts import Fact, facts_of
from amends_client.bridge.drafting.guess import Guess, guesses, meanings, unit_of
from amends_client.bridge.listing import DeskField, Listing
from amends_client.bridge.mapping.model import Kind
from amends_client.bridge.mapping.targets import FACTS, GROUPS
from amends_client.messages import RulePack

_FLAGS: Final = "flags"
_PLAIN: Final = re.compile(r"[\w.-]+", re.ASCII)
_MOST_TOLD: Final = 30
"""Options or tags in a comment: a mapping is a file of 1 MiB at most."""


def mapping_of(listing: Listing, pack: RulePack, *, policy: str) -> str:
    """The text of the mapping file."""
    facts, guessed = facts_of(pack), _guessed(listing, pack)
    entries = tuple(_entries(listing, facts, guessed, pack))
    lines = [
        f"# Drafted for {listing.vendor} and the policy {_one_line(policy)}, rules {pack.pack_id} {pack.version}.",
        "# What is guessed is yours to check. Then: amends-bridge try THIS-FILE PAYLOAD",
        "delivery:",
        *(f"  {name}: {value}" for name, value in listing.delivery.items()),
        "situation:" if entries else "situation: {}",
        *_situation(entries),
        *_rest(listing, facts, guessed),
    ]
    return "\n".join(lines) + "\n"


def body_of(listing: Listing, pack: RulePack) -> str | None:
    """What the webhook is told to send, so that the mapping finds what it reads; None: it is told nothing."""
    if listing.body is None:
        return None
    told = listing.body([guess.field for guess in _guessed(listing, pack)])
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _guessed(listing: Listing, pack: RulePack) -> tuple[Guess, ...]:
    """Money only where the pack says of which currency it is: a field of a helpdesk says none."""
    known = (fact for fact in facts_of(pack) if fact.path not in listing.always)
    return guesses(listing.fields, [fact for fact in known if pack.currency or fact.kind is not Kind.MONEY])


def _entries(
    listing: Listing, facts: Iterable[Fact], guessed: Iterable[Guess], pack: RulePack
) -> Iterator[tuple[str, list[str]]]:
    """Each target with its lines; the first is the value's own, as it stands behind the target's name."""
    for path, value in listing.always.items():
        yield path, [value]
    flags = _flags_of(listing, facts)
    if flags and _FLAGS not in listing.always:
        values = ", ".join(f"{_key(tag)}: {flag}" for tag, flag in flags.items())
        where = f"{{path: {_path(listing.tags_path)}, separator: {_quoted(listing.separator)}"
        yield _FLAGS, [f"{where}, values: {{{values}}}}}  # guessed by the names of tags"]
    for guess in guessed:
        yield guess.fact.path, _lines(guess, pack, separator=listing.separator)


def _flags_of(listing: Listing, facts: Iterable[Fact]) -> dict[str, str]:
    members = next((fact.values for fact in facts if fact.path == _FLAGS), ())
    meant = meanings(dict.fromkeys(listing.tags, ""), members)
    return {tag: flag for tag, flag in meant.items() if flag is not None}


def _lines(guess: Guess, pack: RulePack, *, separator: str) -> list[str]:
    field, fact = guess.field, guess.fact
    said = [f"path: {_path(field.path)}", *_how(guess, pack, separator=separator)]
    told = f"# guessed by {guess.why}: {_named(field)}"
    if not guess.values:
        return [f"{{{', '.join(said)}}}  {told}"]
    asked = ", ".join(fact.values)
    values = [
        f"    {_key(value)}: {member or 'null'}  # {_one_line(field.options[value])}"
        + ("" if member else f"; which of {asked}?")
        for value, member in guess.values.items()
    ]
    return [f"  {told}", *(f"  {one}" for one in said), "  values:", *values]


def _how(guess: Guess, pack: RulePack, *, separator: str) -> Iterator[str]:
    match guess.fact.kind:
        case Kind.MONEY:
            yield f"currency: {pack.currency}"
        case Kind.DURATION:
            yield f"unit: {unit_of(guess.field)}"
        case Kind.TIMESTAMP if guess.field.unit:
            yield f"unit: {guess.field.unit}"
        case Kind.TIMESTAMP:
            yield f"timezone: {pack.time_zone or 'UTC'}"
        case Kind.SET:
            yield f"separator: {_quoted(separator)}"
        case _:
            # The others are read as they are.
            pass
    if guess.fact.is_declared:
        # The member of an enum that a pack declares is a text.
        yield f"type: {Kind.TEXT if guess.fact.kind is Kind.ENUM else guess.fact.kind}"


def _situation(entries: Iterable[tuple[str, list[str]]]) -> Iterator[str]:
    """The fields of a group stand together under its name."""
    grouped: dict[str, list[tuple[str, list[str]]]] = {"": []}
    for path, lines in entries:
        group, _, name = path.rpartition(".")
        grouped.setdefault(group, []).append((name, lines))
    assert set(grouped) <= {"", *GROUPS, FACTS}
    for group, held in grouped.items():
        if group:
            yield f"  {group}:"
        indent = "    " if group else "  "
        for name, (first, *more) in held:
            yield f"{indent}{name}:{'' if more else ' '}{'' if more else first}"
            yield from (f"{indent}{line}" for line in ((first, *more) if more else ()))


def _rest(listing: Listing, facts: Iterable[Fact], guessed: Iterable[Guess]) -> Iterator[str]:
    """What has no place yet, as comments."""
    mapped = {guess.field.path for guess in guessed}
    known = {*listing.always, *(guess.fact.path for guess in guessed)}
    said = ", and what the webhook's body has to say for them" if any(one.placeholder for one in listing.fields) else ""
    yield f"# unmapped: fields for which no fact was guessed{said}"
    for field in listing.fields:
        if field.path not in mapped:
            placeholder = f", {field.placeholder}" if field.placeholder else ""
            options = f"; options {_some(field.options)}" if field.options else ""
            yield f"#   {_named(field)}: {field.path}{placeholder}{options}"
    yield "# unmapped: facts that the rules know, and for which no field was guessed"
    for fact in facts:
        if fact.path not in known and (fact.question or fact.is_declared):
            members = f" ({', '.join(fact.values)})" if fact.values else ""
            yield f"#   {fact.path}, {fact.kind}{members}: {_one_line(fact.question) or 'no question is declared'}"
    yield f"# forms: {_some(listing.forms)}"
    yield f"# tags: {_some(listing.tags)}"


def _path(path: str) -> str:
    """Quoted, unless YAML takes it for one text as it is."""
    return path if _PLAIN.fullmatch(path) else _quoted(path)


def _key(value: str) -> str:
    """What a payload holds, to the last character: what does not print is escaped."""
    return json.dumps(value, ensure_ascii=not value.isprintable())


def _some(values: Iterable[str]) -> str:
    """Quoted; of many the first, and how many more."""
    quoted = [_quoted(one) for one in values]
    more = f" and {len(quoted) - _MOST_TOLD} more" if len(quoted) > _MOST_TOLD else ""
    return (", ".join(quoted[:_MOST_TOLD]) or "none") + more


def _named(field: DeskField) -> str:
    forms = f", on {', '.join(map(_quoted, field.forms))}" if field.forms else ""
    return f"{_quoted(field.title)} ({field.kind}{forms})"


def _quoted(text: str) -> str:
    return json.dumps(_one_line(text), ensure_ascii=False)


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
