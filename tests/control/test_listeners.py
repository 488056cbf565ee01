from __future__ import annotations

import errno
import socket

import pytest

from sm_dns.control import listeners, ports
from sm_dns.control.listeners import inherit_listeners, open_listeners
from sm_dns.control.ports import Holder
from sm_dns.errors import BadInput
from tests.support.processes import free_port


@pytest.mark.ipv6
@pytest.mark.parametrize("workers", [1, 3])
def test_each_worker_has_its_own_sockets_on_every_address(workers: int) -> None:
    port = free_port()
    opened = open_listeners([("127.0.0.1", port), ("::1", port)], workers)
    try:
        assert opened.addresses("") == [f"127.0.0.1:{port}", f"[::1]:{port}"]
        assert len({sock.fileno() for socks in (*opened.udp, *opened.tcp) for sock in socks}) == 4 * workers
        for kind, groups in ((socket.SOCK_DGRAM, opened.udp), (socket.SOCK_STREAM, opened.tcp)):
            assert [[sock.getsockname()[1] for sock in group] for group in groups] == [[port, port]] * workers
            assert {sock.type for group in groups for sock in group} == {kind}
            assert not any(sock.getblocking() or sock.get_inheritable() for group in groups for sock in group)
    finally:
        opened.close()


def test_port_0_is_one_port_for_udp_tcp_and_all_workers() -> None:
    opened = open_listeners([("127.0.0.1", 0)], 2)
    found = {sock.getsockname()[1] for socks in (*opened.udp, *opened.tcp) for sock in socks}
    opened.close()
    assert len(found) == 1


def test_a_shared_port_of_somebody_else_is_not_joined() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        with pytest.raises(BadInput, match="the port is in use by"):
            open_listeners([("127.0.0.1", other.getsockname()[1])], 2)


def test_what_was_opened_before_an_error_is_closed() -> None:
    port = free_port()
    with pytest.raises(BadInput, match=r"listen 192\.0\.2\.1:\d+: this host has no such address"):
        open_listeners([("127.0.0.1", port), ("192.0.2.1", port)], 1)
    assert ports.holders(port) == []


def _refusal(monkeypatch: pytest.MonkeyPatch, number: int) -> str:
    def bind(sock: socket.socket, address: tuple[str, int]) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(socket.socket, "bind", bind)
    with pytest.raises(BadInput) as caught:
        open_listeners([("127.0.0.1", 53)], 1)
    return caught.value.reason


def test_a_port_of_systemd_resolved_comes_with_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "holders", lambda port: [Holder(700, "systemd-resolve", False)])
    reason = _refusal(monkeypatch, errno.EADDRINUSE)
    assert reason.startswith("listen 127.0.0.1:53: port 53 is held by systemd-resolved.")
    for word in ("/etc/systemd/resolved.conf.d/", "DNSStubListener=no", "systemctl restart systemd-resolved"):
        assert word in reason


def test_a_resolved_that_we_may_not_look_into_is_known_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "holders", lambda port: [])
    monkeypatch.setattr(ports, "is_stub_of_resolved", lambda port: port == 53)
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
    monkeypatch.setattr(ports, "holders", lambda port: holders)
    monkeypatch.setattr(ports, "is_stub_of_resolved", lambda port: False)
    assert _refusal(monkeypatch, number).startswith(f"listen 127.0.0.1:53: {said}")


def test_inherited_sockets_are_shared_by_all_workers() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.create_server(("127.0.0.1", 0)) as tcp,
    ):
        found = inherit_listeners([udp, tcp], 2)
        assert found.udp == [[udp], [udp]]
        assert found.tcp == [[tcp], [tcp]]
    assert listeners.Listeners([[]], [[]], [[]], [[]]).addresses("") == []


def test_encrypted_listeners_are_tcp_alone_and_each_worker_has_its_own() -> None:
    opened = open_listeners([("127.0.0.1", 0)], 2, [("127.0.0.1", 0)], [("127.0.0.1", 0)])
    try:
        plain, dot, doh = opened.addresses("/ask")
        assert dot.startswith("tls://127.0.0.1:")
        assert doh.startswith("https://127.0.0.1:")
        assert doh.endswith("/ask")
        for groups in (opened.dot, opened.doh):
            assert len({sock.fileno() for group in groups for sock in group}) == 2
            assert len({sock.getsockname() for group in groups for sock in group}) == 1
            assert {sock.type for group in groups for sock in group} == {socket.SOCK_STREAM}
        first = opened.of_workers()[0]
        assert {kind: len(sockets) for kind, sockets in first.items()} == {
            "udp": 1,
            "tcp": 1,
            "dot": 1,
            "doh": 1,
        }
        assert plain == listeners.text(first["udp"][0].getsockname())
    finally:
        opened.close()


def test_inherited_sockets_are_told_apart_and_what_is_missing_is_opened() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.create_server(("127.0.0.1", 0)) as dot,
    ):
        port = free_port()
        found = inherit_listeners([tcp, dot], 1, [dot.getsockname()], [("127.0.0.1", port)])
        try:
            assert (found.tcp, found.dot) == ([[tcp]], [[dot]])
            assert found.doh[0][0].getsockname() == ("127.0.0.1", port)
        finally:
            found.doh[0][0].close()
