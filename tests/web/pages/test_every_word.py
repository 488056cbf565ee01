"""Every page with everything that the service can say, in every language and in one that nobody wrote."""

from __future__ import annotations

import html
import re

import pytest

from sm_dns.agency.profile import shipped
from sm_dns.lists.sources import read_headers
from sm_dns.setup.asking.states import STATES
from sm_dns.web.pages.language import Words
from sm_dns.web.registry import PAGES
from tests.catalogues.pseudo import OPEN, unmarked
from tests.support.dashboard import Dashboard
from tests.support.every_message import every_message, tell_all
from tests.support.languages import ALL
from tests.support.processes import REPOSITORY

_ELSEWHERE = re.compile(r'<(?!a\b)[a-z]+[^>]* lang="en"')
_WORD = re.compile(r"[A-Za-z]{3,}")
# What stands on pages and is nobody's to translate.
OF_THE_TEST = (
    "officer head Finance Audit Library office default putrajaya Asia Kuala Lumpur audit "
    "something odd the clock jumped"
)
WORDS_OF_ALL = ("pid", "dns")  # as every system calls it
SERVICES = {
    word
    for path in (REPOSITORY / "zones").glob("*/*.txt")
    for word in _WORD.findall(read_headers(path.read_text().splitlines())["name"] + " " + path.stem)
}
OF_REPORTS = (
    "PDF CSV JSON HTML SHA English Bahasa Melayu"  # forms, a hash, and languages as they call themselves
)
STATE_NAMES = {word for each in (*STATES, *STATES.values()) for word in each.split()}
VALUES = {
    *STATE_NAMES,
    *OF_THE_TEST.split(),
    *OF_REPORTS.split(),
    *shipped("jkdm").words.fields("en").values(),
    *SERVICES,
    *WORDS_OF_ALL,
}


@pytest.mark.parametrize("language", ALL)
def test_every_message_is_said(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch, pseudo: str, language: str
) -> None:
    tell_all(monkeypatch)
    page = dashboard.login("officer1").get(f"/system?lang={language}")
    words = Words(language, dashboard.desk.plan.words)
    missing = [said for each in every_message() if html.escape(said := words.said(each)) not in _plain(page)]
    assert missing == []
    assert not _ELSEWHERE.search(page) or language == "en"
    if language == pseudo:
        assert [each for each in every_message() if OPEN not in words.said(each)] == []


def _plain(page: str) -> str:
    return page.replace("&#39;", "&#x27;").replace("&#34;", "&quot;")


@pytest.mark.parametrize("path", [page.path for page in PAGES])
def test_every_page_is_looked_up_whole(used: Dashboard, pseudo: str, path: str) -> None:
    _hold(used.login("officer1").get(f"{path}?lang={pseudo}"))


def test_what_is_shown_before_a_login_is_too(empty: Dashboard, pseudo: str) -> None:
    for path in ("/first-run", "/nowhere"):
        _hold(empty.visitor().get(f"{path}?lang={pseudo}").text)
    empty.people()
    _hold(empty.visitor().get(f"/login?lang={pseudo}").text)


def _hold(page: str) -> None:
    """No word stands on a page that is neither looked up nor a value."""
    page = re.sub(r"<(style|script|code)\b.*?</\1>|<a [^>]*hreflang.*?</a>", " ", page, flags=re.DOTALL)
    seen = unmarked(html.unescape(re.sub(r"<[^>]+>", " | ", page)))
    assert set(_WORD.findall(seen)) - VALUES == set()
    assert page.count(OPEN) > 3
