from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.portal.page.html import Html, el, join


class Reader(HTMLParser):
    """What a browser would make of markup: its tags, attributes and text."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\0")),
    st.text(alphabet="<>&\"'a= /\n"),
)
def test_no_text_becomes_markup(text: str, value: str) -> None:
    read = Reader(el("p", text, title=value))
    assert read.tags == [("p", {"title": value})]
    assert read.text == text


def test_markup_stays_markup_and_attributes_are_named_as_in_html() -> None:
    inner = el("b", "a<b")
    assert isinstance(inner, Html)
    assert (
        el("p", "x", inner, aria_label='"', class_="c")
        == '<p aria-label="&quot;" class="c">x<b>a&lt;b</b></p>'
    )
    assert join("<", inner) == "&lt;<b>a&lt;b</b>"
    assert el("meta", charset="utf-8") == '<meta charset="utf-8">'
    assert el("rect", x="1") == '<rect x="1"/>'
