"""Small questions to each peer in its own language, answered by running them: how it calculates, and what it makes of a
fact that nobody knows.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.benchmarks.engine_race.zen_peer import KEY, table_engine

TENTHS: Final = "0.1 + 0.7"
HIGHEST: Final = "the highest of 100 and 95"
REST: Final = "what 10,000 leaves, divided by 100"
SUM: Final = "the sum of the amounts in a list of two"
AT_LEAST: Final = "`delay` at least 3, `delay` not known"
OTHER: Final = "`tier` other than gold, `tier` not known"
DRL: Final = "a rule in DRL"
ASKED: Final = (TENTHS, HIGHEST, REST, SUM, AT_LEAST, OTHER)
HOST: Final = "by its host, in Python"

Probe = Callable[[], object]
_LATE: Final[Mapping[str, object]] = {"reason": "late"}


def _amends(condition: str) -> Probe:
    def said() -> object:
        from amends.domain.facts import FactSpec, FactType, Vocabulary
        from amends.engines.bitmap import BitmapEngine
        from amends.packs.conditions import Between, Bound, Condition, OneOf

        vocabulary = Vocabulary(
            {
                "facts.delay": FactSpec("facts.delay", FactType.INTEGER),
                "facts.tier": FactSpec("facts.tier", FactType.ENUM, values=("none", "gold")),
            }
        )
        asked: dict[str, Condition] = {
            "at_least": Between("facts.delay", Bound(3, inclusive=True), None),
            "other": OneOf("facts.tier", ("gold",), negated=True),
        }
        found = BitmapEngine().compile(vocabulary, [asked[condition]]).match({})
        return "unknown" if found.may and not found.true else bool(found.true)

    return said


def _zen(expression: str) -> Probe:
    def said() -> object:
        import zen

        return zen.evaluate_expression(expression, {"granted": [{"amount": 100}, {"amount": 95}]})

    return said


def _zen_cell(test: str) -> Probe:
    """Whether the row of that cell hits where the cell's fact is missing."""

    def said() -> object:
        table = {
            "hitPolicy": "collect",
            "inputs": [{"id": "fact", "name": "fact", "field": "fact"}],
            "outputs": [{"id": "hit", "name": "hit", "field": "hit"}],
            "rules": [{"_id": "row", "fact": test, "hit": "true"}],
        }
        return bool(table_engine(table).evaluate(KEY, {"reason": "late"})["result"])

    return said


def _cel(expression: str) -> Probe:
    def said() -> object:
        import cel
        from cel.stdlib import add_stdlib_to_context

        context = cel.Context({"granted": [{"amount": 100}, {"amount": 95}]})
        add_stdlib_to_context(context)
        return cel.evaluate(expression, context)

    return said


def _rego(query: str) -> Probe:
    def said() -> object:
        import regopy

        rego = regopy.Interpreter()
        rego.set_input({"granted": [{"amount": 100}, {"amount": 95}]})
        found = rego.query(query).results
        return found[0].expressions[0] if found and found[0].expressions else "undefined"

    return said


def _rego_other() -> str:
    """By a comparison, and as a policy in Rego asks for none of several."""
    import regopy

    rego = regopy.Interpreter()
    rego.add_module("probe", 'package probe\nnone_of if not input.tier in {"gold"}')
    rego.set_input({})
    compared = _rego('input.tier != "gold"')()
    negated = rego.query("data.probe.none_of").results[0].expressions[0]
    return f"{compared}; by `not`: {str(negated).lower()}"


def _clips(expression: str) -> Probe:
    def said() -> object:
        import clips

        environment = clips.Environment()
        environment.build("(deftemplate granted (slot amount (type INTEGER)))")
        environment.build("(deftemplate case (slot delay (type INTEGER)) (slot tier (type SYMBOL)))")
        for amount in (100, 95):
            environment.assert_string(f"(granted (amount {amount}))")
        environment.assert_string("(case)")
        return environment.eval(expression)

    return said


_CLIPS_SUM: Final = (
    "(progn (bind ?sum 0) (do-for-all-facts ((?one granted)) TRUE (bind ?sum (+ ?sum ?one:amount))) ?sum)"
)


def _durable(name: str) -> Probe:
    def said() -> object:
        from durable import engine, lang

        fired: list[bool] = []
        condition = {"at_least": lang.m.delay >= 3, "other": lang.m.tier != "gold"}[name]
        with lang.ruleset(f"probe_{name}"):
            lang.when_all(condition)(lambda _: fired.append(True))
        try:
            lang.assert_fact(f"probe_{name}", {"reason": "late"})
        except engine.MessageNotHandledException:
            return False
        return bool(fired)

    return said


