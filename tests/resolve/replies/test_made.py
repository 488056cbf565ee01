from __future__ import annotations

from sm_dns.dns.codes import Rcode
from sm_dns.resolve.replies.made import WAITS, MadeReplies
from tests.support.desk import STRANGER, WORK, Desk
from tests.support.messages import query


def counts(desk: Desk) -> dict[str, int]:
    return {Rcode(at).name: count for at, count in enumerate(desk.resolver.made.rcodes) if count}


def test_each_reply_that_is_made_counts_by_its_response_code(desk: Desk) -> None:
    desk.put(query("youtube.com"), WORK)  # denied
    desk.put(query("youtube.com"), WORK, STRANGER)  # not served
    desk.put(b"\0\1\1\0\0\2\0\0\0\0\0\0", WORK)  # two questions, of which there is none
    assert counts(desk) == {"NOERROR": 1, "REFUSED": 1, "FORMERR": 1}
    assert sum(desk.resolver.made.waits) == 0


def test_what_waited_for_an_upstream_counts_when_it_is_answered_by_how_long_it_waited(desk: Desk) -> None:
    desk.put(query("example.com"), WORK)
    assert counts(desk) == {}
    desk.upstream_says(WORK + 0.03, "example.com. 60 IN A 192.0.2.9")
    desk.put(query("example.com"), WORK + 1)  # of the cache: no wait
    desk.put(query("example.net"), WORK)
    desk.upstream_fails(WORK + 0.2)
    made = desk.resolver.made
    assert counts(desk)["NOERROR"] == 2
    assert made.waits[WAITS.index(0.05)] == 1
    assert made.waited >= 0.03


def test_a_wait_as_long_as_a_bound_is_within_it_and_one_of_a_clock_that_was_set_is_none() -> None:
    made = MadeReplies()
    for waited in (0.005, -3600.0, 0.0051, 3600.0):
        made.note_late(b"\0\1\0\0", waited)
    assert made.waits[:2] == [2, 1]
    assert made.waits[WAITS.index(5.0)] == 1
    assert made.waited == 0.005 + 0.0051 + 4.5
