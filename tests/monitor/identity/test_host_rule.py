from __future__ import annotations

import pytest

from sm_dns.monitor.identity.host_rule import parse
from sm_dns.util.errors import BadInput


def test_it_tells_staff_and_department() -> None:
    rule = parse(r"(?P<department>fin|aud)-(?P<staff>[a-z]\d+)(-.*)?")
    assert (rule.staff("fin-a123-laptop"), rule.department("fin-a123-laptop")) == ("a123", "fin")
    assert (rule.staff("xfin-a123"), rule.department("pc-17")) == ("", "")
    assert parse(r"(?P<staff>x)?y").staff("y") == ""
    assert parse(r"(?P<staff>x)").department("x") == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(", "no regular expression"),
        ("pc-.*", "needs a group"),
        ("(?P<name>x)", "needs a group"),
        ("x" * 201, "longer"),
    ],
)
def test_what_is_wrong_is_said(text: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        parse(text)
