"""What each policy is to decide by, as the folder of rules says it now: the texts to be checked, with their tests."""

from collections.abc import Sequence
from pathlib import Path

from amends.application.compiled_pack import CompiledPack
from amends.application.fingerprint import fingerprint_of
from amends.application.request_folder import FolderPolicy
from amends.bootstrap.packs import choose_policies
from amends.config import Settings
from amends.engines.bitmap import BitmapEngine
from amends.packs.files import FolderFiles, SentFiles
from amends.packs.findings import Findings
from amends.packs.load import Loaded, load_rules
from amends.proving.own_tests import run_own_tests


def folder_policies(settings: Settings, found: Loaded | None = None) -> tuple[FolderPolicy, ...]:
    """Each policy whose pack is there, broken or whole. `found`: the folder as it was read already; else it is now."""
    loaded = load_rules(settings.rules) if found is None else found
    policies = choose_policies(settings.policies, tuple(loaded.diagnostics))
    of_packs = {
        pack_id: _of_pack(pack_id, loaded, settings.rules)
        for pack_id in sorted(set(policies.values()))
        if pack_id in loaded.files
    }
    return tuple(
        of_packs[pack_id]._replace(policy=policy) for policy, pack_id in sorted(policies.items()) if pack_id in of_packs
    )


def failing_tests(found: Sequence[FolderPolicy], loaded: Loaded) -> frozenset[str]:
    """The packs of these policies that compile and do not pass their own tests."""
    packs = {one.pack_id: one for one in found if one.digest}
    return frozenset(pack_id for pack_id, one in packs.items() if _fails(one, loaded))


def _fails(one: FolderPolicy, loaded: Loaded) -> bool:
    compiled = CompiledPack(loaded.packs[one.pack_id], BitmapEngine())
    return bool(run_own_tests(compiled, SentFiles(one.pack_id, one.texts[one.pack_id])).failed)


def _of_pack(pack_id: str, loaded: Loaded, rules: Path) -> FolderPolicy:
    texts = {name: dict(loaded.files[name]) for name in _lineage(pack_id, loaded)}
    texts[pack_id] |= _tests(rules / pack_id)
    readable = {
        name: {path.encode("utf-8", "backslashreplace").decode(): raw for path, raw in files.items()}
        for name, files in texts.items()
    }
    pack = loaded.packs.get(pack_id)
    return FolderPolicy(
        policy="",
        pack_id=pack_id,
        texts=readable,
        fingerprint=fingerprint_of(pack_id, readable),
        digest="" if pack is None else pack.digest,
        version="" if pack is None else pack.version,
    )


def _lineage(pack_id: str, loaded: Loaded) -> tuple[str, ...]:
    """The pack and what it extends; of one that does not compile that is not known, and it may be any of them."""
    if pack_id not in loaded.packs:
        return tuple(loaded.files)
    lineage, ahead = dict[str, None](), [pack_id]
    while ahead:
        current = ahead.pop()
        lineage[current] = None
        ahead += [parent for parent in loaded.packs[current].extends if parent not in lineage]
    return tuple(lineage)


def _tests(folder: Path) -> dict[str, bytes]:
    files, findings = FolderFiles(folder), Findings()
    read = {path: files.read(path, findings) for path in files.tests(findings).files}
    return {path: raw for path, raw in read.items() if raw is not None}
