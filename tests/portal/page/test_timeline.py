from __future__ import annotations

import pytest

from sm_dns.policy.local_day import Stretch
from sm_dns.portal.page.timeline import timeline
from tests.portal.page.test_html import Reader

DAY = [Stretch(0, 450, True), Stretch(450, 780, False), Stretch(780, 1440, True)]


def test_the_bars_lie_end_to_end_and_do_not_differ_by_colour_only() -> None:
    read = Reader(timeline(DAY, 600, "ms", "kata"))
    bars = [given for tag, given in read.tags if tag == "rect"]
    assert [bar["class"] for bar in bars] == ["yes", "no", "yes"]
    shares = [(float((bar["x"] or "").rstrip("%")), float((bar["width"] or "").rstrip("%"))) for bar in bars]
    assert shares[0][0] == 0
    assert sum(width for _, width in shares) == pytest.approx(100, abs=0.01)
    assert bars[0]["height"] != bars[1]["height"]
    svg = read.tags[0][1]
    assert (svg["role"], svg["aria-label"]) == ("img", "kata")


@pytest.mark.parametrize(("minute", "anchor"), [(5, "start"), (720, "middle"), (1435, "end")])
def test_the_word_for_now_stays_inside(minute: int, anchor: str) -> None:
    marks = [
        given for tag, given in Reader(timeline(DAY, minute, "en", "")).tags if given.get("class") == "now"
    ]
    assert marks[1]["text-anchor"] == anchor
