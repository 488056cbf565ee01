"""The workers' sockets and the portal's, together or not at all."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import replace

import pytest

from sm_dns.control import notify, ports
from sm_dns.control.compiled import Service
from sm_dns.control.listeners import open_streams
from sm_dns.control.listening import start_listening
from sm_dns.errors import BadInput
from tests.control.conftest import Site
from tests.support.processes import free_port

HOST = "127.0.0.1"


@pytest.fixture
def service(site: Site) -> Service:
    """One that answers on a free port, with a page on another."""
    found = site.compile().service
    return replace(found, listen=[(HOST, free_port())], http=[(HOST, free_port())])


def is_free(place: tuple[str, int]) -> bool:
    try:
        open_streams([place])[0].close()
    except BadInput:
        return False
    return True


def test_what_is_opened_is_told_and_closed(service: Service) -> None:
    (dns,), (page,) = service.listen, service.http
    listening = start_listening(service)
    assert listening.addresses("/dns-query") == [f"{HOST}:{dns[1]}", f"http://{HOST}:{page[1]}"]
    assert not is_free(dns) and not is_free(page)
    listening.close()
    assert is_free(dns) and is_free(page)


def test_where_the_portal_cannot_listen_nobody_does(service: Service) -> None:
    (taken,) = open_streams(service.http)
    with taken, pytest.raises(BadInput, match="in use"):
        start_listening(service)
    assert is_free(service.listen[0])


def test_orphans_give_their_ports_up(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    (taken,) = open_streams(service.http)
    asked: list[int] = []

    def dismiss(found: Iterable[int]) -> bool:
        asked.extend(found)
        taken.close()
        return True

    monkeypatch.setattr(ports, "dismiss_orphans", dismiss)
    start_listening(service).close()
    assert asked == [service.listen[0][1], service.http[0][1]]


def test_sockets_of_the_manager_go_where_they_belong(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    (page,) = open_streams(service.http)
    (stream,) = open_streams(service.listen)
    datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagram.bind(service.listen[0])
    monkeypatch.setattr(notify, "inherited_sockets", lambda: [datagram, page, stream])
    listening = start_listening(service)
    assert (listening.workers.udp, listening.workers.tcp) == ([[datagram]], [[stream]])
    assert listening.portal.http == [page]
    listening.close()
