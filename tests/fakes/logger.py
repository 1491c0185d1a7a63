"""A Logger that remembers what was said."""

from collections.abc import Callable


class RecordingLogger:
    """Keeps each line as (event, fields), those that come together too; `on_line` hears it."""

    def __init__(self, on_line: Callable[[str], None] = lambda _event: None) -> None:
        self.lines: list[tuple[str, dict[str, object]]] = []
        self._on_line = on_line

    def debug(self, event: str, **fields: object) -> None:
        self._keep(event, fields)

    def info(self, event: str, **fields: object) -> None:
        self._keep(event, fields)

    def warning(self, event: str, **fields: object) -> None:
        self._keep(event, fields)

    def error(self, event: str, **fields: object) -> None:
        self._keep(event, fields)

    def of(self, event: str) -> list[dict[str, object]]:
        """The fields of each line of an event."""
        return [fields for said, fields in self.lines if said == event]

    def _keep(self, event: str, fields: dict[str, object]) -> None:
        together = fields.get("lines")
        self.lines += [(event, one) for one in together] if isinstance(together, list) else [(event, fields)]
        self._on_line(event)
