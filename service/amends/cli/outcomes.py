"""`amends outcomes`: what became of what each rule asked for: accepted or not, overridden and why, the money."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from amends.cli.asking import ServerOption, fail
from amends.cli.log import OutputFormat
from amends.cli.log_access import DatabaseOption, DataDirOption, SinceOption, UntilOption, moment_of
from amends.cli.output import is_unicode, print_page

if TYPE_CHECKING:
    # Only named in signatures: at run time the messages bring gRPC along, which a supervisor must not load.
    from amends.cli.outcome_tally import Tally


def outcomes(  # one an option
    policy: Annotated[str, typer.Option(metavar="NAME", help="Only decided by this policy.")] = "",
    rule: Annotated[list[str] | None, typer.Option(metavar="ID", help="Only of this rule; may be repeated.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    server: ServerOption = None,
    output: Annotated[
        OutputFormat,
        typer.Option("--format", help="json: amends.v1.RuleStatistics in JSON, with overrideReasons, a line each."),
    ] = OutputFormat.HUMAN,
    database: DatabaseOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Tell, for each rule that applied, how its actions were taken: of the last 30 days, unless said otherwise.

    An override is no reproach to anybody: it asks what the rule missed.
    """
    from amends.application.rule_statistics import DAY, USUAL_DAYS
    from amends.cli.deciders import DeciderError
    from amends.cli.outcome_tally import outcomes_of, tally
    from amends.server.clock import SystemClock
    from amends_client.messages import GetRuleStatisticsRequest

    now = SystemClock().now()
    end = moment_of("outcomes", "--until", until, now=now) or now
    start = moment_of("outcomes", "--since", since, now=now)
    request = GetRuleStatisticsRequest(policy=policy, rule_ids=rule or ())
    request.since.FromNanoseconds(end - USUAL_DAYS * DAY if start is None else start)
    request.until.FromNanoseconds(end)
    try:
        with outcomes_of("outcomes", server=server, database=database, data_dir=data_dir) as source:
            found = tally(source, request)
    except DeciderError as error:
        fail("outcomes", str(error), error.exit_code)
    _print(found, output)


def _print(found: "list[Tally]", output: OutputFormat) -> None:
    if output is OutputFormat.JSON:
        for one in found:
            typer.echo(json.dumps(_as_json(one), ensure_ascii=not is_unicode(sys.stdout.encoding)))
        return
    if not found:
        typer.echo("no rule applied", err=True)
        return
    from rich.console import Console

    from amends.cli.render_outcomes import tallied

    print_page(Console(), tallied(found))


def _as_json(one: "Tally") -> dict[str, Any]:
    from google.protobuf.json_format import MessageToDict

    reasons = [{"reason": reason, "count": count} for reason, count in one.reasons]
    return {**MessageToDict(one.counts), "overrideReasons": reasons, "overridesNotRead": one.unread}
