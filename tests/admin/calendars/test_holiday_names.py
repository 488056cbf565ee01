"""Official names of holidays in both languages."""

from __future__ import annotations

import re

import holidays
import pytest

from sm_dns.admin.calendars.holiday_names import official_name

MALAYSIA = holidays.country_holidays("MY")


@pytest.mark.parametrize(
    ("library", "malay", "english", "is_estimate"),
    [
        ("Diwali", "Hari Deepavali", "Deepavali", False),
        ("Diwali (observed)", "Hari Deepavali (cuti gantian)", "Deepavali (replacement holiday)", False),
        ("Diwali (estimated)", "Hari Deepavali", "Deepavali", True),
        ("Eid al-Fitr (Second Day) (observed, estimated)", "Hari Raya Puasa (Hari Kedua) (cuti gantian)",
         "Hari Raya Aidilfitri (second day) (replacement holiday)", True),
        ("Eid al-Fitr (additional holiday)", "Hari Kelepasan Am Tambahan (Hari Raya Puasa)",
         "Additional public holiday (Hari Raya Aidilfitri)", False),
        ("Federal Territory Day; Thaipusam", "Hari Wilayah Persekutuan dan Hari Thaipusam",
         "Federal Territory Day and Thaipusam", False),
        ("Birthday of the Sultan of Negeri Sembilan", "Hari Keputeraan Yang di-Pertuan Besar Negeri Sembilan",
         "Birthday of the Yang di-Pertuan Besar of Negeri Sembilan", False),
        ("Day of the Bench (in May)", "Day of the Bench (in May)", "Day of the Bench (in May)", False),
    ],
)  # fmt: skip
def test_the_official_name(library: str, malay: str, english: str, is_estimate: bool) -> None:
    found = official_name(library)
    assert (found.text.ms, found.text.en, found.is_estimate) == (malay, english, is_estimate)


@pytest.mark.parametrize("state", MALAYSIA.subdivisions)
def test_every_name_of_the_library_is_known(state: str) -> None:
    days = holidays.country_holidays("MY", subdiv=state, years=range(2010, 2061), language="en_US")
    for name in set(days.values()):
        found = official_name(name)
        assert found.text.ms != found.text.en or "Maal Hijrah" in name or "Islamic New Year" in name, name
        assert not re.search("observed|estimated|Second|Sultan of Negeri", found.text.en), name
