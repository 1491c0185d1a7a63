"""What tells the files of a pack from any others, tests included: packs of one digest may differ in them."""

import hashlib

from amends.application.activation import PackTexts


def fingerprint_of(pack_id: str, texts: PackTexts) -> str:
    """Of the pack `pack_id`, and of what it extends as far as that stands there, in lower-case hexadecimal."""
    whole = hashlib.sha256()
    for part in (pack_id, *sorted(texts)):
        whole.update(_framed(part.encode("utf-8", "surrogateescape")))
        for path, content in sorted(texts.get(part, {}).items()):
            whole.update(_framed(path.encode("utf-8", "surrogateescape")))
            whole.update(_framed(content))
    return whole.hexdigest()


def _framed(part: bytes) -> bytes:
    return len(part).to_bytes(8) + part
