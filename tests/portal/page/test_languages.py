"""A third language is one more file: the notice then has a third part, and all of it is looked up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from sm_dns.agency.profile import shipped
from sm_dns.i18n.catalogue import ENGLISH, FOLDER
from sm_dns.i18n.po_file import read_po
from sm_dns.i18n.text import Text
from sm_dns.policy.snapshot import Snapshot
from sm_dns.portal.http.response import short
from sm_dns.portal.page.render import render, render_requests
from sm_dns.portal.page.requests import Asked, Form, Row
from sm_dns.portal.settings import PortalSettings
from sm_dns.portal.visitor_status import notice
from tests.catalogues.pseudo import OPEN, unmarked
from tests.portal.page.test_html import Reader
from tests.portal.page.test_render import page
from tests.support.desk import GUEST, HQ, LATER, LUNCH, UMP, WORK, snapshot
from tests.support.processes import REPOSITORY

HOSTS = ("", "facebook.com", "youtube.com", "sinkhole.example", "www.example.com")
NOWS = (WORK, LUNCH)
SHOWN = ("aria-label", "data-words", "data-arrived", "title", "alt")
VALUES = re.compile(
    r"https?://[a-z./]*|(?:[a-z-]+\.)+(?:com|example)|Facebook|CTM <samb|Officer|games|[a-f0-9]{6,}-[A-Z_]+"
    r"|\b(?:d|heads? of d)ivisions?\b|\bex-7\b"
)
STATES = get_args(get_type_hints(Row)["state"])
PROBLEMS = ("old", "site", "open", "until", "fields", "many", "busy")


class Parts(HTMLParser):
    """The text of each part of a page, by its language, with what its attributes say."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: dict[str, str] = {}
        self._language = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "article":
            self._language = given["lang"] or ""
            self.texts[self._language] = ""
        elif self._language:
            self.texts[self._language] += " ".join(given[name] or "" for name in SHOWN if name in given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._language = ""

    def handle_data(self, data: str) -> None:
        if self._language:
            self.texts[self._language] += data


@pytest.fixture
def plain(details: PortalSettings) -> PortalSettings:
    """An agency whose own words are no words: what it wrote in two languages is not looked up."""
    own = Text("12", "12")
    profile = shipped("jkdm")
    instrument = replace(profile.instrument, name=own, monitoring=(own,), duties=())
    return replace(
        details,
        profile=replace(profile, instrument=instrument, unit=own),
        data_officer="Officer",
        acknowledged="/x",
    )


def pages(tmp_path: Path, details: PortalSettings) -> Iterator[str]:
    """Every kind and mode, with a holiday and an exemption, without monitoring, and thanks for an acknowledgement."""
    exemption = {
        **{"id": "ex-7", "group": "hq", "category": "social", "service": "facebook.com", "approver": "A"},
        **{"reason": "r", "starts": int(WORK) - 60, "expires": int(WORK) + 3600},
    }
    every_day = {"weekend": ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"], "weekend_mode": "closed"}
    holiday = {**every_day, "holidays": {"2026-08-10": "12 / 12"}}
    never = {**every_day, "holiday_mode": "ignore"}
    policies = [snapshot(tmp_path), snapshot(folder(tmp_path, "exempt"), exemptions=[exemption])]
    for number, schedule in enumerate((holiday, never)):
        place = folder(tmp_path, f"schedule {number}")
        policies.append(snapshot(place, schedules={"default": schedule, "later": {}}))
    no_paragraphs = replace(details.profile.instrument, hours="", streaming="")
    uncited = replace(details, profile=replace(details.profile, instrument=no_paragraphs), monitored=False)
    for policy in policies:
        for about in (details, uncited):
            for host in HOSTS:
                for now in NOWS:
                    for address in (HQ, UMP, GUEST, LATER):
                        yield page(policy, about, host, now, address)
    client = policies[0].clients.classify(HQ)
    assert client is not None
    yield render(notice(policies[0], client, WORK), details, Asked((), None), thanks=True)
    rows = tuple(Row("12.12", state, int(WORK), "12") for state in STATES)
    for problem in PROBLEMS:
        form = Form("12", True, ("12",), "2026-08-10", "2026-08-20", {"name": "12"}, problem)
        yield render(notice(policies[0], client, WORK), details, Asked(rows, form))
    yield render_requests(notice(policies[0], client, WORK), details, Asked(rows, None))


def folder(parent: Path, name: str) -> Path:
    place = parent / name
    place.mkdir()
    return place


def test_every_text_of_every_page_is_looked_up(pseudo: str, tmp_path: Path, plain: PortalSettings) -> None:
    for found in pages(tmp_path, plain):
        texts = Parts(found).texts
        assert list(texts) == ["ms", "en", pseudo]
        assert texts[pseudo].count(OPEN) > 5
        left = VALUES.sub("", unmarked(texts[pseudo]))
        assert re.findall(r"[^\W\d_]{2,}", left) == []
        assert OPEN not in texts["ms"] + texts["en"]


def test_no_field_is_left_unfilled(pseudo: str, tmp_path: Path, plain: PortalSettings) -> None:
    for found in pages(tmp_path, plain):
        for text in Parts(found).texts.values():
            assert set(re.findall(r"\{.*?\}", text)) <= {"{h}", "{m}", "{s}"}  # which the page itself counts


def test_each_further_language_has_a_part_and_a_link_to_it(
    pseudo: str, policy: Snapshot, details: PortalSettings
) -> None:
    found = page(policy, replace(details, acknowledged="/x"), "")
    tags = Reader(found).tags
    assert [given["id"] for tag, given in tags if tag == "article"] == ["bahasa", "english", pseudo]
    links = [given for tag, given in tags if tag == "a" and (given["href"] or "").startswith("#")]
    assert [(link["href"], link["lang"], link["hreflang"]) for link in links] == [
        ("#english", "en", "en"),
        (f"#{pseudo}", pseudo, pseudo),
    ]
    assert '<p class="skip"><a href="#english" lang="en" hreflang="en">English</a> <a href="#qps"' in found
    ids = [given["id"] for _, given in tags if "id" in given]
    assert len(ids) == len(set(ids))
    assert [tag for tag, given in tags if str(given.get("id")).startswith("title-")] == ["h1", "h2", "h2"]
    assert b"Content-Language: ms, en, qps\r\n" in short(404).encode()


def test_two_languages_have_one_link(policy: Snapshot, details: PortalSettings) -> None:
    found = page(policy, details, "")
    assert '<p class="skip"><a href="#english" lang="en" hreflang="en">English</a></p></header>' in found
    assert b"Content-Language: ms, en\r\n" in short(404).encode()


def test_what_an_agency_wrote_in_two_languages_is_english_in_the_third(
    add_language: Callable[..., None], policy: Snapshot, details: PortalSettings
) -> None:
    add_language("ta", notice__contact="Kelvi")
    text = Parts(page(policy, details, "")).texts["ta"]
    assert "Kelvi" in text
    english = details.profile.instrument.name.en
    assert english in text and details.profile.instrument.name.ms not in text
    assert "Access hours today" in text
    duty = details.profile.instrument.duties[0].head.en
    assert page(policy, details, "").count(f'<h3 class="head" lang="en">{duty}</h3>') == 1


def test_every_text_of_the_notice_is_asked_for() -> None:
    code = "".join(path.read_text() for path in (REPOSITORY / "sm_dns" / "portal").rglob("*.py"))
    keys = {
        entry.context.removeprefix("notice.")
        for entry in read_po(FOLDER / f"{ENGLISH}.po")
        if entry.context.startswith("notice.")
    }
    composed = {
        *(key for key in keys if re.fullmatch(r"title\.\w+|hours\.(enforce|monitor)\.\w+", key)),
        *(key for key in keys if re.fullmatch(r"why\.(denied|alias|open|shut)", key)),
    }
    quoted = {key.removeprefix("notice.") for key in re.findall(r'"([a-z_.0-9]+)"', code)}
    composed |= {f"ask.{one}" for each in quoted for one in (each, f"problem.{each}")}
    composed |= {f"ask.state.{state}" for state in STATES}
    assert keys - composed <= quoted
