"""Where the built-in facts stand in a Situation: tables made once from the vocabulary and the generated code.

Nothing is listed again here: a fact's path is its field's path, and the field's type says how it is read and written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from google.protobuf.descriptor import Descriptor

from amends.domain.facts import FactSpec, FactType
from amends.domain.vocabulary import built_in_facts
from amends.v1 import situation_pb2
from amends.wire.names import names

OBSERVE_TIME: Final = "observe_time"


@dataclass(frozen=True, slots=True)
class Field:
    """One fact's field within its part. `names` maps the numbers of an enum field, or of the members of an enum set."""

    name: str
    path: str
    type: FactType
    names: Mapping[int, str] | None

    @property
    def is_enum(self) -> bool:
        """Whether the field itself is an enum of the contract (a tier, by contrast, is text that the pack lists)."""
        return self.type is FactType.ENUM and self.names is not None


@dataclass(frozen=True, slots=True)
class Part:
    """The facts of one message: of the situation itself (`name` empty) or of a message in it, such as `customer`."""

    name: str
    fields: tuple[Field, ...]


def _field(message: Descriptor, name: str, spec: FactSpec) -> Field:
    field = message.fields_by_name[name]
    holder = field if field.message_type is None else field.message_type.fields_by_name.get("values", field)
    return Field(name, spec.path, spec.type, None if holder.enum_type is None else names(holder.enum_type))


def _parts() -> tuple[Part, ...]:
    situation = situation_pb2.Situation.DESCRIPTOR
    fields: dict[str, list[Field]] = {}
    for spec in built_in_facts(tiers=(), contact_reasons=()):
        if spec.path == OBSERVE_TIME:
            continue
        part, _, name = spec.path.rpartition(".")
        message = (situation.fields_by_name[part].message_type if part else None) or situation
        fields.setdefault(part, []).append(_field(message, name, spec))
    return tuple(Part(part, tuple(members)) for part, members in fields.items())


PARTS: Final = _parts()
"""The situation itself first, then the messages in it; `observe_time` is left out, since it is never absent."""
