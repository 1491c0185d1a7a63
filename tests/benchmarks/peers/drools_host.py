"""Drools by drools_jpy: a ruleset as a tree of conditions; the rules that match are told, the host does the rest."""

from pathlib import Path
from typing import Any

import yaml

from tests.benchmarks.engine_race.drools_peer import find_java
from tests.benchmarks.peers.cases import CREDIT, REFUND, Case
from tests.benchmarks.peers.settle import settle, share


class Host:
    """A session of the rule engine in a JVM within this process."""

    def __init__(self, folder: Path, policy: str) -> None:
        find_java()
        from drools import ruleset
        from drools.rule import Rule

        self._policy, self._rules = policy, ruleset
        self._told: list[tuple[str, Any]] = []
        (written,) = yaml.safe_load((folder / f"{policy}.yml").read_text(encoding="utf-8"))
        tree = written["RuleSet"]
        self._arguments = {
            rule["Rule"]["name"]: rule["Rule"]["action"]["Action"]["action_args"] for rule in tree["rules"]
        }
        session = ruleset.Ruleset(name=policy, serialized_ruleset=ruleset._to_json(tree))
        for name in self._arguments:
            session.add_rule(Rule(name, self._told_by(name)))

    def given(self, case: Case) -> tuple[Case, dict[str, Any]]:
        """The case, and of it what is a fact or an event."""
        return case, {name: value for name, value in case.items() if name != "granted"}

    def decide(self, given: tuple[Case, dict[str, Any]]) -> Any:  # noqa: ANN401  # of the policy
        """An event stops at the first rule that it matches; a fact matches every one, and is retracted."""
        case, fact = given
        self._told = []
        if self._policy == CREDIT:
            # As `post`, but for a collection of garbage every thousand events, which is no part of deciding.
            self._rules.assert_event(self._policy, fact)
            return self._told[0][0] if self._told else ""
        self._rules.assert_fact(self._policy, fact)
        self._rules.retract_fact(self._policy, fact)
        names = [name for name, _ in self._told]
        if self._policy == REFUND:
            percent = max((self._arguments[name]["percent"] for name in names), default=0)
            return names, share(case["paid"], percent) if percent else 0
        return settle(case, [self._asked(name, case) for name in names])

    def answer(self, decided: Any) -> dict[str, Any]:  # noqa: ANN401  # of the policy
        """Of the rules that were told."""
        if self._policy == REFUND:
            return {"rules": sorted(set(decided[0])), "refund": decided[1]}
        if self._policy == CREDIT:
            found = self._arguments[decided]["credit"] if decided else 0
            return {"row": int(decided.rpartition("-")[2]) if decided else 0, "credit": found}
        return dict(decided)

    def asks(self, decided: Any) -> list[str]:  # noqa: ANN401, ARG002  # of the policy
        """It does not say."""
        return []

    def why(self, given: tuple[Case, dict[str, Any]]) -> object:
        """Each rule that matched, with the facts that it matched."""
        self.decide(given)
        return list(self._told)

    def _asked(self, name: str, case: Case) -> tuple[str, int]:
        match self._arguments[name]:
            case {"kind": kind, "percent": percent}:
                return kind, share(case["paid"], percent)
            case {"kind": kind, "cents_a_day": cents}:
                return kind, cents * case["delay_days"]
            case {"kind": kind, "cents": cents}:
                return kind, cents
            case arguments:
                raise AssertionError(arguments)

    def _told_by(self, name: str) -> Any:  # noqa: ANN401  # as the library calls it
        def told(matched: Any) -> None:  # noqa: ANN401  # as above
            self._told.append((name, matched.data))

        return told
