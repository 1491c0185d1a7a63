"""What pages on a terminal are made of: sections, lines, money and moments, and words that no text can take over."""

from collections.abc import Iterable
from datetime import UTC, datetime
from unicodedata import category

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money as WireMoney
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from amends.domain.money import Money
from amends_client.values import money_text


def section(title: str, rows: Iterable[RenderableType]) -> RenderableType | None:
    """A headed list; nothing where the list is empty."""
    body = list(rows)
    return Group(Text(), text(title, "bold underline"), *body) if body else None


def labelled(label: str, words: str, style: str = "") -> Text:
    """Words after a label that says what they are."""
    return Text.assemble((f"{label} ", "dim"), (clean(words), style))


def line(label: str, words: str) -> RenderableType:
    """An entry of a list."""
    return hanging(Text("·", "dim"), Text.assemble((f"{clean(label)}  ", "dim"), clean(words)))


def hanging(mark: Text, body: Text) -> RenderableType:
    """A mark, and words beside it that wrap under themselves."""
    table = Table.grid(padding=(0, 1))
    table.add_row(mark, body)
    return Padding(table, (0, 0, 0, 2))


def money(amount: WireMoney) -> str:
    """With the decimals of the currency's minor unit; as the message has them where the currency is a newer one."""
    written = money_text(amount)
    digits, _, currency = written.partition(" ")
    try:
        return str(Money.parse(digits, currency))
    except ValueError:
        return written


def moment(time: Timestamp) -> str:
    """To the minute, in UTC: whose time zone the reader is in, the decision does not know."""
    return datetime.fromtimestamp(time.seconds, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")


def text(words: str, style: str = "") -> Text:
    """Words of a pack or a server, as they are."""
    return Text(clean(words), style)


def clean(words: str) -> str:
    """Without control characters, which could move the cursor or hide words; line breaks stay."""
    return "".join(letter for letter in words if letter == "\n" or category(letter) != "Cc")
