"""The pictures of the usage page in a real Chromium: on screen, by the keyboard, on paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sm_dns.monitor.store.store import Store
from sm_dns.web.interface.openapi import PREFIX
from sm_dns.web.pages.pages import FOLDER
from tests.conftest import require
from tests.support.browser import Browser, browser
from tests.support.dashboard import Dashboard
from tests.support.rows import KEY, row
from tests.web.conftest import HOUR

MONTH = "first=2026-07-11&last=2026-08-10"
BARS = "[...document.querySelectorAll('.columns rect')]"
DAY = 86_400


@pytest.fixture
def month(used: Dashboard) -> Dashboard:
    """A month of Finance, each day and hour another number, the last hours of the day too."""
    store = Store(used.state / "monitor" / "usage.db")
    midnight = HOUR - 9 * 3600
    store.add(
        [
            row(f"Finance {n}", hour=midnight - DAY * day + 3600 * hour, department="Finance")
            for day in range(1, 31)
            for hour in (8, 13, 23)
            for n in range(40 + 3 * day + hour)
        ],
        KEY,
    )
    store.close()
    return used


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    require("chromium", "pdftotext")
    with browser(tmp_path_factory.mktemp("chromium")) as made:
        made.size(1200, 900)
        yield made


def opened(window: Browser, dashboard: Dashboard, name: str, place: Path, query: str = MONTH) -> None:
    """The page as the person of that name gets it, with its style sheet and script, as a file."""
    visitor = dashboard.login(name)
    assert not visitor.browser.get(f"{PREFIX}/usage?{query}").json()["pending"]
    shutil.copytree(FOLDER / "static", place / "static")
    page = visitor.get(f"/usage?{query}&lang=en").replace('"/static/', '"static/')
    (place / "usage.html").write_text(page)
    window.open((place / "usage.html").as_uri())


def printed(window: Browser, place: Path) -> str:
    window.paper(place / "usage.pdf")
    command = ["pdftotext", "-enc", "UTF-8", "-layout", str(place / "usage.pdf"), "-"]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_on_paper(window: Browser, month: Dashboard, tmp_path: Path, scheme: str) -> None:
    window.colours(scheme)
    opened(window, month, "officer1", tmp_path)
    text = printed(window, tmp_path)
    window.colours("light")
    heads = [line.split() for line in text.splitlines() if line.split()[:2] == ["Day", "00"]]
    assert heads and all(each[1:] == [f"{hour:02d}" for hour in range(24)] for each in heads)
    # Each row but today's goes on to the staff of the hour from 23:00: 153 on 11 July, three fewer each day.
    rows = [line.split() for line in text.splitlines() if re.match(r" *[A-Z][a-z]{2} \d+/\d+ +\d", line)]
    assert [int(each[-1]) for each in rows[:30]] == [153 - 3 * day for day in range(30)]
    assert "11 July 2026 – 10 August 2026" in text and "From hour" not in text


def test_paper_says_of_which_hours_its_figures_are(window: Browser, month: Dashboard, tmp_path: Path) -> None:
    opened(window, month, "officer1", tmp_path, MONTH.replace("&start_hour=0&end_hour=24", ""))
    said = window.ask("document.querySelector('.paper').textContent")
    assert "Working hours" in said and "24:00" not in said


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_pages_stand_in_one_line(
    window: Browser, month: Dashboard, tmp_path: Path, language: str
) -> None:
    shutil.copytree(FOLDER / "static", tmp_path / "static")
    page = month.login("officer1").get(f"/reports?lang={language}").replace('"/static/', '"static/')
    (tmp_path / "reports.html").write_text(page)
    window.size(1280, 900)
    window.open((tmp_path / "reports.html").as_uri())
    tops = window.ask("[...document.querySelectorAll('nav a')].map(one => one.getBoundingClientRect().top)")
    window.size(1200, 900)
    assert len(tops) > 8 and len(set(tops)) == 1


@pytest.mark.parametrize("width", [390, 1200])
def test_on_a_telephone_what_was_found_comes_before_what_can_be_asked(
    window: Browser, month: Dashboard, tmp_path: Path, width: int
) -> None:
    window.size(width, 900)
    opened(window, month, "officer1", tmp_path)
    is_open = window.ask("document.querySelector('details.asked').open")
    left = window.ask("document.querySelector('table.heat').closest('.scroll').scrollLeft")
    first = "document.querySelector('table.heat').tHead.rows[0].cells[8].getBoundingClientRect().left"
    day = "document.querySelector('table.heat').tHead.rows[0].cells[0].getBoundingClientRect().right"
    apart = window.ask(f"{first} - {day}")
    window.size(1200, 900)
    if width == 390:
        assert not is_open and left > 0 and -1 <= apart <= 4  # 07:00 stands beside the days
    else:
        assert is_open and left == 0


@pytest.mark.parametrize("width", [390, 1200])
def test_no_button_of_the_report_centre_is_narrower_than_its_words(
    window: Browser, month: Dashboard, tmp_path: Path, width: int
) -> None:
    shutil.copytree(FOLDER / "static", tmp_path / "static")
    page = month.login("officer1").get("/reports?lang=ms").replace('"/static/', '"static/')
    (tmp_path / "reports.html").write_text(page)
    window.size(width, 900)
    window.open((tmp_path / "reports.html").as_uri())
    cut = "[...document.querySelectorAll('main button')].filter(one => one.scrollWidth > one.clientWidth).length"
    lines = "[...document.querySelectorAll('.buttons button')].map(one => one.getBoundingClientRect().height)"
    found, heights = window.ask(cut), window.ask(lines)
    window.size(1200, 900)
    assert found == 0 and len(set(heights)) == 1


def test_dark_cells_stay_dark_on_paper(window: Browser, month: Dashboard, tmp_path: Path) -> None:
    """The fullest cell is printed in the darkest blue."""
    require("pdftoppm")
    opened(window, month, "officer1", tmp_path)
    window.paper(tmp_path / "usage.pdf")
    command = ["pdftoppm", "-r", "100", str(tmp_path / "usage.pdf")]
    picture = subprocess.run(command, check=True, capture_output=True).stdout
    assert re.search(
        rb"[\x09-\x0d][\x45-\x49][\x85-\x89]", picture
    )  # 0b4787, as exactly as colours are printed


def test_a_bar_stands_over_its_day_with_its_value(window: Browser, month: Dashboard, tmp_path: Path) -> None:
    """The head's pictures: one grid, an axis, a bar as high as its number."""
    opened(window, month, "officer3", tmp_path, "period=2026-07&hours=day")
    found = window.ask(
        f"{BARS}.slice(0, 31).map(bar => {{ const middle = one => {{"
        " const {left, right} = one.getBoundingClientRect(); return (left + right) / 2 };"
        " const texts = [...bar.parentElement.querySelectorAll('text')];"
        " return [bar.getBoundingClientRect().height, texts.map(each => each.textContent),"
        " Math.max(...texts.map(each => Math.abs(middle(each) - middle(bar))))] })"
    )
    assert len(found) == 31
    assert found[0][1] == ["–", "Wed", "1/7"]  # rounded, as all that a head sees
    assert found[10][1][1:] == ["Sat", "11/7"] and found[-1][1][1:] == ["Fri", "31/7"]
    first, last = int(found[10][1][0]), int(found[-1][1][0])
    assert first in (150, 155) and last in (90, 95)
    assert max(apart for _, _, apart in found) < 2
    heights = [height for height, _, _ in found]
    assert heights[0] == 0 and abs(heights[-1] / heights[10] - last / first) < 0.02
    axis = window.ask(
        "[...document.querySelector('.columns').querySelectorAll('.edge')].map(e => e.textContent)"
    )
    assert axis == ["0", "50", "100", "150"]


