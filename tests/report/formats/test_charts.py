from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.model import Cell
from sm_dns.report.document import Bars, Heat
from sm_dns.report.formats import charts
from sm_dns.report.formats.shapes import Box, Picture, Words
from sm_dns.report.formats.svg import svg
from sm_dns.util.strict_json import Span
from tests.report.conftest import HOSTILE

NAMESPACE = "{http://www.w3.org/2000/svg}"


def texts(picture: Picture) -> list[str]:
    return [each.text for each in picture.shapes if isinstance(each, Words)]


def boxes(picture: Picture) -> list[Box]:
    return [each for each in picture.shapes if isinstance(each, Box)]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_hour_is_drawn_with_its_count() -> None:
    row = (*tuple(Cell(hour) for hour in range(23)), Cell(None, "small"))
    picture = charts.heat(Heat("day", (("Mon", row),), 5, "heat"), "en", 0, 1)
    said = texts(picture)
    assert said[0] == "day"
    assert said[-24:] == [*map(str, range(23)), "<5"]
    assert len(boxes(picture)) == 24


def test_a_line_lies_under_what_is_not_permitted_to_the_minute() -> None:
    row = (Cell(0),) * 24
    shut = ((Span(450, 780), Span(840, 1050)), ())
    heat = Heat("day", (("Mon", row), ("Sun", row)), 5, "heat", shut, "line")
    found = boxes(charts.heat(heat, "en", 0, 2))
    [first, *_] = found
    lines = [each for each in found if each.fill == charts.SHUT]
    hours = [((each.x - first.x) / first.width, each.width / first.width) for each in lines]
    assert [(round(at, 6), round(length, 6)) for at, length in hours] == [(7.5, 5.5), (14, 3.5)]
    assert all(first.y < each.y and each.y + each.height < first.y + first.height for each in lines)
    assert not [each for each in boxes(charts.heat(heat, "en", 1, 2)) if each.fill == charts.SHUT]


def test_a_cell_is_told_where_a_pointer_rests() -> None:
    row = (*(Cell(0),) * 23, Cell(None, "small"))
    page = svg(charts.heat(Heat("day", (("Mon 05/10", row),), 5, "heat"), "en", 0, 1))
    assert "<title>Mon 05/10, 23–24: &lt;5</title></rect>" in page


def test_figures_can_be_read_on_every_colour() -> None:
    row = (*tuple(Cell(hour * 10) for hour in range(22)), Cell(None, "small"), Cell(None, "protect"))
    picture = charts.heat(Heat("day", (("Mon", row),), 5, "heat"), "en", 0, 1)
    pairs = [
        (box.fill, words.ink)
        for box, words in pairwise(picture.shapes)
        if isinstance(box, Box) and isinstance(words, Words)
    ]
    assert len(pairs) == 24
    assert all(contrast(*pair) >= 4.5 for pair in pairs)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_is_never_lighter(one: int, other: int) -> None:
    few, many = sorted((one, other))
    assert 0 <= charts.step(few, many) <= charts.step(many, many) < len(charts.SCALE)
    assert many < len(charts.SCALE) or charts.step(many, many) == len(charts.SCALE) - 1


def test_long_pictures_are_several() -> None:
    assert list(charts.parts(charts.ROWS_A_PICTURE + 1)) == [(0, 31), (31, 32)]
    assert list(charts.parts(0)) == []
    lines = tuple((f"d{at}", at, str(at)) for at in range(40))
    second = charts.bars(Bars(lines, "bars"), "en", 31, 40)
    assert [text for text in texts(second) if text.startswith("d")] == [f"d{at}" for at in range(31, 40)]


def test_the_longest_bar_is_the_largest_and_none_is_kept_back_ones() -> None:
    lines = (("a", 50, "50"), ("b", 100, "100"), ("c", None, "<5"), ("d", 0, "0"))
    picture = charts.bars(Bars(lines, "bars"), "en", 0, 4)
    widths = [each.width for each in boxes(picture)]
    assert len(widths) == 2
    assert widths[1] == 2 * widths[0]
    assert [text for text in texts(picture) if text not in {"20", "40", "60", "80"}] == [
        *("0", "100"), "a", "50", "b", "100", "c", "<5", "d", "0"
    ]  # fmt: skip


def test_bars_stand_over_an_axis() -> None:
    picture = charts.bars(Bars((("a", 12_480, "12,480"),), "bars"), "en", 0, 1)
    assert texts(picture) == ["0", "5000", "10,000", "a", "12,480"]


def test_a_large_figure_stays_within_its_cell() -> None:
    heat = Heat("day", (("Mon", (Cell(1_234_567),) * 24),), 5, "heat")
    written = ElementTree.fromstring(svg(charts.heat(heat, "en", 0, 1)))
    figures = [each for each in written.iter(f"{NAMESPACE}text") if each.text == "1,234,567"]
    [wide] = {float(each.get("width", "")) for each in written.iter(f"{NAMESPACE}rect")}
    assert len(figures) == 24
    assert all(float(each.get("textLength", "")) < wide for each in figures)


def test_hostile_names_are_text_only() -> None:
    bars = charts.bars(Bars(((HOSTILE, 1, HOSTILE),), HOSTILE), "en", 0, 1)
    heat = charts.heat(Heat(HOSTILE, ((HOSTILE, (Cell(1),) * 24),), 5, HOSTILE), "en", 0, 1)
    for picture in map(svg, (bars, heat)):
        kinds = {each.tag.removeprefix(NAMESPACE) for each in ElementTree.fromstring(picture).iter()}
        assert kinds <= {"svg", "title", "text", "rect", "line"}
        assert "\x1b" not in picture and "\u202e" not in picture
