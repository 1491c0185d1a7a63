"""Order: apology, perspective, clarity, what we do (prepared, true, care), what comes next, and last our own view."""

from amends.domain.action import Scope
from amends.domain.action_kinds import KINDS, ActionKind, Phase
from amends.resolution.order import SAID_ORDER
from tests.unit.resolution.building import decide, kinds, pack, propose, rule, usd

DONE = (Phase.PREPARED, Phase.TRUE, Phase.CARE)


def test_every_kind_has_its_place() -> None:
    """None is left out, none stands twice."""
    assert set(SAID_ORDER) == set(ActionKind)
    assert sorted(SAID_ORDER.values()) == list(range(len(ActionKind)))


def test_what_is_said_first_and_last() -> None:
    """Their perspective before ours, whatever the rules' priorities."""
    rules = (
        rule("a", propose("offer_perspective", risk="anger"), propose("set_expectations", next="x"), priority=9),
        rule("b", propose("escalate", to="boss"), propose("clarify", script="so")),
        rule("c", propose("ask_perspective"), propose("apology"), priority=-9),
    )
    assert kinds(decide(pack(*rules))) == [
        "apology",
        "ask_perspective",
        "clarify",
        "escalate",
        "set_expectations",
        "offer_perspective",
    ]


def test_what_we_do_stands_as_it_is_done() -> None:
    """Prepared, then true, then care."""
    spoken = ("apology", "ask_perspective", "clarify", "set_expectations", "offer_perspective")
    phases = [
        DONE.index(KINDS[kind].phase) for kind in sorted(SAID_ORDER, key=SAID_ORDER.__getitem__) if kind not in spoken
    ]
    assert phases == sorted(phases)


def test_actions_of_one_kind_stand_in_deciding_order() -> None:
    """Priority, then id, then as written."""
    rules = (
        rule("b", propose("goodwill", usd("1"), kind="gift"), propose("goodwill", usd("1"), kind="credit")),
        rule("a", propose("goodwill", usd("1"), kind="points")),
        rule("c", propose("goodwill", usd("1"), kind="upgrade"), priority=1),
    )
    found = [action.parameter("kind") for action in decide(pack(*rules)).actions]
    assert found == ["upgrade", "points", "gift", "credit"]


def test_kinds_of_actions_stand_by_the_first_proposal_whichever_is_kept() -> None:
    """The honest referral of the case replaces the one that was proposed first, and stands in its place."""
    elsewhere = propose("referral", outcome="other", target="a partner", evidence=("fit",))
    incident = propose("referral", outcome="other", target="the maker", evidence=("fit",), scope=Scope.INCIDENT)
    honest = propose("referral", outcome="not_a_fit", target="another", evidence=("fit",))
    both = decide(pack(rule("a", elsewhere), rule("b", incident), rule("c", honest)))
    assert [action.parameter("target") for action in both.actions] == ["another", "the maker"]
    last = decide(pack(rule("a", incident, honest)))
    assert [action.parameter("target") for action in last.actions] == ["the maker", "another"]
