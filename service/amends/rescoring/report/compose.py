"""Puts a report together from what was added up."""

from collections.abc import Iterator

from amends.rescoring.report.blocks import Block, Report, Section, Table, Words
from amends.rescoring.report.moved import LEFT_OUT, fell_due, most_moved, what_changed
from amends.rescoring.report.moves import Moves
from amends.rescoring.report.pains import audits, pain_map
from amends.rescoring.report.rejects import Rejects
from amends.rescoring.report.tally import Tally
from amends.rescoring.report.totals import actions, by_columns, currencies, missing_facts, outcomes, rules
from amends.rescoring.report.words import Names, money, number


def compose(tally: Tally, moves: Moves | None, rejects: Rejects | None, names: Names) -> Report:
    """The whole report. `moves` None: rows were compared with nothing. `rejects` None: nobody knows of any."""
    return Report(
        "Cases scored again", tuple(_lead(tally, moves, rejects, names)), tuple(_sections(tally, moves, rejects, names))
    )


def _lead(tally: Tally, moves: Moves | None, rejects: Rejects | None, names: Names) -> Iterator[Block]:
    given = [money(_money(tally, code), code) for code in currencies(tally)]
    said = f"{number(tally.rows)} rows decided" + (f", {number(rejects.rows)} rejected" if rejects is not None else "")
    yield Words(f"{said}; {' and '.join(given) if given else 'no money'} to be given.")
    rows = [("pack", names.pack)] if names.pack else []
    rows += [("digest of the pack", digest) for digest in sorted(tally.digests)]
    if tally.first is not None and tally.last is not None:
        rows += [("looked at from", f"{tally.first:%Y-%m-%d %H:%M} UTC"), ("to", f"{tally.last:%Y-%m-%d %H:%M} UTC")]
    yield Table("What was scored", ("about", "value"), rows)
    if not tally.rows:
        yield Words("There are no rows: none was decided, or none changed and only changes were written.")
    elif moves is not None and moves.left_out:
        yield Words(LEFT_OUT)
    elif moves is None:
        yield Words("They were compared with nothing earlier, so nothing here says what changed.")


def _money(tally: Tally, currency: str) -> int:
    return sum(one.minor_units for key, one in tally.actions.items() if key.currency == currency)


def _sections(tally: Tally, moves: Moves | None, rejects: Rejects | None, names: Names) -> Iterator[Section]:
    yield outcomes(tally)
    yield pain_map(tally, names)
    if moves is not None:
        yield what_changed(tally, moves, names)
        yield most_moved(moves, names)
        yield fell_due(moves, names)
    yield actions(tally)
    yield by_columns(tally)
    yield missing_facts(tally, names)
    yield audits(tally, names)
    yield rules(tally, names)
    yield _rejected(rejects)


def _rejected(rejects: Rejects | None) -> Section:
    if rejects is None:
        unknown = Words("There is no file of rejected rows beside the output: none was rejected, or it lies elsewhere.")
        return Section("rejects", "Rejected rows", (unknown,))
    if not rejects.rows:
        return Section("rejects", "Rejected rows", (Words("No row was rejected."),))
    rows = [
        (reason, number(count), f"row {rejects.examples[reason][0]}: {rejects.examples[reason][1]}")
        for reason, count in rejects.reasons.most_common()
    ]
    lead = f"{number(rejects.rows)} rows are no situations; a row may have several reasons."
    more = f" {number(rejects.others)} reasons more are not shown." if rejects.others else ""
    header = ("reason", "how often", "for example")
    return Section("rejects", "Rejected rows", (Words(lead + more), Table("Reasons", header, rows, frozenset({1}))))
