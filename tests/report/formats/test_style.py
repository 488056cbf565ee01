from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.report.formats.style import css_string, style


@given(st.text())
def test_a_string_of_css_holds_nothing_but_letters_digits_and_escapes(text: str) -> None:
    assert re.fullmatch(r'"(?:[A-Za-z0-9]|\\[0-9a-f]{1,6} )*"', css_string(text))


def test_pages_are_numbered_in_the_language() -> None:
    assert 'content: "Muka\\20 surat\\20 " counter(page)' in style("ms", "")
    assert 'content: "Page\\20 " counter(page) "\\20 of\\20 " counter(pages)' in style("en", "")
