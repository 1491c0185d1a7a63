"""A small rules folder to mutate: a shop, a branch that extends it, and tests that are given line by line."""

from pathlib import Path

from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.packs.pack_test_file import load_pack_tests
from amends.packs.remake import read_remaker
from amends.proving.mutation.run import Outcome, Subject, run_mutations
from amends.proving.mutation.trial import Verdict
from tests.unit.resolution.building import NOW

HEAD = "version: 2026.1.0\ntitle: A shop\ncurrency: USD\nfacts: {days: {type: integer, min: 0}}\n"
BACK = """\
rules:
  - id: back
    title: Money back
    when: {fault: [company, shared], facts.days: {at_least: 3}}
    then: [{refund: 9 USD}]
    because: {customer: You get it back.}
"""
FULL = (
    "fault: company, facts: {days: 3}, $paid => actions: [{refund: {amount: 9 USD}}]",
    "fault: shared, facts: {days: 3}, $paid => actions: [{refund: {amount: 9 USD}}]",
    "fault: customer, facts: {days: 3}, $paid => never: [refund]",
    "fault: company, facts: {days: 2}, $paid => never: [refund]",
)
"""Tests that notice whatever is changed in BACK."""

_PAID = "amount_paid: 90 USD, amount_refunded: 0 USD"


class Shop:
    """A folder of rules on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, text: str, *tests: str, pack_id: str = "shop", tables: dict[str, str] | None = None) -> None:
        """A pack; a test is `SITUATION => EXPECTATION`, in which $paid says what was paid."""
        (self.folder / pack_id / "tests").mkdir(parents=True, exist_ok=True)
        (self.folder / pack_id / "pack.yaml").write_text(f"pack: {pack_id}\n{text}", encoding="utf-8")
        lines = [_test(number, line) for number, line in enumerate(tests)] or ["  []\n"]
        file = self.folder / pack_id / "tests" / "a_test.yaml"
        file.write_text("clock: 2026-01-01\ntests:\n" + "".join(lines), encoding="utf-8")
        for name, table in (tables or {}).items():
            (self.folder / pack_id / "tables").mkdir(exist_ok=True)
            (self.folder / pack_id / "tables" / name).write_text(table, encoding="utf-8")

    def subject(self, pack_id: str = "shop", *, inherited: bool = False) -> Subject:
        pack = load_pack(self.folder, pack_id)
        tests = load_pack_tests(self.folder / pack_id, pack)
        return Subject(pack, read_remaker(self.folder, pack_id), tests, BitmapEngine(), inherited)

    def outcome(self, pack_id: str = "shop", *, inherited: bool = False, jobs: int = 1) -> Outcome:
        subject = self.subject(pack_id, inherited=inherited)
        assert subject.failed_tests() == ()
        return run_mutations(subject, today=NOW, jobs=jobs, progress=lambda _done, _of: None)

    def survivors(self, pack_id: str = "shop") -> list[str]:
        """What was changed, and no test noticed."""
        return [one.mutation.words for one in self.outcome(pack_id).of(Verdict.SURVIVED)]


def _test(number: int, line: str) -> str:
    situation, _, expectation = line.replace("$paid", _PAID).partition(" => ")
    return f"  - {{name: test {number}, with: {{{situation}}}, expect: {{{expectation}}}}}\n"
