"""A pack made again in memory is the pack that its files would make."""

from dataclasses import replace
from pathlib import Path

from amends.packs.canonical import digest
from amends.packs.load import load_pack
from amends.packs.outline import Section
from amends.packs.reader import MapNode
from amends.packs.remake import read_remaker

PARENT = """\
pack: parent
version: 2026.1.0
title: Parent
currency: EUR
rules: [{id: back, title: Back, then: [{refund: 9}], because: {customer: x}}]
"""
CHILD = """\
pack: child
version: 2026.1.0
title: Child
extends: [parent]
currency: USD
rules: [{id: gift, title: Gift, then: [{goodwill: {kind: gift, amount: 5}}], because: {customer: x}}]
"""


def folder(root: Path, **packs: str) -> Path:
    for pack_id, text in packs.items():
        (root / pack_id).mkdir()
        (root / pack_id / "pack.yaml").write_text(text, encoding="utf-8")
    return root


def test_unchanged_it_is_the_pack_of_its_files(tmp_path: Path) -> None:
    """With what it inherits, each pack's literals meant as that pack means them: euros there, dollars here."""
    rules = folder(tmp_path, parent=PARENT, child=CHILD)

    remade = read_remaker(rules, "child").remade()

    assert remade.errors == ()
    assert digest(remade.pack) == load_pack(rules, "child").digest


def test_a_changed_parent_reaches_the_child(tmp_path: Path) -> None:
    """As it would by way of the file."""
    remaker = read_remaker(folder(tmp_path, parent=PARENT, child=CHILD), "child")
    parent = remaker.outlines["parent"]

    remade = remaker.remade(replace(parent, sections={**parent.sections, Section.RULES: {}}))

    assert [rule.rule_id for rule in remade.pack.rules] == ["gift"]
    assert [rule.rule_id for rule in remaker.remade().pack.rules] == ["back", "gift"]


def test_what_the_loader_refuses_is_refused(tmp_path: Path) -> None:
    """A change that makes a mistake is told as the mistake that it is."""
    remaker = read_remaker(folder(tmp_path, parent=PARENT, child=CHILD), "child")
    child = remaker.outlines["child"]
    rule = child.sections[Section.RULES]["gift"]
    assert isinstance(rule.node, MapNode)
    entries = tuple(entry for entry in rule.node.entries if entry[0].text != "because")
    changed = replace(rule, node=replace(rule.node, entries=entries))

    remade = remaker.remade(replace(child, sections={**child.sections, Section.RULES: {"gift": changed}}))

    assert [error.code for error in remade.errors] == ["no-customer-text"]


TABLE = """\
pack: parent
version: 2026.1.0
title: Parent
currency: EUR
rules:
  - {id: back, title: Back, priority: 5, then: [{refund: 9}], because: {customer: x}}
  - {id: rows, title: Rows, table: tables/t.csv, because: {customer: x}}
"""


def test_rules_read_anew_alone_make_the_same_pack(tmp_path: Path) -> None:
    """In deciding order, with the mistakes that reading the whole would find."""
    rules = folder(tmp_path, parent=TABLE)
    (rules / "parent" / "tables").mkdir()
    (rules / "parent" / "tables" / "t.csv").write_text("fault,refund.amount\ncompany,5\n-,3\n", encoding="utf-8")
    remaker = read_remaker(rules, "parent")
    outline = remaker.outlines["parent"]
    table = outline.tables["tables/t.csv"]
    pack = remaker.remade().pack
    for rows in (table.rows[:1], (*table.rows, (replace(table.rows[0][0], text="nobodyy"), table.rows[0][1]))):
        changed = replace(outline, tables={"tables/t.csv": replace(table, rows=rows)})

        quick, whole = remaker.reread(pack, changed, ["rows"]), remaker.remade(changed)

        assert [error.code for error in quick.errors] == [error.code for error in whole.errors]
        assert quick.errors or quick.pack == whole.pack


def test_what_replaces_an_inherited_rule_is_not_read_alone(tmp_path: Path) -> None:
    """Without it the inherited one stands again."""
    rules = folder(tmp_path, parent=PARENT, child=CHILD.replace("id: gift", "id: back"))

    assert read_remaker(rules, "child").may_reread(["gift"])
    assert not read_remaker(rules, "child").may_reread(["back"])
