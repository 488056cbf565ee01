from __future__ import annotations

from sm_dns.monitor.identity.subject import Subject


def test_the_same_person_is_one_whatever_the_department() -> None:
    one, other = Subject("person", "a1", "Finance"), Subject("person", "a1", "Audit")
    assert one != other
    assert one[:2] == other[:2]
