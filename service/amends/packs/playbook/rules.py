"""The rules of a playbook: by theme, in the order in which they are decided; the rows of a table as a table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from amends.domain.facts import Value
from amends.packs.amounts import AmountTable, amount_tables
from amends.packs.conditions import ALWAYS, Condition, OneOf, atoms
from amends.packs.model import Hit, Pack, Proposal, Rule, TableParameter, Text
from amends.packs.playbook.blocks import Block, Paragraph, Point, Points, Section, Table, Words, joined, named, said
from amends.packs.playbook.words import Wording, all_of, any_of, kind_name
from amends.packs.words_of_conditions import ConditionLine, condition_words

_REASON: Final = "contact_reason"
_HITS: Final = {
    Hit.FIRST: "Of these rows the first that holds applies. While a row above it is open, neither may be promised.",
    Hit.UNIQUE: "Of these rows at most one holds.",
    Hit.COLLECT: "Every row that holds applies.",
}


def rule_sections(pack: Pack, wording: Wording) -> Iterator[Section]:
    """A section a file, the pack's own first, then those of what it extends."""
    written = RuleWriter(pack, wording)
    files = sorted({rule.position.file for rule in pack.rules}, key=lambda file: _file_order(file, pack))
    titles = Counter(_theme(file, pack) for file in files)
    for file in files:
        rules = [rule for rule in pack.rules if rule.position.file == file]
        title = _theme(file, pack)
        # late.yaml beside tables/late.csv.
        told = f"{title}: {file.partition('/')[2]}" if titles[title] > 1 else title
        yield Section(told, f"theme-{file.replace(' ', '-')}", (), tuple(written.sections(rules)))


def by_reason(pack: Pack) -> Iterator[Block]:
    """For each reason for contact the rules whose condition names it, in deciding order."""
    named_by: dict[Value, dict[str, str]] = {reason: {} for reason in pack.contact_reasons}
    for rule in pack.rules:
        for atom in atoms(rule.when):
            for reason in atom.values if isinstance(atom, OneOf) and atom.path == _REASON else ():
                named_by[reason][rule.rule_id if rule.row is None else rule.row.table] = rule.title
    rows = [
        (said(str(reason)), said("; ".join(f"{title} ({rule_id})" for rule_id, title in rules.items())))
        for reason, rules in named_by.items()
        if rules
    ]
    if rows:
        yield Paragraph(
            said("Rules whose condition names the reason. All others are looked at whatever the reason is.")
        )
        yield Table("Rules by reason for contact", ("Reason", "Rules"), tuple(rows))


def condition_points(condition: Condition, pack: Pack) -> tuple[Point, ...]:
    """A condition as nested points."""
    lines = condition_words(condition, pack.vocabulary, timezone=pack.timezone)
    return tuple(_nested(list(lines), 0))


def condition_sentence(condition: Condition, pack: Pack) -> str:
    """A condition within a cell of a table."""
    return _sentence(condition_points(condition, pack)) or "always"


