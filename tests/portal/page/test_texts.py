from __future__ import annotations

import string

from sm_dns.agency.profile import shipped
from sm_dns.i18n.text import Text
from sm_dns.portal.page import texts


def every_text(module: object) -> list[Text]:
    """All sentences of a module, however deep they lie."""
    found: list[Text] = []

    def look(value: object) -> None:
        if isinstance(value, Text):
            found.append(value)
        elif isinstance(value, tuple | list):
            for one in value:
                look(one)
        elif isinstance(value, dict):
            look(list(value.values()))

    for name, value in vars(module).items():
        if name.isupper():
            look(value)
    return found


def fields(sentence: str) -> set[str | None]:
    return {field for _, field, _, _ in string.Formatter().parse(sentence)} - {None}


def test_both_languages_say_the_same_fields() -> None:
    """But for an agency's own words: "in their division" may be "their own" in the other language."""
    found = every_text(texts)
    words = set(shipped("jkdm").words.fields("ms"))
    assert len(found) > 15
    for text in found:
        assert text.ms.strip()
        assert text.en.strip()
        assert fields(text.ms) - words == fields(text.en) - words, text


def test_a_text_is_asked_for_by_language() -> None:
    assert (texts.NOW.in_("ms"), texts.NOW.in_("en")) == ("kini", "now")
