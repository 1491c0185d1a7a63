"""The plain paths of methods, as the contract's `google.api.http` annotations give them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from google.api import annotations_pb2

from amends.server.answering import Method

_VARIABLE: Final = re.compile(r"\{(\w+)(?:=([^}]*))?\}")
_ONE_PART: Final = "[^/:]+"


@dataclass(frozen=True, slots=True)
class Variable:
    """A field of the request that stands in the path, and what stands before it there (`rulePacks/`), which is its."""

    field: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """A method by its verb and path. `template` has `{field}` for each variable; `body`: the request is the body."""

    method: Method
    verb: str
    template: str
    variables: tuple[Variable, ...]
    body: bool

    def match(self, path: str) -> Mapping[str, str] | None:
        """The values of the variables, where the path is this one."""
        found = _pattern(self.template).fullmatch(path)
        if found is None:
            return None
        return {one.field: one.prefix + found[one.field] for one in self.variables}


def bindings(methods: Iterable[Method]) -> tuple[Binding, ...]:
    """A binding for each method that has one; what ends in a verb of its own (`:decide`) before what does not."""
    found = [one for method in methods if (one := _binding(method)) is not None]
    return tuple(sorted(found, key=lambda one: ":" not in one.template))


def _binding(method: Method) -> Binding | None:
    rule = method.descriptor.GetOptions().Extensions[annotations_pb2.http]
    verb = rule.WhichOneof("pattern")
    if verb is None:
        return None
    variables = tuple(
        Variable(field, pattern.removesuffix("*") if pattern else "")
        for field, pattern in _VARIABLE.findall(getattr(rule, verb))
    )
    template = _VARIABLE.sub(lambda one: f"{(one[2] or '*').removesuffix('*')}{{{one[1]}}}", getattr(rule, verb))
    return Binding(method, verb.upper(), template, variables, body=bool(rule.body))


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile(
        "".join(f"(?P<{part}>{_ONE_PART})" if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
    )
