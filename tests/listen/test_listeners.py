from __future__ import annotations

import errno
import socket
import subprocess
import sys
from collections.abc import Callable
from itertools import chain

import pytest

from sm_dns.listen import port_owners
from sm_dns.listen.listeners import (
    OF_WORKERS,
    SPOKEN,
    Place,
    close_all,
    dns_places,
    joined,
    open_place,
    shown,
    text,
)
from sm_dns.listen.port_owners import Holder
from sm_dns.util.errors import BadInput
from tests.support.processes import free_port

LOCAL = "127.0.0.1"


@pytest.mark.parametrize("copies", [1, 3])
@pytest.mark.parametrize(("kind", "type_"), [("listen", socket.SOCK_DGRAM), ("tcp", socket.SOCK_STREAM)])
@pytest.mark.parametrize("address", [LOCAL, pytest.param("::1", marks=pytest.mark.ipv6)])
def test_each_process_has_its_own_sockets(copies: int, kind: str, type_: int, address: str) -> None:
    port = free_port()
    opened = open_place(Place(kind, address, port), copies)
    try:
        every = [sock for each in opened for sock in chain(*each.values())]
        assert len({sock.fileno() for sock in every}) == copies
        assert {sock.getsockname()[:2] for sock in every} == {(address, port)}
        assert not any(sock.getblocking() or sock.get_inheritable() for sock in every)
        assert [{spoken: sock.type for spoken, (sock,) in each.items()} for each in opened] == [
            {SPOKEN[kind]: type_}
        ] * copies
    finally:
        close_all(opened)


def test_port_0_is_one_port_for_all_workers_and_free_for_tcp_too() -> None:
    opened = open_place(Place("listen", LOCAL, 0), 2)
    (port,) = {sock.getsockname()[1] for each in opened for sock in chain(*each.values())}
    opened += open_place(Place("tcp", LOCAL, port))
    close_all(opened)


def test_a_shared_port_of_somebody_else_is_not_joined() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind((LOCAL, 0))
        with pytest.raises(BadInput, match="the port is in use by"):
            open_place(Place("listen", LOCAL, other.getsockname()[1]), 2)


def test_what_was_opened_before_an_error_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[socket.socket] = []

    def second_fails(sock: socket.socket, backlog: int) -> None:
        opened.append(sock)
        if len(opened) > 1:
            raise BadInput("no")

    monkeypatch.setattr(socket.socket, "listen", second_fails)
    with pytest.raises(BadInput):
        open_place(Place("tcp", LOCAL, free_port()), 2)
    assert opened[0].fileno() == -1
    opened[1].close()


def test_a_host_without_ipv6_has_no_such_address(monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., socket.socket] = socket.socket

    def without(family: int = -1, *more: int, **named: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        return real(family, *more, **named)

    monkeypatch.setattr(socket, "socket", without)
    with pytest.raises(BadInput, match=r"^this host has no such address$"):
        open_place(Place("listen", "::1", 53))


def _refusal(monkeypatch: pytest.MonkeyPatch, number: int) -> str:
    def bind(sock: socket.socket, address: tuple[str, int]) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(socket.socket, "bind", bind)
    with pytest.raises(BadInput) as caught:
        open_place(Place("listen", LOCAL, 53))
    return str(caught.value.reason)


def test_a_port_of_systemd_resolved_comes_with_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port_owners, "holders", lambda port, tables: [Holder(700, "systemd-resolve", False)])
    reason = _refusal(monkeypatch, errno.EADDRINUSE)
    assert reason.startswith("port 53 is held by systemd-resolved.")
    for word in ("/etc/systemd/resolved.conf.d/", "DNSStubListener=no", "systemctl restart systemd-resolved"):
        assert word in reason


def test_a_resolved_that_we_may_not_look_into_is_known_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port_owners, "holders", lambda port, tables: [])
    monkeypatch.setattr(port_owners, "is_stub_of_resolved", lambda port: port == 53)
    assert "DNSStubListener=no" in _refusal(monkeypatch, errno.EADDRINUSE)


