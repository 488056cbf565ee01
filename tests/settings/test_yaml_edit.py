"""Values are changed in the text of a file, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.settings import yaml_source
from sm_dns.settings.yaml_edit import Edit, edited, flow
from sm_dns.util.errors import BadInput
from tests.support.processes import REPOSITORY

FILE = Path("x.yaml")
TEXT = """\
# the head
listen: ["127.0.0.1:53"]   # here
routes: {}                 # {a: b}

schedules:
  default:
    weekend: [SAT, SUN]    # two days
    # effective_from: 2026-12-01
# between
web:
  listen: []
  # certificate: tls/cert.pem
  hosts: []                # names
  # the end of web

groups:
  - name: hq               # the first
    clients: ["10.0.0.0/8"]
  - {name: lab, clients: ["10.9.0.0/16"]}
last: ~
"""


def after(key: tuple[str | int, ...], value: Any, text: str = TEXT) -> str:
    return edited(text, FILE, [Edit(key, value)])


@pytest.mark.parametrize(
    ("key", "value", "old", "new"),
    [
        (("listen",), ["10.0.0.5:53"], '["127.0.0.1:53"]   # here', '["10.0.0.5:53"]    # here'),
        (("listen",), ["0.0.0.0:53", "[::]:53"], '["127.0.0.1:53"]   # here', '["0.0.0.0:53", "[::]:53"]  # here'),
        (("routes", "agency.gov.my"), ["10.0.0.2"], "{}                 #", "{agency.gov.my: [10.0.0.2]}  #"),
        (("schedules", "default", "weekend"), ["FRI", "SAT"], "[SAT, SUN]", "[FRI, SAT]"),
        (("web", "certificate"), "tls/a.pem", "# certificate: tls/cert.pem", "certificate: tls/a.pem"),
        (("web", "language"), "en", "# names", "# names\n  language: en"),
        (("groups", 0, "mode"), "monitor", '["10.0.0.0/8"]', '["10.0.0.0/8"]\n    mode: monitor'),
        (("groups", 1, "mode"), "off", '["10.9.0.0/16"]', '["10.9.0.0/16"], mode: off'),
        (("groups", 0, "clients"), ["fd00::/8"], '["10.0.0.0/8"]', '["fd00::/8"]'),
        (("last",), {"a": {"b": True}}, "last: ~", "last: {a: {b: true}}"),
        (("last", "a"), 1, "last: ~", "last: {a: 1}"),
        (("listen",), None, 'listen: ["127.0.0.1:53"]   # here\n', ""),
        (("new", "er"), "x: y", "last: ~\n", 'last: ~\nnew: {er: "x: y"}\n'),
    ],
)  # fmt: skip
def test_a_value_takes_the_place_of_another_and_all_else_stays(
    key: tuple[str | int, ...], value: Any, old: str, new: str
) -> None:
    assert TEXT.count(old) == 1
    assert after(key, value) == TEXT.replace(old, new)


def test_what_stands_there_already_changes_nothing_however_it_is_written() -> None:
    assert after(("routes",), {}) == TEXT
    text = "web:\n    hosts:\n      - 'a'   # why\n      - b\n"
    assert after(("web", "hosts"), ["a", "b"], text) == text
    assert after(("web", "hosts"), ["a"], text) == "web:\n    hosts:\n      - a\n"
    assert after(("web",), {"a": [1], "b": {}}, text) == "web:\n    a: [1]\n    b: {}\n"
    assert after(("web", "hosts"), [], text) == "web:\n    hosts:\n      []\n"


def test_an_empty_file_takes_a_key() -> None:
    assert after(("a", "b"), 1, "") == "a: {b: 1}\n"


def test_what_is_no_yaml_of_ours_is_refused_with_its_line() -> None:
    with pytest.raises(BadInput, match=r"x\.yaml:2: the key 'a' stands here a second time"):
        after(("b",), 1, "a: 1\na: 2\n")


def test_a_way_of_writing_that_cannot_be_changed_is_refused() -> None:
    text = "{a: 1,\n b: 2}\n"
    with pytest.raises(BadInput, match="a cannot be changed here: write it by hand"):
        after(("a",), None, text)


def test_the_shipped_configuration_can_be_changed_in_every_top_key() -> None:
    text = (REPOSITORY / "config" / "sm-dns.yaml").read_text()
    document = yaml_source.parse(text, FILE).value
    for name in document:
        changed = after((name,), {"x": ["1", True]}, text)
        assert yaml_source.parse(changed, FILE).value == document | {name: {"x": ["1", True]}}
        kept = [line for line in text.splitlines() if line.startswith("#")]
        assert [line for line in changed.splitlines() if line.startswith("#")] == kept


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab: #-1", max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON)
def test_any_value_on_one_line_is_read_as_it_was(value: Any) -> None:
    written = flow(value)
    assert "\n" not in written
    assert yaml_source.parse(f"a: {written}\n", FILE).value == {"a": value}


@given(JSON.filter(lambda value: value is not None), st.sampled_from(["listen", "web", "groups", "new"]))
def test_any_value_can_be_put_anywhere(value: Any, key: str) -> None:
    before = yaml_source.parse(TEXT, FILE).value
    assert yaml_source.parse(after((key,), value), FILE).value == before | {key: value}
