"""What a process writes to its log of the packs that it has loaded."""

from pathlib import Path

from amends.bootstrap.packs import DEFAULT_POLICY, Loaded, no_pack
from amends.log import Logger
from amends.packs.diagnostics import Diagnostic, Severity


def report(loaded: Loaded, logger: Logger, *, rules: Path) -> None:
    """Every finding, every pack that decides, every policy that is without, and why nothing may be served at all."""
    for pack_id, found in loaded.diagnostics.items():
        for diagnostic in found:
            _report_diagnostic(pack_id, diagnostic, logger)
    for pack_id, compiled in loaded.catalog.packs.items():
        logger.info(
            "rule_pack_loaded",
            pack=pack_id,
            version=compiled.pack.version,
            pack_digest=compiled.pack.digest,
            rules=len(compiled.pack.rules),
            policies=list(loaded.catalog.policies_of(pack_id)),
        )
    for policy, pack_id in loaded.unavailable.items():
        logger.error("policy_unavailable", policy=policy, pack=pack_id, reason=_why_unavailable(pack_id, loaded))
    if not loaded.catalog.packs:
        logger.error("not_serving", reason="no rule pack compiles" if loaded.diagnostics else no_pack(rules))
    elif DEFAULT_POLICY not in loaded.catalog.policies:
        logger.warning(
            "no_default_policy", reason="several packs, none of them foundation: calls have to name a policy"
        )


def _report_diagnostic(pack_id: str, found: Diagnostic, logger: Logger) -> None:
    line = logger.error if found.severity is Severity.ERROR else logger.warning
    line(
        "rule_pack_diagnostic",
        pack=pack_id,
        position=str(found.position),
        code=found.code,
        message=found.message,
        hint=found.hint,
    )


def _why_unavailable(pack_id: str, loaded: Loaded) -> str:
    if pack_id in loaded.diagnostics:
        return "its rule pack does not compile"
    return f"there is no rule pack {pack_id!r}; there are: {', '.join(loaded.diagnostics) or 'none'}"
