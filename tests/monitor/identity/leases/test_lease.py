from __future__ import annotations

import pytest

from sm_dns.monitor.identity.leases import lease
from sm_dns.monitor.identity.leases.lease import seconds, usable_lines
from sm_dns.policy.clients.devices import host_label
from sm_dns.util.errors import BadInput


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("PC-017.agency.example.", "pc-017"),
        ("*", ""),
        ("", ""),
        ("-x", ""),
        ("a\x1b[31m", ""),
        ("<script>", ""),
        ("=1+1", ""),
        ("x" * 64, ""),
        ("officer1_pc", "officer1_pc"),
    ],
)
def test_only_a_plain_first_label_is_a_host_name(text: str, label: str) -> None:
    """T16: a client chooses what it calls itself."""
    assert host_label(text) == label


def test_overlong_lines_are_cut_and_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """T14: a file of any size costs no more than the bound."""
    assert usable_lines("a\n" + "x" * 5000 + "\nb") == ["a", "x" * lease.MAX_LINE, "b"]
    monkeypatch.setattr(lease, "MAX_LINES", 3)
    assert usable_lines("a\nb\nc\n") == ["a", "b", "c", ""]
    with pytest.raises(BadInput, match="more than 3 lines"):
        usable_lines("a\nb\nc\nd\n")


@pytest.mark.parametrize(
    ("text", "wanted"), [("17", 17.0), ("-1", None), ("", None), ("1" * 13, None), ("²", None)]
)
def test_seconds(text: str, wanted: float | None) -> None:
    assert seconds(text) == wanted


def test_leases_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "MAX_LEASES", 1)
    found = lease.Gathering()
    found.take(lease.Lease("10.0.0.1", "3c:22:fb:01:02:03", "", None, 1.0))
    found.take(None)
    found.take(lease.LeftOut.FREE)
    assert (found.reading().skipped, found.reading().left_out) == (1, (("free", 1),))
    with pytest.raises(BadInput, match="more than 1 leases"):
        found.take(lease.Lease("10.0.0.2", "3c:22:fb:01:02:03", "", None, 1.0))
