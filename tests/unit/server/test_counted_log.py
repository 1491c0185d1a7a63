"""What is worth a line is worth a number: events by name and level, what was lost, and whether the log is away."""

from prometheus_client.parser import text_string_to_metric_families

from amends.server.counted_log import CountedLog
from amends.telemetry import Telemetry
from tests.fakes.logger import RecordingLogger


def numbers(telemetry: Telemetry) -> dict[tuple[str, ...], float]:
    """Every sample, by its name and the values of its labels in the order of their names."""
    families = text_string_to_metric_families(telemetry.text().decode())
    return {
        (one.name, *(value for _, value in sorted(one.labels.items()))): one.value
        for family in families
        for one in family.samples
    }


def test_what_was_lost_is_counted() -> None:
    """Each decision, not each line of it; and the lines stay what they were."""
    telemetry, lines = Telemetry(version="1"), RecordingLogger()
    log = CountedLog(lines, telemetry)

    log.error("log_away", reason="disk full")
    log.warning("decisions_lost", lost=3, in_all=3)
    log.warning("decisions_lost", lost=4, in_all=7)
    away = numbers(telemetry)
    log.info("log_back", away_seconds=2.0)
    back = numbers(telemetry)

    assert (away["amends_decisions_lost_total",], away["amends_log_away",], back["amends_log_away",]) == (7, 1, 0)
    assert back["amends_events_total", "decisions_lost", "warning"] == 2
    assert [line["lost"] for line in lines.of("decisions_lost")] == [3, 4]


def test_how_policies_stand_is_told_as_it_is_when_somebody_asks() -> None:
    """By policy, state and activation: what was so before is no sample any more."""
    telemetry = Telemetry(version="1")
    standing = [("default", "behind", "a-1")]
    telemetry.serve([("default", "shop", "1", "d")], lambda: standing)
    assert numbers(telemetry)["amends_policy_state", "a-1", "default", "behind"] == 1

    standing[0] = ("default", "proved", "")

    found = [name for name in numbers(telemetry) if name[0] == "amends_policy_state"]
    assert found == [("amends_policy_state", "", "default", "proved")]
