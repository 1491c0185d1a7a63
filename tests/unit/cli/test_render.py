"""The rendering of a decision: nothing that matters is left out, nothing from outside can pose as something else."""

import io

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money
from rich.console import Console

from amends.cli.render import print_response
from amends.v1 import action_pb2, decision_pb2, situation_pb2
from amends.v1.action_pb2 import Action
from amends.v1.decision_pb2 import Decision
from amends.v1.decision_service_pb2 import DecideResponse


def rendered(decision: Decision, *, terminal: bool = False, decision_id: str = "d-1", width: int = 200) -> str:
    """What is printed, on a wide page."""
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, color_system="standard" if terminal else None)
    moment = Timestamp(seconds=1_793_534_400)
    print_response(
        console, DecideResponse(decision_id=decision_id, decided_at=moment, policy="default", decision=decision)
    )
    return out.getvalue()


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def refund(**parts: object) -> Action:
    """A refund of 9.90 USD that the front line may grant, except where `parts` say otherwise."""
    usual = {
        "refund": action_pb2.Refund(),
        "amount": Money(currency_code="USD", units=9, nanos=900_000_000),
        "authority_role": "frontline",
        "may_grant_now": True,
    }
    return Action(**(usual | parts))


@pytest.mark.parametrize("number", [number for number in decision_pb2.Outcome.values() if number])
def test_every_outcome_has_a_headline(number: decision_pb2.Outcome.ValueType) -> None:
    """The first line says what it comes to, in words and not in a constant's name."""
    headline = lines(rendered(Decision(outcome=number)))[0]

    assert headline[0].isupper()
    assert "_" not in headline


def test_an_action_is_shown_with_amount_authority_reasons_and_rules() -> None:
    """What the person at the desk needs stands together."""
    decision = Decision(
        actions=[
            refund(
                reason_for_agent="Our delay.",
                reason_for_customer="We were late.",
                rule_ids=["late-delivery"],
                due_time=Timestamp(seconds=1_793_534_400),
            )
        ]
    )

    text = lines(rendered(decision))

    assert "1 ✓ Refund 9.90 USD" in text
    for line in ("you may grant it now", "say “We were late.”", "why Our delay.", "rules late-delivery"):
        assert line in text
    assert "due 2026-11-01 12:00 UTC" in text


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"may_grant_now": False, "authority_role": "supervisor"}, "needs approval: supervisor"),
        (
            {"on_hold": [action_pb2.Hold(team="billing", reason="A chargeback is open.")]},
            "on hold for billing: A chargeback is open.",
        ),
        (
            {"unsettled": [action_pb2.Unsettled(rule_id="recall", facts=["severity"], why="it would forbid it")]},
            "may still change: do not promise it; frontline may grant it",
        ),
        ({"already_given": True}, "given before: not again"),
        ({"amount_needs": ["amount_paid"]}, "may still change: do not promise it; frontline may grant it"),
    ],
)
def test_what_may_not_be_given_now_never_looks_as_if_it_could(parts: dict[str, object], expected: str) -> None:
    """The mark for "now" is only for what is allowed, settled, free and not done before."""
    text = lines(rendered(Decision(actions=[refund(**parts)])))

    assert expected in text
    assert not any(line.startswith("1 ✓") for line in text)


@pytest.mark.parametrize(
    ("parts", "label"),
    [
        ({}, "say"),
        ({"may_grant_now": False}, "say once it is approved"),
        ({"amount_needs": ["amount_paid"]}, "say once it is settled"),
        ({"unsettled": [action_pb2.Unsettled(rule_id="recall", why="it would forbid it")]}, "say once it is settled"),
        ({"on_hold": [action_pb2.Hold(team="billing")]}, "say once the hold is lifted"),
    ],
)
def test_words_for_the_customer_wait_for_what_they_promise(parts: dict[str, object], label: str) -> None:
    """Who reads `say` says it: words that may yet prove untrue are not labelled so."""
    text = lines(rendered(Decision(actions=[refund(reason_for_customer="You get it.", **parts)])))

    assert f"{label} “You get it.”" in text


