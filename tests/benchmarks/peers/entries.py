"""Who is compared: ours first; a peer is listed whether it is installed or not."""

from typing import Final

from tests.benchmarks.peers.peer import OURS, Peer

READ: Final = "23 November 2026"
"""When the pages were read."""

_APACHE: Final = "Apache-2.0"
_SETTLE: Final = ("settle.py",)
_ZEN: Final = {
    "https://docs.gorules.io/developers/jdm/node-types": "table and expression nodes",
    "https://docs.gorules.io/learn/zen-language/syntax.md": "cells and expressions",
    "https://docs.gorules.io/developers/sdks/python.md": "compiled once, by a loader",
}
_DURABLE: Final = {
    "https://github.com/jruizgit/rules/blob/master/docs/py/reference.md": "facts, events, and rules in order by `pri`",
}
_CLIPS: Final = {
    "https://clipspy.readthedocs.io/en/latest/": "templates, facts, functions",
    "https://www.csie.ntu.edu.tw/~sylee/courses/clips/bpg/node3.1.html": "slots without a default",
    "https://www.csie.ntu.edu.tw/~sylee/courses/clips/bpg/node11.5.html": "what a default is where none is said",
}
_DROOLS: Final = {
    "https://github.com/ansible/drools_jpy": "rulesets from Python (tests, tests/asts)",
    "https://docs.ansible.com/projects/rulebook/en/v1.3.0/conditions.html": "conditions",
    "https://docs.ansible.com/projects/rulebook/en/latest/rulebooks.html": "events, and one rule for each",
}
_REGO: Final = {
    "https://openpolicyagent.org/docs/policy-language": "partial rules, else, every",
    "https://microsoft.github.io/rego-cpp/python/api.html": "bundles from Python",
}
_CEL: Final = {
    "https://python-common-expression-language.readthedocs.io/": "programs that are compiled once",
    "https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/": "variables of variables",
}


def peers() -> tuple[Peer, ...]:
    """All of them."""
    return (
        Peer(OURS, "amends", _APACHE, "amends", {"rule-language.md": "the rule language"}),
        Peer("ZEN", "zen-engine", "MIT", "zen", _ZEN),
        Peer("durable-rules", "durable-rules", "MIT", "durable", _DURABLE, _SETTLE),
        Peer("CLIPS", "clipspy", "BSD-3-Clause", "clips", _CLIPS),
        Peer("Drools", "drools-jpy", _APACHE, "drools", _DROOLS, _SETTLE),
        Peer("Rego", "regopy", "MIT", "rego", _REGO),
        Peer("CEL", "common-expression-language", _APACHE, "cel", _CEL),
    )
