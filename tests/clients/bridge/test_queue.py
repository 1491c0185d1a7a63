"""The durable queue: order and exclusion by case, leases, tries, dead letters; on SQLite and on PostgreSQL."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from amends_client.bridge.queue.model import Arrival, Claimed, DeliveryKind, LeaseLostError, Memory, Put, State
from amends_client.bridge.queue.queue import Queue
from tests.fakes.clock import FakeClock

SECOND = 1_000_000_000


def change(case: str, event: str, *, proof: str | None = None, body: bytes = b"{}") -> Arrival:
    return Arrival(source="desk", case=case, event=event, body=body, proof=proof)


def claim(queue: Queue, *, seconds: float = 60) -> Claimed:
    found = queue.claim(seconds=seconds)
    assert found is not None
    return found


def test_what_was_put_is_handed_out_by_every_process_and_with_all_that_was_said(
    open_queue: Callable[[], Queue],
) -> None:
    """A queue is on disk: another process finds what this one has accepted."""
    arrival = Arrival("desk", "42", "e1", b'{"a": 1}', kind=DeliveryKind.REMINDER, proof="p", moment=7)

    assert open_queue().put(arrival) is Put.NEW
    found = claim(open_queue())

    assert (found.source, found.case, found.event) == ("desk", "42", "e1")
    assert (found.kind, found.body, found.moment) == (DeliveryKind.REMINDER, b'{"a": 1}', 7)
    assert (found.attempts, found.began, found.memory) == (1, "", Memory())


def test_the_deliveries_of_a_case_come_one_after_the_other_in_order(queue: Queue) -> None:
    """Nobody works on a case while somebody does, and never on its second delivery before its first."""
    queue.put(change("42", "e1"))
    queue.put(change("42", "e2"))
    queue.put(change("43", "e3"))

    first, other = claim(queue), claim(queue)

    assert (first.event, other.event) == ("e1", "e3")
    assert queue.claim(seconds=60) is None
    queue.done(first, Memory(case_id="desk-42", situation="s", decision_id="d", said="n", moment=9))
    second = claim(queue)
    assert second.event == "e2"
    assert second.memory == Memory(case_id="desk-42", situation="s", decision_id="d", said="n", moment=9)


def test_one_that_waits_for_its_next_try_holds_back_its_case_and_no_other(queue: Queue, clock: FakeClock) -> None:
    """Order is worth more than haste, and one case's trouble is not another's."""
    queue.put(change("42", "e1"))
    queue.put(change("42", "e2"))
    queue.later(claim(queue), seconds=10, why="the helpdesk is away")
    queue.put(change("42", "e3"))
    queue.put(change("43", "e4"))

    assert claim(queue).event == "e4"
    assert queue.claim(seconds=60) is None
    clock.nanoseconds += 10 * SECOND
    again = claim(queue)
    assert (again.event, again.attempts) == ("e1", 2)


def test_a_lease_that_ran_out_goes_to_the_next_who_learns_what_was_begun(queue: Queue, clock: FakeClock) -> None:
    """A worker may die at any moment: another finishes its work, and the first may no longer touch it."""
    queue.put(change("42", "e1"))
    lost = claim(queue, seconds=5)
    queue.begin(lost, "decision-1")

    assert queue.claim(seconds=5) is None
    clock.nanoseconds += 6 * SECOND
    found = claim(queue, seconds=5)

    assert (found.event, found.attempts, found.began) == ("e1", 2, "decision-1")
    with pytest.raises(LeaseLostError):
        queue.begin(lost, "decision-2")
    with pytest.raises(LeaseLostError):
        queue.done(lost)
    with pytest.raises(LeaseLostError):
        queue.later(lost, seconds=1, why="")
    with pytest.raises(LeaseLostError):
        queue.dead(lost, why="")
    queue.done(found)
    assert queue.counts()[State.DONE] == 1


def test_who_begins_to_write_holds_the_case_for_the_whole_time_again(queue: Queue, clock: FakeClock) -> None:
    """Nobody may look for a note while the call that writes it is under way."""
    queue.put(change("42", "e1"))
    found = claim(queue, seconds=5)
    clock.nanoseconds += 4 * SECOND
    queue.begin(found, "decision-1")
    clock.nanoseconds += 4 * SECOND

    assert queue.claim(seconds=5) is None
    clock.nanoseconds += 2 * SECOND
    assert claim(queue).began == "decision-1"


def test_the_same_event_is_queued_once_and_the_same_transmission_is_told_apart(queue: Queue) -> None:
    """A helpdesk that tries again does no harm; a recording that is played again is seen to be one."""
    assert queue.put(change("42", "e1", proof="p1")) is Put.NEW
    assert queue.put(change("42", "e1", proof="p2")) is Put.KNOWN
    assert queue.put(change("42", "e1", proof="p1")) is Put.REPLAYED
    queue.done(claim(queue))

    assert queue.put(change("42", "e1", proof="p1")) is Put.REPLAYED
    assert queue.claim(seconds=60) is None


def test_what_is_known_already_sends_nobody_to_its_case(queue: Queue, clock: FakeClock) -> None:
    """Whoever looks a helpdesk through puts all of it in again each minute: what is new does not wait behind that."""
    for number in range(3):
        queue.put(change(f"old {number}", "same" + str(number)))
    for _ in range(3):
        queue.done(claim(queue))
    clock.nanoseconds += SECOND
    for number in range(3):
        assert queue.put(change(f"old {number}", "same" + str(number))) is Put.KNOWN
    clock.nanoseconds += SECOND
    queue.put(change("42", "e1"))

    assert claim(queue).event == "e1"


def test_a_case_of_which_all_was_dropped_holds_back_nobody(queue: Queue) -> None:
    """It is passed over in the same look."""
    queue.put(change("42", "e1"))
    queue.dead(claim(queue), why="")
    (letter,) = queue.letters()
    queue.replay(letter.number)
    queue.dead(claim(queue), why="")
    queue.replay(letter.number)
    queue.put(change("43", "e2"))

    assert {claim(queue).event, claim(queue).event} == {"e1", "e2"}
    assert queue.claim(seconds=1) is None


def test_who_writes_keeps_no_reader_waiting(open_queue: Callable[[], Queue]) -> None:
    """Whether it can be asked, and what stands in it, is told while somebody else is at it."""
    queue, other = open_queue(), open_queue()
    queue.put(change("42", "e1"))
    with queue._writing():  # as long as a writer takes
        assert other.answers()
        assert other.counts()[State.WAITING] == 1


def test_of_what_is_done_the_payload_is_gone_and_later_the_row(queue: Queue, clock: FakeClock) -> None:
    """A payload has names and words of a customer: it stays no longer than it is needed."""
    queue.put(change("42", "e1", body=b"words of a customer"))
    queue.done(claim(queue))
    assert queue.forget(received_before=clock.now()) == 0
    clock.nanoseconds += SECOND

    assert queue.forget(received_before=clock.now()) == 1
    assert queue.put(change("42", "e1")) is Put.NEW


def test_a_dead_letter_lets_its_case_go_on_and_can_be_read_replayed_and_dropped(queue: Queue) -> None:
    """What was given up is never lost, and never in the way."""
    for event in ("e1", "e2", "e3"):
        queue.put(change("42", event, body=event.encode()))
    queue.dead(claim(queue), why="the pack has no such reason")
    queue.dead(claim(queue), why="the same")
    assert claim(queue).event == "e3"

    first, second = queue.letters()
    assert (first.event, first.body, first.why) == ("e1", b"e1", "the pack has no such reason")
    assert queue.letter(first.number) == first
    assert queue.replay(first.number)
    assert not queue.replay(first.number)
    assert queue.drop(second.number)
    assert not queue.drop(second.number)
    assert queue.letters() == []
    assert queue.counts() == {State.WAITING: 2, State.DONE: 0, State.SKIPPED: 1, State.DEAD: 0}


def test_whether_a_change_was_given_up_since_the_one_that_is_remembered(queue: Queue) -> None:
    """One that a later change has made up for is no matter any more."""
    for event in ("e1", "e2", "e3", "e4", "e5"):
        queue.put(change("42", event))
    queue.dead(claim(queue), why="")
    second = claim(queue)
    assert queue.gave_up(second)
    queue.done(second, Memory(decision_id="d", number=second.number))
    third = claim(queue)
    assert not queue.gave_up(third)
    queue.dead(third, why="")

    assert queue.gave_up(claim(queue))


def test_a_replayed_letter_stands_before_what_came_after_it(queue: Queue) -> None:
    """It has its old number: order is by arrival, not by luck."""
    queue.put(change("42", "e1"))
    queue.put(change("42", "e2"))
    queue.dead(claim(queue), why="")
    queue.later(claim(queue), seconds=100, why="")

    queue.replay(queue.letters()[0].number)

    assert claim(queue).event == "e1"


def test_what_needed_nothing_is_told_apart_from_what_was_done(queue: Queue) -> None:
    """Whoever counts sees how many deliveries changed nothing."""
    queue.put(change("42", "e1"))
    queue.done(claim(queue), skipped="nothing that the mapping reads has changed")

    assert queue.counts()[State.SKIPPED] == 1


def test_the_bridge_finds_its_cases_by_the_ids_that_the_service_knows(queue: Queue) -> None:
    """A promise names a case_id; a reminder goes to a helpdesk's ticket."""
    queue.put(change("42", "e1"))
    queue.done(claim(queue), Memory(case_id="desk-42"))

    assert queue.cases_of(["desk-42", "other"]) == {"desk-42": ("desk", "42")}


