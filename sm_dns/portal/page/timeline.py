"""Today as a bar: what is permitted stands full, what is not is low and hatched, so that colour is not needed."""

from __future__ import annotations

from collections.abc import Sequence

from sm_dns.i18n.catalogue import catalogue
from sm_dns.policy.local_day import Stretch
from sm_dns.portal.page.html import Html, el, join
from sm_dns.util.walltime import DAY_MINUTES

_TOP, _HEIGHT, _LOW = 16, 26, 10
_LABEL_Y = 60
_HOURS = (0, 6, 12, 18, 24)


def timeline(stretches: Sequence[Stretch], now: int, language: str, words: str) -> Html:
    """An SVG as wide as its place; positions are shares of the day, so that text keeps its size on any screen.

    `now` is a minute of the day; `words` say the same as the picture, for who does not see it.
    """
    bars = [_bar(stretch) for stretch in stretches]
    marks = [_hour(hour) for hour in _HOURS]
    return el(
        "svg",
        *bars,
        *marks,
        _now(now, catalogue(language)("notice.now")),
        class_="line",
        role="img",
        width="100%",
        height="66",
        aria_label=words,
    )


def _share(minute: int) -> str:
    return f"{100 * minute / DAY_MINUTES:.3f}%"


def _bar(stretch: Stretch) -> Html:
    height = _HEIGHT if stretch.permitted else _LOW
    return el(
        "rect",
        class_="yes" if stretch.permitted else "no",
        x=_share(stretch.start),
        y=str(_TOP + _HEIGHT - height),
        width=_share(stretch.end - stretch.start),
        height=str(height),
    )


def _hour(hour: int) -> Html:
    anchor = {0: "start", 24: "end"}.get(hour, "middle")
    at = _share(hour * 60)
    tick = el("line", x1=at, x2=at, y1=str(_TOP + _HEIGHT), y2=str(_TOP + _HEIGHT + 5))
    return join(tick, el("text", str(hour), x=at, y=str(_LABEL_Y), text_anchor=anchor))


def _now(minute: int, word: str) -> Html:
    at = _share(minute)
    # Near an end of the day the word would stand out over the edge.
    anchor = "start" if minute < DAY_MINUTES // 12 else "end" if minute > DAY_MINUTES * 11 // 12 else "middle"
    line = el("line", class_="now", x1=at, x2=at, y1=str(_TOP - 3), y2=str(_TOP + _HEIGHT + 2))
    return join(line, el("text", word, class_="now", x=at, y="11", text_anchor=anchor))
