from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.counters import HOUR, MAX_COUNTS, MAX_LABELS, Counters
from sm_dns.monitor.counts import Batch, Count, Label


def test_equal_labels_are_one_key() -> None:
    label = Label("facebook", "social", "denied", True, "")
    assert label == Label("facebook", "social", "denied", True, "")
    assert len({label, Label("facebook", "social", "denied", False, "")}) == 2
    batch = Batch(0.0, 60.0, (Count(0, "10.0.0.1", label, 3),), 0)
    assert batch.counts[0].label.service == "facebook"


def test_it_is_light_enough_for_workers() -> None:
    check = (
        "import sys; before = set(sys.modules); import sm_dns.monitor.counters; "
        "sys.exit(bool({'sqlite3', 'csv', 'pydantic'} & (set(sys.modules) - before)))"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


LABELS = [Label(f"service{number}", "social", "denied", True, "") for number in range(3)]
START = 1_800_000_000.0  # a full hour

questions = st.lists(
    st.tuples(
        st.sampled_from(["10.0.0.1", "10.0.0.2", "2001:db8::1"]),
        st.integers(0, len(LABELS) - 1),
        st.floats(0, 2.5 * HOUR),
    ),
    max_size=60,
)


def all_counts(counters: Counters, now: float, most: int) -> tuple[dict[tuple[int, str, Label], int], int]:
    found: dict[tuple[int, str, Label], int] = {}
    lost = 0
    more = True
    while more:
        batch, more = counters.take(now, most)
        assert len(batch.counts) <= most
        lost += batch.lost
        for count in batch.counts:
            key = (count.hour, count.client, count.label)
            found[key] = found.get(key, 0) + count.queries
    return found, lost


@given(questions, st.integers(1, 10), st.integers(0, 60))
def test_every_question_is_taken_once_in_its_hour(
    asked: list[tuple[str, int, float]], most: int, taken_after: int
) -> None:
    counters = Counters(START)
    expected: dict[tuple[int, str, Label], int] = {}
    found: dict[tuple[int, str, Label], int] = {}
    for at, (client, which, seconds) in enumerate(sorted(asked, key=lambda one: one[2])):
        number = counters.counter_id(LABELS[which])
        assert number is not None
        counters.count(client, number, START + seconds)
        key = (int(START + seconds) // HOUR * HOUR, client, LABELS[which])
        expected[key] = expected.get(key, 0) + 1
        if at == taken_after:
            found, _ = all_counts(counters, START + seconds, most)
    rest, lost = all_counts(counters, START + 3 * HOUR, most)
    assert {key: found.get(key, 0) + rest.get(key, 0) for key in {*found, *rest}} == expected
    assert lost == 0


def test_an_hour_ends_to_the_second() -> None:
    counters = Counters(START)
    number = counters.counter_id(LABELS[0])
    assert number is not None
    counters.count("10.0.0.1", number, START + HOUR - 0.001)
    counters.count("10.0.0.1", number, START + HOUR)
    batch, _ = counters.take(START + HOUR, 10)
    assert sorted(count.hour - START for count in batch.counts) == [0, HOUR]


def test_what_finds_no_room_is_lost_and_said_so() -> None:
    counters = Counters(START)
    number = counters.counter_id(LABELS[0])
    assert number is not None
    for client in range(MAX_COUNTS + 5):
        counters.count(str(client), number, START)
    found, lost = all_counts(counters, START + 1, 10_000)
    assert (len(found), lost) == (MAX_COUNTS, 5)
    counters.count("10.0.0.1", number, START + 2)
    assert all_counts(counters, START + 3, 10) == ({(int(START), "10.0.0.1", LABELS[0]): 1}, 0)


def test_labels_are_bounded() -> None:
    counters = Counters(START)
    for number in range(MAX_LABELS):
        assert counters.counter_id(Label(str(number), "social", "denied", True, "")) == number
    assert counters.counter_id(LABELS[0]) is None
    assert counters.counter_id(Label("7", "social", "denied", True, "")) == 7


def test_a_batch_says_from_when_to_when() -> None:
    counters = Counters(START)
    number = counters.counter_id(LABELS[0])
    assert number is not None
    counters.count("10.0.0.1", number, START + 1)
    counters.count("10.0.0.2", number, START + 1)
    first, more = counters.take(START + 5, 1)
    second, last = counters.take(START + 5, 1)
    third, _ = counters.take(START + 10, 1)
    assert (more, last) == (True, False)
    assert [(one.since, one.until) for one in (first, second, third)] == [
        (START, START + 5),
        (START, START + 5),
        (START + 5, START + 10),
    ]
