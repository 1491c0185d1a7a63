"""What no well-meaning caller sends: messages and bodies changed a little or not made of anything, broken frames."""

import random
import socket
import struct
from collections.abc import Iterable, Iterator
from typing import Final

_PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RESET, _SETTINGS, _PING, _GOAWAY = 0, 1, 3, 4, 6, 7
_END_STREAM, _END_HEADERS, _ACK = 1, 4, 1
_DEEP: Final = 20_000
_ANSWERED_WITHIN: Final = 0.25
"""Seconds without a frame after which none is waited for: gRPC never ends a unary call whose message is cut short, but
leaves that to the caller or to the end of the connection."""
_JSON_WORDS: Final = (
    *(b"null", b"true", b"{}", b"[]", b'""', b"-0", b"1e999", b"NaN", b"9" * 400, b'"\\ud800"', b'"\\u0000"'),
    *(b"\x00", b"\xff\xfe", b'{"@type": "x"}', b"," * 9, b'"UNSPECIFIED"', b"[" * 99, b"{" * 99, b"//", b"1e-400"),
)


def changed(seed: bytes, chance: random.Random, words: tuple[bytes, ...] = ()) -> bytes:
    """The seed with a few changes; now and then something of another kind altogether."""
    if chance.random() < 0.05:
        return _nothing_like_it(chance)
    body = bytearray(seed)
    for _ in range(chance.randint(1, 6)):
        _change(body, chance, words)
    return bytes(body)


def changed_json(seed: bytes, chance: random.Random) -> bytes:
    """As `changed`, with what is hard on readers of JSON."""
    return changed(seed, chance, _JSON_WORDS)


def _nothing_like_it(chance: random.Random) -> bytes:
    match chance.randint(0, 4):
        case 0:
            return chance.randbytes(chance.randint(0, 2_000))
        case 1:
            return b"[" * chance.randint(1, _DEEP)
        case 2:
            return b'{"situation":' * chance.randint(1, _DEEP // 8)
        case 3:
            # A message within a message within a message, each by a length that goes nowhere.
            return b"\x0a\xff\xff\xff\x7f" * chance.randint(1, 400)
        case _:
            return b""


def _change(body: bytearray, chance: random.Random, words: tuple[bytes, ...]) -> None:
    place = chance.randint(0, len(body))
    other = min(len(body), place + chance.randint(0, 40))
    match chance.randint(0, 5 if words else 4):
        case 0 if place < len(body):
            body[place] ^= 1 << chance.randint(0, 7)
        case 1:
            del body[place:other]
        case 2:
            body[place:place] = body[place:other]
        case 3:
            body[place:other] = chance.randbytes(chance.randint(1, 8))
        case 4:
            del body[place:]
        case _:
            if words:
                body[place:other] = chance.choice(words)


def message_frame(message: bytes, chance: random.Random) -> bytes:
    """gRPC's frame of a message, wrong in one way or another."""
    length = len(message)
    said = chance.choice((length, length + 1, max(0, length - 1), 0, 2**32 - 1, 2**31, chance.getrandbits(32)))
    flag = chance.choice((0, 1, 2, 0x80, 0xFF))
    frame = struct.pack(">BI", flag, said) + message
    return chance.choice((frame, frame[: chance.randint(0, 5)], frame + frame, frame + b"\x00"))


class Http2:
    """A connection that says what it likes, frame by frame."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._socket = socket.create_connection(address, timeout=10)
        self._read = b""
        self._socket.sendall(_PREFACE + _frame(_SETTINGS, 0, 0, b""))

    def close(self) -> None:
        """End it without a word."""
        self._socket.close()

    def call(self, path: str, bodies: Iterable[list[bytes]]) -> int:
        """A stream for each body, of as many DATA frames as it has parts; how many came to an end of their own."""
        streams = set[int]()
        for number, parts in enumerate(bodies):
            stream = 2 * number + 1
            streams.add(stream)
            frames = [_frame(_HEADERS, _END_HEADERS, stream, _header_block(path.encode()))]
            frames += [_frame(_DATA, 0, stream, part) for part in parts]
            self._socket.sendall(b"".join(frames) + _frame(_DATA, _END_STREAM, stream, b""))
        asked = len(streams)
        self._socket.settimeout(_ANSWERED_WITHIN)
        for kind, flags, stream in self._frames():
            if kind == _GOAWAY or not streams:
                break
            if kind == _RESET or (kind in {_DATA, _HEADERS} and flags & _END_STREAM):
                streams.discard(stream)
                if not streams:
                    break
        return asked - len(streams)

    def say(self, garbage: bytes) -> None:
        """Send it, and wait for what becomes of it: the end, or nothing."""
        self._socket.settimeout(0.02)
        try:
            self._socket.sendall(garbage)
            while self._socket.recv(65_536):
                pass
        except OSError:
            pass

    def _frames(self) -> Iterator[tuple[int, int, int]]:
        """The frames that come, until the connection ends or nothing comes any more."""
        while True:
            while len(self._read) >= 9 and len(self._read) >= 9 + (size := int.from_bytes(self._read[:3])):
                kind, flags = self._read[3], self._read[4]
                stream = int.from_bytes(self._read[5:9]) & 0x7FFFFFFF
                body, self._read = self._read[9 : 9 + size], self._read[9 + size :]
                if kind in {_SETTINGS, _PING} and not flags & _ACK:
                    self._socket.sendall(_frame(kind, _ACK, 0, body if kind == _PING else b""))
                yield kind, flags, stream
            try:
                news = self._socket.recv(65_536)
            except OSError:
                return
            if not news:
                return
            self._read += news


def http2_garbage(path: str, chance: random.Random) -> bytes:
    """Frames that began in order."""
    stream = chance.choice((1, 2, 3, 0, 2**31 - 1))
    good = _frame(_HEADERS, _END_HEADERS, stream, _header_block(path.encode())) + _frame(
        _DATA, _END_STREAM, stream, bytes(5)
    )
    return changed(good, chance)


def call_of(path: bytes) -> bytes:
    """The frames of a whole call, whose path may be any bytes."""
    return _frame(_HEADERS, _END_HEADERS, 1, _header_block(path)) + _frame(_DATA, _END_STREAM, 1, bytes(5))


def _frame(kind: int, flags: int, stream: int, body: bytes) -> bytes:
    return len(body).to_bytes(3) + bytes((kind, flags)) + stream.to_bytes(4) + body


def _header_block(path: bytes) -> bytes:
    """Each header as a literal that nobody is to remember."""
    headers = {
        b":method": b"POST",
        b":scheme": b"http",
        b":path": path,
        b":authority": b"localhost",
        b"content-type": b"application/grpc",
        b"te": b"trailers",
    }
    return b"".join(b"\x00" + _text(name) + _text(value) for name, value in headers.items())


def _text(text: bytes) -> bytes:
    return bytes((len(text),)) + text
