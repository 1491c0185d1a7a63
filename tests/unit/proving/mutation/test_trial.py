"""What becomes of a mutant: a test of the pack notices it, or none does, and then it is told which test is missing."""

import pytest

from amends.packs.model import Pack
from amends.proving.mutation import trial as trial_module
from amends.proving.mutation.run import Outcome
from amends.proving.mutation.trial import Verdict
from tests.unit.proving.mutation.shop import BACK, FULL, HEAD, Shop


def by_words(outcome: Outcome) -> dict[str, Verdict]:
    return {one.mutation.words: one.fate.verdict for one in outcome.tried}


def test_tests_at_every_edge_leave_no_survivor(shop: Shop) -> None:
    """Each value of the list, the bound and one below it, the amount to the cent."""
    shop.write(HEAD + BACK, *FULL)

    assert shop.survivors() == []


@pytest.mark.parametrize(
    ("missing", "survivor", "advice"),
    [
        (
            1,
            "`fault: [company, shared]`: shared is left out",
            "a test in which fault is shared and all else holds, that expects what the rule then does or leaves",
        ),
        (
            2,
            "the condition `fault: [company, shared]` is taken out",
            "a test in which `fault: [company, shared]` is not so and all else holds: the rule must not act",
        ),
        (
            3,
            "`facts.days: at_least 3` becomes 2",
            "a test in which facts.days is 2 and all else holds, that expects what the rule then does or leaves",
        ),
    ],
)
def test_a_missing_test_leaves_a_survivor_that_names_it(missing: int, survivor: str, advice: str, shop: Shop) -> None:
    """With the place in the file, what was changed, and the very test that was taken away here."""
    shop.write(HEAD + BACK, *(test for place, test in enumerate(FULL) if place != missing))

    found = [one.mutation for one in shop.outcome().of(Verdict.SURVIVED)]
    assert (survivor, advice) in [(one.words, one.advice) for one in found]
    assert {str(one.position).rpartition(":")[0] for one in found} == {"shop/pack.yaml:9"}


def test_a_test_that_looks_at_no_amount_leaves_the_amount_open(shop: Shop) -> None:
    """That the rule applied says nothing of how much is given."""
    shop.write(HEAD + BACK, *(test.replace("{amount: 9 USD}", "{}") for test in FULL))

    assert shop.survivors() == [
        "the amount of refund: 9 USD becomes 8.99 USD",
        "the amount of refund: 9 USD becomes 9.01 USD",
    ]


def test_what_does_not_load_is_counted_apart(shop: Shop) -> None:
    """No test had to notice it: the loader does."""
    cases = (
        "cases: [{when: {facts.days: {above: 3}}, value: true}, {when: {fault: company}, value: true}, {value: false}]"
    )
    shop.write(f"{HEAD}derive: [{{fact: facts.late, type: boolean, {cases}}}]\n{BACK}", *FULL)

    verdicts = by_words(shop.outcome())
    assert verdicts["the condition `facts.days: {above: 3}` is taken out"] is Verdict.REFUSED


def test_a_mutant_that_decides_alike_is_no_survivor(shop: Shop) -> None:
    """What is known to be critical is known: a test for the difference cannot be written."""
    either = "any: [{severity: {at_least: low}}, {severity: {present: true}}], facts.days: {at_least: 3}"
    shop.write(HEAD + BACK.replace("fault: [company, shared], facts.days: {at_least: 3}", either))

    verdicts = by_words(shop.outcome())
    assert verdicts["`severity: at_least low` becomes medium"] is Verdict.EQUIVALENT
    assert verdicts["`facts.days: at_least 3` becomes 4"] is Verdict.SURVIVED


def test_a_row_that_is_never_reached_decides_nothing(shop: Shop) -> None:
    """The row before it always holds; a row that would be missed is a survivor."""
    rule = "rules:\n  - {id: t, title: T, table: tables/t.csv, because: {customer: x}}\n"
    table = "facts.days,refund.amount\n>=3,9 USD\n-,1 USD\n>=5,8 USD\n"
    shop.write(HEAD + rule, tables={"t.csv": table})

    verdicts = by_words(shop.outcome())
    assert verdicts["row 3 of the table is deleted: >=5, 8 USD"] is Verdict.EQUIVALENT
    assert verdicts["row 1 of the table is deleted: >=3, 9 USD"] is Verdict.SURVIVED


def test_the_tests_left_out_would_not_have_noticed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Running every test on every mutant gives the same verdicts as running those whose facts tell it apart."""
    rule = "  - {id: t, title: T, when: {stage: use}, table: tables/t.csv, because: {customer: x}}\n"
    derive = "derive: [{fact: facts.late, type: boolean, table: tables/late.csv}]\n"
    tables = {
        "t.csv": "facts.late,fault,goodwill.kind,goodwill.amount\ntrue,company,gift,5 USD\n-,shared,credit,4 USD\n",
        "late.csv": "facts.days,value\n>=3,true\n-,false\n",
    }
    tests = (
        *FULL,
        "fault: company, facts: {days: 3}, stage: use => applied: [t/row-1], actions: [{goodwill: {amount: 5 USD}}]",
        "fault: shared, facts: {days: 1}, stage: use => applied: [t/row-2]",
        "fault: company, facts: {days: 2} => near_misses: {back: {facts.days: from 3}}",
        "stage: use => undetermined: [t/row-1]",
    )
    shop.write(HEAD + derive + BACK + rule, *tests, tables=tables)
    quick = by_words(shop.outcome())

    def anywhere(_pack: Pack, _mutant: Pack) -> None:
        return None

    monkeypatch.setattr(trial_module, "difference", anywhere)
    slow = by_words(shop.outcome())

    same = {words for words, verdict in quick.items() if verdict is Verdict.EQUIVALENT}
    assert {words: verdict for words, verdict in slow.items() if words not in same} == {
        words: verdict for words, verdict in quick.items() if words not in same
    }
    assert {slow[words] for words in same} <= {Verdict.SURVIVED, Verdict.EQUIVALENT}
    assert set(quick.values()) >= {Verdict.KILLED, Verdict.SURVIVED}
