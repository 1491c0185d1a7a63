"""The texts of packs as they are kept: packed, and read back byte for byte."""

import base64
import zlib
from collections.abc import Mapping
from typing import Final

import orjson

# Of the texts that were packed: nothing that is read here may fill the memory.
_MOST_BYTES: Final = 256 * 1024 * 1024


def write_files(files: Mapping[str, Mapping[str, bytes]]) -> bytes:
    """JSON, since it is read years later, with the files in base64, since they are bytes; compressed."""
    texts = {
        pack_id: {path: base64.b64encode(raw).decode() for path, raw in of_pack.items()}
        for pack_id, of_pack in files.items()
    }
    return zlib.compress(orjson.dumps(texts, option=orjson.OPT_SORT_KEYS))


def read_files(packed: bytes) -> dict[str, dict[str, bytes]]:
    """What was written."""
    raw = zlib.decompressobj().decompress(packed, _MOST_BYTES)
    return {
        pack_id: {path: base64.b64decode(text) for path, text in of_pack.items()}
        for pack_id, of_pack in orjson.loads(raw).items()
    }