class RuleWriter:
    """Writes the rules of one pack."""

    def __init__(self, pack: Pack, wording: Wording) -> None:
        self._pack = pack
        self._wording = wording

    def sections(self, rules: Sequence[Rule]) -> Iterator[Section]:
        """Single rules each on its own, the rows of one table together."""
        tables = {rule.row.table: rule.row.hit for rule in rules if rule.row is not None}
        told: set[str] = set()
        for rule in rules:
            if rule.row is None:
                yield Section(rule.title, f"rule-{rule.rule_id}", tuple(self._rule(rule)))
            elif rule.row.table not in told:
                table = rule.row.table
                told.add(table)
                rows = sorted(
                    (other for other in rules if other.row is not None and other.row.table == table),
                    key=lambda other: other.row.number if other.row is not None else 0,
                )
                yield Section(rule.title, f"rule-{table}", tuple(self._rows(table, tables[table], rows)))

    def _rule(self, rule: Rule) -> Iterator[Block]:
        yield self._name(rule.rule_id, rule)
        points = [Point(said("When", strong=True), condition_points(rule.when, self._pack))]
        if rule.when == ALWAYS:
            points = [Point(said("Always", strong=True))]
        if then := [Point(words) for words in self.asked(rule)]:
            points.append(Point(said("Then", strong=True), tuple(then)))
        if rule.because_agent is not None:
            points.append(Point((*said("Because:", strong=True), *said(" "), *self.text(rule.because_agent))))
        if rule.because_customer is not None:
            points.append(
                Point((*said("Said to the customer:", strong=True), *said(" "), *self._quoted(rule.because_customer)))
            )
        yield Points(tuple(points))
        yield from self.tables(rule)

    def _rows(self, table: str, hit: Hit, rows: Sequence[Rule]) -> Iterator[Block]:
        yield self._name(table, rows[0])
        yield Paragraph(said(_HITS[hit]))
        yield Table(
            f"{rows[0].title}: rows",
            ("Row", "When", "Then", "Because", "Said to the customer"),
            tuple(
                (
                    said(str(row.row.number if row.row is not None else "")),
                    said(condition_sentence(row.when, self._pack)),
                    joined("; ", self.asked(row)),
                    self.text(row.because_agent) if row.because_agent is not None else (),
                    self._quoted(row.because_customer) if row.because_customer is not None else (),
                )
                for row in rows
            ),
        )
        for row in rows:
            yield from self.tables(row)

    def tables(self, rule: Rule) -> Iterator[Table]:
        """The tables in what the rule asks for."""
        for proposal in rule.then:
            yield from self._tables_of(proposal)

    def text(self, text: Text) -> Words:
        """A text of the pack, with its language."""
        return said(self._wording.text(text), lang=self._wording.language(text))

    def _name(self, ident: str, rule: Rule) -> Paragraph:
        words = named(ident)
        if rule.priority:
            words += said(f", priority {rule.priority}")
        if rule.sources:
            words += said(f", by {', '.join(rule.sources)}")
        return Paragraph(words)

    def asked(self, rule: Rule) -> Iterator[Words]:
        """What the rule asks for, forbids and holds back."""
        for proposal in rule.then:
            yield self._wording.proposal(proposal)
        if rule.forbids:
            yield said(f"Forbidden: {any_of(self._wording.forbid(forbid) for forbid in rule.forbids)}")
        if rule.hold is not None:
            yield (
                *said(
                    f"On hold until {self._wording.team(rule.hold.team)} releases it:"
                    f" {all_of(kind_name(kind) for kind in rule.hold.kinds)}. "
                ),
                *self.text(rule.hold.because),
            )

    def _quoted(self, text: Text) -> Words:
        return (*said("“"), *self.text(text), *said("”"))

    def _tables_of(self, proposal: Proposal) -> Iterator[Table]:
        if proposal.amount is not None:
            for table in amount_tables(proposal.amount):
                yield amount_table(f"{kind_name(proposal.kind).capitalize()}: amount", table, self._pack, self._wording)
        looked_up = [(name, value) for name, value in proposal.parameters if isinstance(value, TableParameter)]
        if looked_up:
            cells = [dict(table.rows) for _, table in looked_up]
            values = dict.fromkeys(value for _, table in looked_up for value, _ in table.rows)
            yield Table(
                f"{kind_name(proposal.kind).capitalize()}: table",
                ("For", *(name.replace("_", " ") for name, _ in looked_up)),
                tuple((said(value), *(self._cell(column.get(value)) for column in cells)) for value in values),
            )

    def _cell(self, value: object) -> Words:
        return () if value is None else said(self._wording.literal(value))  # type: ignore[arg-type]  # a cell's literal


def amount_table(caption: str, table: AmountTable, pack: Pack, wording: Wording) -> Table:
    """A table of amounts; the first row that holds counts."""
    return Table(
        f"{caption} (the first row that holds)",
        ("Row", "When", "Amount"),
        tuple(
            (said(str(number)), said(condition_sentence(row.when, pack)), said(wording.amount(row.amount)))
            for number, row in enumerate(table.rows, start=1)
        ),
    )


def _file_order(file: str, pack: Pack) -> tuple[int, str]:
    owner = file.partition("/")[0]
    parents = {parent: place for place, parent in enumerate(pack.extends, start=1)}
    return (0 if owner == pack.pack_id else parents.get(owner, len(parents) + 1), file)


def _theme(file: str, pack: Pack) -> str:
    owner, _, path = file.partition("/")
    stem = path.rpartition("/")[2].rpartition(".")[0]
    title = "General" if stem == "pack" else stem.replace("_", " ").replace("-", " ").capitalize()
    return title if owner == pack.pack_id else f"{title} (from {owner})"


def _nested(lines: list[ConditionLine], depth: int) -> Iterator[Point]:
    while lines and lines[0].depth >= depth:
        line = lines.pop(0)
        yield Point(said(line.words), tuple(_nested(lines, line.depth + 1)))


def _sentence(points: Sequence[Point]) -> str:
    return "; ".join(
        "".join(run.words for run in point.words) + (f" ({_sentence(point.below)})" if point.below else "")
        for point in points
    )
