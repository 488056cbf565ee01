from __future__ import annotations

import math

import pytest

from sm_dns.collect.lease_state import described, trouble_of
from sm_dns.i18n.catalogue import catalogue
from sm_dns.lan.told import Told
from sm_dns.monitor.identity.leases.lease import Lease, LeftOut, Reading

NOW = 1_786_334_400.0
DAY = 86_400.0


def told(*ends: float, skipped: int = 0, written: float = NOW) -> Told:
    leases = tuple(
        Lease(f"10.0.0.{number}", "3c:22:fb:01:02:03", "", None, end) for number, end in enumerate(ends)
    )
    return Told(Reading(leases, skipped, (("free", 7),)), "kea", written)


@pytest.mark.parametrize(
    ("source", "what", "words"),
    [
        (told(skipped=2), "leases-unreadable", "2 of its lines or blocks are no leases"),
        (told(NOW + 60, skipped=2), "leases-unreadable", "is it a lease file"),
        (told(), "leases-nothing", "gives no lease"),
        (
            told(NOW - 3 * DAY, NOW - 2 * DAY),
            "leases-ended",
            "all of its 2 leases have ended, the last at 2026-08-08T04:00:00Z",
        ),
        (told(NOW + 60, written=NOW - 4 * DAY), "leases-old", "was last written at 2026-08-06T04:00:00Z"),
    ],
)
def test_what_gives_too_little_is_said(source: Told, what: str, words: str) -> None:
    trouble = trouble_of("/srv/l", source, NOW)
    assert trouble is not None
    assert (trouble.what, trouble.path) == (what, "/srv/l")
    assert str(trouble.text).startswith("leases: /srv/l: ")
    assert words in str(trouble.text)


@pytest.mark.parametrize(
    "source",
    [
        told(NOW + 60),
        told(NOW - DAY, NOW - DAY / 2),  # nobody since yesterday
        told(NOW + 60, written=NOW - 2 * DAY),
        told(math.inf, written=NOW - 40 * DAY),  # fixed leases, which nobody writes again
        told(NOW + 60, skipped=1),
    ],
)
def test_what_gives_what_it_should_is_good(source: Told) -> None:
    assert trouble_of("/srv/l", source, NOW) is None


def test_what_was_left_out_is_said_in_the_reader_s_language() -> None:
    said = catalogue("ms").said(described("/srv/l", told(NOW + 60, skipped=1), NOW))
    assert said.endswith("tidak diambil kira: 7 alamat bebas, 1 tidak sah")


def test_each_kind_of_what_is_left_out_has_its_words() -> None:
    reading = Reading((), 0, tuple((kind.value, 1) for kind in LeftOut))
    assert str(described("/srv/l", Told(reading, "kea", NOW), NOW)).endswith(
        "left out: 1 free, 1 declined, 1 delegated prefixes, 1 of other things"
    )


def test_what_was_read_is_described() -> None:
    assert str(described("/srv/l", told(NOW + 60, NOW - 60, skipped=1), NOW)) == (
        "leases: /srv/l: read as kea, written at 2026-08-10T04:00:00Z: 2 leases, 1 of them not ended; "
        "left out: 7 free, 1 unusable"
    )
    empty = Told(Reading((), 0), "", NOW)
    assert str(described("/srv/l", empty, NOW)).endswith(
        "read as -, written at 2026-08-10T04:00:00Z: 0 leases, 0 of them not ended; left out: -"
    )
