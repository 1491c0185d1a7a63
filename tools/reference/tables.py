"""The tables of the reference that the product fills: a row for everything there is, in the product's own order."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from amends.domain.action_kinds import KINDS, REQUEST_MET_BY, ActionKind, KindSpec
from amends.domain.facts import FactSpec, FactType
from amends.domain.vocabulary import Request, built_in_facts
from amends.packs.checks.law import EXAMPLE
from amends.packs.read_conditions import OPERATORS, ORDERED
from amends.proving.pack_checks import LAWS
from amends.resolution.order import SAID_ORDER

BROKEN: Final = Path(__file__).resolve().parents[2] / "tests" / "unit" / "packs" / "broken"

_DIAGNOSTIC: Final = re.compile(r"\S+: error\[([a-z0-9-]+)\]: (.*)")
_LONGEST: Final = 160
_BOUND: Final = ", ".join((*ORDERED, "ordered enum"))
_ALL: Final = "all"
_SAID_BY: Final = MappingProxyType({"contact_reason": "`contact_reasons`", "customer.loyalty_tier": "`tiers`"})
"""Built-in facts whose values each pack says, and where."""

_OPERATORS: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "at_least": ("{at_least: high}", "it is that or more", _BOUND),
        "above": ("{above: 100 USD}", "it is more", _BOUND),
        "at_most": ("{at_most: 20m}", "it is that or less", _BOUND),
        "below": ("{below: 30}", "it is less", _BOUND),
        "not": ("{not: [customer, nobody]}", "it is known, and none of these", _ALL),
        "has_any": ("{has_any: [media, safety]}", "at least one of these is in it", FactType.SET),
        "has_all": ("{has_all: [refund, apology]}", "all of these are in it", FactType.SET),
        "has_none": ("{has_none: [safety]}", "none of these is in it", FactType.SET),
        "present": ("{present: false}", "`true`: it is known; `false`: it is not", _ALL),
        "within": (
            "{within: 30d, of: observe_time}",
            "it lies at most so long before `of`, not after it",
            FactType.DATE,
        ),
        "of": ("{within: 1d, of: observe_time}", "which date fact `within` is measured from", FactType.DATE),
        "ahead": (
            "{within: 2d, of: observe_time, ahead: true}",
            "it lies so far after `of`, not before it",
            FactType.DATE,
        ),
    },
)
"""Of each operator: how it is written, what it asks, of which types."""

_MET_BESIDES: Final = MappingProxyType({Request.CALLBACK: "update_cadence by voice"})


def tables() -> Mapping[str, Callable[[], str]]:
    """Every table by the name under which a chapter asks for it."""
    return {
        "operators": operators,
        "facts": facts,
        "kinds": kinds,
        "said": said,
        "requests": requests,
        "checks": checks,
        "check-head": check_head,
        "check-examples": check_examples,
        "diagnostics": diagnostics,
    }


def operators() -> str:
    """What may be asked of a fact."""
    return _table(("operator", "example", "holds when", "types"), _operator_rows())


def types_of() -> dict[str, str]:
    """Of which types each operator may be asked, as its table tells it."""
    return {name.strip("`"): types for name, _, _, types in _operator_rows()}


def _operator_rows() -> list[tuple[str, str, str, str]]:
    return [
        ("a value", "`fact: company`", "it is that value", _ALL),
        ("a list", "`fact: [company, shared]`", "it is one of them; of a set: it is exactly that set", _ALL),
        *((f"`{name}`", f"`fact: {_OPERATORS[name][0]}`", *_OPERATORS[name][1:]) for name in OPERATORS),
    ]


def facts() -> str:
    """The built-in facts, in the order in which they are asked for."""
    rows = [
        (f"`{spec.path}`", _type(spec), _values(spec), spec.ask)
        for spec in built_in_facts(tiers=(), contact_reasons=())
    ]
    return _table(("fact", "type", "values", "asked as"), rows)


def kinds() -> str:
    """The kinds of action with their parameters."""
    rows = [
        (
            f"`{spec.kind}`",
            "care" if spec.care else "substantive",
            _parameters(spec),
            spec.amount.value,
            _together(spec),
            ", ".join(spec.justices) or "–",
        )
        for spec in KINDS.values()
    ]
    return _table(("kind", "care or substantive", "parameters", "amount", "several become", "justice"), rows)


def said() -> str:
    """The kinds in the order in which they are said, each with the phase in which it is done."""
    return _table(
        ("said", "kind", "done"), [(f"{n}", f"`{kind}`", KINDS[kind].phase) for n, kind in enumerate(SAID_ORDER, 1)]
    )


def requests() -> str:
    """What meets each request."""
    rows = [(request.value, ", ".join(_met_by(request)) or "nothing by itself") for request in Request]
    return _table(("request", "met by"), rows)


def checks() -> str:
    """The checks of a whole pack."""
    return _table(("check", "severity", "its law"), [(f"`{law.name}`", law.severity, law.says) for law in LAWS])


def check_head() -> str:
    """What each example of a check begins with."""
    return _yaml(EXAMPLE)


def check_examples() -> str:
    """Of each check an example that breaks its law and one that keeps it; its own tests run them."""
    parts = [
        f"**`{law.name}`** {law.says} This breaks it:\n\n{_yaml(law.bad)}\n\nThis keeps it:\n\n{_yaml(law.good)}"
        for law in LAWS
    ]
    return "\n\n".join(parts)


def diagnostics() -> str:
    """Every code of an error that a broken pack of the tests shows, with the first message told under it."""
    shown: dict[str, str] = {}
    for path in sorted(BROKEN.glob("*/expected.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            found = _DIAGNOSTIC.fullmatch(line)
            if found is not None:
                shown.setdefault(found[1], found[2])
    return _table(("code", "for instance"), [(f"`{code}`", _short(shown[code])) for code in sorted(shown)])


def _yaml(text: str) -> str:
    return f"```yaml\n{text.rstrip()}\n```"


def _short(message: str) -> str:
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"


def _type(spec: FactSpec) -> str:
    return f"ordered {spec.type}" if spec.ordered else spec.type.value


def _values(spec: FactSpec) -> str:
    if spec.path in _SAID_BY:
        return f"those of {_SAID_BY[spec.path]}"
    if spec.values:
        return ", ".join(spec.values)
    if spec.type is FactType.SET:
        return "any words"
    return "not negative" if spec.minimum == 0 else ""


def _parameters(spec: KindSpec) -> str:
    said = []
    for parameter in spec.parameters:
        values = f" ({', '.join(parameter.values)})" if parameter.values else ""
        said.append(f"`{parameter.name}`{'*' * parameter.required} {parameter.type}{values}")
    if spec.kind is ActionKind.CUSTOM:
        said.append("what the pack declares")
    return ", ".join(said)


def _together(spec: KindSpec) -> str:
    keys = ", ".join(f"`{name}`" for name in spec.key)
    return f"{spec.combine}, for each {keys}" if keys else spec.combine.value


def _met_by(request: Request) -> list[str]:
    besides = [_MET_BESIDES[request]] if request in _MET_BESIDES else []
    return [*REQUEST_MET_BY.get(request, ()), *besides]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