@pytest.mark.parametrize(
    ("number", "holders", "said"),
    [
        (errno.EADDRINUSE, [Holder(42, "dnsmasq", False)], "the port is in use by dnsmasq (pid 42)"),
        (errno.EADDRINUSE, [], "the port is in use"),
        (errno.EACCES, [], "no permission for port 53: run as the packaged service (CAP_NET_BIND_SERVICE)"),
        (errno.ENOBUFS, [], "no"),
    ],
)
def test_other_refusals_say_why(
    monkeypatch: pytest.MonkeyPatch, number: int, holders: list[Holder], said: str
) -> None:
    monkeypatch.setattr(port_owners, "holders", lambda port, tables: holders)
    monkeypatch.setattr(port_owners, "is_stub_of_resolved", lambda port: False)
    assert _refusal(monkeypatch, number).startswith(said)


def test_sockets_of_the_service_manager_are_shared_and_what_it_did_not_open_is_opened() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.create_server((LOCAL, 0)) as dot,
    ):
        udp.bind((LOCAL, 0))
        handed = {(sock.type, *sock.getsockname()): sock for sock in (udp, dot)}
        assert open_place(Place("listen", *udp.getsockname()), 2, handed) == [{"udp": [udp]}] * 2
        assert open_place(Place("dot", *dot.getsockname()), 2, handed) == [{"dot": [dot]}] * 2
        opened = open_place(Place("doh", LOCAL, 0), 2, handed)
        assert len({sock.fileno() for each in opened for sock in each["doh"]}) == 2
        close_all(opened)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("listen", "{}"),
        ("dot", "tls://{}"),
        ("doh", "https://{}/ask"),
        ("http", "http://{}"),
        ("https", "https://{}"),
    ],
)
def test_what_is_listened_on_is_told_as_an_address(kind: str, said: str) -> None:
    opened = open_place(Place(kind, LOCAL, 0))
    try:
        assert tuple(opened[0]) == (SPOKEN[kind],)
        (sock,) = opened[0][SPOKEN[kind]]
        assert shown(opened[0], "/ask") == [said.format(text(sock.getsockname()))]
    finally:
        close_all(opened)
    assert str(Place(kind, "::1", 53)) == f"{kind} [::1]:53"


def test_a_port_that_is_our_own_is_told_as_such() -> None:
    opened = open_place(Place("dot", LOCAL, 0))
    port = opened[0]["dot"][0].getsockname()[1]
    with pytest.raises(BadInput, match="the port is in use by another address of this configuration"):
        open_place(Place("https", "0.0.0.0", port))
    close_all(opened)


def test_who_else_holds_a_port_is_named_though_another_address_of_ours_has_it_too() -> None:
    script = "import socket, sys; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True)"
    # A grandchild, for children are ours.
    command = ("sh", "-c", f'{sys.executable} -c "{script}; sys.stdin.read()"; true')
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        port = int(other.stdout.readline())
        with (
            socket.create_server(("127.0.0.2", port)),
            pytest.raises(BadInput, match=r"the port is in use by \S+ \(pid"),
        ):
            open_place(Place("dot", LOCAL, port))
        other.communicate()


def test_an_address_of_listen_is_two_places() -> None:
    assert list(map(str, dns_places([("::1", 53)]))) == ["listen [::1]:53", "listen [::1]:53 over TCP"]


def test_a_process_gets_what_belongs_to_its_kinds_of_places() -> None:
    opened = [open_place(Place(kind, LOCAL, 0))[0] for kind in ("listen", "dot", "tcp", "listen")]
    whole = joined(opened, OF_WORKERS)
    close_all(opened)
    assert {spoken: len(sockets) for spoken, sockets in whole.items()} == {
        "udp": 2,
        "tcp": 1,
        "dot": 1,
        "doh": 0,
    }
