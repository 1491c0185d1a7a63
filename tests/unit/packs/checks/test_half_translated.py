"""A language that only some of a pack's texts for customers have is told."""

from dataclasses import replace

from amends.packs.checks import half_translated
from amends.packs.model import Position, Rule
from tests.unit.resolution.building import pack, propose, rule, text


def at(line: int, said: dict[str, str], *, file: str = "shop/pack.yaml") -> Rule:
    """A rule in that line which says this to the customer."""
    built = rule(f"line-{line}", propose("remedy", kind="redo"), customer=said)
    return replace(built, position=Position(file, line, 1))


def found(*rules: Rule) -> list[tuple[str, tuple[str, ...]]]:
    """What is said of a pack `shop` of these rules."""
    return [(one.message, one.about) for one in half_translated.check(replace(pack(*rules), pack_id="shop"))]


def test_each_language_is_told_once_with_its_count_and_first_place() -> None:
    """Whatever the order in which the rules decide."""
    rules = (at(9, {"en": "x"}), at(3, {"en": "x"}), at(1, {"en": "x", "de": "y"}))

    assert found(*rules) == [
        ("2 of 3 texts for customers have no 'de', the first in rule line-3", ("de", "line-3")),
    ]


def test_a_pack_of_one_language_or_of_all_is_not_told() -> None:
    """Nor one whose dialect is served by its language."""
    assert found(at(1, {"de": "x"}), at(2, {"de": "y"})) == []
    assert found(at(1, {"en": "x", "de": "y"}), at(2, {"de": "y", "en": "x"})) == []
    assert found(at(1, {"de": "x", "de-AT": "z"}), at(2, {"de": "y"})) == []


def test_what_is_inherited_is_no_concern() -> None:
    """Its own pack is told."""
    assert found(at(1, {"en": "x", "de": "y"}, file="base/pack.yaml"), at(2, {"en": "x"})) == []


def test_texts_of_actions_and_guardrails_count() -> None:
    """A customer reads them too; an internal step is not theirs."""
    both = at(1, {"en": "x", "de": "y"})
    decline = replace(at(2, {"en": "x", "de": "y"}), then=(propose("decline", what=text("x")),))
    internal = replace(at(3, {"en": "x", "de": "y"}), then=(propose("audit_step", owner="it", step=text("x")),))

    assert [about for _, about in found(both, decline, internal)] == [("de", "line-2")]
