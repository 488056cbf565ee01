from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.bench.chart import BARS, MARGIN, NAMES, WIDTH, draw, medians
from tests.bench.peers import ALL

WORK = {
    "denied": {"sm-dns": 5.6, "sm-dns (pure Python)": 6.8, "unbound": 5.9, "<C & co>": 56.0},
    "misses": {"sm-dns": 41.3, "sm-dns (pure Python)": 39.3, "unbound": 32.0, "<C & co>": 123.4},
    "unheard of": {"sm-dns": 1.0},
}
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def root() -> ElementTree.Element:
    return ElementTree.fromstring(draw(WORK, "a machine & more"))


def bars(root: ElementTree.Element) -> list[tuple[int, bool]]:
    found = [one for one in root.iter(f"{_SVG}rect") if "bar" in one.attrib["class"].split()]
    return [(int(one.attrib["width"]), "ours" in one.attrib["class"]) for one in found]


def test_bars_are_as_long_as_what_they_show(root: ElementTree.Element) -> None:
    denied = bars(root)[:4]
    assert [width for width, _ in denied] == [round(BARS * value / 56.0) for value in (5.6, 5.9, 6.8, 56.0)]
    assert [ours for _, ours in denied] == [True, False, True, False]


def test_only_known_kinds_are_drawn(root: ElementTree.Element) -> None:
    assert len(bars(root)) == 8
    titles = [one.text for one in root.iter(f"{_SVG}text") if one.attrib["class"] == "panel"]
    assert titles == ["Denied names", "Misses, forwarded over UDP"]


def test_nothing_leaves_the_page(root: ElementTree.Element) -> None:
    height = int(root.attrib["height"])
    for one in root.iter():
        if "x" in one.attrib:
            assert MARGIN <= int(one.attrib["x"]) + int(one.attrib.get("width", 0)) <= WIDTH - MARGIN
            assert 0 < int(one.attrib["y"]) < height


def test_it_says_in_words_what_it_shows(root: ElementTree.Element) -> None:
    title = root.find(f"{_SVG}title")
    assert title is not None
    assert (
        "Misses, forwarded over UDP: sm-dns 41.3, sm-dns (pure Python) 39.3, unbound 32.0, <C & co> 123."
        in str(title.text)
    )


def test_medians_are_taken_over_the_rounds() -> None:
    rounds = [{"cpu_us": value} for value in (9.0, 5.0, 6.0)]
    assert medians({"work": {"denied": {"unbound": rounds}}}) == {"denied": {"unbound": 6.0}}


def test_there_is_room_for_the_longest_name() -> None:
    widest = 8.4  # pixels that a letter of the bold face takes on average
    assert max(len(peer.name) for peer in ALL) * widest <= NAMES - 8
