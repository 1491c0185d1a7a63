"""The texts that a pack was loaded from: enough to load it again, on another machine or years later."""

from collections.abc import Mapping
from dataclasses import dataclass

from amends.packs.files import SentFiles
from amends.packs.load import Loaded, load_as_read
from amends.packs.model import Pack


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


def source_of(loaded: Loaded, pack_id: str) -> PackSource:
    """The texts that a loaded pack came from, as they were when it was read."""
    pack = loaded.packs[pack_id]
    lineage, ahead = dict[str, Mapping[str, bytes]](), [pack_id]
    while ahead:
        current = ahead.pop()
        # The name of a file on the disk may hold what is no character, and decides nothing.
        lineage[current] = {
            path.encode("utf-8", "backslashreplace").decode("utf-8"): data
            for path, data in loaded.files[current].items()
        }
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
