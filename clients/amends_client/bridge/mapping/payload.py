"""A payload from its bytes: JSON, its numbers exact. What is none has its reason, never its content."""

import json
from decimal import Decimal

from amends_client.bridge.mapping.paths import Json


class NotJsonError(Exception):
    """The bytes are no JSON that anybody has a use for."""


def read_payload(body: bytes) -> Json:
    """What the JSON holds. NotJsonError says where it is none."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse)
    except UnicodeDecodeError:
        raise NotJsonError("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise NotJsonError(f"it is not JSON: {error.msg} at character {error.pos}") from None
    except (RecursionError, ValueError, ArithmeticError):
        # Nested thousands deep, a number of thousands of digits, NaN.
        raise NotJsonError("it is not JSON that can be read") from None


def _refuse(name: str) -> Decimal:
    raise ValueError(name)
