"""Writes packs of any size, as a policy owner would write them: the same seed gives the same text."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

RULES_A_FILE: Final = 50
_HEADER: Final = """\
pack: generated
version: 1
title: A pack of {count} rules
currency: USD
timezone: Europe/Vienna
tiers: [none, bronze, silver, gold]
main: [fault, severity, stage, customer.loyalty_tier]
facts:
  delay_days: {{type: integer, unit: days, min: 0, ask: "How many days late was it?"}}
  weight: {{type: decimal, unit: kg, min: 0, ask: "How heavy was it?"}}
  bought: {{type: date, ask: "When was it bought?"}}
  packaging: {{type: enum, values: [original, opened, missing], ask: "Is the packaging original?"}}
  region: {{type: text, ask: "Which region?"}}
teams: {{it: {{label: IT}}, billing: {{label: Billing}}}}
authority:
  - {{role: frontline, refund: 250 USD, goodwill: 50 USD}}
  - {{role: director, refund: unlimited, goodwill: unlimited}}
limits:
  - {{id: at-most, of: [refund, goodwill], at_most: {{percent: 150, of: amount_affected}}}}
"""
_CLOSED: Final = {
    "fault": ("company", "customer", "shared", "third_party", "nobody"),
    "cause": ("people", "process", "technology", "content", "external"),
    "stage": ("discovery", "consideration", "purchase", "use", "adopt"),
    "pain_type": ("emotional", "transactional", "physical", "loyalty"),
    "facts.packaging": ("original", "opened", "missing"),
    "reporter": ("customer", "company"),
    "facts.region": tuple(f"region-{number}" for number in range(40)),
}
_SEVERITIES: Final = ("low", "medium", "high", "critical")


def write_pack(folder: Path, count: int, *, seed: int = 1) -> None:
    """A pack `generated` of `count` rules under `folder`, in files of 50."""
    place = folder / "generated"
    place.mkdir(parents=True)
    (place / "pack.yaml").write_text(_HEADER.format(count=count), encoding="utf-8")
    rules = list(_rules(count, Random(seed)))  # noqa: S311  # the same pack each time is what is wanted
    for first in range(0, count, RULES_A_FILE):
        text = "rules:\n" + "".join(rules[first : first + RULES_A_FILE])
        (place / f"theme_{first // RULES_A_FILE:03}.yaml").write_text(text, encoding="utf-8")


def _rules(count: int, chance: Random) -> Iterator[str]:
    for number in range(count):
        when = "".join(f"      {line}\n" for line in _when(chance))
        then = _then(number, chance)
        yield (
            f"  - id: rule-{number}\n    title: What rule {number} does\n    priority: {chance.randrange(100)}\n"
            f"    when:\n{when}    then:\n{then}"
            f"    because: {{agent: Because of reason {number}., customer: We are putting it right.}}\n"
        )


def _when(chance: Random) -> Iterator[str]:
    for path in chance.sample(sorted(_CLOSED), chance.randint(2, 3)):
        values = chance.sample(_CLOSED[path], 1 if len(_CLOSED[path]) < 3 else chance.randint(1, 2))
        yield f"{path}: [{', '.join(values)}]"
    low = chance.randrange(30)
    yield f"facts.delay_days: {{at_least: {low}, below: {low + chance.randint(1, 20)}}}"
    match chance.randrange(4):
        case 0:
            yield "any:"
            yield f"  - severity: {{at_least: {chance.choice(_SEVERITIES)}}}"
            yield f"  - customer.loyalty_tier: {{at_least: {chance.choice(('silver', 'gold'))}}}"
        case 1:
            yield f"none: [{{obvious_mistake: {chance.choice(('true', 'false'))}}}]"
        case 2:
            yield f"amount_paid: {{above: {chance.randrange(5, 500)}.00 USD}}"
        case _:
            yield f"severity: {{at_least: {chance.choice(_SEVERITIES)}}}"


def _then(number: int, chance: Random) -> str:
    actions = [
        f"refund: {{percent: {chance.randrange(10, 101)}, of: amount_affected}}",
        f"goodwill: {{kind: credit, amount: {chance.randrange(1, 40)}.00 USD}}",
        f"audit_step: {{owner: it, step: Look at step {number}}}",
        "apology: {literal: true}",
        f"set_expectations: {{next: Step {number} comes next}}",
    ]
    return "".join(f"      - {action}\n" for action in chance.sample(actions, 2))
