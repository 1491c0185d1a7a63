"""Paths of a run: nothing that it writes takes the place of what it reads, and all that would is told at once."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from amends.config import SettingsError, load_settings


class Written(NamedTuple):
    """Something that is written, and the option that chooses where. `whole`: a folder that is taken away in the end."""

    what: str
    path: Path
    option: str
    whole: bool = False


class Read(NamedTuple):
    """Something that is read. A folder is read with all that lies in it."""

    what: str
    path: Path


def written_of(out: Path, page: Path | None, pictures: Path | None) -> tuple[Written, ...]:
    """All that a run writes."""
    return (
        Written("the output", out, "--out"),
        Written("the rejected rows", out.with_name(out.name + ".rejects.jsonl"), "--out"),
        Written("the unfinished output", out.with_name(out.name + ".unfinished"), "--out"),
        Written("the parts of the output", out.with_name(out.name + ".parts"), "--out", whole=True),
        *pages_of(page, pictures),
    )


def pages_of(page: Path | None, pictures: Path | None) -> Iterator[Written]:
    """All that a report writes."""
    if page is not None:
        yield Written("the report", page, "--report")
    if pictures is not None:
        yield Written("the report's charts", pictures, "--report-dir")


def packs_of(rules: Path) -> Iterator[Read]:
    """The packs of a folder, each a folder."""
    for header in sorted(rules.glob("*/pack.yaml")):
        yield Read(f"the pack {header.parent.name}", header.parent)


def database_of(url: str | None, data_dir: Path | None) -> Iterator[Read]:
    """The file of a database that has one; what is wrong with its name is told where it is read."""
    from amends.storage.engines import DatabaseUrlError, is_sqlite, read_url, sqlite_file

    given = {"database": url, "data_dir": data_dir}
    try:
        settings = load_settings({name: value for name, value in given.items() if value is not None})
        read = read_url(settings.database_url)
    except (SettingsError, DatabaseUrlError):
        return
    if is_sqlite(read):
        yield Read("the database", sqlite_file(read))


def clashes(written: Sequence[Written], read: Sequence[Read]) -> list[str]:
    """A line for each that would take the place of what is read, or of another that is written."""
    found = [_told(one, how, other.what) for one in written for other in read if (how := _how(one, other))]
    for one, other in combinations(written, 2):
        if _is_same(one.path, other.path) or _lies_in(other, one) or _lies_in(one, other):
            found.append(_told(other, "take the place of", one.what))
    return found


def _told(one: Written, how: str, what: str) -> str:
    return f"{one.path}: {one.what} would {how} {what}; choose another {one.option}"


def _how(one: Written, other: Read) -> str:
    ours, theirs = one.path.resolve(), other.path.resolve()
    if _is_same(one.path, other.path) or (one.whole and ours in theirs.parents):
        return "take the place of"
    is_chart = one.option == "--report-dir" and theirs.parent == ours and theirs.suffix == ".png"
    if is_chart:
        return "take the place of"
    return "lie in" if other.path.is_dir() and theirs in ours.parents else ""


def _lies_in(one: Written, folder: Written) -> bool:
    return folder.whole and folder.path.resolve() in one.path.resolve().parents


def _is_same(one: Path, other: Path) -> bool:
    if one.resolve() == other.resolve():
        return True
    return one.exists() and other.exists() and one.samefile(other)
