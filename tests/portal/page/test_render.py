"""The page as a browser and a screen reader find it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sm_dns.i18n.catalogue import catalogue
from sm_dns.policy.clients.switches import Switch
from sm_dns.policy.snapshot import Snapshot
from sm_dns.portal.page.render import render
from sm_dns.portal.page.requests import Asked
from sm_dns.portal.settings import PortalSettings
from sm_dns.portal.visitor_status import notice, of_site
from tests.portal.page.test_html import Reader
from tests.support.contracts import PORTAL_SETTINGS
from tests.support.desk import GUEST, HQ, LATER, LUNCH, UMP, WORK, snapshot

MAX_PAGE = 60_000  # octets


def page(policy: Snapshot, details: PortalSettings, host: str, now: float = WORK, address: str = HQ) -> str:
    client = policy.clients.classify(address)
    assert client is not None
    found = of_site(policy, client, host, now) if host else notice(policy, client, now)
    return render(found, details, Asked((), None))


def test_a_closed_site_in_both_languages(policy: Snapshot, details: PortalSettings) -> None:
    text = Reader(page(policy, details, "www.facebook.com")).text
    for wanted in (
        "Capaian kepada media sosial tidak dibenarkan pada waktu ini",
        "Laman web yang diminta: www.facebook.com (Facebook)",
        "perenggan 5 Surat Pekeliling ICT JKDM Bil. 2 Tahun 2010",
        "Capaian dibenarkan semula pada hari Isnin, 10 Ogos 2026, pukul 1.00 tengah hari.",
        "Baki masa: 3 jam 0 minit.",
        "Access is permitted again on Monday, 10 August 2026, at 13:00.",
        "Time remaining: 3 h 0 min.",
        "Permitted today: 00:00 to 07:30; 13:00 to 14:00; 17:30 to 24:00.",
        "https://notis.example/",
        "CTM <samb. 1234>",
        "ICT 2/2010",
        f"{policy.version}-WORKING_HOURS",
    ):
        assert wanted in text, wanted
    assert text.index("Capaian dibenarkan semula") < text.index("Access is permitted again")


@pytest.mark.parametrize(
    ("turn", "about", "host", "wanted"),
    [
        ("close", {"service": "whatsapp.com"}, "whatsapp.com", [
            "Laman web ini ditutup buat sementara waktu", "This site is closed for a while",
            "whatsapp.com is closed for a while, until Monday, 10 August 2026, at 11:00.",
        ]),
        ("pause", {}, "", [
            "Sekatan dihentikan sementara sehingga hari Isnin, 10 Ogos 2026, pukul 11.00 pagi.",
            "The restrictions are set aside until Monday, 10 August 2026, at 11:00.",
        ]),
        ("open", {"category": "social"}, "facebook.com", [
            "Laman web ini dibenarkan sekarang",
            "is open for a while, until Monday, 10 August 2026, at 11:00.",
        ]),
    ],
)  # fmt: skip
def test_what_holds_for_a_while_is_said_with_its_end(
    policy: Snapshot, details: PortalSettings, turn: str, about: dict[str, str], host: str, wanted: list[str]
) -> None:
    switch = Switch(
        "S1", turn, about.get("category"), about.get("service"), (), "CTM", "w", int(WORK), int(WORK) + 3600
    )
    text = Reader(page(policy.switched([switch]), details, host)).text
    for each in wanted:
        assert each in text, each
    assert "Access is permitted again" not in text


def test_the_text_follows_the_configuration(tmp_path: Path, details: PortalSettings) -> None:
    """NOT-1: nothing about days and hours is typed in."""
    changed = snapshot(tmp_path, schedules={"default": {"rest": ["11:30", "12:30"]}, "later": {}})
    text = Reader(page(changed, details, "facebook.com")).text
    assert "pukul 11.30 pagi" in text
    assert "Monday to Thursday: 11:30 to 12:30 (rest period)" in text
    assert "13:00" not in text


@pytest.mark.parametrize(
    ("host", "now", "address", "wanted"),
    [
        ("youtube.com", LUNCH, HQ, ["Capaian kepada media penstriman tidak dibenarkan", "paragraph 7.7"]),
        ("sinkhole.example", LUNCH, HQ, ["Laman web ini tidak dibenarkan", "not permitted: games"]),
        (
            "facebook.com",
            LUNCH,
            HQ,
            ["Laman web ini dibenarkan sekarang", "Social media access is permitted until Monday"],
        ),
        ("facebook.com", WORK, UMP, ["dikawal dan dipantau", "controlled and monitored"]),
        ("facebook.com", WORK, GUEST, ["do not apply to this network"]),
        ("facebook.com", WORK, LATER, ["come into force on Monday, 10 August 2026, at 11:00"]),
        ("www.example.com", WORK, HQ, ["may lead to a site that is restricted"]),
    ],
)
def test_other_standings(
    policy: Snapshot, details: PortalSettings, host: str, now: float, address: str, wanted: list[str]
) -> None:
    text = Reader(page(policy, details, host, now, address)).text
    assert [one for one in wanted if one not in text] == []


LIMITS = (
    *("dihadkan", "are set by", "Dibenarkan", "dibenarkan pada waktu", "Tidak dibenarkan", "Not permitted"),
    *("ermitted at", "ermitted today", "disekat secara", "is blocked by mistake"),
)


@pytest.mark.parametrize("host", ["", "facebook.com"])
def test_where_use_is_only_monitored_no_word_is_of_limits(
    policy: Snapshot, details: PortalSettings, host: str
) -> None:
    text = Reader(page(policy, details, host, address=UMP)).text
    assert [
        word for word in LIMITS if word in text and not ((host and "disekat" in word) or "mistake" in word)
    ] == []
    assert "Di luar waktu bekerja" in text and "Working hours" in text and "Tanggungjawab pengguna" in text


def test_where_the_rules_do_not_apply_nothing_is_said_of_them(
    policy: Snapshot, details: PortalSettings
) -> None:
    text = Reader(page(policy, details, "", address=GUEST)).text
    assert [word for word in (*LIMITS, "waktu bekerja", "Working hours", "perenggan") if word in text] == []
    assert catalogue("ms")("notice.off_group") in text and catalogue("en")("notice.mon_off") in text


def test_a_holiday_and_what_is_exempt_have_a_name_in_each_language(
    tmp_path: Path, details: PortalSettings
) -> None:
    named = {"holidays": {"2026-08-10": "Hari Contoh / Example Day"}}
    policy = snapshot(tmp_path, schedules={"default": named, "later": {}})
    text = Reader(page(policy, details, "")).text
    assert "hari kelepasan am: Hari Contoh." in text and "public holiday: Example Day." in text


def test_streaming_has_no_countdown(policy: Snapshot, details: PortalSettings) -> None:
    assert "Baki masa" not in Reader(page(policy, details, "youtube.com")).text


def test_no_opening_at_all_is_said(tmp_path: Path, details: PortalSettings) -> None:
    every_day = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
    shut = {"weekend": every_day, "weekend_mode": "closed", "holiday_mode": "ignore"}
    policy = snapshot(tmp_path, schedules={"default": shut, "later": {}})
    assert "No access hours are scheduled" in Reader(page(policy, details, "facebook.com")).text


def test_the_notice_has_every_paragraph_and_the_monitoring(policy: Snapshot, details: PortalSettings) -> None:
    """NOT-3, NOT-4."""
    text = Reader(page(policy, details, "")).text
    for section in details.profile.instrument.duties:
        for said in (section.head, *(said for _, said in section.paragraphs), *section.notes):
            assert said.ms in text
            assert said.en in text
    assert "180 hari dan rekod jumlah selama 24 bulan" in text
    words = details.profile.words.fields("en")
    for number in range(1, 5):
        english = catalogue("en")(f"notice.mon.{number}")
        assert english.format(days="180", months="24", **words) in text
    for said in details.profile.instrument.monitoring:
        assert said.ms in text and said.en in text


def test_without_monitoring_the_page_says_so(policy: Snapshot, details: PortalSettings) -> None:
    text = Reader(page(policy, replace(details, monitored=False), "")).text
    assert catalogue("ms")("notice.mon_off") in text
    assert "pseudonym" not in text


def test_https_is_told(policy: Snapshot, details: PortalSettings) -> None:
    """NOT-5."""
    assert "https:// cannot show this explanation" in Reader(page(policy, details, "facebook.com")).text


def test_a_holiday_is_named_and_escaped(tmp_path: Path, details: PortalSettings) -> None:
    holiday = {"holidays": {"2026-08-10": "Hari <b>Contoh</b>"}}
    policy = snapshot(tmp_path, schedules={"default": holiday, "later": {}})
    found = page(policy, details, "facebook.com")
    assert "Today is a public holiday: Hari <b>Contoh</b>." in Reader(found).text
    assert "<b>Contoh" not in found


def test_an_exemption_is_told_without_who_approved_it(tmp_path: Path, details: PortalSettings) -> None:
    exemption = {
        "id": "ex-7",
        "group": "hq",
        "category": None,
        "service": "facebook.com",
        "approver": "Puan Rahsia",
    }
    times = {"reason": "secret reason", "starts": int(WORK) - 60, "expires": int(WORK) + 3600}
    policy = snapshot(tmp_path, exemptions=[{**exemption, **times}])
    text = Reader(page(policy, details, "")).text
    assert "exempt for Facebook until Monday, 10 August 2026, at 11:00." in text
    assert "ex-7" not in text
    assert "Rahsia" not in text
    assert "secret" not in text


@pytest.mark.parametrize("host", ["youtube.com", "dns.google", "whatsapp.com"])
def test_where_no_schedule_rules_no_hours_are_shown(
    policy: Snapshot, details: PortalSettings, host: str
) -> None:
    found = page(policy, details, host)
    assert 'class="yes"' not in found and "<svg" not in found
    assert "ermitted today" not in Reader(found).text and "Waktu capaian hari ini" not in Reader(found).text
    assert 'class="yes"' in page(policy, details, "facebook.com")


def test_an_exemption_for_something_else_is_not_mentioned(tmp_path: Path, details: PortalSettings) -> None:
    one = {"id": "ex-7", "group": "hq", "category": None, "service": "facebook.com", "approver": "a"}
    times = {"reason": "r", "starts": int(WORK) - 60, "expires": int(WORK) + 3600}
    policy = snapshot(tmp_path, exemptions=[{**one, **times}])
    assert "exempt for" not in Reader(page(policy, details, "youtube.com")).text
    assert "exempt for Facebook" in Reader(page(policy, details, "facebook.com")).text


def test_the_hours_of_an_exemption_are_told_and_whether_they_are_now(
    tmp_path: Path, details: PortalSettings
) -> None:
    """WORK is a Monday, 10:00."""
    one = {"id": "ex-7", "group": "hq", "category": "social", "approver": "a", "reason": "r"}
    times = {"starts": int(WORK) - 60, "expires": int(WORK) + 30 * 86400}
    hours = {"days": [0, 1, 2, 3, 4], "start": 540, "end": 660, "zone": "Asia/Kuala_Lumpur"}

    def told(where: str, hours: dict[str, object]) -> str:
        (tmp_path / where).mkdir()
        policy = snapshot(tmp_path / where, exemptions=[{**one, **times, "hours": hours}])
        return Reader(page(policy, details, "")).text

    open_now, later = told("open", hours), told("later", {**hours, "days": [2]})
    assert (
        "at these hours: Monday to Friday 09:00-11:00, until Wednesday, 9 September 2026, at 10:00"
        in open_now
    )
    assert "at 10:00. It is permitted now until Monday, 10 August 2026, at 11:00." in open_now
    assert "Isnin hingga Jumaat, 9.00 pagi hingga 11.00 pagi, sehingga Rabu" in open_now
    assert "Dibenarkan sekarang sehingga Isnin, 10 Ogos 2026, pukul 11.00 pagi." in open_now
    assert "It is permitted next from Wednesday, 12 August 2026, at 09:00." in later
    assert "permitted now" not in later


HOSTILE = replace(
    PORTAL_SETTINGS,
    contact="<script>alert(1)</script>",
    reference="'\"><img src=x onerror=alert(2)>",
    services={"facebook.com": "<svg/onload=alert(3)>"},
    link="https://x.example/",
)


@pytest.mark.parametrize(
    "host", ["", "facebook.com", "<script>alert(1)</script>", '"><img src=x>', "a" * 300, "\0"]
)
def test_nothing_hostile_becomes_markup(policy: Snapshot, host: str) -> None:
    """NOT-7."""
    read = Reader(page(policy, HOSTILE, host))
    assert [tag for tag, _ in read.tags if tag in ("script", "img", "iframe", "object", "link")] == ["script"]
    for tag, given in read.tags:
        assert not any(name.startswith("on") or name == "style" for name in given), (tag, given)


@pytest.mark.parametrize("host", ["", "facebook.com", "youtube.com"])
def test_structure(policy: Snapshot, details: PortalSettings, host: str) -> None:
    found = page(policy, replace(details, acknowledged="/x"), host)
    assert len(found.encode()) <= MAX_PAGE
    tags = Reader(found).tags
    given: dict[str, list[dict[str, Any]]] = {}
    for tag, attributes in tags:
        given.setdefault(tag, []).append(attributes)
    assert given["html"] == [{"lang": "ms"}]
    assert [one["lang"] for one in given["article"]] == ["ms", "en"]
    levels = [int(tag[1]) for tag, _ in tags if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for label in given.get("label", []):
        assert label["for"] in ids
    assert {one["href"] for one in given["a"]} <= {"#english", "https://notis.example/"}


def test_the_form_is_there_only_where_it_is_wanted(policy: Snapshot, details: PortalSettings) -> None:
    wanted = replace(details, acknowledged="/x")
    assert "<form" not in page(policy, details, "")
    assert page(policy, wanted, "").count("<form") == 2
    assert "<form" not in page(policy, wanted, "facebook.com")
    client = policy.clients.classify(HQ)
    assert client is not None
    thanked = render(notice(policy, client, WORK), wanted, Asked((), None), thanks=True)
    assert "<form" not in thanked
    assert "It is recorded that you have read this notice." in thanked


def test_where_nothing_is_blocked_the_page_of_a_site_does_not_say_so(
    policy: Snapshot, details: PortalSettings
) -> None:
    for address in (UMP, GUEST):
        text = Reader(page(policy, details, "www.facebook.com", WORK, address)).text
        assert "Laman web ini tidak disekat melalui rangkaian ini" in text
        assert "This site is not blocked on this network" in text
        assert "dibenarkan sekarang" not in text and "secara tidak wajar" not in text
