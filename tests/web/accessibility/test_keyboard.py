"""Everything by keyboard alone: real keys in a real browser."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import pytest

from tests.support.browser import Browser
from tests.support.processes import eventually
from tests.web.accessibility.conftest import PAGES, Looking

MAX_STOPS = 400
# What can be used and is shown. Of radio buttons and heat maps one stands for all.
REACHABLE = """[...document.querySelectorAll(
  'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
  .filter(one => !one.disabled && one.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}))"""
SEEN = """(() => { const one = document.activeElement; const style = getComputedStyle(one);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 })()"""


def walk(page: Browser) -> list[str]:
    """Tab from the top of a page to its end, which `window.stops` keeps; the stops that do not look like one."""
    page.ask("window.stops = []; document.body.tabIndex = -1; document.body.focus(); 0")
    unseen: list[str] = []
    for _ in range(MAX_STOPS):
        page.press("Tab")
        where = page.ask(
            "(one => one === stops.at(-1) ? 'within' : one === document.body || stops.includes(one) ? 'end'"
            " : stops.push(one) && 'next')(document.activeElement)"
        )
        if where == "end":
            return unseen
        if where == "next" and not page.ask(SEEN):  # a field of a date has stops within
            unseen.append(page.ask("document.activeElement.outerHTML.slice(0, 90)"))
    raise AssertionError("Tab goes round and round")


@pytest.mark.timeout(300)
def test_tab_reaches_everything_and_shows_where_it_is(looking: Looking) -> None:
    looking.dashboard.add_newcomer()
    for name in ("officer1", "officer3", "newcomer", ""):
        looking.as_(name)
        for path in PAGES[name]:
            looking.open(path.partition("#")[0])
            looking.browser.colours("light")
            unseen = walk(looking.browser)
            missed = looking.browser.ask(
                f"{REACHABLE}.filter(one => !stops.includes(one)).map(one => one.outerHTML.slice(0, 90))"
            )
            assert (missed, unseen) == ([], []), (name, path)


def focus(page: Browser, css: str, also: str = "true") -> None:
    """Go there by Tab; `also`: what must hold of the element, called `one`."""
    page.ask("document.activeElement.blur(); 0")
    for _ in range(MAX_STOPS):
        page.press("Tab")
        if page.ask(f"(one => one.matches({css!r}) && {also})(document.activeElement)"):
            return
    raise AssertionError(f"{css} is not reached")


def test_the_first_stop_leads_past_the_navigation(looking: Looking) -> None:
    looking.as_("officer1")
    looking.open("/policy?lang=en")
    looking.browser.press("Tab")
    assert looking.browser.ask("document.activeElement.innerText") == "Skip to the content"
    assert looking.browser.ask("document.activeElement.getBoundingClientRect().left") >= 0
    looking.browser.press("Enter")
    eventually(lambda: looking.browser.ask("location.hash") == "#main", "the content")
    looking.browser.press("Tab")
    assert looking.browser.ask("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("key", ["Enter", " "])
def test_what_is_folded_opens_and_shuts_by_a_key(looking: Looking, key: str) -> None:
    looking.as_("officer1")
    looking.open("/system?lang=en")
    focus(looking.browser, "#tokens summary")
    for is_open in (True, False):
        looking.browser.press(key)
        eventually(partial(is_now, looking.browser, is_open), "the form")


def is_now(page: Browser, is_open: bool) -> bool:
    """Whether what is folded around the focus is open, or shut."""
    return bool(page.ask("document.activeElement.parentElement.open") is is_open)


def test_a_form_is_sent_by_keys_alone(looking: Looking) -> None:
    looking.as_("officer1")
    looking.open("/lists?lang=en")
    focus(looking.browser, "#find input")
    looking.browser.type("www.facebook.com")
    looking.browser.press("Enter")
    eventually(lambda: "name=www.facebook.com" in looking.browser.ask("location.search"), "an answer")


def test_a_table_that_is_too_wide_scrolls_by_keys(looking: Looking) -> None:
    looking.as_("officer1")
    looking.browser.size(390, 844)
    looking.open("/usage?lang=en")
    focus(looking.browser, ".scroll[role=region]", "one.scrollWidth > one.clientWidth + 40")
    assert looking.browser.ask("document.activeElement.getAttribute('aria-label').length") > 3
    looking.browser.press("ArrowRight")
    eventually(lambda: looking.browser.ask("document.activeElement.scrollLeft") > 0, "it scrolls")


def test_headings_are_in_order(looking: Looking) -> None:
    """One of the first level, and none that leaves out a level."""
    looking.as_("officer1")
    for path in PAGES["officer1"]:
        looking.open(path)
        levels = looking.browser.ask(
            "[...document.querySelectorAll('h1,h2,h3,h4')].map(one => +one.tagName[1])"
        )
        assert levels.count(1) == 1, path
        jumps = [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]
        assert levels[0] == 1 and not jumps, (path, levels)