def test_what_was_given_before_is_not_said_again() -> None:
    """The customer has heard it."""
    given = refund(reason_for_customer="You get it.", already_given=True)

    assert "You get it." not in rendered(Decision(actions=[given]))


def test_what_was_asked_for_in_vain_stands_before_what_to_do() -> None:
    """The customer asked for it: the person at the desk needs it first."""
    decision = Decision(actions=[refund()], unanswered_requests=[situation_pb2.REQUEST_CALLBACK])

    text = rendered(decision)

    assert text.index("Asked for and not answered") < text.index("What to do")


def test_a_date_stays_on_one_line() -> None:
    """On a page of 80 columns, with long names of policy and pack."""
    decision = Decision(pack_id="a-brand-with-a-long-name", pack_version="2026.11.12", pack_digest="0" * 64)

    text = rendered(decision, decision_id="0" * 36, width=80)

    assert "2026-11-01 12:00 UTC, not recorded" in lines(text)


def test_an_unsettled_action_says_what_is_open() -> None:
    """Which rule, which fact, and what could change."""
    unsettled = [action_pb2.Unsettled(rule_id="recall", facts=["severity"], why="it would forbid it")]

    text = lines(rendered(Decision(actions=[refund(unsettled=unsettled)])))

    assert "open recall: it would forbid it (needs severity)" in text


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (Money(currency_code="USD", units=10), "10.00 USD"),
        (Money(currency_code="JPY", units=500), "500 JPY"),
        (Money(currency_code="KWD", units=1, nanos=500_000_000), "1.500 KWD"),
        (Money(currency_code="QQQ", units=1, nanos=500_000_000), "1.50 QQQ"),
    ],
)
def test_money_has_the_decimals_of_its_currency(amount: Money, shown: str) -> None:
    """Cents for dollars, none for yen; a currency that this version does not know is shown as it came."""
    assert f"1 ✓ Refund {shown}" in lines(rendered(Decision(actions=[refund(amount=amount)])))


def test_an_amount_that_is_not_known_says_what_it_needs() -> None:
    """Unknown is never shown as nothing, and a floor is called a floor."""
    unknown = refund(amount_needs=["amount_paid"])
    unknown.ClearField("amount")

    text = rendered(Decision(actions=[unknown, refund(amount_needs=["severity"])]))

    assert "the amount needs amount_paid" in text
    assert "at least 9.90 USD; the amount needs severity" in text


def test_everything_else_of_the_decision_is_shown() -> None:
    """Questions, guardrails, promises, what was overruled and by what, and the rules."""
    fact = decision_pb2.NeededFact(path="facts.delay_days", question="How late was it?", rule_ids=["late"])
    decision = Decision(
        actions=[refund(action_id="a-1")],
        needed_facts=[
            decision_pb2.NeededFact(path="severity", question="How bad is it?", rule_ids=["recall"]),
            fact,
        ],
        ask_next=fact,
        unobtainable_facts=["fit"],
        unanswered_requests=[situation_pb2.REQUEST_CALLBACK],
        guardrails=[decision_pb2.Guardrail(guardrail_id="no-eta", never="a time", instead="the next update")],
        obligations=[
            decision_pb2.Obligation(
                kind=decision_pb2.OBLIGATION_KIND_NEXT_UPDATE,
                action_id="a-1",
                due_time=Timestamp(seconds=1_793_534_400),
                owner="same_person",
            )
        ],
        trace=decision_pb2.Trace(
            rules=[
                decision_pb2.RuleTrace(
                    rule_id="late", title="We were late", verdict=decision_pb2.VERDICT_APPLIED, sources=["D23"]
                ),
                decision_pb2.RuleTrace(
                    rule_id="recall", verdict=decision_pb2.VERDICT_UNDETERMINED, missing=["severity"]
                ),
            ],
            adjustments=[
                decision_pb2.Adjustment(
                    step=decision_pb2.STEP_LIMIT,
                    effect=decision_pb2.EFFECT_CHANGED,
                    kind=situation_pb2.ACTION_KIND_REFUND,
                    rule_id="late",
                    by="over-compensation",
                    why="more than was affected",
                    before=Money(currency_code="USD", units=20),
                    after=Money(currency_code="USD", units=9, nanos=900_000_000),
                )
            ],
        ),
    )

    text = lines(rendered(decision))

    for line in (
        "→ ask next How late was it? facts.delay_days",
        "· How bad is it? severity",
        "· asked for in vain: fit",
        "· callback no action meets it, and none declines it",
        "never a time",
        "but the next update",
        "· 2026-11-01 12:00 UTC next update, same person (Refund)",
        "· refund 20.00 USD of late changed to 9.90 USD at limit by over-compensation: more than was affected",
        "· late applied: We were late [D23]",
        "· undetermined without severity: recall",
    ):
        assert line in text, text