def _drools(operator: str, path: str, value: Mapping[str, Any], fact: Mapping[str, object] = _LATE) -> Probe:
    def said() -> object:
        from drools import ruleset
        from drools.rule import Rule

        fired: list[bool] = []
        condition = {"AllCondition": [{operator: {"lhs": {"Fact": path}, "rhs": value}}]}
        action = {"Action": {"action": "debug", "action_args": {}}}
        rule = {"Rule": {"name": "probe", "condition": condition, "action": action, "enabled": True}}
        name = f"probe-{operator}"
        tree = {"name": name, "hosts": ["all"], "sources": [], "rules": [rule]}
        session = ruleset.Ruleset(name=name, serialized_ruleset=ruleset._to_json(tree))
        session.add_rule(Rule("probe", lambda _: fired.append(True)))
        ruleset.assert_fact(name, dict(fact))
        return bool(fired)

    return said


def _drools_tenths() -> str:
    """It compares what a condition adds up, and gives it to nobody."""
    added = {"AdditionExpression": {"lhs": {"Fact": "one"}, "rhs": {"Fact": "other"}}}
    is_same = _drools("EqualsExpression", "sum", added, {"one": 0.1, "other": 0.7, "sum": 0.8})()
    return "compared: 0.8" if is_same else "compared: not 0.8"


def _drl() -> str:
    """What the Drools of drools_jpy makes of a rule in DRL."""
    from drools import ruleset

    ruleset.RulesetCollection.api()
    import jpy

    services = jpy.get_type("org.kie.api.KieServices$Factory").get()
    files = services.newKieFileSystem()
    files.write("src/main/resources/probe.drl", 'rule "probe" when String() then System.out.println(); end')
    builder = services.newKieBuilder(files)
    builder.buildAll()
    return str(builder.getResults().toString())


def _left_to_the_host() -> str:
    return HOST


PROBES: Final[Mapping[str, Mapping[str, Probe]]] = {
    "Amends": {AT_LEAST: _amends("at_least"), OTHER: _amends("other")},
    "ZEN": {
        TENTHS: _zen("0.1 + 0.7"),
        HIGHEST: _zen("max([100, 95])"),
        REST: _zen("10000 % 100"),
        SUM: _zen("sum(map(granted, #.amount))"),
        AT_LEAST: _zen_cell(">= 3"),
        OTHER: _zen_cell('not in ["gold"]'),
    },
    "durable-rules": {
        **dict.fromkeys((TENTHS, HIGHEST, REST, SUM), _left_to_the_host),
        AT_LEAST: _durable("at_least"),
        OTHER: _durable("other"),
    },
    "CLIPS": {
        TENTHS: _clips("(+ 0.1 0.7)"),
        HIGHEST: _clips("(max 100 95)"),
        REST: _clips("(mod 10000 100)"),
        SUM: _clips(_CLIPS_SUM),
        AT_LEAST: _clips("(any-factp ((?one case)) (>= ?one:delay 3))"),
        OTHER: _clips("(any-factp ((?one case)) (neq ?one:tier gold))"),
    },
    "Drools": {
        TENTHS: _drools_tenths,
        **dict.fromkeys((HIGHEST, REST, SUM), _left_to_the_host),
        AT_LEAST: _drools("GreaterThanOrEqualToExpression", "delay", {"Integer": 3}),
        OTHER: _drools("NotEqualsExpression", "tier", {"String": "gold"}),
        DRL: _drl,
    },
    "Rego": {
        TENTHS: _rego("0.1 + 0.7"),
        HIGHEST: _rego("max([100, 95])"),
        REST: _rego("10000 % 100"),
        SUM: _rego("sum([one.amount | some one in input.granted])"),
        AT_LEAST: _rego("input.delay >= 3"),
        OTHER: _rego_other,
    },
    "CEL": {
        TENTHS: _cel("0.1 + 0.7"),
        HIGHEST: _cel("max([100, 95])"),
        REST: _cel("10000 % 100"),
        SUM: _cel("sum(granted.map(one, one.amount))"),
        AT_LEAST: _cel("delay >= 3"),
        OTHER: _cel("tier != 'gold'"),
    },
}
"""By peer and question. Amounts of Amends are declared, not calculated; the first four are asked of its language in
`docs/rule-language.md`, where tests answer them.
"""
