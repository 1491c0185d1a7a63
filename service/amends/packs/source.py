"""The texts that a pack was loaded from: enough to load it again, on another machine or years later."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from amends.packs.files import SentFiles
from amends.packs.load import Loaded, load_as_read
from amends.packs.model import Pack

_FORM: Final = 1
"""The version of the form in which a source is written down."""


class SourceError(ValueError):
    """A stored pack does not come back as the one that decided."""


@dataclass(frozen=True, slots=True)
class PackSource:
    """The files of a pack and of every pack that it extends, by pack id and then by path within the pack's folder.

    Tests are left out: they decide nothing. `digest` is that of the pack which these files give.
    """

    digest: str
    pack_id: str
    version: str
    files: Mapping[str, Mapping[str, bytes]]

    def to_bytes(self) -> bytes:
        """The source written down; the same source gives the same bytes."""
        files = {
            pack_id: {path: _written(data) for path, data in contents.items()}
            for pack_id, contents in self.files.items()
        }
        written = {
            "form": _FORM,
            "digest": self.digest,
            "pack_id": self.pack_id,
            "version": self.version,
            "files": files,
        }
        # Escaped, since the name of a file on the disk may hold what is no character.
        return json.dumps(written, sort_keys=True, separators=(",", ":")).encode("ascii")


def source_from_bytes(written: bytes) -> PackSource:
    """The source that was written down; SourceError for anything else."""
    try:
        content = json.loads(written)
        if content["form"] != _FORM:
            raise SourceError(f"the pack is stored in form {content['form']!r}; this version reads {_FORM}")
        files = {
            pack_id: {path: _read(data) for path, data in contents.items()}
            for pack_id, contents in content["files"].items()
        }
        return PackSource(content["digest"], content["pack_id"], content["version"], files)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"these bytes are no stored pack: {error!r}") from None


def source_of(loaded: Loaded, pack_id: str) -> PackSource:
    """The texts that a loaded pack came from, as they were when it was read."""
    pack = loaded.packs[pack_id]
    lineage, ahead = dict[str, Mapping[str, bytes]](), [pack_id]
    while ahead:
        current = ahead.pop()
        lineage[current] = dict(loaded.files[current])
        ahead += [parent for parent in loaded.packs[current].extends if parent not in lineage]
    return PackSource(pack.digest, pack_id, pack.version, lineage)


def load_source(source: PackSource) -> Pack:
    """The pack again, with its digest. SourceError where this version of the language makes another one of its texts.

    A check that came after it refuses nothing: the digest says that it is the pack which decided.
    """
    sent = [SentFiles(pack_id, files) for pack_id, files in sorted(source.files.items())]
    pack = load_as_read(sent, source.pack_id)
    if pack is None or pack.digest != source.digest:
        raise SourceError(
            f"the pack {source.pack_id!r} {source.version} ({source.digest[:12]}) was stored under another version of "
            "the language: from its texts this version "
            + ("makes no pack" if pack is None else f"makes {pack.digest[:12]}"),
        )
    return pack


def _written(data: bytes) -> str | dict[str, str]:
    """As text where it is text: a stored pack can be read by people."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": b64encode(data).decode("ascii")}


def _read(written: Any) -> bytes:  # noqa: ANN401  # of a file that may hold anything
    if isinstance(written, str):
        return written.encode("utf-8")
    return b64decode(written["base64"], validate=True)