def test_rules_of_care_that_wait_take_one_line() -> None:
    """What is asked for is told rule by rule, and so is what was asked for in vain; of the rest, only the facts."""

    def waiting(rule_id: str, *missing: str) -> decision_pb2.RuleTrace:
        return decision_pb2.RuleTrace(rule_id=rule_id, verdict=decision_pb2.VERDICT_UNDETERMINED, missing=missing)

    decision = Decision(
        needed_facts=[decision_pb2.NeededFact(path="severity", rule_ids=["recall", "gift"])],
        unobtainable_facts=["fit"],
        trace=decision_pb2.Trace(
            rules=[
                waiting("recall", "severity"),
                waiting("say-sorry", "customer.channels_on_file"),
                waiting("refer", "fit"),
                waiting("gift", "severity"),
                waiting("in-other-money"),
                waiting("status", "incident.ongoing", "customer.channels_on_file"),
            ]
        ),
    )

    text = lines(rendered(decision))

    assert text[text.index("Rules") + 1 :] == [
        "· undetermined without severity: recall, gift",
        "· undetermined without fit: refer",
        "· undetermined: in-other-money",
        "· and 2 more rules, of care alone, wait for: customer.channels_on_file, incident.ongoing",
    ]
    del decision.trace.rules[1]
    assert "· and 1 more rule, of care alone, waits for: incident.ongoing, customer.channels_on_file" in lines(
        rendered(decision)
    )


def test_a_preview_says_that_it_may_not_be_carried_out() -> None:
    """Without an id there is nothing that a payment could refer to."""
    assert "a preview: not to be carried out" in lines(rendered(Decision(), decision_id=""))


def test_texts_from_outside_are_only_text() -> None:
    """Neither markup nor control codes of a pack, a server or a case reach the terminal."""
    nasty = refund(reason_for_agent="[red]bold[/red] \x1b[2J\x07 end", authority_role="[link=x]r[/link]")

    text = rendered(Decision(actions=[nasty], unobtainable_facts=["\x1b]0;title\x07"]))

    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[red]bold[/red] [2J end" in text


def test_a_file_gets_no_blanks_at_the_ends_of_lines() -> None:
    """They only fill a terminal's line, and show in every comparison."""
    text = rendered(Decision(actions=[refund(reason_for_customer="You get it.")], unobtainable_facts=["fit"]))

    assert [line for line in text.splitlines() if line != line.rstrip()] == []


def test_colour_is_for_terminals() -> None:
    """A pipe or a file gets plain text, a terminal gets colour."""
    decision = Decision(outcome=decision_pb2.OUTCOME_CARE_ONLY)

    assert "\x1b[" not in rendered(decision)
    assert "\x1b[" in rendered(decision, terminal=True)
