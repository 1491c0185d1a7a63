"""Wires re-scoring by Spark: a run of the command line, and the function for notebooks and jobs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pyspark.sql import DataFrame, SparkSession

from amends.application.compiled_pack import CompiledPack
from amends.bootstrap import packs
from amends.bootstrap.rescoring import mapping_file
from amends.config import load_settings
from amends.packs.diagnostics import PackError
from amends.packs.model import Pack
from amends.rescoring.read_rows import InputError
from amends.rescoring.spark.frames import Wanted, scored
from amends.rescoring.spark.positions import POSITION
from amends.rescoring.spark.run import SparkRun
from amends.server.clock import SystemClock

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def rescore_dataframe(  # noqa: PLR0913 -- all that rows are scored by, by name
    spark: SparkSession,
    frame: DataFrame,
    policy_or_pack: str | Pack,
    *,
    mapping: str | None = None,
    role: str = "",
    observe_time: datetime | None = None,
    position: str | None = None,
    rules: Path | str = "rules",
) -> DataFrame:
    """What each row comes to: the columns of `amends rescore`, and `rejected`, null where the row was decided.

    `policy_or_pack` is a policy of the folder `rules`, or a pack. `mapping` is the text of a mapping file; without it
    columns bear the names of facts. `observe_time`, of rows that say none, is now unless said. `position` names the
    column that tells where a row stands; without it that is null. InputError, PackError where something does not fit.
    """
    pack = policy_or_pack if isinstance(policy_or_pack, Pack) else _pack_of(policy_or_pack, Path(rules))
    if spark is not frame.sparkSession:
        raise InputError("the data frame is of another session than the one that was given")
    wanted = Wanted(pack, mapping, _role(pack, role), _nanos(observe_time), position)
    return scored(frame, wanted)


def make_spark_run(  # noqa: PLR0913 -- as `make_job`
    source: Path, out: Path, compiled: CompiledPack, *, mapping: Path | None, role: str, observe_time: int
) -> SparkRun:
    """A run over a Parquet file or a folder of them. Errors as of `make_job`."""
    meant = mapping_file(mapping, compiled.pack)
    text = None if meant is None else meant.text
    return SparkRun(source, out, Wanted(compiled.pack, text, role, observe_time, POSITION))


def _pack_of(policy: str, rules: Path) -> Pack:
    loaded = packs.load(load_settings({"rules": rules}))
    known = loaded.catalog.policies
    pack_id = known.get(policy)
    if pack_id is None:
        raise InputError(f"there is no policy {policy!r} in {rules}; there are: {', '.join(sorted(known))}")
    if pack_id not in loaded.catalog.packs:
        raise PackError(loaded.diagnostics[pack_id])
    return loaded.catalog.pack(pack_id).pack


def _role(pack: Pack, role: str) -> str:
    known = [one.role for one in pack.authority]
    if role and role not in known:
        raise InputError(f"the pack has no role {role!r}; it has: {', '.join(known)}")
    return role or known[0]


def _nanos(moment: datetime | None) -> int:
    if moment is None:
        return SystemClock().now()
    if moment.tzinfo is None:
        raise InputError(f"observe_time {moment} is of no time zone: which moment is meant?")
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1_000
