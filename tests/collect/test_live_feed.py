from __future__ import annotations

from sm_dns.collect.live_feed import MAX_LINES, Feed
from tests.support.rows import pseudonym, row

DAY = 86_400.0


def test_lines_are_numbered_summed_and_labelled_by_the_day() -> None:
    feed = Feed()
    feed.add([row("ali", queries=2), row("officer4", outcome="denied"), row("ali", service="x")], DAY)
    first, second, third = feed.since(0)
    assert [line.number for line in (first, second, third)] == [1, 2, 3]
    assert first.who == third.who != second.who
    assert feed.since(2) == (third,)
    assert feed.totals() == (("social", "denied", 1), ("social", "permitted", 3))
    feed.add([row("ali")], 2 * DAY)
    (next_day,) = feed.since(0)
    assert next_day.who != first.who and next_day.number == 4
    assert feed.totals() == (("social", "denied", 1), ("social", "permitted", 4))


def test_what_is_embedded_messaging_or_bypass_is_no_visit() -> None:
    feed = Feed()
    feed.add([row("a"), row("b", category="streaming"), row("c", visit=False)], DAY)
    feed.add([row("d", category="messaging"), row("e", category="bypass")], DAY)
    assert [line.visit for line in feed.since(0)] == [True, True, False, False, False]


def test_nothing_of_the_pseudonym_or_the_department_gets_out() -> None:
    """PRIV-4: a label leads back to nobody."""
    feed, other = Feed(), Feed()
    for each in (feed, other):
        each.add([row("ali", department="Finance")], DAY)
    text = str(feed.since(0))
    assert "Finance" not in text and pseudonym("ali").hex()[:6] not in text
    assert feed.since(0)[0].who != other.since(0)[0].who


def test_the_lines_kept_are_bounded() -> None:
    feed = Feed()
    for number in range(MAX_LINES + 10):
        feed.add([row(f"p{number}")], DAY)
    lines = feed.since(0)
    assert (len(lines), lines[-1].number) == (MAX_LINES, MAX_LINES + 10)
