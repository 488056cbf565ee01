from __future__ import annotations

from sm_dns.util.lately import ALARM_SECONDS, Lately, Occurrences, is_recent
from sm_dns.util.message import Message

NOW = 1_800_000_000.0


def test_it_counts_since_the_first_time() -> None:
    ends = Lately()
    assert not is_recent(ends.last, NOW)
    ends.note(Message("one"), NOW)
    ends.note(Message("two"), NOW + 60)
    assert ends.figures() == Occurrences(count=2, first=NOW, last=NOW + 60, what=Message("two"))
    assert is_recent(ends.last, NOW + 61)


def test_it_is_no_alarm_a_day_later_and_begins_anew() -> None:
    ends = Lately()
    ends.note(Message("one"), NOW)
    assert is_recent(ends.last, NOW + ALARM_SECONDS - 1)
    assert not is_recent(ends.last, NOW + ALARM_SECONDS)
    ends.note(Message("two"), NOW + ALARM_SECONDS)
    assert ends.figures() == Occurrences(
        count=1,
        first=NOW + ALARM_SECONDS,
        last=NOW + ALARM_SECONDS,
        what=Message("two"),
    )
