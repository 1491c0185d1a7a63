"""A fact that a pack declares anew with another type: what it inherits was written for the parent's.

Then the mistake is the declaration: it is told there once, and not in every inherited line that no longer fits.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.flatten import Flat
from amends.packs.outline import Definition, Section
from amends.packs.reader import MapNode, ScalarNode


@dataclass(frozen=True, slots=True)
class _Retyped:
    path: str
    before: str
    now: str
    inherited: Definition
    own: Definition

    def spoils(self, found: Diagnostic, pack_id: str) -> bool:
        """Whether a finding is an error of another pack's line about this fact."""
        words = found.message.replace(":", " ").replace(",", " ").split()
        return (
            found.severity is Severity.ERROR
            and not found.position.file.startswith(f"{pack_id}/")
            and self.path in words
        )


def told_at_the_declaration(found: Iterable[Diagnostic], flat: Flat) -> Iterator[Diagnostic]:
    """The findings, with those that a fact of another type causes told where it is declared."""
    left = list(found)
    for fact in _retyped(flat):
        spoilt = [one for one in left if fact.spoils(one, flat.outline.pack_id)]
        if not spoilt:
            continue
        left = [one for one in left if one not in spoilt]
        places = "place does" if len(spoilt) == 1 else "places do"
        first = f"the first at {spoilt[0].position}: {spoilt[0].message}"
        message = f"redefines {fact.path} of {fact.inherited.origin} as {fact.now}: "
        message += f"{len(spoilt)} inherited {places} not fit, {first}"
        hint = f"leave it {fact.before} ({fact.inherited.position}), or give the fact another name"
        yield Diagnostic(fact.own.position, "type-mismatch", message, hint=hint)
    yield from left


def _retyped(flat: Flat) -> Iterator[_Retyped]:
    seen: set[str] = set()
    for section, inherited, own in flat.replaced:
        before, now = _type(inherited), _type(own)
        if section is Section.FACTS and before and now and before != now and own.ident not in seen:
            seen.add(own.ident)
            yield _Retyped(f"facts.{own.ident}", before, now, inherited, own)


def _type(definition: Definition) -> str:
    node = definition.node.get("type") if isinstance(definition.node, MapNode) else None
    return node.text if isinstance(node, ScalarNode) else ""
