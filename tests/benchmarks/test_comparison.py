"""Amends beside its peers: all give the same answers, and docs/comparison.md says what is found by running them."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from amends.packs.load import load_pack
from tests.benchmarks.peers import figures, measure, missing, page, probes
from tests.benchmarks.peers.cases import POLICIES, draw
from tests.benchmarks.peers.entries import peers
from tests.benchmarks.peers.figures import Figures
from tests.benchmarks.peers.lines import of_host, of_policies
from tests.benchmarks.peers.missing import ASKED, GUESSED, REFUSED, RIGHT, WRONG, Question
from tests.benchmarks.peers.peer import HERE, OURS, Peer
from tests.lacking import Lack, do_without

PROGRAM: Final = str(Path(__file__).with_name("comparison.py"))
WITHOUT_PEERS: Final = Lack("the engines of others", "This installs them: make benchmark-setup")
WITHOUT_JAVA: Final = Lack("Java for Drools", "This installs it: apt-get install default-jre-headless")
CASES: Final = 600
# durable-rules is not to be had on Python 3.13 and later.
COMPARED: Final = [peer for peer in peers() if peer.name != "durable-rules" or sys.version_info < (3, 13)]
AMENDS: Final = next(peer for peer in peers() if peer.name == OURS)


@pytest.fixture(scope="module")
def questions() -> Sequence[Question]:
    """Cases less one fact, and what each value of it would lead to."""
    return missing.questions(AMENDS)


@pytest.mark.parametrize("peer", COMPARED, ids=lambda peer: peer.name)
def test_every_peer_gives_the_same_answers_and_does_what_the_page_says(
    peer: Peer, questions: Sequence[Question], request: pytest.FixtureRequest
) -> None:
    """To the cent and to the rule, on every case; without a fact, and asked why, it does what was recorded of it."""
    if peer.version is None:
        do_without(request, WITHOUT_PEERS)
    if peer.name == "Drools" and shutil.which("java") is None:
        do_without(request, WITHOUT_JAVA)
    found = Figures()
    with measure.running(peer) as runner:
        measure.loaded(runner)
        for policy in POLICIES:
            cases = draw(policy, CASES)
            host = AMENDS.load(policy)
            expected = [host.answer(host.decide(host.given(case))) for case in cases]
            told = [answer.get("answer", answer) for answer in measure.answers(runner, policy, cases)]
            differing = [
                (case, one, other) for case, one, other in zip(cases, told, expected, strict=True) if one != other
            ]
            assert not differing, differing[0]
        measure.show(runner, questions, found)
    before = figures.recorded()
    assert found.missing[peer.name] == before.missing[peer.name]
    assert found.told[peer.name] == before.told[peer.name]
    assert found.probes[peer.name] == before.probes[peer.name]


def test_the_cases_reach_every_rule_and_every_row() -> None:
    """Agreement says something only where each of 40 rules decides, and each of 23 rows and none."""
    refund, credit, limits = (AMENDS.load(policy) for policy in POLICIES)
    by_rules = [refund.answer(refund.decide(refund.given(case))) for case in draw("refund", CASES)]
    by_rows = [credit.answer(credit.decide(credit.given(case))) for case in draw("credit", CASES)]
    together = [limits.answer(limits.decide(limits.given(case))) for case in draw("limits", CASES)]
    folder = HERE / "policies" / "amends"

    rules = {rule.rule_id for rule in load_pack(folder, "refund").rules}
    assert len(rules) == 40
    assert {rule for answer in by_rules for rule in answer["rules"]} == rules
    assert {answer["row"] for answer in by_rows} == set(range(24))
    assert {answer["refund_by"] for answer in together} == {"", "frontline", "supervisor", "director"}
    assert len(load_pack(folder, "limits").rules) == 7


def test_the_page_is_what_the_recorded_figures_say() -> None:
    """Figures, policies and words cannot drift apart: `comparison.py --page` writes it anew."""
    assert page.PAGE.read_text(encoding="utf-8") == page.rendered(figures.recorded())


def test_what_the_page_says_in_words_is_what_was_found() -> None:
    """CEL guesses nothing and names what is missing; nobody is wrong where a fact is of no account."""
    found = figures.recorded()
    cel, ours = found.missing["CEL"], found.missing[OURS]
    assert GUESSED not in cel["open"]
    assert cel["named"]["open"] == cel["open"][REFUSED]
    assert all(WRONG not in by_peer["settled"] for by_peer in found.missing.values())
    assert ours["open"][ASKED] > 10 * ours["open"].get(GUESSED, 0)
    assert found.probes["ZEN"][probes.TENTHS] == "0.8"
    assert not found.out
    assert list(found.growth[OURS]) == ["40", "400", "4000"]


@pytest.mark.parametrize(
    ("answer", "settled", "outcome"),
    [
        ({"error": "KeyError: 'tier'"}, None, REFUSED),
        ({"answer": {"row": 1}, "asks": ["tier"]}, None, ASKED),
        ({"answer": {"row": 1}, "asks": ["paid"]}, None, GUESSED),
        ({"answer": {"row": 1}, "asks": []}, {"row": 1}, RIGHT),
        ({"answer": {"row": 1}, "asks": []}, {"row": 2}, WRONG),
    ],
)
def test_an_answer_without_a_fact_is_told_for_what_it_is(
    answer: dict[str, Any], settled: dict[str, Any] | None, outcome: str
) -> None:
    """A guess is an answer to an open case that does not name the fact; an error names it or does not."""
    asked = [Question("credit", {}, "tier", settled)]

    found = missing.outcomes(asked, [answer])

    which = "open" if settled is None else "settled"
    assert found[which] == {outcome: 1}
    assert found["named"] == {"open": int(outcome == REFUSED)}


def test_a_slot_of_clips_without_a_default_makes_a_missing_fact_an_error_in_text_alone(
    request: pytest.FixtureRequest,
) -> None:
    """As the page says: clipspy's `assert_fact` fills it with nil all the same."""
    if next(peer for peer in peers() if peer.name == "CLIPS").version is None:
        do_without(request, WITHOUT_PEERS)
    import clips

    environment = clips.Environment()
    environment.build("(deftemplate case (slot delay (type INTEGER) (default ?NONE)))")
    assert str(environment.find_template("case").assert_fact()) == "(case (delay nil))"
    with pytest.raises(clips.CLIPSError, match="requires a value"):
        environment.assert_string("(case)")


