"""The packs of the rules folder: what of them can decide, under which policies, and what to say of the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from amends.application.catalog import Catalog
from amends.application.compiled_pack import CompiledPack
from amends.application.engine_errors import ConditionTooLargeError
from amends.application.ports import Engine
from amends.bootstrap.engines import engine_of
from amends.config import Settings, SettingsError
from amends.packs.diagnostics import Diagnostic
from amends.packs.load import Loaded as Found
from amends.packs.load import load_rules
from amends.packs.model import Pack, Position
from amends.packs.source import PackSource, source_of
from amends.server.timed import TimedEngine, Took

DEFAULT_POLICY = "default"
_USUAL_DEFAULT = "foundation"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What can decide; what was found on the way, by pack; and the policies whose pack did not load, to its id.

    `sources` are the texts of the packs that can decide, `engine` is what they were compiled for, and `found` is the
    folder as it was read.
    """

    catalog: Catalog
    diagnostics: Mapping[str, tuple[Diagnostic, ...]]
    unavailable: Mapping[str, str]
    sources: tuple[PackSource, ...]
    engine: Engine
    found: Found


def load(settings: Settings, took: Took | None = None) -> Loaded:
    """Load every pack of the rules folder and point the policies at them. `took` hears how long each match takes.

    SettingsError if there is no such folder, or the engine cannot be had.
    """
    if not settings.rules.is_dir():
        raise SettingsError((_no_folder(settings.rules),))
    engine = engine_of(settings)
    if took is not None:
        engine = TimedEngine(engine, took)
    found = load_rules(settings.rules)
    packs: dict[str, CompiledPack] = {}
    diagnostics = dict(found.diagnostics)
    for pack_id, pack in found.packs.items():
        try:
            packs[pack_id] = CompiledPack(pack, engine)
        except ConditionTooLargeError as error:
            diagnostics[pack_id] = (*diagnostics[pack_id], _too_large(error, pack))
    policies = choose_policies(settings.policies, tuple(diagnostics))
    unavailable = {policy: pack_id for policy, pack_id in policies.items() if pack_id not in packs}
    sources = tuple(source_of(found, pack_id) for pack_id in packs)
    return Loaded(Catalog(packs, policies), diagnostics, unavailable, sources, engine, found)


def choose_policies(wanted: Mapping[str, str], pack_ids: Sequence[str]) -> dict[str, str]:
    """Every pack under its own name, `default` at `foundation` or else the only pack, and over these what is wanted.

    `pack_ids` are all that were found, broken ones too: a mistake in one pack must not give its policy to another.
    """
    implied = {pack_id: pack_id for pack_id in pack_ids}
    if _USUAL_DEFAULT in pack_ids:
        implied[DEFAULT_POLICY] = _USUAL_DEFAULT
    elif len(pack_ids) == 1:
        implied[DEFAULT_POLICY] = pack_ids[0]
    return implied | dict(wanted)


def no_pack(rules: Path) -> str:
    """What to say of a rules folder in which there is no pack, broken or whole."""
    place = "" if rules.is_absolute() else f" ({rules.resolve()})"
    return f"no rule pack in {str(rules)!r}{place}: a pack is a folder with pack.yaml"


def policies_astray(loaded: Loaded) -> tuple[str, ...]:
    """What to say of each policy that points to a pack that is not there at all, broken or whole; a line each."""
    known = ", ".join(loaded.diagnostics) or "none"
    return tuple(
        f"AMENDS_POLICIES: {policy}={pack_id}: there is no pack {pack_id!r}; there are: {known}"
        for policy, pack_id in loaded.unavailable.items()
        if pack_id not in loaded.diagnostics
    )


def _too_large(error: ConditionTooLargeError, pack: Pack) -> Diagnostic:
    """Told where the condition was written; one that is no rule's and no case's, at the pack."""
    written = {case.when: (derive.path, case.position) for derive in pack.derives for case in derive.cases}
    written |= {rule.when: (rule.rule_id, rule.position) for rule in reversed(pack.rules)}
    about, position = written.get(error.condition, (pack.pack_id, Position(f"{pack.pack_id}/pack.yaml", 1, 1)))
    message = f"{about}: the engine {error.name} does not take this condition: {error.reason}"
    return Diagnostic(position, "too-large-for-engine", message, "split it, or choose another engine", about=(about,))


def _no_folder(rules: Path) -> str:
    place = "" if rules.is_absolute() else f" in {Path.cwd()}: name the folder of the rule packs, or start elsewhere"
    return f"--rules (AMENDS_RULES): there is no folder {str(rules)!r}{place}"
