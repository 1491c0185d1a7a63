"""What became of what rules asked for: the counts of each rule, with the reasons for which it was overridden.

It reads a database or asks a server. The reasons stand in the decisions in which the rule applied; so many of the
newest are looked through, and what lies beyond is told as not looked at.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import Final, Protocol

from amends.bootstrap.log_tools import LogTools
from amends.cli.deciders import DeciderError, server_client, told_by_server, violation_lines
from amends.cli.exit_codes import ExitCode
from amends.cli.log_access import log_tools
from amends.domain.errors import InvalidSituationError
from amends.wire.decode_log_request import decode_list_decisions, decode_statistics
from amends.wire.encode_record import encode_remembered, encode_statistics
from amends_client import AmendsClient
from amends_client.messages import (
    GetRuleStatisticsRequest,
    ListDecisionsRequest,
    OutcomeKind,
    RecordedDecision,
    RuleStatistics,
)

MOST_LOOKED_AT: Final = 1000
"""Decisions of one rule that are looked through for reasons."""

_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Tally:
    """One rule: its counts, why it was overridden and how often, and how many overrides were not looked at."""

    counts: RuleStatistics
    reasons: tuple[tuple[str, int], ...]
    unread: int


class Source(Protocol):
    """Where the outcomes are."""

    def statistics(self, request: GetRuleStatisticsRequest) -> list[RuleStatistics]:
        """The counts."""
        ...

    def decisions(self, request: ListDecisionsRequest, *, limit: int) -> Iterator[RecordedDecision]:
        """So many of the newest decisions, whole."""
        ...


@contextmanager
def outcomes_of(command: str, *, server: str | None, database: str | None, data_dir: Path | None) -> Iterator[Source]:
    """The server, if one is named, else the database of the settings."""
    if server is None:
        with log_tools(command, database=database, data_dir=data_dir) as tools:
            yield _Database(tools)
        return
    if database is not None or data_dir is not None:
        raise DeciderError("--server has a log of its own: leave out --database and --data-dir", ExitCode.BAD_ARGUMENTS)
    with server_client(server) as client, told_by_server():
        yield _Server(client)


def tally(source: Source, request: GetRuleStatisticsRequest) -> list[Tally]:
    """One for each rule that applied, in the order in which the counts come."""
    return [_tallied(source, counts, request) for counts in source.statistics(request)]


def _tallied(source: Source, counts: RuleStatistics, request: GetRuleStatisticsRequest) -> Tally:
    if not counts.overridden:
        return Tally(counts, (), 0)
    wanted = ListDecisionsRequest(policy=request.policy, rule_id=counts.rule_id)
    for name in ("since", "until"):
        if request.HasField(name):
            getattr(wanted, name).CopyFrom(getattr(request, name))
    said: dict[str, str] = {}
    for recorded in source.decisions(wanted, limit=MOST_LOOKED_AT):
        # An action may stand in several decisions of its case: the newest comes first, and has the last word.
        said = {**_reasons(recorded, counts.rule_id), **said}
        if len(said) >= counts.overridden:
            break
    reasons = sorted(Counter(said.values()).items(), key=lambda one: (-one[1], one[0]))
    return Tally(counts, tuple(reasons), max(0, counts.overridden - len(said)))


def _reasons(recorded: RecordedDecision, rule_id: str) -> dict[str, str]:
    """Why actions of the rule were overridden, by their ids."""
    asked = {action.action_id for action in recorded.decision.actions if rule_id in action.rule_ids}
    return {
        outcome.action_id: outcome.reason
        for outcome in recorded.outcomes
        if outcome.action_id in asked and outcome.kind == OutcomeKind.OUTCOME_KIND_OVERRIDDEN
    }


class _Database:
    """Reads the database itself."""

    def __init__(self, tools: LogTools) -> None:
        self._tools = tools

    def statistics(self, request: GetRuleStatisticsRequest) -> list[RuleStatistics]:
        try:
            asked = decode_statistics(request)
            found = self._tools.rule_statistics(
                policy=asked.policy,
                rule_ids=asked.rule_ids,
                since=asked.since,
                until=asked.until,
                period_days=asked.period_days,
            )
            return list(encode_statistics(asyncio.run(found)).statistics)
        except InvalidSituationError as error:
            raise DeciderError(violation_lines(error, "this cannot be"), ExitCode.BAD_ARGUMENTS) from None

    def decisions(self, request: ListDecisionsRequest, *, limit: int) -> Iterator[RecordedDecision]:
        wanted, before = decode_list_decisions(request).wanted, ""
        while limit > 0:
            page = asyncio.run(self._tools.list_decisions(wanted, before=before, size=min(_PAGE, limit)))
            for one in page.decisions:
                yield encode_remembered(asyncio.run(self._tools.get_decision(one.decision_id))).decision
            limit, before = limit - len(page.decisions), page.next_before
            if not before:
                return


class _Server:
    """Asks a server."""

    def __init__(self, client: AmendsClient) -> None:
        self._client = client

    def statistics(self, request: GetRuleStatisticsRequest) -> list[RuleStatistics]:
        return self._client.rule_statistics(
            policy=request.policy,
            rule_ids=request.rule_ids,
            since=request.since.ToDatetime(UTC) if request.HasField("since") else None,
            until=request.until.ToDatetime(UTC) if request.HasField("until") else None,
        )

    def decisions(self, request: ListDecisionsRequest, *, limit: int) -> Iterator[RecordedDecision]:
        found = self._client.list_decisions(**{field.name: value for field, value in request.ListFields()})
        for one in islice(found, limit):
            yield self._client.get_decision(one.decision_id)
