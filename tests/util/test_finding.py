from __future__ import annotations

from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import Message
from sm_dns.util.typed_json import from_json, to_json


def test_a_finding_can_be_written_down() -> None:
    news = finding("note", "news of {place}", place="home")
    assert to_json(news) == {
        "level": "note",
        "text": {"text": "news of {place}", "values": {"place": "home"}},
    }
    assert to_json(news, str) == {"level": "note", "text": "news of home"}
    assert from_json(Finding, to_json(news)) == news
    assert news.text == Message("news of {place}", place="home")
