"""Changes of a row: the same as those of a decision beside the one that it supersedes, told from an output."""

from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Final

from amends.application.compiled_pack import CompiledPack
from amends.domain.action import Action
from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.decision import Decision
from amends.domain.money import Money
from amends.domain.situation import Subject
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.packs.situation_file import read_heading, read_situation
from amends.rescoring.action_changes import action_changes, movement_of
from amends.rescoring.scored import describe
from amends.resolution.changes import Superseded, changes

ROOT: Final = Path(__file__).parents[3]
NOON: Final = 1_767_528_000_000_000_000


@cache
def compiled(pack_id: str) -> CompiledPack:
    return CompiledPack(load_pack(ROOT / "rules", pack_id), BitmapEngine())


def decisions() -> tuple[Decision, ...]:
    """The written cases as if all were one."""
    return tuple(decided(file) for file in sorted((ROOT / "examples" / "cases").glob("*.yaml")))


def decided(file: Path) -> Decision:
    text = file.read_text(encoding="utf-8")
    pack = compiled(read_heading(text, file=file.name).policy)
    situation = read_situation(text, file=file.name, pack=pack.pack, default_observe_time=NOON)
    found = pack.decide(situation, role=pack.pack.authority[0].role).decision
    return found._replace(actions=tuple(of_one_case(action) for action in found.actions))


def of_one_case(action: Action) -> Action:
    """As if all cases were one; what an output leaves out is left out."""
    told = tuple(one for one in action.parameters if one[0] != "instead")
    return action._replace(subject=Subject(), incident_id="", parameters=told)


def test_rows_change_as_decisions_do() -> None:
    """Of any two decisions: what is new, gone, higher or lower, by which amounts, as resolution tells it."""
    told = 0
    each = [(decision, rows(decision)) for decision in decisions()]
    for (before, earlier), (after, now) in product(each, repeat=2):
        said = changes(Superseded(before.actions), after, combine={}, granted=())
        expected = [(one.kind, one.action_kind, one.before, one.after) for one in said]
        found = action_changes(earlier, now, [])
        told += len(found)

        assert [(one["change"], one["kind"], *amounts(one)) for one in found] == expected

    assert told > 10_000


def rows(decision: Decision) -> list[dict[str, Any]]:
    return [describe(action) for action in decision.actions]


def amounts(change: dict[str, Any]) -> list[Money | None]:
    sides = (change["before_minor_units"], change["after_minor_units"])
    return [None if units is None else Money(change["currency"], units) for units in sides]


def refund(units: int | None, **said: object) -> dict[str, Any]:
    plain = {"kind": "refund", "what": None, "owner": None, "minor_units": units, "given_minor_units": None}
    return {**plain, "currency": "EUR", "already_given": False, "rules": ["give-it-back"], **said}


def cut(**said: object) -> dict[str, Any]:
    return {"kind": "refund", "rule": "give-it-back", "by": "chargeback-stops-payments", "removed": True, **said}


def test_who_removed_it_is_who_did_it() -> None:
    """A refund that a rule still asks for is gone by what removed it; one that none asks for by its own rule."""
    (removed,) = action_changes([refund(500)], [], [cut()])
    (unasked,) = action_changes([refund(500)], [], [cut(kind="goodwill")])

    assert (removed["rules"], removed["change"]) == (["chargeback-stops-payments"], "gone")
    assert unasked["rules"] == ["give-it-back"]
    assert "does not ask for it any more" in unasked["why"]


def test_what_cut_it_is_named_beside_its_rule() -> None:
    """A refund that is lower by a limit names both."""
    (lower,) = action_changes([refund(500)], [refund(300)], [cut(by="limits.total", removed=False)])

    assert (lower["change"], lower["rules"]) == ("lower", ["give-it-back", "limits.total"])
    assert lower["why"] == "3.00 EUR in all by give-it-back, as limits.total cut it, and 5.00 EUR before"


def test_what_was_given_counts_and_is_never_gone() -> None:
    """Two of five euros paid and three left is the same as five; what was paid does not go."""
    part = refund(300, given_minor_units=200)
    whole = refund(None, given_minor_units=500, already_given=True)

    assert action_changes([refund(500)], [part], []) == []
    assert action_changes([refund(500)], [whole], []) == []
    assert action_changes([whole], [], []) == []


def test_a_kind_of_another_version_is_compared_too() -> None:
    """An earlier output may hold what this version does not know."""
    (gone,) = action_changes([refund(500, kind="voucher")], [], [])

    assert (gone["change"], gone["kind"], gone["before_minor_units"]) == ("gone", "voucher", 500)


def test_money_moves_by_ups_and_downs() -> None:
    """Ups and downs are added; of two currencies it is the one that is said first: no yen is weighed against a euro."""
    told = [change(100, 300, "EUR"), change(500, None, "EUR"), change(None, 690, "JPY")]

    assert movement_of(told) == ("EUR", 700)
    assert movement_of(told[::-1]) == ("JPY", 690)
    assert movement_of([change(5, 5, "EUR")]) == movement_of([]) == (None, None)


def change(before: int | None, after: int | None, currency: str) -> dict[str, Any]:
    return {"before_minor_units": before, "after_minor_units": after, "currency": currency}


def test_a_pack_says_what_makes_actions_the_same() -> None:
    """Where it lets all remedies stand each is its own; else there is one, whoever's task it is."""
    before, after = (refund(None, kind="escalate", what=who, currency=None) for who in ("the desk", "the boss"))

    assert action_changes([before], [after], []) == []
    told = action_changes([before], [after], [], combine={ActionKind.ESCALATE: Combine.ALL})
    assert [(one["change"], one["what"]) for one in told] == [("new", "the boss"), ("gone", "the desk")]


def test_what_was_offered_has_to_be_withdrawn() -> None:
    """As a decision says it; what was not offered is only gone."""
    told = action_changes([refund(500), refund(300, kind="goodwill")], [], [], offered={1})

    assert [(one["change"], one["kind"]) for one in told] == [("gone", "refund"), ("withdraw", "goodwill")]
