"""`amends explain`: for one situation what stands and why, and rule by rule why or why not.

The situation is written, and who decides is chosen, as for `amends decide`; the answer is a preview.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from amends.cli.asking import (
    InputFormat,
    InputOption,
    PolicyOption,
    Question,
    RoleOption,
    ServerOption,
    SituationFile,
    ask,
    fail,
)
from amends.cli.decide import print_json
from amends.cli.exit_codes import ExitCode
from amends.cli.pack_options import RulesOption

if TYPE_CHECKING:
    # Only named in signatures: at run time the messages bring gRPC along, which a supervisor must not load.
    from amends_client.messages import Action, DecideResponse


class ExplanationFormat(StrEnum):
    """For a person, or the contract's JSON for a program."""

    HUMAN = "human"
    JSON = "json"


def explain(  # one an option
    file: SituationFile,
    input_format: InputOption = InputFormat.YAML,
    policy: PolicyOption = None,
    role: RoleOption = None,
    rule: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this rule, or the rows of this table, and what they did.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every rule, also those that do not match.")] = False,
    rules: RulesOption = None,
    server: ServerOption = None,
    output: Annotated[
        ExplanationFormat, typer.Option("--format", help="json: the JSON form of amends.v1.DecideResponse.")
    ] = ExplanationFormat.HUMAN,
) -> None:
    """Explain one situation: what stands, and rule by rule why or why not."""
    response = ask(
        Question(
            command="explain",
            file=file,
            input_format=input_format,
            policy=policy,
            role=role,
            rules=rules,
            server=server,
            preview=True,
            explain_full=True,
        )
    )
    if rule is not None:
        _narrow(response, rule, rules=rules, server=server)
    if output is ExplanationFormat.JSON:
        print_json(response)
        return
    from rich.console import Console

    from amends.cli.render_explanation import print_explanation

    print_explanation(Console(), response, everything=everything or rule is not None)


def _narrow(response: "DecideResponse", wanted: str, *, rules: Path | None, server: str | None) -> None:
    """Leave of a decision what concerns one rule, or the rows of one table; a name that is none ends the command."""
    from amends.packs.findings import nearest

    decision = response.decision
    known = [one.rule_id for one in decision.trace.rules]
    chosen = {rule_id for rule_id in known if rule_id == wanted or rule_id.startswith(f"{wanted}/row-")}
    if not chosen:
        hint = ("" if server else _taken_out(wanted, response.policy, rules)) or str(nearest(wanted, known))
        message = f"--rule: there is no rule {wanted!r} in the pack {decision.pack_id!r}{f'; {hint}' if hint else ''}"
        fail("explain", message, ExitCode.BAD_ARGUMENTS)
    trace = decision.trace
    _keep(trace.rules, lambda one: one.rule_id in chosen)
    _keep(trace.adjustments, lambda one: one.rule_id in chosen or one.by in chosen)
    _keep(decision.actions, lambda one: not chosen.isdisjoint(_concerned(one)))
    _keep(decision.needed_facts, lambda one: not chosen.isdisjoint(one.rule_ids))


def _taken_out(wanted: str, policy: str, rules: Path | None) -> str:
    """Which pack of the folder took the rule out, in words; empty where none did. A server does not say it."""
    from amends.cli.deciders import decider

    with decider(rules=rules, server="") as chosen:
        pack = chosen.pack(policy)
    gone = (one for one in pack.disabled if one.ident == wanted and one.section == "rules")
    return next((f"it is disabled by {one.by}; {one.origin} has it" for one in gone), "")


def _concerned(action: "Action") -> Iterator[str]:
    """The rules that asked for an action, hold it, or could still change it."""
    yield from action.rule_ids
    for hold in action.on_hold:
        yield from hold.rule_ids
    for open_point in action.unsettled:
        yield open_point.rule_id


def _keep(entries: Any, wanted: Callable[[Any], bool]) -> None:  # noqa: ANN401  # a repeated field has no public type
    """Take out of a repeated field what is not wanted."""
    for index in reversed(range(len(entries))):
        if not wanted(entries[index]):
            del entries[index]
