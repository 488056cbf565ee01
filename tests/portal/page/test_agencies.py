"""No agency's staff read a word of another's: every page, for every profile, in every mode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.agency.profile import SHIPPED, Instrument, shipped
from sm_dns.i18n.text import Text
from sm_dns.policy.snapshot import Snapshot
from sm_dns.portal.settings import PortalSettings
from tests.portal.page.test_html import Reader
from tests.portal.page.test_render import page
from tests.support.contracts import PORTAL_SETTINGS
from tests.support.desk import GUEST, HQ, LATER, LUNCH, UMP, WORK, snapshot

# What is one agency's own and no word of any other.
OWN = {
    "jkdm": r"JKDM|[Kk]astam|Customs|Pekeliling ICT|CTM|Cawangan|[Bb]ahagian|[Dd]ivision|ICT Circular|perenggan [57]",
    "ump": r"UMP|Universiti|MAMPU|PTMK|Pusat Teknologi|Ketua Jabatan|jabatan|[Hh]eads? of department|3\([abc]\)",
}
PLACES = {"enforce": HQ, "monitor": UMP, "off": GUEST, "later": LATER}
HOSTS = ("", "facebook.com", "youtube.com", "sinkhole.example", "www.example.com")


def _pages(policy: Snapshot, details: PortalSettings) -> Iterator[str]:
    for host in HOSTS:
        for now in (WORK, LUNCH):
            for address in PLACES.values():
                yield Reader(page(policy, details, host, now, address)).text


def test_there_are_words_of_every_profile() -> None:
    assert OWN.keys() == set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_no_page_has_a_word_of_another_agency(tmp_path: Path, name: str) -> None:
    details = replace(PORTAL_SETTINGS, profile=shipped(name), data_officer="dpo@agency.example")
    others = "|".join(words for other, words in OWN.items() if other != name)
    texts = list(_pages(snapshot(tmp_path), details))
    assert [re.findall(others, text) for text in texts if re.search(others, text)] == []
    assert all(re.search(OWN[name], text) for text in texts)


@pytest.mark.parametrize("name", SHIPPED)
def test_no_page_of_an_agency_without_a_profile_has_a_word_of_any(tmp_path: Path, name: str) -> None:
    """It gives the instrument, the unit and the words itself; duties are those of the profile's instrument."""
    other = Instrument(Text("Arahan Contoh", "Example Directive"), "AC 1/2026", "4", "6", (), ())
    words = replace(
        shipped(name).words,
        department=shipped("jkdm").words.department._replace(ms="fakulti", en="faculty", en_many="faculties"),
        head=shipped("jkdm").words.head._replace(ms="dekan", en="dean", en_many="deans"),
    )
    profile = replace(shipped(name), instrument=other, unit=Text("Unit X", "Unit Y"), words=words)
    any_words = "|".join(OWN.values())
    policy, details = snapshot(tmp_path), replace(PORTAL_SETTINGS, profile=profile)
    for text in _pages(policy, details):
        assert re.findall(any_words, text) == []
        assert "sila hubungi Unit X" in text and "please contact Unit Y" in text
    closed = Reader(page(policy, details, "facebook.com")).text
    assert (
        "mengikut perenggan 4 Arahan Contoh." in closed and "by paragraph 4 of Example Directive." in closed
    )
    streaming = Reader(page(policy, details, "youtube.com")).text
    assert "mengikut perenggan 6 Arahan Contoh." in streaming
    monitored = Reader(page(policy, details, "", address=UMP)).text
    assert "Dekan hendaklah memastikan peraturan dipatuhi oleh staf di fakulti masing-masing." in monitored
    assert "Deans must see that their own staff follow the rules." in monitored


def test_the_letters_of_the_university(tmp_path: Path) -> None:
    policy = snapshot(tmp_path)
    details = replace(PORTAL_SETTINGS, profile=shipped("ump"))
    monitored = Reader(page(policy, details, "", address=UMP)).text
    assert "tidak disekat, tetapi dikawal dan dipantau. Ketua Jabatan hendaklah" in monitored
    assert "staf di jabatan masing-masing" in monitored and "Heads of department must see" in monitored
    assert "bertarikh 25 Februari 2010" in monitored and "of 19 November 2009" in monitored
    assert "hak milik Kerajaan" not in monitored
    enforced = Reader(page(policy, details, "facebook.com")).text
    assert "dikawal selaras dengan surat Universiti Malaysia Pahang" in enforced
    streaming = Reader(page(policy, details, "youtube.com")).text
    assert "(contohnya video) tidak dibenarkan melalui rangkaian ini." in streaming


def test_whom_to_ask_about_personal_data_is_told_where_there_is_somebody(tmp_path: Path) -> None:
    policy = snapshot(tmp_path)
    details = replace(PORTAL_SETTINGS, data_officer="Puan <Contoh>, samb. 7")
    text = Reader(page(policy, details, "")).text
    assert "Pegawai perlindungan data: Puan <Contoh>, samb. 7." in text
    assert "Data protection officer: Puan <Contoh>, samb. 7." in text
    assert "perlindungan data" not in Reader(page(policy, PORTAL_SETTINGS, "")).text
