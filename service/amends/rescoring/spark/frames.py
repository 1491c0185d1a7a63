"""Spark's data frames, scored: which columns go to the workers, and what comes back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql
from pyspark.sql.types import IntegralType, StructType

from amends.packs.canonical import canonical_bytes
from amends.packs.model import Pack
from amends.rescoring.inputs import check_columns
from amends.rescoring.read_rows import InputError, check_names
from amends.rescoring.spark.task_scorer import SCORED, Asked, TaskScorer

Score: TypeAlias = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]

_DDL: Final = {pa.int64(): "bigint", pa.string(): "string", pa.bool_(): "boolean"}


class Held(Protocol):
    """Something that workers come by."""

    @property
    def value(self) -> Score: ...


@dataclass(frozen=True, slots=True)
class Carried:
    """Something that travels with every task."""

    value: Score


@dataclass(frozen=True, slots=True)
class Wanted:
    """How rows are to be scored: see `Asked`. `position`: the column that says where each row stands; None: nobody
    knows.
    """

    pack: Pack
    mapping: str | None
    role: str
    observe_time: int
    position: str | None


def scored(frame: DataFrame, wanted: Wanted) -> DataFrame:
    """What each row comes to, lazily: a frame of `SCORED`. InputError, PackError where the columns do not fit."""
    within = list(_within(frame.schema, "", ""))
    check_names([name for name, _ in within], "the data frame")
    leaves = {name: column for name, column in within if name != wanted.position}
    names = tuple(leaves)
    asked = Asked(canonical_bytes(wanted.pack), names, wanted.mapping, wanted.role, wanted.observe_time)
    mapped = asked.mapped(wanted.pack)
    check_columns(mapped, names, by_mapping=wanted.mapping is not None)
    position = _position(frame, wanted.position)
    read = [leaves[name].alias(f"c{place}") for place, name in enumerate(mapped.columns)]
    held = held_in(frame.sparkSession, TaskScorer(asked))
    return scored_by(frame.select(*read, position.alias("position")), held)


def held_in(spark: SparkSession, scorer: Score) -> Held:
    """A worker keeps what was broadcast from task to task, and so builds it once. A client of a remote Spark has no
    broadcasts: there each task builds its own.
    """
    context = getattr(spark, "sparkContext", None)
    found: Held = Carried(scorer) if context is None else context.broadcast(scorer)
    return found


def scored_by(rows: DataFrame, held: Held) -> DataFrame:
    """The rows that a scorer makes of these, as it takes them."""

    def score(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from held.value(batches)

    return rows.mapInArrow(score, ", ".join(f"{field.name} {_ddl(field.type)}" for field in SCORED))


def _position(frame: DataFrame, name: str | None) -> Any:  # noqa: ANN401 -- a column of Spark, which is not installed everywhere
    if name is None:
        return sql.lit(None).cast("bigint")
    kind = next((field.dataType for field in frame.schema if field.name == name), None)
    if not isinstance(kind, IntegralType):
        raise InputError(f"the data frame has no column {name} of integers, which was to say where each row stands")
    return sql.col(_quoted(name)).cast("bigint")


def _within(schema: StructType, name: str, path: str) -> Iterator[tuple[str, Any]]:
    """All columns by their names; what lies within one is told with a dot."""
    for field in schema:
        told, quoted = name + field.name, path + _quoted(field.name)
        if isinstance(field.dataType, StructType):
            yield from _within(field.dataType, f"{told}.", f"{quoted}.")
        else:
            yield told, sql.col(quoted)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _ddl(kind: pa.DataType) -> str:
    """A type as Spark's language for tables has it."""
    if pa.types.is_list(kind):
        return f"array<{_ddl(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{', '.join(f'{field.name}: {_ddl(field.type)}' for field in kind)}>"
    return "timestamp" if pa.types.is_timestamp(kind) else _DDL[kind]
