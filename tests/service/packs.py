"""The packs of these tests: small shops whose answers a reader can work out, and one that does not compile."""

SHOP = """\
pack: shop
version: 1.2.3
title: A small shop
currency: USD
tiers: [none, gold]
main: [fault]
facts:
  delay_days: {type: integer, unit: days, min: 0, max: 365, ask: How many days late was it?}
  note: {type: text, ask: What else is there to know?}
contact_reasons: [late_delivery, other]
authority:
  - {role: frontline, refund: 50 USD}
  - {role: owner, refund: unlimited}
rules:
  - id: shipping-back
    title: Give the shipping fee back when we delivered late
    when: {fault: company, facts.delay_days: {at_least: 3}}
    then: [{refund: {percent: 100, of: shipping_fee}}, {apology: {literal: true}}]
    because: {agent: We were late., customer: "We were late. You get {amount} back."}
    source: [house rule 1]
"""

BROKEN = """\
pack: lost
version: 1.0.0
title: A pack with a typo
currency: USD
rules:
  - id: nothing
    title: Reads a fact that there is not
    when: {faultt: company}
    then: [{apology: {literal: true}}]
    because: {agent: Sorry., customer: Sorry.}
"""

GENEROUS = """\
pack: generous
version: 1
title: A shop that gives goodwill, and counts it
currency: USD
history: ledger
limits:
  - {id: goodwill-a-year, of: [goodwill], at_most: 150 USD, minus: customer.goodwill_granted_365d}
requires:
  - {id: no-third-apology, kind: apology, when: {customer.apologies_90d: {at_least: 2}}, one_of: [goodwill]}
rules:
  - id: sorry
    title: Goodwill for a bad day
    when: {fault: company}
    then: [{apology: {}}, {goodwill: {kind: credit, amount: 20 USD}}]
    because: {agent: Our fault., customer: We are sorry.}
"""
