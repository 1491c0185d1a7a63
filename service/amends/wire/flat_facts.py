"""The facts of a request in texts: each read by its type, and where it was said."""

from collections.abc import Mapping
from typing import Final

from amends.domain.facts import FactSpec, FactType, Value
from amends.packs.model import Pack
from amends.v1 import flat_decision_pb2 as flat_pb2
from amends.wire.built_in_fields import OBSERVE_TIME, PARTS
from amends.wire.flat_granted import GRANTED
from amends.wire.flat_values import TextReader
from amends.wire.limits import DECLARED_FACTS
from amends.wire.violations import Malformed, Violations, entry, not_one_of, shown

DECLARED_PREFIX: Final = "facts."
SITUATION: Final = "situation."


def flat_name(path: str) -> str:
    """The field of a flat request that says the built-in fact at that path."""
    return path.replace(".", "_")


BUILT_IN: Final = tuple((field.path, flat_name(field.path)) for part in PARTS for field in part.fields)
"""The path and the field of each fact but `observe_time`."""

_FIELDS: Final = flat_pb2.DecideFlatRequest.DESCRIPTOR.fields_by_name


class FlatFacts:
    """The facts of one flat request, as far as they could be read."""

    def __init__(self, pack: Pack, reader: TextReader, violations: Violations) -> None:
        self._specs = pack.vocabulary.specs
        self._reader = reader
        self._violations = violations
        self.values: dict[str, Value] = {}
        self.said: set[str] = set()
        self.places: dict[str, str] = {}

    def add(self, path: str, text: str, members: tuple[str, ...], *, field: str) -> None:
        """A fact that is said in that field."""
        self.said.add(path)
        self.places[_place(path)] = field
        try:
            self.values[path] = self._reader.value(self._specs[path], text, members)
        except Malformed as problem:
            self._violations.malformed(field, problem)

    def add_entry(self, path: str, one: flat_pb2.FlatFact, field: str) -> None:
        """A fact that is said by its path."""
        if self.spec(path, f"{field}.path") is None:
            return
        if path in self.said:
            self._violations.add(f"{field}.path", f"{path} is said more than once; expected one value")
        elif one.value or one.values:
            self.add(path, one.value, tuple(one.values), field=field)

    def add_empty(self, path: str, field: str) -> None:
        """A set that is known to have no members."""
        spec = self.spec(path, field)
        if spec is None:
            return
        if spec.type is not FactType.SET:
            self._violations.add(field, f"{path} is no set, but {spec.type}; leave out a fact that is not known")
        elif path in self.said:
            self._violations.add(field, f"{path} has members here; a set is empty or it is not")
        else:
            self.add(path, "", (), field=field)

    def spec(self, path: str, field: str) -> FactSpec | None:
        """The fact at that path; a violation where there is none."""
        spec = self._specs.get(path)
        if spec is None:
            self._violations.malformed(field, _unknown(path, self._specs))
        return spec


def read_flat_facts(
    flat: flat_pb2.DecideFlatRequest, pack: Pack, reader: TextReader, violations: Violations
) -> FlatFacts:
    """All facts, by field, by path, and those that are known to be empty."""
    facts = FlatFacts(pack, reader, violations)
    for path, name in (*BUILT_IN, (OBSERVE_TIME, OBSERVE_TIME)):
        text, members = _said(flat, name)
        if text or members:
            facts.add(path, text, members, field=name)
    if len(flat.facts) > DECLARED_FACTS:
        violations.add("facts", f"has {len(flat.facts)} entries; expected at most {DECLARED_FACTS}")
    for index, one in enumerate(flat.facts[:DECLARED_FACTS]):
        facts.add_entry(one.path, one, f"facts[{index}]")
    if len(flat.known_empty) > DECLARED_FACTS:
        violations.add("known_empty", f"has {len(flat.known_empty)} entries; expected at most {DECLARED_FACTS}")
    for index, path in enumerate(flat.known_empty[:DECLARED_FACTS]):
        if path != GRANTED:
            facts.add_empty(path, f"known_empty[{index}]")
        elif flat.granted:
            violations.add(f"known_empty[{index}]", "something was granted here; a list is empty or it is not")
    return facts


def _said(flat: flat_pb2.DecideFlatRequest, name: str) -> tuple[str, tuple[str, ...]]:
    """What a field says: one text, or the members of a set; nothing of either where it says nothing."""
    value = getattr(flat, name)
    if isinstance(value, str):
        return value, ()
    if _FIELDS[name].has_presence:
        # A truth or a number that is there says something, also where it is false or zero.
        return (str(value).lower() if flat.HasField(name) else ""), ()  # type: ignore[arg-type]  # the names are the descriptor's own
    return "", tuple(value)


def _place(path: str) -> str:
    declared = path.startswith(DECLARED_PREFIX)
    return SITUATION + (entry("facts", path.removeprefix(DECLARED_PREFIX)) if declared else path)


def _unknown(path: str, specs: Mapping[str, FactSpec]) -> Malformed:
    whole = f"{DECLARED_PREFIX}{path}"
    if whole in specs:
        return Malformed(f"{shown(path)} is declared by the rule pack; expected its whole path, {whole}")
    return not_one_of(path, specs, what="a fact of the rule pack")