def test_many_workers_at_once_hand_out_each_delivery_once_and_each_case_in_order(
    open_queue: Callable[[], Queue],
) -> None:
    """Eight workers of four processes, a hundred deliveries of twenty cases."""
    processes = [open_queue() for _ in range(4)]
    expected = [(str(case), f"{case}-{index:02}") for index in range(5) for case in range(20)]
    done: list[Claimed] = []

    def work(queue: Queue) -> None:
        while (found := queue.claim(seconds=60)) is not None:
            done.append(found)
            queue.done(found)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda at: processes[at[0] % 4].put(change(*at[1])), enumerate(expected)))
        list(pool.map(work, processes * 2))
    work(processes[0])

    assert sorted((found.case, found.event) for found in done) == sorted(expected)
    for case in range(20):
        numbers = [found.number for found in done if found.case == str(case)]
        assert numbers == sorted(numbers)


def test_processes_that_start_at_once_make_the_tables_once(open_queue: Callable[[], Queue]) -> None:
    """The first start of several replicas."""
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: open_queue(), range(4)))

    assert all(queue.answers() for queue in opened)


@pytest.mark.parametrize("queue_url", ["sqlite"], indirect=True)
def test_a_start_waits_for_whoever_begins_to_write_a_new_file(open_queue: Callable[[], Queue], queue_url: str) -> None:
    """SQLite by itself refuses at once to give a file its write-ahead log while another process writes."""
    with closing(sqlite3.connect(queue_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as pool:
            opened = pool.submit(open_queue)
            with pytest.raises(TimeoutError):
                opened.result(0.3)
            other.rollback()

            assert opened.result().answers()


def test_the_same_waits_until_it_is_done_whatever_its_event(queue: Queue) -> None:
    """By this a call that is sent again and again has one answer in the line; another call has its own."""

    def answer(event: str, call: bytes) -> Arrival:
        return Arrival("desk", "42", event, call, kind=DeliveryKind.ANSWER)

    before = queue.awaits(answer("a1", b"call 1"))
    queue.put(answer("a1", b"call 1"))
    waiting = [queue.awaits(answer("a2", call)) for call in (b"call 1", b"call 2")]
    queue.done(claim(queue))

    assert (before, waiting, queue.awaits(answer("a2", b"call 1"))) == (False, [True, False], False)


def test_a_statement_that_fails_says_nothing_of_what_it_carried(queue: Queue) -> None:
    """It is logged: neither a customer's text nor a signature stands there in clear."""
    too_far = Arrival("desk", "42", "e1", b"Ann of 12 Road", proof="a signature", moment=2**63)
    with pytest.raises(Exception) as failed:  # noqa: PT011  # each database raises its own
        queue.put(too_far)

    assert "Ann" not in str(failed.value)
    assert "a signature" not in str(failed.value)
