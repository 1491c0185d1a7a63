"""Reads a mapping file, with every problem told at once.

`delivery` says how a payload tells its case; `situation` has the form of a situation in which a value may be a
`{path: ...}` into the payload.
"""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from amends_client.bridge.mapping.convert import TIME_UNITS, UNITS, UnreadableError, convert
from amends_client.bridge.mapping.model import CaseMapping, DeliveryPaths, Entry, FromPayload, Kind, Plain, Target
from amends_client.bridge.mapping.nodes import Listed, Mapped, Node, Scalar, read_nodes
from amends_client.bridge.mapping.paths import Path, read_path
from amends_client.bridge.mapping.problems import MappingError, Place, Problems, nearest
from amends_client.bridge.mapping.targets import FACTS, GROUPS, targets

_ALWAYS: Final = ("path", "values", "default", "required")
_NUMBERS: Final = ("decimal", "thousands")
_KEYS: Final = {
    Kind.TEXT: ("prefix",),
    Kind.INTEGER: _NUMBERS,
    Kind.DECIMAL: _NUMBERS,
    Kind.BOOLEAN: (),
    Kind.MONEY: ("currency", "currency_path", "minor_digits", *_NUMBERS),
    Kind.TIMESTAMP: ("format", "timezone", "unit"),
    Kind.DURATION: ("unit", *_NUMBERS),
    Kind.SET: ("separator", "prefix"),
    Kind.ENUM: (),
}
"""What may be said of a value beside its path and the names of its values, by the kind of the field."""
_DECLARED: Final = tuple(kind for kind in Kind if kind is not Kind.ENUM)
_PART: Final = {"delivery": ("case", "event", "time", "own"), "": ("delivery", "situation")}
_MOST_MINOR_DIGITS: Final = 4


def read_mapping(text: str, *, file: str) -> CaseMapping:
    """The mapping that a file describes; MappingError with everything wrong with it."""
    problems = Problems()
    reader = _Reader(problems)
    root = read_nodes(text, problems)
    found = None
    if root is not None and not problems.found:
        found = reader.read(root)
    if found is None or problems.found:
        raise MappingError(file, text, problems.found)
    return found