def test_zen_ends_a_cell_at_a_missing_fact_and_goes_on_with_the_next_row(request: pytest.FixtureRequest) -> None:
    """As the page says: so an alternative has two rows in ZEN's policy, not one cell."""
    if next(peer for peer in peers() if peer.name == "ZEN").version is None:
        do_without(request, WITHOUT_PEERS)
    import zen

    graph = json.loads((HERE / "policies" / "zen" / "refund.json").read_text(encoding="utf-8"))
    table = next(node for node in graph["nodes"] if node["type"] == "decisionTableNode")["content"]
    case = {**draw("refund", 1)[0], "reason": "cancelled", "category": "service", "tier": "gold"}
    del case["failures"]
    rows = zen.ZenEngine().create_decision(json.dumps(graph)).evaluate(case)["result"]["rules"]
    table["inputs"].append({"id": "when", "name": "when"})
    both = next(row for row in table["rules"] if row["_id"] == "cancelled-service-1")
    both |= {"failures": "", "when": 'failures >= 3 or tier == "gold"'}
    table["rules"] = [both]
    cell = zen.ZenEngine().create_decision(json.dumps(graph)).evaluate(case)["result"]["rules"]

    assert "cancelled-service" in rows
    assert not cell


def test_every_policy_stands_with_a_page_that_it_follows() -> None:
    """Each of a peer's three is of some length, and each of its pages has an address."""
    for peer in peers():
        assert all(count > 10 for count in of_policies(peer).values()), peer.name
        assert of_host(peer) > 10
        assert peer.pages
        assert all(address.startswith("https://") for address in peer.pages if peer.name != OURS)


def test_the_program_measures_and_says_so_in_one_line_of_json() -> None:
    """Ours alone and quickly: the figures mean little here, but each is there, and nothing is recorded."""
    before = figures.RECORDED.read_bytes()

    done = subprocess.run(
        [sys.executable, PROGRAM, "--quick", "--only", OURS], check=False, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert {policy for policy, us in said["time"][OURS].items() if us[0] > 0} == set(POLICIES)
    assert said["growth"][OURS].keys() == {"40", "400"}
    assert len(said["memory"][OURS]) == 2
    assert said["recorded"] is False
    assert figures.RECORDED.read_bytes() == before
