"""Each address asked as a client would."""

from __future__ import annotations

from sm_dns.doctor.answers import asked_at, examine_answers
from sm_dns.lan.own_addresses import OwnAddress
from sm_dns.settings.endpoint import Endpoint
from tests.support.processes import free_port

OWN = (
    OwnAddress("lo", "127.0.0.1", 8, False, True, False),
    OwnAddress("ens18", "10.0.0.5", 8, True, True, False),
    OwnAddress("ens18", "fd00::5", 64, True, True, False),
    OwnAddress("ens18", "fd00::99", 64, True, False, True),
)


def test_all_addresses_are_asked_at_loopback_and_at_those_of_the_links() -> None:
    places = asked_at([Endpoint("0.0.0.0", 53), Endpoint("::", 53), Endpoint("10.0.0.5", 53)], OWN)
    assert list(map(str, places)) == ["127.0.0.1:53", "10.0.0.5:53", "[::1]:53", "[fd00::5]:53"]


def test_who_does_not_answer_is_told_once() -> None:
    place = Endpoint("127.0.0.1", free_port())
    [one] = examine_answers((place,), "portal.corp", 0.2).advice
    assert one.level == "error" and f"{place} does not answer over UDP" in str(one.text)
