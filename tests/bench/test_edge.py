from __future__ import annotations

import socket

import pytest

from tests.bench.edge import Reply, Throughput, Verdict, judge, throughput
from tests.bench.service import BenchError

OLD, NEW = socket.inet_aton("192.0.2.1"), socket.inet_aton("0.0.0.0")


def test_a_reply_is_judged_by_its_arrival() -> None:
    replies = [Reply(99.0, OLD), Reply(99.9, NEW), Reply(100.0, OLD), Reply(100.25, OLD), Reply(101.0, NEW)]
    assert judge(replies, 100.0) == Verdict(before=2, after=3, wrong_before=1, wrong_after=2, latest=0.25)
    assert judge([Reply(99.0, OLD), Reply(100.0, NEW)], 100.0) == Verdict(1, 1, 0, 0, 0.0)


def test_what_is_neither_answer_is_wrong_on_both_sides() -> None:
    assert judge([Reply(99.0, b"1234"), Reply(100.5, b"1234")], 100.0) == Verdict(1, 1, 1, 1, 0.5)


def test_a_dip_is_measured_by_its_longest_stretch() -> None:
    before = [(98.0 + number / 10, 1000.0) for number in range(19)]
    after = [(100.0, 950.0), (100.1, 800.0), (100.2, 850.0), (100.3, 1000.0), (100.4, 899.0), (100.5, 1000.0)]
    found = throughput([*before, *after, (103.0, 1.0)], 100.0)
    assert found == Throughput(1000.0, 0.8, 1.0, 0.2)


def test_an_edge_without_load_is_not_measured() -> None:
    with pytest.raises(BenchError):
        throughput([(90.0, 1000.0)], 100.0)
