from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from sm_dns.agency.profile import shipped
from sm_dns.monitor.model import OUTCOMES
from sm_dns.policy.categories import SHIPPED
from sm_dns.report import texts
from sm_dns.report.texts import LANGUAGES, TEXTS, say

OWN = set(shipped("jkdm").words.fields("ms"))
SOURCES = Path(texts.__file__).parents[1]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_is_there_in_both_languages_with_the_same_fields(key: str) -> None:
    malay, english = TEXTS[key]
    assert malay.strip() and english.strip()
    assert fields(malay) - OWN == fields(english) - OWN


def test_every_text_that_is_asked_for_is_there_and_none_is_left_over() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for room in ("report", "reporting", "settings", "cli")
        for path in (SOURCES / room).rglob("*.py")
        if path.name != "texts.py"
    )
    categories = {category.name for category in SHIPPED}
    quoted = (
        set(re.findall(r"""["']([a-z_]+)["']""", code))
        | set(OUTCOMES)
        | categories
        | {"days_all", "days_working"}
    )
    assert {key for key in TEXTS if not key.startswith("gap:")} <= quoted
    said = set(re.findall(r'say\([a-z_.]+, "([a-z_]+)"', code))
    assert said and said <= set(TEXTS)


def test_a_language_is_whole() -> None:
    assert [say(language, "unique") for language in LANGUAGES] == [
        "Bilangan pengunjung unik",
        "Unique visitors",
    ]
    with pytest.raises(KeyError):
        say("ms", "no such text")
