"""The texts of a pack as the contract's message, and what to say where they are not there, or not all of them."""

from typing import Final

from amends.application.find_texts import PackTexts
from amends.v1 import rule_pack_service_pb2 as service_pb2

_NO_TESTS: Final = (
    "The folder of packs says something else by now, or never had this pack: its tests are not here. Whoever wrote it"
    " has them."
)
_GONE: Final = "The server read this pack when it started, and does not keep the files of packs: they are not here."


def encode_files(found: PackTexts | None, *, digest: str) -> service_pb2.GetRulePackFilesResponse:
    """The files by path; `digest` is that of the pack they were asked for."""
    if found is None:
        return service_pb2.GetRulePackFilesResponse(digest=digest, note=_GONE)
    folder, kept = service_pb2.PACK_FILES_ORIGIN_FOLDER, service_pb2.PACK_FILES_ORIGIN_KEPT
    return service_pb2.GetRulePackFilesResponse(
        packs=[
            service_pb2.PackFiles(
                pack_id=pack_id,
                files=[service_pb2.PackFile(path=path, content=files[path]) for path in sorted(files)],
            )
            for pack_id, files in found.files.items()
        ],
        origin=folder if found.in_folder else kept,
        with_tests=found.in_folder,
        note="" if found.in_folder else _NO_TESTS,
        digest=found.digest,
    )
