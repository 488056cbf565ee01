"""What is listened on: opened, told, missing, tried again, handed over by the service manager."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from sm_dns.generation.service import Service
from sm_dns.listen import addresses as module
from sm_dns.listen import port_owners
from sm_dns.listen.addresses import start_listening
from sm_dns.listen.listeners import NO_ADDRESS, Place, open_place
from sm_dns.util import systemd
from sm_dns.util.errors import BadInput
from tests.support.processes import free_port
from tests.support.site import Site

HOST = "127.0.0.1"
ABSENT = ("192.0.2.1", 5353)


@pytest.fixture
def service(site: Site) -> Service:
    """One that answers on a free port, with a page on another."""
    found = site.compile().service
    return replace(found, listen=((HOST, free_port()),), http=((HOST, free_port()),))


def taken(place: tuple[str, int]) -> socket.socket:
    return socket.create_server(place)


def taken_for_udp(place: tuple[str, int]) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(place)
    return sock


def is_free(place: tuple[str, int]) -> bool:
    try:
        taken(place).close()
    except OSError:
        return False
    return True


def test_what_is_opened_is_told_and_closed(service: Service) -> None:
    (dns,), (page,) = service.listen, service.http
    listening = start_listening(service)
    assert listening.addresses("/dns-query") == [f"{HOST}:{dns[1]}", f"http://{HOST}:{page[1]}"]
    assert listening.left_out == {}
    assert not is_free(dns) and not is_free(page)
    listening.close()
    assert is_free(dns) and is_free(page)


@pytest.mark.parametrize("kind", ["listen", "dot", "doh", "http", "https"])
def test_an_address_that_cannot_be_had_takes_nothing_else_away(service: Service, kind: str) -> None:
    (dns,) = service.listen
    changed: dict[str, Any] = {kind: [*getattr(service, kind), ABSENT]}
    service = replace(service, **changed)
    listening = start_listening(service)
    assert f"{HOST}:{dns[1]}" in listening.addresses("/dns-query")
    assert listening.left_out == {f"{kind} 192.0.2.1:5353": NO_ADDRESS}
    listening.close()


def test_it_is_had_when_it_can_be_had(service: Service) -> None:
    other = (HOST, free_port())
    service = replace(service, listen=(*service.listen, other), workers=2)
    with taken_for_udp(other):
        listening = start_listening(service)
        assert list(listening.left_out) == [f"listen {HOST}:{other[1]}"]
        assert "the port is in use by" in str(listening.left_out[f"listen {HOST}:{other[1]}"])
        assert listening.retry() == []
    places = listening.retry()
    assert places == [("listen", *other), ("tcp", *other)]
    for spoken in ("udp", "tcp"):
        had = [[sock.getsockname() for sock in each[spoken]] for each in listening.of_workers(places)]
        assert had == [[other]] * 2
        assert [len(each[spoken]) for each in listening.of_workers()] == [2, 2]
    assert (listening.left_out, listening.retry()) == ({}, [])
    listening.close()


def test_who_holds_tcp_alone_takes_no_udp_away(service: Service) -> None:
    """It is the only address: names are answered all the same, and TCP is had when it can be had."""
    (place,) = service.listen
    with taken(place):
        listening = start_listening(replace(service, workers=2))
        assert listening.addresses("") == [f"{HOST}:{place[1]}", f"http://{HOST}:{service.http[0][1]}"]
        assert [(len(each["udp"]), len(each["tcp"])) for each in listening.of_workers()] == [(1, 0)] * 2
        ((part, reason),) = listening.left_out.items()
        assert part == f"listen {HOST}:{place[1]} over TCP"
        assert str(reason).startswith("the port is in use by")
        assert listening.retry() == []
    assert listening.retry() == [("tcp", *place)]
    assert [(len(each["udp"]), len(each["tcp"])) for each in listening.of_workers()] == [(1, 1)] * 2
    assert (listening.left_out, listening.retry()) == ({}, [])
    listening.close()


def test_an_address_and_the_wildcard_that_holds_it_are_both_answered(service: Service) -> None:
    """Opened by itself it would keep the wildcard away, and with it every other address of this host."""
    (place,) = service.listen
    listening = start_listening(replace(service, listen=(place, ("0.0.0.0", place[1]))))
    assert listening.left_out == {}
    (sockets,) = listening.of_workers()
    assert [sock.getsockname() for sock in sockets["udp"]] == [("0.0.0.0", place[1])]
    assert listening.retry() == []
    listening.close()


def test_an_address_that_is_named_twice_is_one(service: Service) -> None:
    listening = start_listening(replace(service, listen=service.listen * 2))
    assert [len(each["udp"]) for each in listening.of_workers()] == [1]
    listening.close()


def test_an_address_stays_where_its_wildcard_cannot_be_had(service: Service) -> None:
    (place,) = service.listen
    with taken_for_udp(("127.0.0.9", place[1])):
        listening = start_listening(replace(service, listen=(("0.0.0.0", place[1]), place)))
        assert list(listening.left_out) == [f"listen 0.0.0.0:{place[1]}"]
        assert f"{HOST}:{place[1]}" in listening.addresses("")
        listening.close()


def test_any_free_port_is_the_same_for_udp_and_tcp(service: Service) -> None:
    listening = start_listening(replace(service, listen=((HOST, 0),)))
    (sockets,) = listening.of_workers()
    (udp,), (tcp,) = sockets["udp"], sockets["tcp"]
    assert udp.getsockname() == tcp.getsockname()
    listening.close()


def test_where_nobody_can_ask_the_start_says_why(service: Service) -> None:
    with (
        taken_for_udp(service.listen[0]),
        pytest.raises(BadInput, match=r"listen 127\.0\.0\.1:\d+: the port is in use by"),
    ):
        start_listening(service)
    assert is_free(service.http[0])


def test_the_loopback_of_ipv6_is_not_missed_where_there_is_no_ipv6(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(place: Place, *more: object) -> object:
        if ":" in place.address:
            raise BadInput(NO_ADDRESS)
        return open_place(place)

    monkeypatch.setattr(module, "open_place", none)
    listening = start_listening(replace(service, listen=(*service.listen, ("::1", 5335), ("fd00::1", 53))))
    assert listening.left_out == {"listen [fd00::1]:53": NO_ADDRESS}
    listening.close()


def test_another_configuration_opens_what_is_new_and_keeps_what_is_gone(service: Service) -> None:
    listening = start_listening(service)
    before = listening.addresses("")
    other = (HOST, free_port())
    assert listening.want(replace(service, listen=(other,))) == [("listen", *other), ("tcp", *other)]
    assert set(listening.addresses("")) == {*before, f"{HOST}:{other[1]}"}
    listening.close()


def test_orphans_give_their_ports_up(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    held = taken(service.http[0])
    asked: list[int] = []

    def dismiss(found: Iterable[int]) -> bool:
        asked.extend(found)
        held.close()
        return True

    monkeypatch.setattr(port_owners, "dismiss_orphans", dismiss)
    listening = start_listening(service)
    listening.close()
    assert (asked, listening.missing) == ([service.http[0][1]], {})


def test_sockets_of_the_manager_go_where_they_belong(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, stream = taken(service.http[0]), taken(service.listen[0])
    datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagram.bind(service.listen[0])
    monkeypatch.setattr(systemd, "inherited_sockets", lambda: [datagram, page, stream])
    listening = start_listening(replace(service, listen=(ABSENT,)))  # the manager's come instead
    assert listening.of_workers() == [{"udp": [datagram], "tcp": [stream], "dot": [], "doh": []}]
    assert listening.of_portal() == {"http": [page], "https": []}
    assert listening.left_out == {}
    listening.close()
