"""Client classes under the snapshot in force."""

from __future__ import annotations

from pathlib import Path

from sm_dns.resolve.context import MAX_ADDRESSES
from tests.support.desk import GUEST, HQ, STRANGER, Desk, snapshot


def test_equal_clients_are_of_one_class(desk: Desk) -> None:
    classify = desk.resolver.classify
    assert classify(HQ) is classify("10.1.99.99") is classify(HQ)
    assert classify(HQ) is not classify(GUEST)
    assert classify(STRANGER) is classify(STRANGER) is None


def test_another_snapshot_classifies_anew(desk: Desk, directory: Path) -> None:
    before = desk.resolver.classify(HQ)
    other = snapshot(directory, groups=[{"name": "all", "clients": ["0.0.0.0/0"], "mode": "off"}])
    desk.change(snapshot=other)
    after = desk.resolver.classify(HQ)
    assert before is not None
    assert after is not None
    assert (before.group.name, after.group.name) == ("hq", "all")
    assert desk.resolver.classify(STRANGER) is after


def test_addresses_remembered_are_bounded(desk: Desk) -> None:
    for low in range(MAX_ADDRESSES + 10):
        desk.resolver.classify(f"10.{low >> 16}.{low >> 8 & 255}.{low & 255}")
    assert 0 < len(desk.resolver._classes) <= MAX_ADDRESSES
