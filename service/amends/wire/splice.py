"""Splicing: serialised messages put together from parts that are serialised already.

The wire format is made for that: a message is its fields one after the other, and a message in a field is its bytes
behind a tag and their length. Parts in the order of their field numbers give the very bytes that the whole message has;
what stands in a part is written by protobuf itself.
"""

from typing import Final

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

_LENGTH_DELIMITED: Final = 2
_SEVEN_BITS: Final = 0x7F
_MORE: Final = 0x80
_SHORT: Final = tuple(bytes((length,)) for length in range(_MORE))


def tag(message: Descriptor, field: str) -> bytes:
    """What stands before the length of a field that is text or a message."""
    return _varint(message.fields_by_name[field].number << 3 | _LENGTH_DELIMITED)


def delimited(before: bytes, part: bytes) -> bytes:
    """A field of a part, behind its tag; also where the part is empty: a message that says nothing is present."""
    length = len(part)
    if length < _MORE:
        return before + _SHORT[length] + part
    if length < _MORE << 7:
        return before + bytes((length & _SEVEN_BITS | _MORE, length >> 7)) + part
    return before + _varint(length) + part


def delimited_text(before: bytes, text: str) -> bytes:
    """A field of text; one without presence is left out where it is empty."""
    if not text:
        return b""
    part = text.encode()
    return before + _SHORT[len(part)] + part if len(part) < _MORE else delimited(before, part)


def serialised(message: Message) -> bytes:
    """The bytes of a part: the same in every process."""
    return message.SerializeToString(deterministic=True)


def _varint(number: int) -> bytes:
    """A number in sevens of bits, the lowest first."""
    found = bytearray()
    while number >= _MORE:
        found.append(number & _SEVEN_BITS | _MORE)
        number >>= 7
    found.append(number)
    return bytes(found)