class _Reader:
    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._targets = targets()

    def read(self, root: Node) -> CaseMapping | None:
        top = self._mapping(root, "a mapping file")
        if top is None:
            return None
        self._check_keys(top, _PART[""], "a mapping file")
        delivery = self._delivery(top)
        situation = self._inner(top, "situation")
        entries = self._entries(situation) if situation is not None else ()
        return None if delivery is None else CaseMapping(delivery, entries)

    def _delivery(self, top: Mapped) -> DeliveryPaths | None:
        node = self._inner(top, "delivery")
        if node is None:
            return None
        self._check_keys(node, _PART["delivery"], "`delivery`")
        case = self._source_of(node, Target("case", Kind.TEXT), required=True)
        event = self._source_of(node, Target("event", Kind.TEXT))
        time = self._source_of(node, Target("time", Kind.TIMESTAMP))
        own, own_values = self._own(node.get("own"))
        if case is None:
            return None
        return DeliveryPaths(case, None if event is None else event.path, time, own, own_values)

    def _own(self, node: Node | None) -> tuple[Path | None, frozenset[str]]:
        if node is None:
            return None, frozenset()
        inner = self._mapping(node, "`own`")
        if inner is None:
            return None, frozenset()
        self._check_keys(inner, ("path", "is"), "`own`")
        listed = inner.get("is")
        items = listed.items if isinstance(listed, Listed) else () if listed is None else (listed,)
        if not items:
            self._problems.add(inner.place, "missing", "`own` needs `is`", "the values that mean: the bridge itself")
        return self._path(inner), frozenset(item.text for item in items if isinstance(item, Scalar))

    def _entries(self, node: Mapped) -> tuple[Entry, ...]:
        found: list[Entry | None] = []
        for key, value in node.entries:
            if key.text in (*GROUPS, FACTS):
                group = self._mapping(value, f"`{key.text}`")
                for name, inner in group.entries if group is not None else ():
                    found.append(self._entry(name, inner, f"{key.text}.{name.text}"))
            else:
                found.append(self._entry(key, value, key.text))
        return tuple(entry for entry in found if entry is not None)

    def _entry(self, key: Scalar, value: Node, path: str) -> Entry | None:
        declared = path.startswith(f"{FACTS}.")
        if not declared and path not in self._targets:
            known = [*self._targets, *GROUPS, FACTS]
            self._problem(key.place, "unknown-field", f"a situation has no {path[:100]!r}", nearest(path, known))
            return None
        target = Target(path, self._declared_kind(value)) if declared else self._targets[path]
        if isinstance(value, Mapped):
            source: FromPayload | Plain | None = self._source(value, target, declared=declared)
        else:
            source = self._constant(value, target)
        return None if source is None else Entry(target, source)

    def _declared_kind(self, value: Node) -> Kind:
        node = value.get("type") if isinstance(value, Mapped) else None
        named = self._text(node, "type") if node is not None else ""
        if named and named not in _DECLARED:
            assert node is not None  # it has just been read
            self._problem(node.place, "wrong-value", f"{named[:60]!r} is no type", nearest(named, _DECLARED))
            return Kind.TEXT
        return Kind(named) if named else Kind.TEXT

    def _source_of(self, node: Mapped, target: Target, *, required: bool = False) -> FromPayload | None:
        value = node.get(target.path)
        if value is None:
            if required:
                self._problem(node.place, "missing", f"`delivery` needs `{target.path}`", "{path: ...}")
            return None
        inner = self._mapping(value, f"`{target.path}`")
        return None if inner is None else self._source(inner, target, declared=False)

    def _source(self, node: Mapped, target: Target, *, declared: bool) -> FromPayload | None:
        keys = (*_ALWAYS, *_KEYS[target.kind], *(("type",) if declared else ()))
        self._check_keys(node, keys, f"what {target.path} comes from")
        path = self._path(node)
        default = node.get("default")
        source = FromPayload(
            path or Path("", ()),
            values=self._values(node, target),
            default=None if default is None else self._constant(default, target),
            unit=self._one_of(node, "unit", TIME_UNITS if target.kind is Kind.TIMESTAMP else UNITS),
            currency=self._said(node, "currency"),
            currency_path=self._path(node, "currency_path") if node.get("currency_path") is not None else None,
            minor_digits=self._minor_digits(node),
            decimal=self._said(node, "decimal") or ".",
            thousands=self._said(node, "thousands"),
            form=self._form(node),
            timezone=self._timezone(node),
            separator=self._said(node, "separator") or ",",
            prefix=self._said(node, "prefix"),
            required=self._one_of(node, "required", ("true", "false")) == "true",
        )
        return None if path is None else source

    def _values(self, node: Mapped, target: Target) -> dict[str, str | None] | None:
        """Whatever a value is called in the payload, what it is called here must be a value of the field."""
        inner = node.get("values")
        if inner is None:
            return None
        listed = self._mapping(inner, "`values`")
        found: dict[str, str | None] = {}
        for key, value in listed.entries if listed is not None else ():
            if not isinstance(value, Scalar):
                self._problem(value.place, "wrong-value", "expected one value", "")
            elif value.is_null:
                found[key.text] = None
            else:
                self._constant(value, _member(target) if target.kind is Kind.SET else target)
                found[key.text] = value.text
        return found

    def _constant(self, node: Node, target: Target) -> Plain | None:
        raw: object
        match node:
            case Scalar():
                raw = node.text
            case Listed() if target.kind is Kind.SET and all(isinstance(item, Scalar) for item in node.items):
                raw = [item.text for item in node.items if isinstance(item, Scalar)]
            case _:
                self._problem(node.place, "wrong-value", f"{target.path} is no such value", "a value, or {path: ...}")
                return None
        try:
            return convert(raw, target, FromPayload(Path("", ())), None)
        except UnreadableError as error:
            self._problem(node.place, "wrong-value", f"{target.path}: {error}")
            return None

    def _path(self, node: Mapped, key: str = "path") -> Path | None:
        value = node.get(key)
        if value is None:
            self._problem(node.place, "missing", f"`{key}` is missing", "as in ticket.fields[id=42].value")
            return None
        text = self._text(value, key)
        found = read_path(text)
        if found is None:
            message = f"{text[:60]!r} is no path"
            self._problem(value.place, "wrong-path", message, "as in ticket.fields[id=42].value or tags[*].name")
        return found

    def _minor_digits(self, node: Mapped) -> int:
        text = self._one_of(node, "minor_digits", tuple(str(digits) for digits in range(_MOST_MINOR_DIGITS + 1)))
        return int(text or 0)

    def _form(self, node: Mapped) -> str:
        form = self._said(node, "format")
        try:
            datetime.strptime(datetime(2026, 1, 2).strftime(form), form)  # noqa: DTZ001, DTZ007 -- only whether it can be read
        except ValueError:
            self._wrong(node, "format", f"{form[:60]!r} cannot be read back", 'as in "%d.%m.%Y %H:%M"')
        return form

    def _timezone(self, node: Mapped) -> ZoneInfo | None:
        name = self._said(node, "timezone")
        try:
            return ZoneInfo(name) if name else None
        except (ValueError, OSError):
            self._wrong(node, "timezone", f"{name[:60]!r} is no time zone", "as in Europe/Berlin")
            return None

    def _one_of(self, node: Mapped, key: str, known: tuple[str, ...]) -> str:
        text = self._said(node, key)
        if text and text not in known:
            self._wrong(node, key, f"{text[:60]!r} is not for `{key}`", nearest(text, known))
            return ""
        return text

    def _said(self, node: Mapped, key: str) -> str:
        value = node.get(key)
        return "" if value is None else self._text(value, key)

    def _text(self, node: Node, what: str) -> str:
        if isinstance(node, Scalar):
            return node.text
        self._problem(node.place, "wrong-value", f"`{what}` is one value")
        return ""

    def _inner(self, node: Mapped, key: str) -> Mapped | None:
        value = node.get(key)
        if value is None:
            self._problem(node.place, "missing", f"`{key}` is missing", f"write {key}: and what belongs to it")
            return None
        return self._mapping(value, f"`{key}`")

    def _mapping(self, node: Node, what: str) -> Mapped | None:
        if isinstance(node, Mapped):
            return node
        self._problem(node.place, "wrong-form", f"{what} is a mapping", "lines of key: value")
        return None

    def _check_keys(self, node: Mapped, known: tuple[str, ...], what: str) -> None:
        for key, _ in node.entries:
            if key.text not in known:
                message = f"{what} has no {key.text[:60]!r}"
                self._problem(key.place, "unknown-key", message, nearest(key.text, known))

    def _wrong(self, node: Mapped, key: str, message: str, hint: str) -> None:
        value = node.get(key)
        assert value is not None  # it has just been read
        self._problem(value.place, "wrong-value", message, hint)

    def _problem(self, place: Place, code: str, message: str, hint: str = "") -> None:
        self._problems.add(place, code, message, hint)


def _member(target: Target) -> Target:
    return Target(target.path, Kind.TEXT if target.enum is None else Kind.ENUM, target.enum)
