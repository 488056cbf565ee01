"""What the house writes, and what Unicode's Common Locale Data Repository has: where they differ, it says why."""

from __future__ import annotations

from datetime import date, time

import pytest
from babel import Locale
from babel.dates import get_period_id

from sm_dns.i18n.catalogue import catalogue
from sm_dns.i18n.dates import PARTS_OF_DAY, date_text, time_text

LOCALES = {"ms": Locale("ms"), "en": Locale("en", "GB")}

# What the Malay editor decided otherwise.
OURS = {
    # "Ogo" is no word; "Ogos" has four letters and needs no short form.
    ("ms", "date.short_month.8"): "Ogos",
    # British abbreviations of four letters are for running text; in a narrow column all have three.
    ("en", "date.short_month.9"): "Sep",
}


def expected(language: str) -> dict[str, str]:
    """The texts of our keys as CLDR has them."""
    locale = LOCALES[language]
    found = {}
    for form, name in (("wide", ""), ("abbreviated", "short_")):
        for number in range(7):
            found[f"date.{name}weekday.{number}"] = locale.days["format"][form][number]
        for number in range(1, 13):
            found[f"date.{name}month.{number}"] = locale.months["format"][form][number]
    symbols = locale.number_symbols["latn"]
    return {**found, "number.group": symbols["group"], "number.point": symbols["decimal"]}


@pytest.mark.parametrize("language", LOCALES)
def test_days_months_and_numbers(language: str) -> None:
    say, known = catalogue(language), expected(language)
    assert len(known) == 7 * 2 + 12 * 2 + 2
    differ = {(language, key): say(key) for key, text in known.items() if say(key) != text}
    assert differ == {key: text for key, text in OURS.items() if key[0] == language}


@pytest.mark.parametrize("language", LOCALES)
def test_a_date_has_the_same_order(language: str) -> None:
    pattern = LOCALES[language].date_formats["long"].pattern
    day = date(2026, 8, 3)
    month = catalogue(language)("date.month.8")
    written = pattern.replace("MMMM", "{m}").replace("d", "{d}").replace("y", "{y}")
    assert date_text(language, day) == written.format(d=3, m=month, y=2026)


def test_the_parts_of_the_malay_day() -> None:
    """CLDR has them from Dewan Bahasa dan Pustaka too."""
    names = LOCALES["ms"].day_periods["format"]["wide"]
    for hour in range(24):
        for minute in (0, 59):
            at = time(hour, minute)
            part = names[get_period_id(at, locale=LOCALES["ms"])]
            assert time_text("ms", at).split(" ", 1)[1] == part
    assert len(PARTS_OF_DAY) == len(names)
