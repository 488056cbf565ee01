from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.model import Cell
from sm_dns.report.document import Bars, Heat
from sm_dns.report.formats import charts
from tests.report.conftest import HOSTILE

NAMESPACE = "{http://www.w3.org/2000/svg}"


def texts(picture: str) -> list[str]:
    return [each.text or "" for each in ElementTree.fromstring(picture).iter(f"{NAMESPACE}text")]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_hour_is_drawn_with_its_count() -> None:
    row = (*tuple(Cell(hour) for hour in range(23)), Cell(None, "small"))
    [picture] = charts.heat(Heat("day", (("Mon", row),), 5, "heat"), "en")
    said = texts(picture)
    assert said[0] == "day"
    assert said[-24:] == [*map(str, range(23)), "<5"]
    assert len(ElementTree.fromstring(picture).findall(f"{NAMESPACE}rect")) == 24


def test_figures_can_be_read_on_every_colour() -> None:
    row = (*tuple(Cell(hour * 10) for hour in range(22)), Cell(None, "small"), Cell(None, "protect"))
    [picture] = charts.heat(Heat("day", (("Mon", row),), 5, "heat"), "en")
    pairs = re.findall(r'<rect [^>]*fill="(#\w+)"[^>]*/><text [^>]*fill="(#\w+)"', picture)
    assert len(pairs) == 24
    assert all(contrast(*pair) >= 4.5 for pair in pairs)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_is_never_lighter(one: int, other: int) -> None:
    few, many = sorted((one, other))
    assert 0 <= charts.step(few, many) <= charts.step(many, many) < len(charts.SCALE)
    assert many < len(charts.SCALE) or charts.step(many, many) == len(charts.SCALE) - 1


def test_long_pictures_are_several() -> None:
    rows = tuple((f"d{at}", (Cell(1),) * 24) for at in range(charts.ROWS_A_PICTURE + 1))
    assert len(charts.heat(Heat("day", rows, 5, "heat"), "en")) == 2
    lines = tuple((f"d{at}", at, str(at)) for at in range(charts.ROWS_A_PICTURE * 2))
    assert len(charts.bars(Bars(lines, "bars"))) == 2
    assert charts.bars(Bars((), "bars")) == charts.heat(Heat("day", (), 5, "heat"), "en") == []


def test_the_longest_bar_is_the_largest_and_none_is_kept_back_ones() -> None:
    [picture] = charts.bars(
        Bars((("a", 50, "50"), ("b", 100, "100"), ("c", None, "<5"), ("d", 0, "0")), "bars")
    )
    widths = [
        float(each.get("width", "")) for each in ElementTree.fromstring(picture).iter(f"{NAMESPACE}rect")
    ]
    assert len(widths) == 2
    assert widths[1] == 2 * widths[0]
    assert texts(picture) == ["a", "50", "b", "100", "c", "<5", "d", "0"]


def test_hostile_names_are_text_only() -> None:
    [bars] = charts.bars(Bars(((HOSTILE, 1, HOSTILE),), HOSTILE))
    [heat] = charts.heat(Heat(HOSTILE, ((HOSTILE, (Cell(1),) * 24),), 5, HOSTILE), "en")
    for picture in (bars, heat):
        kinds = {each.tag.removeprefix(NAMESPACE) for each in ElementTree.fromstring(picture).iter()}
        assert kinds <= {"svg", "title", "text", "rect", "line"}
        assert "\x1b" not in picture and "\u202e" not in picture