def test_one_day_is_one_bar_and_no_slab(window: Browser, month: Dashboard, tmp_path: Path) -> None:
    opened(window, month, "officer1", tmp_path, "first=2026-08-10&last=2026-08-10")
    [wide] = window.ask(f"{BARS}.map(bar => bar.getBoundingClientRect().width)")
    assert 10 < wide < 40


def test_working_hours_rest_windows_and_holidays_are_drawn(
    window: Browser, month: Dashboard, tmp_path: Path
) -> None:
    opened(window, month, "officer1", tmp_path)
    rows = window.ask(
        "[...document.querySelectorAll('.heat tbody tr')].map(row =>"
        " [row.cells[0].textContent, [...row.cells].slice(1).map(cell =>"
        " getComputedStyle(cell).backgroundImage == 'none' ? '.' :"
        " getComputedStyle(cell).backgroundSize.startsWith('50%') ? '/' : '#').join('')])"
    )
    drawn = dict(rows)
    assert drawn["Mon 10/8"] == "......./#####.###/......"
    assert drawn["Fri 7/8"] == "......./####/./##/......"  # noon prayers: a longer rest
    assert drawn["Sat 8/8"] == drawn["Sun 9/8"] == "." * 24


def test_pointer_and_keys_tell_a_cell(window: Browser, month: Dashboard, tmp_path: Path) -> None:
    opened(window, month, "officer1", tmp_path)
    says = "document.querySelector('.says').textContent"
    cell = "document.querySelectorAll('.heat tbody tr')[30].cells[11]"
    told = window.ask(f"{cell}.dispatchEvent(new MouseEvent('mouseover', {{bubbles: true}})), {says}")
    assert told == "Mon 10/8, 10:00 – 11:00: 0 staff. Access is not permitted in this hour."
    assert window.ask(f"{cell}.title") == told
    assert window.ask("document.querySelectorAll('.heat td[tabindex]').length") == 1  # one stop, not 744
    window.ask("document.querySelector('.heat td[tabindex]').focus()")
    assert window.ask(says).startswith("Sat 11/7, 00:00 – 01:00: ")
    for key, at in (("ArrowRight", "01:00"), ("ArrowDown", "01:00"), ("End", "23:00"), ("Home", "00:00")):
        window.ask(
            "document.activeElement.dispatchEvent("
            f"new KeyboardEvent('keydown', {{key: '{key}', bubbles: true, cancelable: true}}))"
        )
        assert f", {at} – " in window.ask(says), key
    assert window.ask(says).startswith("Sun 12/7")


def test_the_night_of_a_band_has_the_hours_of_the_morning_after(month: Dashboard) -> None:
    visitor = month.login("officer1")
    query = "first=2026-08-07&last=2026-08-07&start_hour=22&end_hour=9"
    found = visitor.browser.get(f"{PREFIX}/usage?{query}").json()
    assert [each["date"] for each in found["timetable"]] == ["2026-08-07", "2026-08-08"]
    page = visitor.get(f"/usage?{query}")
    cells = re.findall(r"<td(?: class=\"?([^\">]*)\"?)?>", page.partition('<table class="heat"')[2])[:24]
    shut = [hour for hour, kind in enumerate(cells) if "s" in kind.split()]
    assert shut and min(shut) >= 9  # before it is Saturday morning
