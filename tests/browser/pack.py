"""The pack of these tests: a desk whose one case shows every part of the sidebar."""

from typing import Any, Final

DESK: Final = """\
pack: desk
version: 1.0.0
title: A small desk
currency: USD
tiers: [none, gold]
main: [fault]
facts:
  delay_days: {type: integer, unit: days, min: 0, max: 365, ask: How many days late was it?}
contact_reasons: [late_delivery, other]
authority:
  - {role: frontline, refund: 50 USD, goodwill: 5 USD}
  - {role: team_lead, refund: unlimited, goodwill: unlimited}
limits:
  - {id: small-gestures, of: [goodwill], at_most: 15 USD}
guardrails:
  - {id: no-eta, unless: {incident.eta_known: true}, never: when it will come, instead: when they hear from us next}
rules:
  - id: sorry
    title: Say sorry
    when: {fault: company}
    then: [{apology: {literal: true}}]
    because: {agent: It was our fault., customer: I am sorry that it came late.}
    source: [house rule 1]
  - id: shipping-back
    title: Give the shipping fee back when we delivered late
    when: {fault: company, facts.delay_days: {at_least: 3}}
    then: [{refund: {percent: 100, of: shipping_fee}}]
    because: {agent: We were late., customer: "We were late. You get {amount} back."}
    source: [house rule 2]
  - id: gesture
    title: A gesture when it was very late
    when: {fault: company, facts.delay_days: {at_least: 10}}
    then: [{goodwill: {kind: credit, amount: 20 USD}}]
    because: {agent: It was very late., customer: "Please take {amount} from us."}
    source: [house rule 3]
"""


def late(case_id: str, **more: object) -> dict[str, Any]:
    """A situation of the desk, in JSON: all is known but how late it was."""
    return {
        "caseId": case_id,
        "fault": "FAULT_COMPANY",
        "amountPaid": {"currencyCode": "USD", "units": "59", "nanos": 900_000_000},
        "amountRefunded": {"currencyCode": "USD"},
        "shippingFee": {"currencyCode": "USD", "units": "9", "nanos": 900_000_000},
        **more,
    }
